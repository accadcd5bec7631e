//! What a command prints: results on stdout, everything else on stderr; with `--json` both as JSON.
#![allow(clippy::unused_self, reason = "everything that prints goes through the one place that knows how")]

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::{Code, Failure, Match};

/// Where results, notes and errors go.
pub(crate) struct Out {
    json: bool,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'static str,
    message: &'a str,
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Match]>::is_empty")]
    matches: &'a [Match],
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

#[derive(Serialize)]
struct WarningLine<'a> {
    warning: &'a str,
}

#[derive(Serialize)]
struct NoteLine<'a> {
    note: &'a str,
}

impl Out {
    /// `json`: `--json` was given.
    pub(crate) fn new(json: bool) -> Self {
        Out { json }
    }

    /// Whether results are printed as JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One line of a result for a person.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        written(writeln!(io::stdout().lock(), "{text}"))
    }

    /// Several lines of a result.
    pub(crate) fn lines<T: AsRef<str>>(&self, lines: &[T]) -> Result<(), Failure> {
        lines.iter().try_for_each(|line| self.line(line.as_ref()))
    }

    /// A result as one JSON value. The buffer is wiped when it is freed, as everything is (main.rs).
    pub(crate) fn value<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(|error| {
            Failure::new(Code::Failed, "The result could not be written as JSON.").caused_by(&error)
        })?;
        self.line(&text)
    }

    /// Bytes as they are: completions, man pages.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        written(io::stdout().lock().write_all(bytes))
    }

    /// Makes sure that what was printed is out; before a long wait.
    pub(crate) fn flush(&self) -> Result<(), Failure> {
        written(io::stdout().lock().flush())
    }

    /// Something the person may want to know; never a result.
    pub(crate) fn note(&self, text: &str) {
        if self.json {
            self.json_line(&NoteLine { note: text });
        } else {
            stderr_line(text);
        }
    }

    /// Something the person should know.
    pub(crate) fn warning(&self, text: &str) {
        if self.json {
            self.json_line(&WarningLine { warning: text });
        } else {
            stderr_line(&format!("warning: {text}"));
        }
    }

    /// What a question is about, or the question itself; always in words, since a person answers it.
    pub(crate) fn say(&self, text: &str) {
        stderr_line(text);
    }

    /// A question, the cursor left behind it.
    pub(crate) fn ask(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{text} ");
        let _ = stderr.flush();
    }

    /// Why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        if self.json {
            self.json_line(&ErrorLine {
                error: ErrorBody {
                    code: failure.code.name(),
                    message: &failure.message,
                    detail: failure.detail.as_deref(),
                    matches: &failure.matches,
                    until: failure.until,
                    field: failure.field.as_deref(),
                },
            });
            return;
        }
        stderr_line(&format!("error: {}", failure.message));
        if !failure.matches.is_empty() {
            let rows: Vec<Vec<String>> = failure
                .matches
                .iter()
                .map(|hit| {
                    vec![
                        format!("  {}", hit.id.get(..8).unwrap_or(&hit.id)),
                        crate::text::name(&hit.issuer, &hit.account),
                    ]
                })
                .collect();
            for line in crate::text::columns(&rows) {
                stderr_line(&line);
            }
        }
        if let Some(detail) = &failure.detail {
            stderr_line(&format!("  because: {detail}"));
        }
    }

    fn json_line<T: Serialize>(&self, value: &T) {
        if let Ok(text) = serde_json::to_string(value) {
            stderr_line(&text);
        }
    }
}

/// A stderr that is gone is no reason to fail, and there is nowhere to say it.
fn stderr_line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A reader that went away (`tessera list | head`) got what it wanted; a full disk is an error.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Code::Failed, "The output could not be written.").caused_by(&error))
        }
        _ => Ok(()),
    }
}

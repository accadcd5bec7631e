//! What was found and may be added: nothing of it is in the vault before the person has seen it.

use std::error::Error;

use serde::Serialize;
use tessera_otp::{Credential, UriError};
use tessera_transfer::{Reason, inspect_codes};
use zeroize::Zeroizing;

use crate::failure::sentence;
use crate::output::Out;
use crate::text::safe;

/// How much of a code that is no otpauth link is shown; `tessera scan` prints the whole.
const SHOWN: usize = 200;

/// A credential that can be added, and where it came from.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// What would be saved.
    pub(crate) credential: Credential,
    /// The file, or the kind of source.
    pub(crate) source: String,
}

/// Something that cannot be added, and why.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    /// The file, or the kind of source.
    pub(crate) source: String,
    /// What is wrong, in words.
    pub(crate) message: String,
    /// What a QR code says that is no otpauth link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The source itself is fine and simply holds no code.
    #[serde(skip)]
    pub(crate) nothing_there: bool,
    /// It was already said on stderr.
    #[serde(skip)]
    pub(crate) told: bool,
}

impl Problem {
    /// A fault.
    pub(crate) fn new(source: &str, error: &dyn Error) -> Self {
        let message = sentence(&error.to_string());
        Problem { source: source.to_owned(), message, text: None, nothing_there: false, told: false }
    }

    /// A source without codes.
    pub(crate) fn nothing(source: &str, message: &str) -> Self {
        Problem {
            source: source.to_owned(),
            message: message.to_owned(),
            text: None,
            nothing_there: true,
            told: false,
        }
    }

    /// Says it on stderr.
    pub(crate) fn tell(&self, out: &Out) {
        let mut said = format!("{}: {}", safe(&self.source), self.message);
        if let Some(text) = &self.text {
            let start: String = text.chars().take(SHOWN).collect();
            let more = if start.len() < text.len() { "…" } else { "" };
            said = format!("{said} It says: {}{more}", safe(&start));
        }
        out.warning(&said);
    }
}

/// Everything that one call of `add` found.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// In the order found, each secret with its names once.
    pub(crate) candidates: Vec<Candidate>,
    /// In the order found.
    pub(crate) problems: Vec<Problem>,
    /// Parts of transfers of Google Authenticator, each once; `settle_parts` reads them together.
    parts: Vec<Zeroizing<String>>,
}

impl Gathered {
    /// Whether nothing at all was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.candidates.is_empty() && self.problems.is_empty() && self.parts.is_empty()
    }

    fn push_part(&mut self, text: &str) {
        if !self.parts.iter().any(|known| known.as_str() == text) {
            self.parts.push(Zeroizing::new(text.to_owned()));
        }
    }

    /// How many parts of transfers were found, and those that are still missing, in words.
    pub(crate) fn parts(&self) -> (usize, Vec<String>) {
        let Ok(found) = inspect_codes(&self.parts, 0) else { return (self.parts.len(), Vec::new()) };
        let missing = found.problems.iter().filter(|problem| problem.reason == Reason::PartMissing);
        (self.parts.len(), missing.map(|problem| problem.place.to_string()).collect())
    }

    /// Reads the parts that were found: what they hold, what of it cannot be read, and which parts are missing.
    pub(crate) fn settle_parts(&mut self, source: &str) {
        let parts = std::mem::take(&mut self.parts);
        if parts.is_empty() {
            return;
        }
        match inspect_codes(&parts, 0) {
            Ok(found) => {
                for found in found.entries {
                    self.push(source, found.entry.credential);
                }
                for problem in found.problems {
                    let message = format!("{}: {}", problem.place, problem.reason);
                    self.problems.push(Problem {
                        source: source.to_owned(),
                        message: sentence(&message),
                        text: None,
                        nothing_there: false,
                        told: false,
                    });
                }
            }
            Err(error) => self.problems.push(Problem::new(source, &error)),
        }
    }

    /// Takes a credential, unless the very same one was found before (a code may be on two screens).
    pub(crate) fn push(&mut self, source: &str, credential: Credential) {
        if !self.candidates.iter().any(|known| known.credential == credential) {
            self.candidates.push(Candidate { credential, source: source.to_owned() });
        }
    }

    /// Sorts in what a QR code says. What is no otpauth link at all is kept with its text: it is in nobody's vault, and the
    /// person pointed us to it.
    pub(crate) fn judge_code(&mut self, source: &str, text: &str) {
        match Credential::from_uri(text) {
            Ok(credential) => self.push(source, credential),
            Err(UriError::Migration) => self.push_part(text),
            Err(UriError::NotOtpauth) => self.problems.push(Problem {
                source: source.to_owned(),
                message: "This QR code holds no one-time password.".to_owned(),
                text: Some(text.to_owned()),
                nothing_there: false,
                told: false,
            }),
            Err(error) => self.problems.push(Problem::new(source, &error)),
        }
    }

    /// Sorts in a text that was typed or lies on the clipboard. It is never repeated: it may be anything, a password too.
    pub(crate) fn judge_text(&mut self, source: &str, text: &str) {
        match Credential::from_uri(text) {
            Ok(credential) => self.push(source, credential),
            Err(UriError::Migration) => self.push_part(text),
            Err(error) => self.problems.push(Problem::new(source, &error)),
        }
    }
}

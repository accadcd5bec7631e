//! What `inspect`, `import`, `export` and `backup` share: reading files, asking for their passwords, and the shape of an entry
//! that carries its secret.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tessera_otp::{Entry, Pin};
use tessera_scan::{Effort, decode, load_image};
use tessera_transfer::{
    Answers, FORMATS, Format, Found, LoadError, Password, Problem, ReadError, format_by_id, inspect,
    inspect_pictures, is_picture, load_file,
};
use zeroize::Zeroizing;

use crate::clock;
use crate::commands::{Context, type_name};
use crate::failure::{Code, Failure};
use crate::text::safe;

/// How often a person may type a file's password.
const TRIES: u32 = 3;

/// Which files, of which format, with which password.
#[derive(Debug, clap::Args)]
pub(crate) struct SourceArgs {
    /// The files that other apps exported, or pictures of their QR codes
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format; found by content when not given
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = format_names())]
    pub(crate) format: String,
    /// Read the password of the files from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    pub(crate) source_password_file: Option<PathBuf>,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    let names = FORMATS.iter().map(|format| format.id);
    clap::builder::PossibleValuesParser::new(std::iter::once("auto").chain(names).collect::<Vec<_>>())
}

/// What came of one file, or of all pictures together: the parts of one transfer may be in several.
pub(crate) struct Looked {
    /// The file as it was named; for pictures, all of them.
    pub(crate) file: String,
    pub(crate) result: Result<Found, Failure>,
}

/// Reads every file. One that cannot be read stops nothing.
pub(crate) fn look(args: &SourceArgs, context: &Context) -> Result<Vec<Looked>, Failure> {
    let from_file = args.source_password_file.as_deref().map(password_from_file).transpose()?;
    let mut passwords = Passwords { from_file, asked: Vec::new() };
    let format = format_by_id(&args.format);
    let mut looked = Vec::new();
    let mut pictures: Vec<(String, Vec<Zeroizing<String>>)> = Vec::new();
    for path in &args.files {
        let file = path.display().to_string();
        match read(path) {
            Err(failure) => looked.push(Looked { file, result: Err(failure) }),
            Ok(bytes) if format.is_none() && is_picture(&bytes) => match codes(&bytes) {
                Ok(texts) => pictures.push((file, texts)),
                Err(failure) => looked.push(Looked { file, result: Err(failure) }),
            },
            Ok(bytes) => {
                let result = one(&bytes, &file, path, format, &mut passwords, context);
                looked.push(Looked { file, result });
            }
        }
    }
    if !pictures.is_empty() {
        let result = if pictures.iter().all(|(_, texts)| texts.is_empty()) {
            Err(Failure::new(Code::NothingFound, "There is no QR code that can be read in these pictures."))
        } else {
            inspect_pictures(&pictures, clock::unix_now()).map_err(|error| read_failure(&error))
        };
        let names: Vec<String> = pictures.into_iter().map(|(name, _)| name).collect();
        looked.push(Looked { file: names.join(", "), result });
    }
    Ok(looked)
}

/// Passwords given so far: a person is asked once for files that share one.
struct Passwords {
    from_file: Option<Password>,
    asked: Vec<Password>,
}

fn one(
    bytes: &[u8],
    file: &str,
    path: &Path,
    format: Option<&'static Format>,
    passwords: &mut Passwords,
    context: &Context,
) -> Result<Found, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let pictures = |picture: &[u8]| codes(picture).unwrap_or_default();
    let attempt = |password: Option<&Password>| {
        let answers = Answers { now: clock::unix_now(), password, format, pictures: Some(&pictures) };
        inspect(bytes, &name, &answers)
    };
    if let Some(password) = &passwords.from_file {
        return attempt(Some(password)).map_err(|error| read_failure(&error));
    }
    let mut result = attempt(None);
    if matches!(result, Err(ReadError::PasswordNeeded { .. })) {
        for known in &passwords.asked {
            if let opened @ Ok(_) = attempt(Some(known)) {
                return opened.map_err(|error| read_failure(&error));
            }
        }
        let tries = if context.input.has_person() { TRIES } else { 1 };
        for _ in 0..tries {
            let typed = context.input.secret(&format!("Password of {}: ", safe(file)))?;
            let password = Password::new(typed.as_str());
            result = attempt(Some(&password));
            match &result {
                Err(ReadError::WrongPassword { .. }) if tries > 1 => {
                    context.out.say("The password is wrong.");
                }
                Ok(_) => {
                    passwords.asked.push(password);
                    break;
                }
                Err(_) => break,
            }
        }
    }
    result.map_err(|error| read_failure(&error))
}

/// The whole of a file within bounds.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    load_file(path).map_err(|error| match error {
        LoadError::TooLarge(error) => read_failure(&error),
        LoadError::Io(error) => {
            let shown = safe(&path.display().to_string());
            Failure::new(Code::Failed, format!("The file {shown} cannot be read.")).caused_by(&error)
        }
    })
}

/// What the QR codes of a picture say.
fn codes(picture: &[u8]) -> Result<Vec<Zeroizing<String>>, Failure> {
    let frame = load_image(picture).map_err(|error| Failure::from_error(Code::BadInput, &error))?;
    Ok(decode(&frame, Effort::Still).into_iter().map(|found| found.text).collect())
}

/// A password out of a file, as it stands there but for one line break at its end.
pub(crate) fn password_from_file(path: &Path) -> Result<Password, Failure> {
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::new(Code::BadInput, "The password file is not UTF-8 text."))?;
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(Failure::new(Code::BadInput, "The password file is empty."));
    }
    Ok(Password::new(text))
}

/// Why a file was not read, in this program's codes.
pub(crate) fn read_failure(error: &ReadError) -> Failure {
    let code = match error {
        ReadError::WrongPassword { .. } => Code::WrongPassword,
        ReadError::PasswordNeeded { .. } => Code::Usage,
        ReadError::NewerVersion { .. } => Code::NewerFormat,
        ReadError::TooCostly { .. } => Code::KdfBeyondCap,
        _ => Code::BadInput,
    };
    Failure::from_error(code, error)
}

/// An entry with its secret, in JSON. The same shape for every command of moving in and out.
#[derive(Serialize)]
pub(crate) struct Full<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) account: &'a str,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Base32; null unless it was asked for.
    pub(crate) secret: Option<Zeroizing<String>>,
    pub(crate) algorithm: Option<&'static str>,
    pub(crate) digits: u8,
    pub(crate) period: Option<u32>,
    pub(crate) counter: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
    pub(crate) tags: &'a [String],
    pub(crate) note: &'a str,
    pub(crate) favorite: bool,
}

impl<'a> Full<'a> {
    /// `reveal`: with secret and PIN.
    pub(crate) fn of(entry: &'a Entry, reveal: bool) -> Self {
        let credential = &entry.credential;
        let generator = &credential.generator;
        Self {
            issuer: &credential.issuer,
            account: &credential.account,
            kind: type_name(generator.kind()),
            // Asked for by the person, with --reveal.
            secret: reveal.then(|| credential.secret.to_base32()),
            algorithm: generator.algorithm().map(tessera_otp::Algorithm::name),
            digits: generator.code_length(),
            period: generator.period().map(tessera_otp::Period::get),
            counter: generator.counter(),
            pin: generator.pin().filter(|_| reveal).map(Pin::expose_secret),
            group: entry.group.as_deref(),
            tags: &entry.tags,
            note: if reveal { &entry.note } else { "" },
            favorite: entry.favorite,
        }
    }
}

/// A problem of a file, in JSON.
#[derive(Serialize)]
pub(crate) struct ProblemRow {
    pub(crate) place: String,
    pub(crate) message: String,
    /// An entry was read here all the same and lacks what the message names.
    pub(crate) entry_kept: bool,
}

impl From<&Problem> for ProblemRow {
    fn from(problem: &Problem) -> Self {
        Self {
            place: problem.place.to_string(),
            message: problem.reason.to_string(),
            entry_kept: problem.entry_kept,
        }
    }
}

/// Problems in words. Of many with the same reason the first places are named and the rest counted.
pub(crate) fn problem_words(problems: &[Problem]) -> Vec<String> {
    const NAMED: usize = 5;
    let mut by_reason: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for problem in problems {
        by_reason.entry(problem.reason.to_string()).or_default().push(safe(&problem.place.to_string()));
    }
    by_reason
        .into_iter()
        .map(|(reason, places)| {
            let named = places.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
            let more = places.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!("; and {more} more") };
            format!("{named}{more}: {}", safe(&reason))
        })
        .collect()
}

//! From bytes to what they hold.

use zeroize::Zeroizing;

use crate::formats::{FORMATS, Format, Likeness, google, otpauth_list};
use crate::{Found, Input, Password, Place, ReadError};

/// What reading needs besides the file.
#[derive(Clone, Copy)]
pub struct Answers<'a> {
    /// The Unix time that entries are said to be made at, where the file does not know.
    pub now: u64,
    /// The password of the file, once a person gave one.
    pub password: Option<&'a Password>,
    /// The format that a person named; without one it is found by content.
    pub format: Option<&'static Format>,
    /// Finds the QR codes of a picture (its file's bytes): for exports that are pages with pictures. Without it such
    /// a page says that its pictures were not looked at.
    pub pictures: Option<&'a Pictures<'a>>,
}

/// What a picture's QR codes say, given its file's bytes.
pub type Pictures<'a> = dyn Fn(&[u8]) -> Vec<Zeroizing<String>> + 'a;

impl Answers<'_> {
    /// Nothing but the time.
    pub const fn at(now: u64) -> Self {
        Self { now, password: None, format: None, pictures: None }
    }
}

/// Finds out what a file is and reads it. `name` is the file's name if it has one; it only helps where contents look
/// alike.
///
/// The most alike formats are tried first. Formats that have no mark of their own (random-looking bytes) are tried one
/// after the other with the password.
///
/// # Errors
/// One variant of [`ReadError`] a fault.
pub fn inspect(bytes: &[u8], name: &str, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let input = Input::new(bytes, name)?;
    if let Some(format) = answers.format {
        return (format.read)(&input, answers);
    }
    let mut first = None;
    for (likeness, format) in candidates(&input) {
        match (format.read)(&input, answers) {
            Err(error) if may_be_another(likeness, &error) => {
                first.get_or_insert(error);
            }
            done => return done,
        }
    }
    Err(first.unwrap_or(ReadError::UnknownFormat))
}

/// The formats that a file looks like, the most alike first. Looks at the content and derives no keys.
fn candidates(input: &Input<'_>) -> Vec<(Likeness, &'static Format)> {
    let mut candidates: Vec<(Likeness, &'static Format)> =
        FORMATS.iter().filter_map(|format| Some(((format.recognize)(input)?, *format))).collect();
    // Stable: formats of the same likeness keep the table's order.
    candidates.sort_by_key(|(likeness, _)| core::cmp::Reverse(*likeness));
    candidates
}

/// The format that a file looks like, for telling a person whose password is asked for. None for bytes without any mark,
/// which several formats have.
pub fn recognize(bytes: &[u8], name: &str) -> Option<&'static Format> {
    let input = Input::new(bytes, name).ok()?;
    let (likeness, format) = *candidates(&input).first()?;
    (likeness > Likeness::Possible).then_some(format)
}

/// Reads what QR codes say, in any order: otpauth addresses, and the parts of a transfer of Google Authenticator, of which
/// those that are missing are named.
///
/// # Errors
/// [`ReadError::TooManyEntries`].
pub fn inspect_codes(texts: &[Zeroizing<String>], now: u64) -> Result<Found, ReadError> {
    let is_migration = texts.iter().any(|text| google::payload::is_migration(text.trim()));
    let format = if is_migration { &google::FORMAT } else { &otpauth_list::FORMAT };
    let places = (1..).map(|number| Place::named(&format!("QR code {number}")));
    google::collect(places.zip(texts.iter().map(|text| text.trim())), now).finish(format)
}

/// As [`inspect_codes`], for several pictures with the texts of their QR codes. What was found stands at the name of its
/// picture.
///
/// # Errors
/// As `inspect_codes`.
pub fn inspect_pictures(pictures: &[(String, Vec<Zeroizing<String>>)], now: u64) -> Result<Found, ReadError> {
    let texts = || pictures.iter().flat_map(|(_, texts)| texts);
    let is_migration = texts().any(|text| google::payload::is_migration(text.trim()));
    let format = if is_migration { &google::FORMAT } else { &otpauth_list::FORMAT };
    let places = pictures.iter().flat_map(|(name, texts)| {
        (1..).zip(texts).map(move |(number, _): (usize, _)| match texts.len() {
            1 => Place::named(name),
            _ => Place::named(name).with_detail(&format!("QR code {number}")),
        })
    });
    google::collect(places.zip(texts().map(|text| text.trim())), now).finish(format)
}

/// Whether a failure leaves it open that the file is of another format.
fn may_be_another(likeness: Likeness, error: &ReadError) -> bool {
    match error {
        ReadError::OtherFormat { .. } => true,
        ReadError::WrongPassword { .. } | ReadError::Damaged { .. } | ReadError::TooCostly { .. } => {
            likeness == Likeness::Possible
        }
        _ => false,
    }
}

//! A text with one otpauth URI a line: what Aegis calls a text export, and what many programs and people write.
//!
//! Empty lines and lines that begin with `#` are skipped; any other line that is no URI is a problem of that line.
//! The format of a URI: <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>.

use tessera_otp::{Credential, Entry};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::export::{Export, Making, WriteError, lost_parts};
use crate::{Answers, Found, Input, Place, ReadError, Reason};

pub(crate) static FORMAT: Format = Format { id: "otpauth", name: "otpauth addresses", recognize, read };

pub(crate) static EXPORT: Export = Export {
    id: "otpauth",
    name: "otpauth addresses, one a line",
    extension: "txt",
    encrypted: false,
    lost: |entry| lost_parts(entry, &[]),
    write,
};

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    looks_like(input.text()?).then_some(Likeness::Likely)
}

/// Whether any line of a text is a URI.
pub(super) fn looks_like(text: &str) -> bool {
    lines(text).any(|(_, line)| is_uri(line))
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let Some(text) = input.text() else { return Err(ReadError::OtherFormat { format: &FORMAT }) };
    let mut collector = Collector::new();
    collect(text, answers, &mut collector);
    collector.finish(&FORMAT)
}

/// Reads a list that is a part of another format.
pub(super) fn collect(text: &str, answers: &Answers<'_>, into: &mut Collector) {
    for (index, line) in lines(text) {
        let made = Credential::from_uri(line)
            .map(|credential| Entry::new(credential, answers.now))
            .map_err(Reason::from);
        into.take(Place::line(index), made);
    }
}

#[allow(clippy::unnecessary_wraps, reason = "the shape of every format's writer")]
fn write(entries: &[&Entry], _: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    // An export is what the secrets are for.
    let addresses: Vec<_> = entries.iter().map(|entry| entry.credential.to_uri()).collect();
    let mut bytes =
        Zeroizing::new(Vec::with_capacity(addresses.iter().map(|address| address.len() + 1).sum()));
    for address in &addresses {
        bytes.extend_from_slice(address.as_bytes());
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// The lines that say something, each with its index.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn is_uri(line: &str) -> bool {
    ["otpauth://", "motp://"]
        .iter()
        .any(|scheme| line.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

#[cfg(test)]
mod tests {
    use tessera_otp::UriError;

    use super::*;
    use crate::inspect;
    use crate::testing::{NOW, credentials};

    fn list() -> String {
        credentials(40).iter().map(|credential| format!("{}\n", &*credential.to_uri())).collect()
    }

    #[test]
    fn every_type_and_every_name_comes_through() {
        let found = inspect(list().as_bytes(), "", &Answers::at(NOW)).unwrap();
        assert_eq!(found.format, &FORMAT);
        assert_eq!(found.problems, []);
        let read: Vec<_> = found.entries.into_iter().map(|found| found.entry.credential).collect();
        assert_eq!(read, credentials(40));
    }

    #[test]
    fn windows_line_ends_a_byte_order_mark_comments_and_empty_lines_are_nothing() {
        let text = format!("\u{FEFF}# mine\r\n\r\n{}", list().replace('\n', "\r\n"));
        let found = inspect(text.as_bytes(), "", &Answers::at(NOW)).unwrap();
        assert_eq!((found.entries.len(), found.problems), (40, Vec::new()));
        assert_eq!(found.entries[0].place.to_string(), "line 3");
    }

    #[test]
    fn a_line_that_is_no_uri_is_named_and_the_others_are_read() {
        let text = format!("{}hello\notpauth://totp/x\n", list());
        let found = inspect(text.as_bytes(), "", &Answers::at(NOW)).unwrap();
        assert_eq!(found.entries.len(), 40);
        let problems: Vec<_> =
            found.problems.iter().map(|p| (p.place.to_string(), p.reason.clone())).collect();
        assert_eq!(
            problems,
            [
                ("line 41".to_owned(), Reason::Uri(UriError::NotOtpauth)),
                ("line 42".to_owned(), Reason::Uri(UriError::MissingSecret)),
            ]
        );
    }

    #[test]
    fn a_text_without_any_uri_is_not_recognized() {
        let error = inspect(b"hello\nworld\n", "otpauth.txt", &Answers::at(NOW)).unwrap_err();
        assert_eq!(error, ReadError::UnknownFormat);
    }
}

//! A sheet to print and put into a drawer or a safe: of each entry its names, its secret to type and its QR code to scan. As a page
//! (`html`) and as a PDF (`pdf`).

mod fonts;
mod html;
mod pdf;

use qrcode::{EcLevel, QrCode};
use tessera_otp::{Entry, Generator, Pin};
use zeroize::Zeroizing;

use super::{Export, Lost, Making};

pub(super) static HTML: Export = Export {
    id: "sheet-html",
    name: "Recovery sheet to print (HTML)",
    extension: "html",
    encrypted: false,
    lost,
    write: html::write,
};
pub(super) static PDF: Export = Export {
    id: "sheet-pdf",
    name: "Recovery sheet to print (PDF)",
    extension: "pdf",
    encrypted: false,
    lost,
    write: pdf::write,
};

/// What the sheet is called.
const TITLE: &str = "Tessera recovery sheet";

/// Entries fit on paper with all that is needed to set them up anew; pictures and stars stay behind.
fn lost(entry: &Entry) -> Vec<Lost> {
    super::lost_parts(entry, &["group", "tags", "note"])
}

/// What stands below the title.
fn introduction(count: usize, making: &Making<'_>) -> String {
    let time = i64::try_from(making.now).ok().and_then(|now| jiff::Timestamp::from_second(now).ok());
    let date = time.map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    let entries = if count == 1 { "entry" } else { "entries" };
    format!(
        "{count} {entries}, {date}. Whoever has this sheet can make every code on it: keep it where you keep your passport. Scan a code \
         with any authenticator, or type the secret."
    )
}

/// The name that an entry stands under.
fn heading(entry: &Entry) -> &str {
    let credential = &entry.credential;
    if credential.issuer.is_empty() { &credential.account } else { &credential.issuer }
}

/// What a row of an entry is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Text,
    /// Letters to type, set apart from words.
    Secret,
}

/// The rows of an entry: what each is called, and what it says.
fn rows(entry: &Entry) -> Vec<(&'static str, Row, Zeroizing<String>)> {
    let credential = &entry.credential;
    let text = |name, text: &str| (name, Row::Text, Zeroizing::new(text.to_owned()));
    let mut rows = Vec::new();
    if !credential.issuer.is_empty() {
        rows.push(text("Account", &credential.account));
    }
    rows.push(text("Type", &kind(&credential.generator)));
    rows.push(("Secret", Row::Secret, in_fours(&credential.secret.to_base32())));
    if let Some(pin) = credential.generator.pin() {
        // The sheet is what the secrets and PINs are for.
        rows.push(text("PIN", Pin::expose_secret(pin)));
    }
    rows.push(text("Group", entry.group.as_deref().unwrap_or_default()));
    rows.push(text("Tags", &entry.tags.join(", ")));
    rows.push(text("Note", &entry.note));
    rows.retain(|(_, _, text)| !text.is_empty());
    rows
}

fn in_fours(secret: &str) -> Zeroizing<String> {
    let mut grouped = Zeroizing::new(String::with_capacity(2 * secret.len()));
    for (index, character) in secret.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

/// The code to scan; `None` for a link that no QR code holds, which is on the sheet as text alone.
fn code(entry: &Entry) -> Option<QrCode> {
    let uri = entry.credential.to_uri();
    QrCode::with_error_correction_level(uri.as_bytes(), EcLevel::M)
        .or_else(|_| QrCode::with_error_correction_level(uri.as_bytes(), EcLevel::L))
        .ok()
}

fn kind(generator: &Generator) -> String {
    let name = generator.kind().name();
    match generator {
        Generator::Totp { algorithm, digits, period } => {
            format!("{name}, {algorithm}, {} digits, {} s", digits.get(), period.get())
        }
        Generator::Hotp { algorithm, digits, counter } => {
            format!("{name}, {algorithm}, {} digits, counter {counter}", digits.get())
        }
        _ => name.to_owned(),
    }
}

//! `tessera show`: an entry with its secret; the one command that prints it. Each time is noted in the vault's log.

use std::io::IsTerminal as _;

use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use serde::Serialize;
use tessera_vault::{AuditEvent, EntryId, Vault, VaultError};

use super::{Context, Row, generator_words};
use crate::failure::{Code, Failure};
use crate::text::{safe, safe_lines};
use crate::{clock, open, query};

/// Which entry, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The entry, in the trash or not
    query: String,
    /// Show a QR code that another authenticator can scan
    #[arg(long)]
    qr: bool,
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    row: Row,
    note: &'a str,
    secret: &'a str,
    pin: Option<&'a str>,
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_svg: Option<&'a str>,
}

/// Notes it in the log, then prints.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let mut vault = open::unlock(context)?;
    let id = match query::one(vault.entries(), &args.query) {
        Err(failure) if failure.code == Code::NotFound => query::one(vault.trash(), &args.query)?,
        found => found?,
    };
    note_in_log(&mut vault, id, args.qr, context)?;
    let known = vault.entry(id).ok_or_else(|| open::vault_failure(VaultError::NotFound))?;
    let credential = &known.entry.credential;
    // Showing the secret is what this command is for; the password was just given.
    let secret = credential.secret.to_base32();
    let uri = credential.to_uri();
    let pin = credential.generator.pin().map(tessera_otp::Pin::expose_secret);
    let qr = if args.qr { Some(qr_code(&uri)?) } else { None };
    if context.out.is_json() {
        let svg = qr.as_ref().map(|qr| qr.render::<svg::Color<'_>>().min_dimensions(256, 256).build());
        let row = Row::of(known);
        return context.out.value(&Shown {
            row,
            note: &known.entry.note,
            secret: &secret,
            pin,
            uri: &uri,
            qr_svg: svg.as_deref(),
        });
    }
    let entry = known.entry;
    let mut lines = vec![
        format!("Id:      {id}"),
        format!("Issuer:  {}", safe(&credential.issuer)),
        format!("Account: {}", safe(&credential.account)),
        format!("Type:    {}", generator_words(&credential.generator)),
        format!("Secret:  {}", secret.as_str()),
    ];
    if let Some(pin) = pin {
        lines.push(format!("PIN:     {pin}"));
    }
    lines.push(format!("Link:    {}", uri.as_str()));
    if let Some(group) = &entry.group {
        lines.push(format!("Group:   {}", safe(group)));
    }
    if !entry.tags.is_empty() {
        lines.push(format!(
            "Tags:    {}",
            entry.tags.iter().map(|tag| safe(tag)).collect::<Vec<_>>().join(", ")
        ));
    }
    for (number, line) in safe_lines(&entry.note).iter().enumerate() {
        lines.push(format!("{} {line}", if number == 0 { "Note:   " } else { "        " }));
    }
    lines.push(format!("Made:    {}", clock::in_words(entry.created)));
    lines.push(format!("Changed: {}", clock::in_words(entry.modified)));
    if let Some(deleted) = entry.deleted {
        lines.push(format!("Removed: {}", clock::in_words(deleted)));
    }
    if let Some(last) = known.last_used {
        lines.push(format!("Used:    {} times, last {}", known.uses, clock::in_words(last)));
    }
    context.out.lines(&lines)?;
    match qr {
        Some(qr) => context.out.lines(&drawn(&qr)),
        None => Ok(()),
    }
}

/// A vault that can only be read must still give its secrets: that it could not be noted is said instead.
fn note_in_log(vault: &mut Vault, id: EntryId, qr: bool, context: &Context) -> Result<(), Failure> {
    let event = if qr { AuditEvent::QrShown } else { AuditEvent::SecretShown };
    match vault.audit(event, Some(id)) {
        Ok(()) => Ok(()),
        Err(VaultError::ReadOnly) => {
            context
                .out
                .warning("The vault can only be read, so that showing the secret is not noted in its log.");
            Ok(())
        }
        Err(error) => Err(open::vault_failure(error)),
    }
}

fn qr_code(uri: &str) -> Result<QrCode, Failure> {
    QrCode::new(uri)
        .map_err(|error| Failure::new(Code::Failed, "The link is too long for a QR code.").caused_by(&error))
}

/// The code in half blocks: on a terminal black on white, whatever its colors, since not every scanner reads inverted ones.
fn drawn(qr: &QrCode) -> Vec<String> {
    let text = qr.render::<unicode::Dense1x2>().build();
    if !std::io::stdout().is_terminal() {
        return text.lines().map(str::to_owned).collect();
    }
    // The renderer's "dark" is a drawn block: here the blocks are the dark modules.
    text.lines().map(|line| format!("\x1b[38;5;16;48;5;231m{line}\x1b[0m")).collect()
}

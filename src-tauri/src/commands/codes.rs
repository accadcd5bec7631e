//! Codes, and the secrets behind them after the password.

use std::time::Duration;

use qrcode::{EcLevel, QrCode, render::svg};
use tauri::command;
use tessera_otp::{Code, CodeError, Entry, Pin};
use tessera_vault::{AuditEvent, Password};
use zeroize::Zeroizing;

use super::{entries::no_entry, password as opened};
use crate::{
    convert,
    dto::{CodeRow, Codes, Copied, EntryId, ErrorCode, Failure, QrShown, Sealed, SecretShown},
    session::OpenVault,
    shell::{App, Shell, run},
};

/// More rows than any screen shows.
const ROWS_MOST: usize = 1_000;

#[command]
pub(crate) async fn codes(shell: App<'_>, ids: Vec<EntryId>) -> Result<Codes, Failure> {
    run(&shell, move |shell| {
        if ids.len() > ROWS_MOST {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                "Codes are given for the rows on screen only.",
            ));
        }
        let ids = convert::entry_ids(&ids)?;
        let server_now = shell.clock.unix_ms();
        let steady = shell.clock.steady();
        shell.with_vault(|open| {
            let rows = ids.into_iter().map(|id| row(open, id, server_now / 1000, steady)).collect();
            Ok(Codes { server_now, rows })
        })
    })
    .await
}

fn row(open: &OpenVault, id: tessera_vault::EntryId, now: u64, steady: Duration) -> CodeRow {
    let Some(found) = open.vault.entry(id) else { return problem(id, no_entry(&open.vault, id)) };
    let credential = &found.entry.credential;
    if let Some(counter) = credential.generator.counter() {
        // The counter's next code is not computed before it is asked for and its counter is on disk.
        let shown = open.shown_hotp(id, steady);
        let code = shown.map(|shown| shown.code.as_str().to_owned());
        let counter = shown.map_or(counter, |shown| shown.counter);
        return CodeRow { code, counter: Some(counter), ..empty(id) };
    }
    let next = || credential.next_code_at(now);
    match credential.code_at(now).and_then(|code| Ok((code, next()?))) {
        Ok((code, next)) => {
            CodeRow { next: next.map(|next| next.text().to_owned()), ..with_code(id, found.entry, &code) }
        }
        Err(error) => problem(id, error.into()),
    }
}

fn empty(id: tessera_vault::EntryId) -> CodeRow {
    CodeRow {
        id: convert::id(id),
        code: None,
        next: None,
        valid_from: None,
        valid_until: None,
        period: None,
        counter: None,
        problem: None,
    }
}

fn problem(id: tessera_vault::EntryId, failure: Failure) -> CodeRow {
    CodeRow { problem: Some(failure), ..empty(id) }
}

fn with_code(id: tessera_vault::EntryId, entry: &Entry, code: &Code) -> CodeRow {
    CodeRow {
        code: Some(code.text().to_owned()),
        valid_from: code.valid_from(),
        valid_until: code.valid_until(),
        period: entry.credential.generator.period().map(tessera_otp::Period::get),
        ..empty(id)
    }
}

#[command]
pub(crate) async fn advance_hotp(shell: App<'_>, id: EntryId) -> Result<CodeRow, Failure> {
    run(&shell, move |shell| {
        let id = convert::entry_id(&id)?;
        let steady = shell.clock.steady();
        shell.with_vault(|open| {
            advance(open, id, steady)?;
            Ok(row(open, id, 0, steady))
        })
    })
    .await
}

/// The next HOTP code; its counter is on disk when this returns.
fn advance(open: &mut OpenVault, id: tessera_vault::EntryId, steady: Duration) -> Result<Code, Failure> {
    let counter =
        |open: &OpenVault| open.vault.entry(id).and_then(|found| found.entry.credential.generator.counter());
    if counter(open).is_none() && open.vault.entry(id).is_none() {
        return Err(no_entry(&open.vault, id));
    }
    let code = open.vault.advance_hotp(id)?;
    open.vault.record_use(id);
    // The entry holds the counter of the code after this one.
    let used = counter(open).map_or(0, |next| next.saturating_sub(1));
    open.show_hotp(id, code.text(), used, steady);
    Ok(code)
}

#[command]
pub(crate) async fn copy_code(shell: App<'_>, id: EntryId) -> Result<Copied, Failure> {
    run(&shell, move |shell| {
        let id = convert::entry_id(&id)?;
        let (now, steady) = (shell.clock.unix(), shell.clock.steady());
        let (text, clears) = shell.with_vault(|open| {
            let found = open.vault.entry(id).ok_or_else(|| no_entry(&open.vault, id))?;
            let is_hotp = found.entry.credential.generator.counter().is_some();
            let text = if is_hotp {
                match open.shown_hotp(id, steady) {
                    Some(shown) => shown.code.clone(),
                    None => kept(&advance(open, id, steady)?),
                }
            } else {
                kept(&open.vault.code(id, now)?)
            };
            open.vault.record_use(id);
            Ok((text, open.vault.settings().clipboard_s))
        })?;
        copy(shell, &text, clears)
    })
    .await
}

fn kept(code: &Code) -> Zeroizing<String> {
    Zeroizing::new(code.text().to_owned())
}

fn copy(shell: &Shell, code: &str, clears_in_s: u32) -> Result<Copied, Failure> {
    let clears_in_s = Some(clears_in_s).filter(|seconds| *seconds > 0);
    let after = clears_in_s.map(|seconds| Duration::from_secs(seconds.into()));
    shell.clipboard.copy(code, shell.clock.steady(), after)?;
    Ok(Copied { clears_in_s })
}

#[command]
pub(crate) async fn code_with_pin(shell: App<'_>, id: EntryId, pin: Sealed) -> Result<CodeRow, Failure> {
    run(&shell, move |shell| pin_code(shell, &id, &pin).map(|(row, _, _)| row)).await
}

#[command]
pub(crate) async fn copy_code_with_pin(shell: App<'_>, id: EntryId, pin: Sealed) -> Result<Copied, Failure> {
    run(&shell, move |shell| {
        let (_, text, clears) = pin_code(shell, &id, &pin)?;
        copy(shell, &text, clears)
    })
    .await
}

fn pin_code(shell: &Shell, id: &EntryId, pin: &Sealed) -> Result<(CodeRow, Zeroizing<String>, u32), Failure> {
    let id = convert::entry_id(id)?;
    let pin = Pin::new(&shell.unseal(pin)?)?;
    let now = shell.clock.unix();
    shell.with_vault(|open| {
        let found = open.vault.entry(id).ok_or_else(|| no_entry(&open.vault, id))?;
        let code = found
            .entry
            .credential
            .code_with_pin(now, &pin)
            .map_err(|error: CodeError| Failure::from(error))?;
        let row = with_code(id, found.entry, &code);
        open.vault.record_use(id);
        Ok((row, kept(&code), open.vault.settings().clipboard_s))
    })
}

#[command]
pub(crate) async fn reveal_secret(
    shell: App<'_>,
    id: EntryId,
    password: Sealed,
) -> Result<SecretShown, Failure> {
    run(&shell, move |shell| {
        let password = opened(shell, &password)?;
        reveal(shell, &id, &password, AuditEvent::SecretShown, |entry| {
            Ok(SecretShown {
                base32: entry.credential.secret.to_base32().to_string(),
                uri: Some(entry.credential.to_uri().to_string()),
            })
        })
    })
    .await
}

#[command]
pub(crate) async fn reveal_qr(shell: App<'_>, id: EntryId, password: Sealed) -> Result<QrShown, Failure> {
    run(&shell, move |shell| {
        let password = opened(shell, &password)?;
        reveal(shell, &id, &password, AuditEvent::QrShown, |entry| qr(&entry.credential.to_uri()))
    })
    .await
}

/// Shows a secret: after the password, and never without a line in the audit log.
fn reveal<T>(
    shell: &Shell,
    id: &EntryId,
    password: &Password,
    event: AuditEvent,
    show: impl FnOnce(&Entry) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let id = convert::entry_id(id)?;
    let steady = shell.clock.steady();
    shell.with_vault(|open| {
        open.require_password(password, steady)?;
        let found = open.vault.entry(id).ok_or_else(|| no_entry(&open.vault, id))?;
        let shown = show(found.entry)?;
        // A vault that cannot be written still shows its secrets: there is nowhere to log to.
        if !open.vault.read_only() {
            open.vault.audit(event, Some(id))?;
        }
        Ok(shown)
    })
}

/// A text as a QR code.
pub(crate) fn qr(uri: &str) -> Result<QrShown, Failure> {
    let code = [EcLevel::M, EcLevel::L]
        .into_iter()
        .find_map(|level| QrCode::with_error_correction_level(uri, level).ok());
    let code =
        code.ok_or_else(|| Failure::new(ErrorCode::InvalidEntry, "This entry is too long for a QR code."))?;
    let mut picture = code.render::<svg::Color<'_>>();
    picture
        .min_dimensions(256, 256)
        .quiet_zone(true)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"));
    Ok(QrShown { svg: picture.build() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_becomes_an_svg_and_one_too_long_is_refused() {
        assert!(qr("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ").unwrap().svg.contains("<svg"));
        assert_eq!(qr(&"x".repeat(5_000)).err().unwrap().code, ErrorCode::InvalidEntry);
    }
}

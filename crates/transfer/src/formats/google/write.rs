//! The parts of a transfer, as addresses: each is a QR code that Google Authenticator scans.

use data_encoding::BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message as _;
use tessera_otp::{Algorithm, Entry, Generator, Period};
use zeroize::{Zeroize as _, Zeroizing};

use super::payload::{Account, Payload, SCHEME};
use crate::export::{Export, Lost, Making, WriteError, lost_parts};

pub(crate) static EXPORT: Export = Export {
    id: "google-authenticator",
    name: "Google Authenticator, one address a line for QR codes",
    extension: "txt",
    encrypted: false,
    lost,
    write,
};

/// So many accounts the app itself puts into one code.
const ACCOUNTS_MAX: usize = 10;
/// So many bytes of content still make a code that a phone reads from a screen.
const CONTENT_MAX: usize = 700;

fn lost(entry: &Entry) -> Vec<Lost> {
    let eight_or_six = |digits: u8| matches!(digits, 6 | 8);
    let why = match &entry.credential.generator {
        Generator::Totp { digits, period, .. } => {
            if *period != Period::THIRTY {
                Some("Google Authenticator knows only 30 seconds")
            } else if !eight_or_six(digits.get()) {
                Some("Google Authenticator knows only 6 and 8 digits")
            } else {
                None
            }
        }
        Generator::Hotp { digits, counter, .. } => {
            if i64::try_from(*counter).is_err() {
                Some("its counter is higher than Google Authenticator counts")
            } else if !eight_or_six(digits.get()) {
                Some("Google Authenticator knows only 6 and 8 digits")
            } else {
                None
            }
        }
        Generator::Steam => Some("Google Authenticator has no Steam codes"),
        Generator::Motp { .. } => Some("Google Authenticator has no mOTP"),
        Generator::Yandex { .. } => Some("Google Authenticator has no Yandex codes"),
    };
    why.map_or_else(|| lost_parts(entry, &[]), |why| vec![Lost::Entry(why)])
}

#[allow(clippy::needless_pass_by_value, reason = "the shape of every format's writer")]
fn write(entries: &[&Entry], making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut batch = [0; 4];
    making.rng.fill_bytes(&mut batch);
    let mut parts: Vec<Vec<Account>> = Vec::new();
    let mut room = 0;
    for account in entries.iter().filter_map(|entry| account(entry)) {
        let size = account.encoded_len() + 4;
        match parts.last_mut() {
            Some(part) if part.len() < ACCOUNTS_MAX && size <= room => part.push(account),
            _ => {
                parts.push(vec![account]);
                room = CONTENT_MAX;
            }
        }
        room = room.saturating_sub(size);
    }
    let size = i32::try_from(parts.len()).map_err(|_| WriteError::TooMuch)?;
    let mut addresses = Vec::new();
    for (index, accounts) in (0..).zip(parts) {
        // The app's ids are positive.
        let batch_id = i32::from_le_bytes(batch) & i32::MAX;
        let mut payload = Payload { accounts, version: 1, batch_size: size, batch_index: index, batch_id };
        let data = Zeroizing::new(BASE64.encode(&Zeroizing::new(payload.encode_to_vec())));
        payload.accounts.iter_mut().for_each(|account| account.secret.zeroize());
        addresses.push(Zeroizing::new(format!(
            "{SCHEME}offline?data={}\n",
            utf8_percent_encode(&data, NON_ALPHANUMERIC)
        )));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(addresses.iter().map(|address| address.len()).sum()));
    for address in &addresses {
        bytes.extend_from_slice(address.as_bytes());
    }
    Ok(bytes)
}

fn account(entry: &Entry) -> Option<Account> {
    let credential = &entry.credential;
    let (algorithm, digits, kind, counter) = match &credential.generator {
        Generator::Totp { algorithm, digits, .. } => (*algorithm, digits.get(), 2, 0),
        Generator::Hotp { algorithm, digits, counter } => {
            (*algorithm, digits.get(), 1, i64::try_from(*counter).ok()?)
        }
        _ => return None,
    };
    // A colon of the account's own would otherwise be taken for the one after the issuer.
    let name = if credential.account.contains(':') {
        format!("{}:{}", credential.issuer, credential.account)
    } else {
        credential.account.clone()
    };
    Some(Account {
        // An export is what the secrets are for.
        secret: credential.secret.expose_secret().to_vec(),
        name,
        issuer: credential.issuer.clone(),
        algorithm: match algorithm {
            Algorithm::Sha1 => 1,
            Algorithm::Sha256 => 2,
            Algorithm::Sha512 => 3,
        },
        digits: if digits == 8 { 2 } else { 1 },
        kind,
        counter,
    })
}

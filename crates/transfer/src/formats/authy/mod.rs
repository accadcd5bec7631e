//! Authy's preferences from a rooted phone (`com.authy.storage.tokens.authenticator.key.xml` and `….authy.key.xml`):
//! JSON within an Android XML file. Secrets that were backed up are encrypted one by one with the backup password.
//!
//! Authy stores no algorithm and no period. Its codes of seven digits change every 10 seconds, all others every 30.

use std::collections::HashMap;

use serde_json::Value;
use tessera_otp::{Period, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher;
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::kdf::{self, Prf};
use crate::prefs::{self, Prefs};
use crate::{Answers, Found, Input, ReadError, Reason, base64};

pub(super) static FORMAT: Format = Format { id: "authy", name: "Authy", recognize, read };

/// The two lists: entries that were scanned, and those that Authy's customers made.
const LISTS: [&str; 2] = ["com.authy.storage.tokens.authenticator.key", "com.authy.storage.tokens.authy.key"];
/// Where a token does not say how often its key derivation goes round.
const ROUNDS: u64 = 1_000;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let text = input.text()?;
    let certain = prefs::looks_like(text) && LISTS.iter().any(|list| text.contains(list));
    certain.then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let text = input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let prefs = Prefs::read(text).ok_or_else(|| FORMAT.damaged("it is no whole XML file"))?;
    let lists: Vec<&str> = LISTS.iter().filter_map(|list| prefs.get(list)).collect();
    if lists.is_empty() {
        return Err(ReadError::OtherFormat { format: &FORMAT });
    }
    let mut tokens = Tokens { keys: HashMap::new(), answers, opened: 0, shut: 0 };
    let mut collector = Collector::new();
    for list in lists {
        let json = Json::read(list).ok_or_else(|| FORMAT.damaged("the list in it is no JSON"))?;
        let items = json.0.as_array().ok_or_else(|| FORMAT.damaged("the list in it is none"))?;
        for (index, item) in items.iter().enumerate() {
            let made = tokens.draft(item)?.map(|draft| draft.entry(answers.now));
            collector.take(fields::place(index, item, "", "name"), made);
        }
    }
    // One token may be damaged; when none opens, it is the password.
    if tokens.shut > 0 && tokens.opened == 0 {
        return Err(ReadError::WrongPassword { format: &FORMAT });
    }
    collector.finish(&FORMAT)
}

struct Tokens<'a> {
    /// Keys by salt and rounds: tokens of one backup mostly have one salt each, but they need not.
    keys: HashMap<(String, u64), Zeroizing<[u8; 32]>>,
    answers: &'a Answers<'a>,
    opened: usize,
    shut: usize,
}

impl Tokens<'_> {
    fn draft(&mut self, item: &Value) -> Result<Result<Draft, Reason>, ReadError> {
        let token = match Fields::of(item, "token") {
            Ok(token) => token,
            Err(reason) => return Ok(Err(reason)),
        };
        match self.secret(token) {
            Ok(secret) => Ok(secret.and_then(|secret| finish(token, secret))),
            Err(error) => Err(error),
        }
    }

    fn secret(&mut self, token: Fields<'_>) -> Result<Result<Secret, Reason>, ReadError> {
        // Tokens of Authy's customers have their secret in hexadecimal.
        for (field, read) in
            [("decryptedSecret", Secret::from_base32 as fn(&str) -> _), ("secretSeed", Secret::from_hex)]
        {
            match token.opt_text(field) {
                Ok(Some(text)) => return Ok(read(text).map_err(Reason::from)),
                Ok(None) => {}
                Err(reason) => return Ok(Err(reason)),
            }
        }
        let parts = || {
            let sealed = base64::decode(token.text("encryptedSecret")?);
            let sealed = sealed.ok_or(Reason::WrongType { field: "encryptedSecret", expected: "base64" })?;
            let rounds = token.opt_number("key_derivation_iterations")?.unwrap_or(ROUNDS);
            Ok((sealed, token.text("salt")?, rounds))
        };
        let (sealed, salt, rounds) = match parts() {
            Ok(parts) => parts,
            Err(reason) => return Ok(Err(reason)),
        };
        let key = self.key(salt, rounds)?;
        let plain = cipher::open_cbc(&key, &[0; 16], &sealed);
        // Nothing authenticates the text: what is no base32 was decrypted with another key.
        let secret = plain.and_then(|plain| Secret::from_base32(core::str::from_utf8(&plain).ok()?).ok());
        match &secret {
            Some(_) => self.opened += 1,
            None => self.shut += 1,
        }
        Ok(secret.ok_or(Reason::NotDecrypted))
    }

    fn key(&mut self, salt: &str, rounds: u64) -> Result<Zeroizing<[u8; 32]>, ReadError> {
        if let Some(known) = self.keys.get(&(salt.to_owned(), rounds)) {
            return Ok(known.clone());
        }
        let password = self.answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
        let mut key = Zeroizing::new([0; 32]);
        // The key is derived from the password's bytes.
        let password = password.expose_secret().as_bytes();
        kdf::pbkdf2(&FORMAT, Prf::Sha1, password, salt.as_bytes(), rounds, &mut *key)?;
        self.keys.insert((salt.to_owned(), rounds), key.clone());
        Ok(key)
    }
}

fn finish(token: Fields<'_>, secret: Secret) -> Result<Draft, Reason> {
    let (issuer, account) = names(token)?;
    let mut draft = Draft::new(&issuer, &account, secret);
    if let Some(digits) = token.opt_number("digits")? {
        draft.digits = draft::digits(digits)?;
    }
    if draft.digits.get() == 7 {
        draft.period = Period::TEN;
    }
    Ok(draft)
}

/// What was scanned reads `issuer:account`; what is shown reads `issuer: account` and may have been changed.
fn names(token: Fields<'_>) -> Result<(String, String), Reason> {
    let shown = token.opt_text("name")?.unwrap_or_default();
    let original = token.opt_text("originalName")?.filter(|name| !name.is_empty());
    let issuer = token.opt_text("originalIssuer")?.filter(|issuer| !issuer.is_empty());
    let (from_name, account) = match original.unwrap_or(shown).split_once(':') {
        Some((issuer, account)) => (issuer, account),
        None => ("", original.unwrap_or(shown)),
    };
    Ok((issuer.unwrap_or(from_name).to_owned(), account.to_owned()))
}

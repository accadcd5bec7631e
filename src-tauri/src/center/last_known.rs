//! What centers last told of accounts and of themselves, for panels that open while a center does not answer.
//!
//! The page puts its answers here as it has them and reads them again after the vault was unlocked; no other part looks into
//! them. They are written into the vault, sealed like all else there, when it is locked (ADR 0130). An account that is not
//! signed in has none.

use std::collections::BTreeMap;

use tessera_center_api::about::About;
use tessera_vault::{KeptSecret, KnownAnswer, KnownRecord, RecordId, Vault, VaultError};

use super::{
    connections::{no_center, record_id},
    sessions::{account_of, number},
};
use crate::{
    dto::{AccountRef, Failure, LastKnown},
    shell::Shell,
};

/// Who wrote the answers: another version may have other shapes, and leaves them alone.
const WRITER: &str = concat!("tessera-desktop ", env!("CARGO_PKG_VERSION"));
/// The longest answer that is kept, in bytes. A longer one is read anew when its center answers.
const ANSWER_MOST: usize = 16 * 1024;
/// The longest name, in bytes.
const NAME_MOST: usize = 64;
/// Answers that are kept of one account.
const ANSWERS_MOST: usize = 16;

/// In the place of an account: what the center told of itself. No account has this number.
const ITSELF: u64 = 0;
const ABOUT: &str = "about";

/// The answers, by account and name.
#[derive(Default)]
pub(crate) struct Told(BTreeMap<(RecordId, u64), BTreeMap<String, KnownAnswer>>);

impl Told {
    /// Those that the vault kept.
    pub(crate) fn read(vault: &Vault) -> Self {
        let ours = vault.known_records().filter(|(_, known)| known.writer == WRITER);
        let told = ours.map(|(_, known)| {
            let answers = known.answers.iter().map(|answer| (answer.name.clone(), answer.clone()));
            ((known.center, known.account), answers.collect())
        });
        Self(told.collect())
    }

    /// Writes them into the vault; nothing when they are what stands there.
    pub(crate) fn keep(&mut self, vault: &mut Vault) -> Result<(), VaultError> {
        self.drop_signed_out(vault);
        let records = self.0.iter().map(|(&(center, account), answers)| KnownRecord {
            center,
            account,
            writer: WRITER.to_owned(),
            answers: answers.values().cloned().collect(),
        });
        vault.replace_known_records(records.collect())
    }

    fn drop_signed_out(&mut self, vault: &Vault) {
        self.0.retain(|(center, account), _| {
            vault.center(*center).is_some_and(|record| {
                *account == ITSELF
                    || record.account(*account).is_some_and(|account| account.session.is_some())
            })
        });
    }

    /// Takes over what a center told of itself.
    pub(crate) fn heard(&mut self, center: RecordId, about: &About, at: u64) {
        // Only a map with keys that are no texts cannot be written as JSON.
        let Ok(text) = serde_json::to_string(about) else { return };
        let length = text.len();
        let answer = KnownAnswer { name: ABOUT.to_owned(), at, text: KeptSecret::new(text) };
        self.note((center, ITSELF), answer, length);
    }

    /// What a center told of itself last, and when.
    pub(crate) fn about(&self, center: RecordId) -> Option<(About, u64)> {
        let answer = self.0.get(&(center, ITSELF))?.get(ABOUT)?;
        // It is no secret; it lies among those.
        Some((serde_json::from_str(answer.text.expose_secret()).ok()?, answer.at))
    }

    fn note(&mut self, place: (RecordId, u64), answer: KnownAnswer, length: usize) {
        let answers = self.0.entry(place).or_default();
        if length > ANSWER_MOST {
            // What was kept before is older than what the page has seen since.
            answers.remove(&answer.name);
        } else if answer.name.len() <= NAME_MOST
            && (answers.len() < ANSWERS_MOST || answers.contains_key(&answer.name))
        {
            answers.insert(answer.name.clone(), answer);
        }
    }
}

impl Shell {
    /// The answers of all accounts that are signed in.
    pub(crate) fn last_known(&self) -> Result<Vec<LastKnown>, Failure> {
        self.with_vault(|open| {
            open.told.drop_signed_out(&open.vault);
            let of_accounts = open.told.0.iter().filter(|((_, account), _)| *account != ITSELF);
            let all = of_accounts.flat_map(|((center, account), answers)| {
                answers.values().map(|answer| LastKnown {
                    who: AccountRef {
                        center: center.to_string(),
                        account: i64::try_from(*account).unwrap_or(i64::MAX),
                    },
                    name: answer.name.clone(),
                    at: answer.at,
                    // Back to the page that gave it, while the vault is open.
                    text: answer.text.expose_secret().to_owned(),
                })
            });
            Ok(all.collect())
        })
    }

    /// Takes an answer over, in place of an earlier one of that name.
    pub(crate) fn keep_known(&self, known: LastKnown) -> Result<(), Failure> {
        let LastKnown { who, name, at, text } = known;
        let center = record_id(&who.center)?;
        self.with_vault(|open| {
            let record = open.vault.center(center).ok_or_else(no_center)?;
            let is_signed_in =
                account_of(record, who.account).is_some_and(|account| account.session.is_some());
            if is_signed_in {
                let length = text.len();
                let answer = KnownAnswer { name, at, text: KeptSecret::new(text) };
                open.told.note((center, number(who.account)), answer, length);
            }
            Ok(())
        })
    }
}

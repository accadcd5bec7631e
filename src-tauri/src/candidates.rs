//! Found credentials that wait for review. Their secrets stay here; the page sees a token and what to check.

use std::collections::HashMap;

use tessera_otp::{Credential, Entry};
use tessera_transfer::{PartError, Problem, TakenPart, Transfer};

use crate::{
    convert,
    dto::{Candidate, DuplicateRow, ErrorCode, Failure, SaveItem, TransferRow},
};

/// More than any picture holds; a page that asks for ever more pushes nothing out, it is refused.
const MOST: usize = 2_000;
/// How much of a text that is no credential is shown, in characters.
const SHOWN: usize = 120;

/// The credentials that wait.
#[derive(Default)]
pub(crate) struct Candidates {
    waiting: HashMap<String, Credential>,
    /// The transfer of Google Authenticator whose parts are being looked for.
    transfer: Transfer,
    made: u64,
}

impl Candidates {
    /// What a QR code or a link says, as a candidate. `duplicates` looks the secret up in the vault.
    pub(crate) fn add_text(
        &mut self,
        text: &str,
        duplicates: impl FnOnce(&Credential) -> Vec<DuplicateRow>,
    ) -> Candidate {
        match Credential::from_uri(text.trim()) {
            Ok(credential) => {
                let duplicates = duplicates(&credential);
                self.add(credential, duplicates)
            }
            Err(error) => {
                let failure = Failure::from(error);
                // A text that is no credential helps a person to see what was scanned; a faulty credential may hold a secret.
                let shown = (failure.code == ErrorCode::NotOtpauth).then(|| shortened(text));
                problem(failure, shown)
            }
        }
    }

    /// What a part of a transfer of Google Authenticator holds. Parts come one by one and in any order; one that came before
    /// gives nothing anew, and one of another transfer is refused while some are missing.
    pub(crate) fn add_part(
        &mut self,
        address: &str,
        now: u64,
        mut duplicates: impl FnMut(&Credential) -> Vec<DuplicateRow>,
    ) -> Vec<Candidate> {
        let found = match self.transfer.take(address, now) {
            Ok(TakenPart::New(found)) => found,
            Ok(TakenPart::Known) => return Vec::new(),
            Ok(TakenPart::OtherTransfer) => {
                let message = "This QR code belongs to another transfer than those before.";
                return vec![problem(Failure::new(ErrorCode::OtherTransfer, message), None)];
            }
            Err(PartError::Faulty(reason)) => {
                return vec![problem(Failure::new(ErrorCode::MigrationLink, reason.to_string()), None)];
            }
            Err(PartError::Read(error)) => return vec![problem(error.into(), None)],
        };
        let mut made: Vec<Candidate> = Vec::with_capacity(found.entries.len());
        for found in found.entries {
            let duplicates = duplicates(&found.entry.credential);
            made.push(self.add(found.entry.credential, duplicates));
        }
        for Problem { place, reason, .. } in &found.problems {
            let failure = Failure::new(ErrorCode::MigrationLink, reason.to_string());
            made.push(problem(failure, Some(place.to_string())));
        }
        made
    }

    /// How far the transfer is; nothing before its first part.
    pub(crate) fn transfer(&self) -> Option<TransferRow> {
        let parts = self.transfer.parts();
        (parts > 0).then(|| TransferRow { parts, missing: self.transfer.missing() })
    }

    /// Parts are looked for from the beginning.
    pub(crate) fn begin_transfer(&mut self) {
        self.transfer = Transfer::default();
    }

    /// A credential as a candidate.
    pub(crate) fn add(&mut self, credential: Credential, duplicates: Vec<DuplicateRow>) -> Candidate {
        if self.waiting.len() >= MOST {
            return problem(Failure::new(ErrorCode::CandidatesFull, "Too many codes wait for review."), None);
        }
        self.made += 1;
        let token = format!("c{}", self.made);
        let generator = &credential.generator;
        let candidate = Candidate {
            token: token.clone(),
            issuer: credential.issuer.clone(),
            account: credential.account.clone(),
            kind: Some(convert::kind(generator.kind())),
            algorithm: generator.algorithm().map(convert::algorithm),
            digits: Some(generator.code_length()),
            period: generator.period().map(tessera_otp::Period::get),
            counter: generator.counter(),
            duplicates,
            problem: None,
            shown_text: None,
        };
        self.waiting.insert(token, credential);
        candidate
    }

    /// The reviewed ones as entries, ready to be stored. All or none: a token that is not waiting, or a name that cannot be
    /// kept, refuses the whole list, and everything keeps waiting.
    pub(crate) fn entries(&self, items: &[SaveItem], now: u64) -> Result<Vec<Entry>, Failure> {
        let entry = |item: &SaveItem| {
            let found = self.waiting.get(&item.token).ok_or_else(|| {
                Failure::new(ErrorCode::CandidateGone, "This code is not waiting any more; scan it again.")
            })?;
            let mut credential = found.clone();
            credential.issuer.clone_from(&item.issuer);
            credential.account.clone_from(&item.account);
            let mut entry = Entry::new(credential, now);
            entry.group.clone_from(&item.group);
            entry.tags.clone_from(&item.tags);
            entry.note.clone_from(&item.note);
            entry.favorite = item.favorite;
            let entry = entry.tidied();
            entry.check()?;
            Ok(entry)
        };
        items.iter().map(entry).collect()
    }

    /// Forgets those that were stored.
    pub(crate) fn remove(&mut self, items: &[SaveItem]) {
        for item in items {
            self.waiting.remove(&item.token);
        }
    }

    /// Forgets all: the person left the view, or the vault was locked.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.begin_transfer();
    }
}

fn problem(failure: Failure, shown_text: Option<String>) -> Candidate {
    Candidate {
        token: String::new(),
        issuer: String::new(),
        account: String::new(),
        kind: None,
        algorithm: None,
        digits: None,
        period: None,
        counter: None,
        duplicates: Vec::new(),
        problem: Some(failure),
        shown_text,
    }
}

fn shortened(text: &str) -> String {
    let text = tessera_otp::clean_name(text);
    if text.chars().count() <= SHOWN {
        return text;
    }
    text.chars().take(SHOWN).chain(['\u{2026}']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8";

    fn item(token: &str) -> SaveItem {
        SaveItem {
            token: token.to_owned(),
            issuer: " Example ".to_owned(),
            account: "alice".to_owned(),
            group: Some(String::new()),
            tags: vec!["work".to_owned(), "work".to_owned()],
            favorite: true,
            note: String::new(),
        }
    }

    #[test]
    fn a_found_code_waits_and_becomes_an_entry_as_reviewed() {
        let mut candidates = Candidates::default();
        let found = candidates.add_text(URI, |_| Vec::new());
        assert_eq!((found.issuer.as_str(), found.digits, found.problem), ("Example", Some(8), None));
        let entries = candidates.entries(&[item(&found.token)], 59).unwrap();
        assert_eq!(entries[0].credential.issuer, "Example");
        assert_eq!(
            (entries[0].group.as_deref(), entries[0].tags.len(), entries[0].favorite),
            (None, 1, true)
        );
        assert_eq!(entries[0].credential.code_at(59).unwrap().text(), "94287082");
    }

    /// The addresses of a transfer, each what one QR code says.
    fn parts(seed: u64) -> Vec<String> {
        let entries: Vec<Entry> = tessera_testkit::sample::entries(60)
            .into_iter()
            .filter(|entry| matches!(entry.credential.generator, tessera_otp::Generator::Totp { .. }))
            .collect();
        let export = tessera_transfer::export_by_id("google-authenticator").unwrap();
        let rng = &mut tessera_testkit::SeededRng::new(seed);
        let text = export.write(&entries, tessera_transfer::Making { now: 1, password: None, rng }).unwrap();
        String::from_utf8(text.to_vec()).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_parts_of_a_transfer_come_one_by_one_and_the_missing_ones_are_told() {
        let parts = parts(3);
        let all: Vec<u32> = (1..).take(parts.len()).collect();
        let mut candidates = Candidates::default();
        assert_eq!(candidates.transfer(), None);
        let mut made = 0;
        for (n, part) in parts.iter().enumerate().rev() {
            let found = candidates.add_part(part, 1, |_| Vec::new());
            assert!(!found.is_empty() && found.iter().all(|candidate| candidate.problem.is_none()));
            made += found.len();
            let transfer = candidates.transfer().unwrap();
            assert_eq!((transfer.parts, transfer.missing), (all[all.len() - 1], all[..n].to_vec()));
        }
        assert_eq!(candidates.waiting.len(), made);
        assert!(candidates.add_part(&parts[0], 1, |_| Vec::new()).is_empty());
        candidates.clear();
        assert_eq!(candidates.transfer(), None);
    }

    #[test]
    fn a_part_of_another_transfer_is_refused_and_changes_nothing() {
        let (ours, others) = (parts(3), parts(4));
        let mut candidates = Candidates::default();
        let made = candidates.add_part(&ours[0], 1, |_| Vec::new()).len();
        let refused = candidates.add_part(&others[1], 1, |_| Vec::new());
        assert_eq!(refused[0].problem.as_ref().unwrap().code, ErrorCode::OtherTransfer);
        assert_eq!((refused.len(), candidates.waiting.len()), (1, made));
        assert!(!candidates.transfer().unwrap().missing.contains(&1));
        candidates.begin_transfer();
        assert!(candidates.add_part(&others[1], 1, |_| Vec::new())[0].problem.is_none());
    }

    #[test]
    fn one_token_that_is_gone_refuses_the_whole_list() {
        let mut candidates = Candidates::default();
        let found = candidates.add_text(URI, |_| Vec::new());
        let list = [item(&found.token), item("c99")];
        assert_eq!(candidates.entries(&list, 59).unwrap_err().code, ErrorCode::CandidateGone);
        assert!(candidates.entries(&list[..1], 59).is_ok());
        candidates.remove(&list[..1]);
        assert_eq!(candidates.entries(&list[..1], 59).unwrap_err().code, ErrorCode::CandidateGone);
    }

    #[test]
    fn a_text_that_is_no_credential_is_shown_and_a_faulty_credential_is_not() {
        let mut candidates = Candidates::default();
        let web = candidates.add_text(&format!("https://example.com/{}", "x".repeat(500)), |_| Vec::new());
        assert_eq!(web.problem.unwrap().code, ErrorCode::NotOtpauth);
        assert_eq!(web.shown_text.unwrap().chars().count(), SHOWN + 1);
        let faulty = candidates.add_text("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&period=0", |_| Vec::new());
        assert_eq!((faulty.problem.unwrap().code, faulty.shown_text), (ErrorCode::BadUri, None));
        assert!(faulty.token.is_empty());
    }

    #[test]
    fn a_name_that_is_too_long_is_refused_and_keeps_waiting() {
        let mut candidates = Candidates::default();
        let found = candidates.add_text(URI, |_| Vec::new());
        let mut long = item(&found.token);
        long.issuer = "x".repeat(2_000);
        assert_eq!(candidates.entries(&[long], 0).unwrap_err().code, ErrorCode::InvalidEntry);
        assert!(candidates.entries(&[item(&found.token)], 0).is_ok());
    }
}

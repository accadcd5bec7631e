//! The parts of a transfer as a camera sees them: one after the other, in any order.

use std::collections::BTreeSet;

use tessera_otp::Entry;

use super::payload::Part;
use super::{FORMAT, MISSING_NAMED};
use crate::collector::Collector;
use crate::{Found, Place, ReadError, Reason};

/// Which parts of a transfer of Google Authenticator came so far. It keeps none of their secrets: what a part holds is given
/// out when it comes.
///
/// ```
/// use tessera_transfer::Transfer;
///
/// let mut transfer = Transfer::default();
/// assert!(transfer.take("https://example.com/", 1_700_000_000).is_err());
/// assert_eq!(transfer.parts(), 0);
/// ```
#[derive(Debug, Default, Clone)]
pub struct Transfer {
    batch: i32,
    size: i32,
    seen: BTreeSet<i32>,
}

/// What came of a part.
#[derive(Debug)]
pub enum TakenPart {
    /// It was not there before: its entries, and what of it could not be read.
    New(Found),
    /// It came before.
    Known,
    /// It belongs to another transfer than the one of which parts are still missing; nothing of it was taken.
    OtherTransfer,
}

/// Why a part was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// The address could not be read.
    #[error("{0}")]
    Faulty(Reason),
    /// It holds more than is read at once.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl Transfer {
    /// Takes the address that a QR code says. Once all parts came, one of another transfer begins that one.
    ///
    /// # Errors
    /// An address that is no part, or a damaged one; what came before stays.
    pub fn take(&mut self, address: &str, now: u64) -> Result<TakenPart, PartError> {
        let part = Part::read(address.trim()).map_err(PartError::Faulty)?;
        if !self.seen.is_empty() && part.batch != self.batch {
            if self.is_missing() {
                return Ok(TakenPart::OtherTransfer);
            }
            *self = Self::default();
        }
        self.batch = part.batch;
        self.size = part.size.max(self.size);
        if !self.seen.insert(part.index) {
            return Ok(TakenPart::Known);
        }
        let mut collector = Collector::new();
        let code = Place::named(&format!("QR code {} of {}", part.index + 1, part.size));
        for (index, made) in part.credentials.into_iter().enumerate() {
            let place = code.clone().with_detail(&format!("account {}", index + 1));
            collector.take(place, made.map(|credential| Entry::new(credential, now)));
        }
        Ok(TakenPart::New(collector.finish(&FORMAT)?))
    }

    /// How many parts the transfer has; 0 before the first came.
    pub fn parts(&self) -> u32 {
        u32::try_from(self.size).unwrap_or(0)
    }

    /// The numbers, from 1, of parts that did not come; of very many, the first hundred.
    pub fn missing(&self) -> Vec<u32> {
        let missing = (0..self.size).filter(|index| !self.seen.contains(index)).take(MISSING_NAMED);
        missing.filter_map(|index| u32::try_from(index + 1).ok()).collect()
    }

    fn is_missing(&self) -> bool {
        (0..self.size).any(|index| !self.seen.contains(&index))
    }
}

#[cfg(test)]
mod tests {
    use tessera_otp::Generator;

    use super::*;
    use crate::{Making, export_by_id};

    /// The addresses of a transfer of 25 accounts: three parts.
    fn parts(seed: u64) -> Vec<String> {
        let totp: Vec<Entry> = tessera_testkit::sample::entries(200)
            .into_iter()
            .filter(|entry| matches!(entry.credential.generator, Generator::Totp { .. }))
            .collect();
        let export = export_by_id("google-authenticator").unwrap();
        let carried: Vec<Entry> = totp.into_iter().filter(|entry| export.carries(entry)).take(25).collect();
        let rng = &mut tessera_testkit::SeededRng::new(seed);
        let text = export.write(&carried, Making { now: 1, password: None, rng }).unwrap();
        String::from_utf8(text.to_vec()).unwrap().lines().map(str::to_owned).collect()
    }

    fn count(taken: Result<TakenPart, PartError>) -> usize {
        match taken.unwrap() {
            TakenPart::New(found) => found.entries.len(),
            other => panic!("not new: {other:?}"),
        }
    }

    #[test]
    fn parts_come_in_any_order_and_those_that_are_missing_are_numbered() {
        let parts = parts(3);
        assert_eq!(parts.len(), 3);
        let mut transfer = Transfer::default();
        assert_eq!((transfer.parts(), transfer.missing()), (0, vec![]));
        let mut entries = count(transfer.take(&parts[2], 1));
        assert_eq!((transfer.parts(), transfer.missing()), (3, vec![1, 2]));
        entries += count(transfer.take(&parts[0], 1));
        assert_eq!(transfer.missing(), [2]);
        assert!(matches!(transfer.take(&parts[0], 1), Ok(TakenPart::Known)));
        entries += count(transfer.take(&parts[1], 1));
        assert_eq!((transfer.missing(), entries), (vec![], 25));
    }

    #[test]
    fn a_part_of_another_transfer_is_refused_while_parts_are_missing_and_begins_anew_after_that() {
        let (ours, others) = (parts(3), parts(4));
        let mut transfer = Transfer::default();
        count(transfer.take(&ours[0], 1));
        assert!(matches!(transfer.take(&others[1], 1), Ok(TakenPart::OtherTransfer)));
        assert_eq!(transfer.missing(), [2, 3]);
        count(transfer.take(&ours[1], 1));
        count(transfer.take(&ours[2], 1));
        count(transfer.take(&others[1], 1));
        assert_eq!(transfer.missing(), [1, 3]);
    }

    #[test]
    fn a_damaged_part_changes_nothing() {
        let parts = parts(3);
        let mut transfer = Transfer::default();
        count(transfer.take(&parts[0], 1));
        assert!(matches!(transfer.take("otpauth-migration://offline?data=!", 1), Err(PartError::Faulty(_))));
        assert!(matches!(
            transfer.take("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", 1),
            Err(PartError::Faulty(_))
        ));
        assert_eq!(transfer.missing(), [2, 3]);
    }
}

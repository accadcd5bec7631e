//! The content of an audit event, and of one that waits sealed.

use zeroize::Zeroizing;

use super::{Malformed, MapWriter, read_map};
use crate::AuditEvent;
use crate::hazmat::HASH;

impl AuditEvent {
    const KNOWN: [Self; 28] = [
        Self::Created,
        Self::FailedUnlock,
        Self::UnlockedWithPassword,
        Self::UnlockedWithRecoveryCode,
        Self::PasswordChanged,
        Self::RecoveryCodeMade,
        Self::SlotRemoved,
        Self::Rekeyed,
        Self::SecretShown,
        Self::QrShown,
        Self::EntryAdded,
        Self::EntryChanged,
        Self::EntryTrashed,
        Self::EntryRestored,
        Self::EntryDeleted,
        Self::RecordSettled,
        Self::ManifestAccepted,
        Self::Merged,
        Self::KdfStrengthened,
        Self::SettingsChanged,
        Self::SealedDropped,
        Self::Imported,
        Self::Exported,
        Self::BackedUp,
        Self::BackupRestored,
        Self::ImportUndone,
        Self::BackupTargetChanged,
        Self::BackupDrilled,
    ];

    pub(crate) fn number(self) -> u64 {
        if let Self::Other(number) = self {
            return number;
        }
        (1..).zip(Self::KNOWN).find(|(_, known)| *known == self).map_or(0, |(number, _)| number)
    }

    pub(crate) fn from_number(number: u64) -> Self {
        let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| Self::KNOWN.get(index).copied()).unwrap_or(Self::Other(number))
    }
}

/// An audit event as it stands in its envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) number: u64,
    pub(crate) time: u64,
    pub(crate) what: AuditEvent,
    pub(crate) subject: Option<[u8; 16]>,
    /// SHA-256 of the envelope of the event before.
    pub(crate) before: [u8; HASH],
    pub(crate) happened: Option<u64>,
}

impl Event {
    pub(crate) fn write(&self) -> Zeroizing<Vec<u8>> {
        let mut map = MapWriter::new(0);
        map.uint(0, self.number);
        map.uint(1, self.time);
        map.uint(2, self.what.number());
        if let Some(subject) = &self.subject {
            map.bytes(3, subject);
        }
        map.bytes(4, &self.before);
        if let Some(happened) = self.happened {
            map.uint(5, happened);
        }
        map.finish()
    }

    /// Keys that a newer writer adds are skipped: an event is never rewritten.
    pub(crate) fn read(content: &[u8]) -> Result<Self, Malformed> {
        let (mut number, mut time, mut what, mut before) = (None, None, None, None);
        let (mut subject, mut happened) = (None, None);
        read_map(content, |key, value| {
            match key {
                0 => number = Some(value.u64()?),
                1 => time = Some(value.u64()?),
                2 => what = Some(AuditEvent::from_number(value.u64()?)),
                3 => subject = Some(value.bytes()?.try_into().map_err(|_| Malformed)?),
                4 => before = Some(value.bytes()?.try_into().map_err(|_| Malformed)?),
                5 => happened = Some(value.u64()?),
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let needed = (
            number.ok_or(Malformed)?,
            time.ok_or(Malformed)?,
            what.ok_or(Malformed)?,
            before.ok_or(Malformed)?,
        );
        let (number, time, what, before) = needed;
        Ok(Self { number, time, what, subject, before, happened })
    }
}

/// The length that sealed events are padded to.
pub(crate) const SEALED: usize = 64;

/// What is sealed while the vault is locked: time and event.
pub(crate) fn write_sealed(time: u64, event: AuditEvent) -> [u8; SEALED] {
    let mut map = MapWriter::new(0);
    map.uint(1, time);
    map.uint(2, event.number());
    let content = map.finish();
    let mut padded = [0; SEALED];
    padded.iter_mut().zip(content.iter()).for_each(|(place, byte)| *place = *byte);
    padded
}

/// Reads time and event; zero bytes follow them.
pub(crate) fn read_sealed(padded: &[u8]) -> Result<(u64, AuditEvent), Malformed> {
    let mut end = minicbor::Decoder::new(padded);
    end.skip()?;
    let (mut time, mut event) = (None, None);
    read_map(padded.get(..end.position()).ok_or(Malformed)?, |key, value| {
        match key {
            1 => time = Some(value.u64()?),
            2 => event = Some(AuditEvent::from_number(value.u64()?)),
            _ => value.skip()?,
        }
        Ok(())
    })?;
    Ok((time.ok_or(Malformed)?, event.ok_or(Malformed)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn events_have_the_numbers_of_the_format() {
        assert_eq!(AuditEvent::Created.number(), 1);
        assert_eq!(AuditEvent::FailedUnlock.number(), 2);
        assert_eq!(AuditEvent::EntryAdded.number(), 11);
        assert_eq!(AuditEvent::SealedDropped.number(), 21);
        for number in (0..30).chain([u64::MAX]) {
            assert_eq!(AuditEvent::from_number(number).number(), number);
        }
    }

    #[test]
    fn an_event_comes_back_as_it_was() {
        let event = Event {
            number: 7,
            time: 8,
            what: AuditEvent::EntryAdded,
            subject: Some([3; 16]),
            before: [4; HASH],
            happened: Some(5),
        };
        assert_eq!(Event::read(&event.write()), Ok(event));
        assert_eq!(
            read_sealed(&write_sealed(u64::MAX, AuditEvent::Other(u64::MAX))),
            Ok((u64::MAX, AuditEvent::Other(u64::MAX)))
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Event::read(&content);
            let _ = read_sealed(&content);
        }
    }
}

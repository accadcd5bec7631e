//! The content of private records about where backups go.
//!
//! As those about centers: a record that says more than this version understands is kept as it is, and nothing is shown of it.

use minicbor::Decoder;
use zeroize::Zeroizing;

use super::{Malformed, MapWriter, always, array_length, read_map};
use crate::backup::{BackupSchedule, BackupTarget, BackupWay, Drill, DrillProof, LastBackup};
use crate::center::KeptSecret;

/// What key 0 says of these records.
pub(crate) const TARGET: u64 = 11;

pub(crate) fn write(target: &BackupTarget) -> Zeroizing<Vec<u8>> {
    let mut map = MapWriter::new(1024);
    map.uint(0, TARGET);
    map.text(1, &target.folder);
    map.uint(2, target.keep.into());
    map.text(3, target.schedule.name());
    match &target.way {
        // To be stored encrypted: the buffer is wiped, and sealed as it is.
        BackupWay::Passphrase(passphrase) => map.text(4, passphrase.expose_secret()),
        BackupWay::Recipients(recipients) => {
            let list = map.key(5);
            always(list.array(recipients.len() as u64).map(|_| ()));
            for recipient in recipients {
                always(list.str(recipient).map(|_| ()));
            }
        }
    }
    map.uint(6, target.added);
    if let Some(last) = &target.last {
        let encoder = map.key(7);
        always(encoder.array(4).and_then(|e| e.u64(last.made)).and_then(|e| e.str(&last.file)).map(|_| ()));
        always(encoder.u64(last.entries).and_then(|e| e.bytes(&last.digest)).map(|_| ()));
    }
    if let Some(drill) = &target.drill {
        let encoder = map.key(8);
        always(encoder.array(5).and_then(|e| e.u64(drill.at)).and_then(|e| e.u64(drill.made)).map(|_| ()));
        always(encoder.str(drill.proof.name()).map(|_| ()));
        always(encoder.u64(drill.missing).and_then(|e| e.u64(drill.changed)).map(|_| ()));
    }
    if let Some(failed) = target.drill_failed {
        map.uint(9, failed);
    }
    if let Some(after) = target.drill_after {
        map.uint(10, after);
    }
    map.finish()
}

/// Reads a target's record; `None` when it says more than this version understands.
pub(crate) fn read(content: &[u8]) -> Result<Option<BackupTarget>, Malformed> {
    let mut more = false;
    let (mut folder, mut keep, mut schedule, mut way) = (None, 1, None, None);
    let (mut added, mut last, mut drill, mut drill_failed, mut drill_after) = (0, None, None, None, None);
    read_map(content, |key, value| {
        match key {
            0 => value.skip()?,
            1 => folder = Some(value.str()?.to_owned()),
            2 => keep = u32::try_from(value.u64()?).unwrap_or(u32::MAX),
            3 => schedule = BackupSchedule::from_name(value.str()?),
            4 => way = Some(BackupWay::Passphrase(KeptSecret::new(value.str()?))),
            5 => {
                let mut recipients = Vec::new();
                for _ in 0..array_length(value)? {
                    recipients.push(value.str()?.to_owned());
                }
                way = Some(BackupWay::Recipients(recipients));
            }
            6 => added = value.u64()?,
            7 => last = Some(read_last(value)?),
            8 => match read_drill(value)? {
                Some(read) => drill = Some(read),
                None => more = true,
            },
            9 => drill_failed = Some(value.u64()?),
            10 => drill_after = Some(value.u64()?),
            _ => {
                value.skip()?;
                more = true;
            }
        }
        Ok(())
    })?;
    let folder = folder.filter(|folder| !folder.is_empty()).ok_or(Malformed)?;
    // A schedule or a way in that a later version knows.
    let (Some(schedule), Some(way), false) = (schedule, way, more) else { return Ok(None) };
    Ok(Some(BackupTarget {
        folder,
        keep: keep.max(1),
        schedule,
        way,
        added,
        last,
        drill,
        drill_failed,
        drill_after,
    }))
}

fn read_last(value: &mut Decoder<'_>) -> Result<LastBackup, Malformed> {
    if array_length(value)? != 4 {
        return Err(Malformed);
    }
    Ok(LastBackup {
        made: value.u64()?,
        file: value.str()?.to_owned(),
        entries: value.u64()?,
        digest: value.bytes()?.try_into().map_err(|_| Malformed)?,
    })
}

fn read_drill(value: &mut Decoder<'_>) -> Result<Option<Drill>, Malformed> {
    if array_length(value)? != 5 {
        return Err(Malformed);
    }
    let (at, made) = (value.u64()?, value.u64()?);
    let proof = DrillProof::from_name(value.str()?);
    let (missing, changed) = (value.u64()?, value.u64()?);
    Ok(proof.map(|proof| Drill { at, made, proof, missing, changed }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::private::{self, Private};

    fn target() -> BackupTarget {
        BackupTarget {
            folder: "/media/stick/backups".into(),
            keep: 7,
            schedule: BackupSchedule::Daily,
            way: BackupWay::Passphrase(KeptSecret::new("four words and more")),
            added: 5,
            last: Some(LastBackup {
                made: 6,
                file: "tessera-0a1b2c3d-20261126T181500Z-42.age".into(),
                entries: 33,
                digest: [9; 32],
            }),
            drill: Some(Drill { at: 7, made: 6, proof: DrillProof::Passphrase, missing: 1, changed: 2 }),
            drill_failed: Some(8),
            drill_after: Some(9),
        }
    }

    #[test]
    fn a_target_comes_back_as_it_was() {
        let recipients = BackupTarget {
            way: BackupWay::Recipients(vec!["age1one".into(), "age1two".into()]),
            last: None,
            drill: None,
            drill_failed: None,
            drill_after: None,
            ..target()
        };
        for target in [target(), recipients] {
            assert_eq!(read(&write(&target)).unwrap().as_ref(), Some(&target));
            assert!(matches!(private::read(&write(&target)).unwrap(), Private::Kept(_)));
        }
    }

    #[test]
    fn a_target_that_says_more_is_kept_and_not_understood() {
        let mut longer = write(&target()).to_vec();
        longer[0] += 1;
        longer.extend([11, 0xf5]);
        assert_eq!(read(&longer).unwrap(), None);
        assert!(matches!(private::read(&longer).unwrap(), Private::Other));
        // Another schedule, and no way in at all.
        assert_eq!(read(b"\xa5\x00\x0b\x01\x61f\x02\x01\x03\x61x\x04\x61p").unwrap(), None);
        assert_eq!(read(b"\xa3\x00\x0b\x01\x61f\x03\x65daily").unwrap(), None);
        assert_eq!(read(b"\xa2\x00\x0b\x02\x01"), Err(Malformed));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(content in proptest::collection::vec(any::<u8>(), 0..512), key in 1_u8..12) {
            let _ = read(&content);
            let mut shaped = vec![0xa3, 0, 11, key];
            shaped.extend(content);
            let _ = read(&shaped);
        }
    }
}

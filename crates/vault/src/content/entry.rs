//! The content of an entry's record.

use minicbor::Decoder;
use tessera_otp::{Algorithm, Credential, Digits, Entry, Generator, Kind, Period, Pin, Secret};
use zeroize::Zeroizing;

use super::{Malformed, MapWriter, always, array_length, read_map};

const fn kind_number(kind: Kind) -> u64 {
    match kind {
        Kind::Totp => 1,
        Kind::Hotp => 2,
        Kind::Steam => 3,
        Kind::Motp => 4,
        Kind::Yandex => 5,
    }
}

const fn algorithm_number(algorithm: Algorithm) -> u64 {
    match algorithm {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    }
}

/// Writes an entry. Keys ascend; what is absent is not written.
pub(crate) fn write(entry: &Entry) -> Zeroizing<Vec<u8>> {
    let credential = &entry.credential;
    let room = credential.issuer.len()
        + credential.account.len()
        + entry.note.len()
        + entry.icon.as_ref().map_or(0, Vec::len)
        + entry.tags.iter().map(|tag| tag.len() + 5).sum::<usize>()
        + Secret::MAX
        + 512;
    let mut map = MapWriter::new(room);
    map.text(0, &credential.issuer);
    map.text(1, &credential.account);
    // To be stored encrypted: the buffer is wiped, and sealed as it is.
    map.bytes(2, credential.secret.expose_secret());
    map.uint(3, kind_number(credential.generator.kind()));
    match &credential.generator {
        Generator::Totp { algorithm, digits, period } => {
            map.uint(4, algorithm_number(*algorithm));
            map.uint(5, digits.get().into());
            map.uint(6, period.get().into());
        }
        Generator::Hotp { algorithm, digits, counter } => {
            map.uint(4, algorithm_number(*algorithm));
            map.uint(5, digits.get().into());
            map.uint(7, *counter);
        }
        Generator::Steam => {}
        Generator::Motp { pin } | Generator::Yandex { pin } => {
            if let Some(pin) = pin {
                // As the secret.
                map.text(8, pin.expose_secret());
            }
        }
    }
    if let Some(group) = &entry.group {
        map.text(9, group);
    }
    if !entry.tags.is_empty() {
        let tags = map.key(10);
        always(tags.array(entry.tags.len() as u64).map(|_| ()));
        entry.tags.iter().for_each(|tag| always(tags.str(tag).map(|_| ())));
    }
    if !entry.note.is_empty() {
        map.text(11, &entry.note);
    }
    if let Some(icon) = &entry.icon {
        map.bytes(12, icon);
    }
    if entry.favorite {
        always(map.key(13).bool(true).map(|_| ()));
    }
    map.uint(14, entry.created);
    map.uint(15, entry.modified);
    if let Some(deleted) = entry.deleted {
        map.uint(16, deleted);
    }
    map.finish()
}

/// What was read so far; which of it is needed depends on the type.
#[derive(Default)]
struct Parts<'b> {
    issuer: &'b str,
    account: &'b str,
    secret: Option<Secret>,
    kind: Option<u64>,
    algorithm: Option<Algorithm>,
    digits: Option<Digits>,
    period: Option<Period>,
    counter: Option<u64>,
    pin: Option<Pin>,
    group: Option<&'b str>,
    tags: Vec<String>,
    note: &'b str,
    icon: Option<&'b [u8]>,
    favorite: bool,
    created: u64,
    modified: u64,
    deleted: Option<u64>,
}

/// Reads an entry. An unknown key is refused: an entry that says more than this version understands must not be
/// rewritten without it. Rules about lengths are not asked again, so that stricter ones never lock out an old entry.
pub(crate) fn read(content: &[u8]) -> Result<Entry, Malformed> {
    let mut parts = Parts::default();
    read_map(content, |key, value| parts.take(key, value))?;
    let generator = parts.generator()?;
    let secret = parts.secret.ok_or(Malformed)?;
    let credential =
        Credential { issuer: parts.issuer.to_owned(), account: parts.account.to_owned(), secret, generator };
    Ok(Entry {
        credential,
        group: parts.group.map(str::to_owned),
        tags: parts.tags,
        note: parts.note.to_owned(),
        icon: parts.icon.map(<[u8]>::to_vec),
        favorite: parts.favorite,
        created: parts.created,
        modified: parts.modified,
        deleted: parts.deleted,
    })
}

impl<'b> Parts<'b> {
    fn take(&mut self, key: u64, value: &mut Decoder<'b>) -> Result<(), Malformed> {
        match key {
            0 => self.issuer = value.str()?,
            1 => self.account = value.str()?,
            2 => self.secret = Some(Secret::from_bytes(value.bytes()?).map_err(|_| Malformed)?),
            3 => self.kind = Some(value.u64()?),
            4 => {
                self.algorithm = Some(match value.u64()? {
                    1 => Algorithm::Sha1,
                    2 => Algorithm::Sha256,
                    3 => Algorithm::Sha512,
                    _ => return Err(Malformed),
                });
            }
            5 => self.digits = Some(Digits::new(value.u8()?).map_err(|_| Malformed)?),
            6 => self.period = Some(Period::new(value.u32()?).map_err(|_| Malformed)?),
            7 => self.counter = Some(value.u64()?),
            8 => self.pin = Some(Pin::new(value.str()?).map_err(|_| Malformed)?),
            9 => self.group = Some(value.str()?),
            10 => {
                for _ in 0..array_length(value)? {
                    self.tags.push(value.str()?.to_owned());
                }
            }
            11 => self.note = value.str()?,
            12 => self.icon = Some(value.bytes()?),
            13 => self.favorite = value.bool()?,
            14 => self.created = value.u64()?,
            15 => self.modified = value.u64()?,
            16 => self.deleted = Some(value.u64()?),
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn generator(&mut self) -> Result<Generator, Malformed> {
        let pin = self.pin.take();
        match self.kind.ok_or(Malformed)? {
            1 => Ok(Generator::Totp {
                algorithm: self.algorithm.ok_or(Malformed)?,
                digits: self.digits.ok_or(Malformed)?,
                period: self.period.ok_or(Malformed)?,
            }),
            2 => Ok(Generator::Hotp {
                algorithm: self.algorithm.ok_or(Malformed)?,
                digits: self.digits.ok_or(Malformed)?,
                counter: self.counter.ok_or(Malformed)?,
            }),
            3 => Ok(Generator::Steam),
            4 => Ok(Generator::Motp { pin }),
            5 => Ok(Generator::Yandex { pin }),
            _ => Err(Malformed),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entries_of_every_type_come_back_as_they_were() {
        for mut entry in tessera_testkit::sample::entries(200) {
            assert_eq!(read(&write(&entry)), Ok(entry.clone()));
            entry.favorite = true;
            entry.group = Some("Work".into());
            entry.tags = vec!["a".into(), "ü".into()];
            entry.note = "two\nlines".into();
            entry.icon = Some(vec![1, 2, 3]);
            entry.deleted = Some(u64::MAX);
            assert_eq!(read(&write(&entry)), Ok(entry));
        }
    }

    #[test]
    fn an_unknown_key_and_a_missing_part_are_refused() {
        let secret = Secret::from_bytes(b"12345678901234567890").unwrap();
        let credential = Credential {
            issuer: String::new(),
            account: String::new(),
            secret,
            generator: Generator::default(),
        };
        let written = write(&Entry::new(credential, 1));
        let mut unknown = written.to_vec();
        unknown[0] += 1;
        unknown.extend([0x18, 99, 0]);
        assert_eq!(read(&unknown), Err(Malformed));
        assert_eq!(read(&[0xa0]), Err(Malformed));
        assert_eq!(read(&[0xa1, 3, 3]), Err(Malformed), "no secret");
        assert_eq!(read(&[0xa2, 2, 0x41, 7, 3, 9]), Err(Malformed), "no such type");
        assert_eq!(read(&[0xa2, 2, 0x41, 7, 3, 1]), Err(Malformed), "TOTP without its parameters");
        assert!(read(&[0xa2, 2, 0x41, 7, 3, 3]).is_ok(), "Steam needs none");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(content in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = read(&content);
        }

        #[test]
        fn a_changed_byte_never_panics(at in 0_usize..200, to in any::<u8>()) {
            let mut content = write(&tessera_testkit::sample::entries(1)[0]).to_vec();
            if let Some(byte) = content.get_mut(at) {
                *byte = to;
            }
            let _ = read(&content);
        }
    }
}

//! How much a compressed database unpacks to, found out before the library unpacks it whole (ADR 0174).

use std::io::{self, Read as _};

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{FORMAT, header};
use crate::cipher::{KEY, Plain, open_cbc};
use crate::{Password, ReadError};

/// The most bytes that a database unpacks to, as for archives.
const UNPACKED_MAX: u64 = 64 * 1024 * 1024;
/// The most bytes that one byte of gzip becomes (RFC 1951: a bit for a repetition of 258 bytes, and one for its distance).
const GROWTH_MAX: u64 = 1032;

const AES: [u8; 16] = *b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const CHACHA: [u8; 16] = *b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";
const ARGON2D: &[u8] = b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2ID: &[u8] = b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";
/// How the fields of a header are numbered.
const CIPHER: u8 = 2;
const COMPRESSION: u8 = 3;
const MASTER_SEED: u8 = 4;
const TRANSFORM_SEED: u8 = 5;
const ROUNDS: u8 = 6;
const NONCE: u8 = 7;
const BEGINNING: u8 = 9;
const DERIVATION: u8 = 11;

/// Refuses a database that unpacks to more than any export. One so small that it cannot is not looked at: looking costs what its
/// key costs, once more than opening it does.
pub(super) fn check(bytes: &[u8], password: &Password) -> Result<(), ReadError> {
    if bytes.len() as u64 * GROWTH_MAX <= UNPACKED_MAX { Ok(()) } else { measure(bytes, password) }
}

fn measure(bytes: &[u8], password: &Password) -> Result<(), ReadError> {
    let damaged = || FORMAT.damaged("it does not hold together");
    let database = Database::read(bytes).ok_or_else(damaged)?;
    if database.number(COMPRESSION) != Some(1) {
        return Ok(());
    }
    let wrong = ReadError::WrongPassword { format: &FORMAT };
    let Some(AES | CHACHA) = database.field(CIPHER).and_then(|cipher| cipher.try_into().ok()) else {
        let what =
            "is large and encrypted in a way that is read of small ones only. KeePassXC can change it to AES";
        return Err(ReadError::Unsupported { format: &FORMAT, what });
    };
    let key = database.key(password).ok_or_else(damaged)?;
    let packed = database.packed(&key).ok_or(wrong)?;
    let mut unpacked = GzDecoder::new(packed.as_slice()).take(UNPACKED_MAX + 1);
    match io::copy(&mut unpacked, &mut io::sink()) {
        Ok(length) if length > UNPACKED_MAX => Err(ReadError::TooCostly {
            format: &FORMAT,
            what: "more than 64 MiB of memory for what is packed in it".to_owned(),
        }),
        // What is no gzip the library refuses in its own way.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A database that is still encrypted.
struct Database<'a> {
    version: u8,
    fields: Vec<(u8, &'a [u8])>,
    body: &'a [u8],
}

impl<'a> Database<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (version, rest) = bytes.strip_prefix(header::MAGIC)?.split_first_chunk::<4>()?;
        let version = version[2];
        let (fields, body) = header::fields(rest, version)?;
        Some(Self { version, fields, body })
    }

    fn field(&self, wanted: u8) -> Option<&'a [u8]> {
        self.fields.iter().find(|(id, _)| *id == wanted).map(|(_, value)| *value)
    }

    fn number(&self, wanted: u8) -> Option<u64> {
        header::number(self.field(wanted)?)
    }

    /// The key of the body.
    fn key(&self, password: &Password) -> Option<Zeroizing<[u8; KEY]>> {
        // The database's key is derived from the password.
        let password = Zeroizing::new(<[u8; KEY]>::from(Sha256::digest(password.expose_secret())));
        let composite = Zeroizing::new(<[u8; KEY]>::from(Sha256::digest(*password)));
        let transformed = if self.version < 4 {
            by_aes(&composite, self.field(TRANSFORM_SEED)?, self.number(ROUNDS)?)?
        } else {
            self.derived(&composite)?
        };
        let digest =
            Sha256::new().chain_update(self.field(MASTER_SEED)?).chain_update(*transformed).finalize();
        Some(Zeroizing::new(digest.into()))
    }

    fn derived(&self, composite: &[u8; KEY]) -> Option<Zeroizing<[u8; KEY]>> {
        let parameters = header::dictionary(self.field(DERIVATION)?)?;
        let get =
            |wanted: &[u8]| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        let number = |wanted: &[u8]| u32::try_from(header::number(get(wanted)?)?).ok();
        let algorithm = match get(b"$UUID")? {
            ARGON2D => Algorithm::Argon2d,
            ARGON2ID => Algorithm::Argon2id,
            _ => return by_aes(composite, get(b"S")?, header::number(get(b"R")?)?),
        };
        let version = Version::try_from(number(b"V")?).ok()?;
        let memory = u32::try_from(header::number(get(b"M")?)? / 1024).ok()?;
        let params = Params::new(memory, number(b"I")?, number(b"P")?, Some(KEY)).ok()?;
        let mut key = Zeroizing::new([0; KEY]);
        let argon2 = Argon2::new(algorithm, version, params);
        argon2.hash_password_into(composite, get(b"S")?, key.as_mut_slice()).ok()?;
        Some(key)
    }

    /// What is packed; `None` with another key.
    fn packed(&self, key: &[u8; KEY]) -> Option<Plain> {
        if self.version < 4 {
            let plain = self.decrypted(key, self.body)?;
            let blocks = plain.strip_prefix(self.field(BEGINNING)?)?;
            // A number, a hash, a length and so many bytes; the last block is empty.
            return joined(blocks, 4 + 32);
        }
        // The header's hash and the code that proves the key; then blocks, each after a code of its own.
        let blocks = self.body.get(32 + 32..)?;
        self.decrypted(key, &joined(blocks, 32)?)
    }

    fn decrypted(&self, key: &[u8; KEY], text: &[u8]) -> Option<Plain> {
        let nonce = self.field(NONCE)?;
        if self.field(CIPHER)? == AES {
            return open_cbc(key, nonce.try_into().ok()?, text);
        }
        let mut plain = Zeroizing::new(text.to_vec());
        let nonce: [u8; 12] = nonce.try_into().ok()?;
        ChaCha20::new(key.into(), (&nonce).into()).apply_keystream(&mut plain);
        Some(plain)
    }
}

/// The derivation before Argon2: the key is encrypted over and over.
fn by_aes(composite: &[u8; KEY], seed: &[u8], rounds: u64) -> Option<Zeroizing<[u8; KEY]>> {
    let seed: &[u8; KEY] = seed.try_into().ok()?;
    let cipher = Aes256::new(seed.into());
    let mut key = Zeroizing::new(*composite);
    for half in key.chunks_exact_mut(16) {
        let mut block: aes::Block = <[u8; 16]>::try_from(&*half).ok()?.into();
        for _ in 0..rounds {
            cipher.encrypt_block(&mut block);
        }
        half.copy_from_slice(&block);
    }
    Some(Zeroizing::new(Sha256::digest(*key).into()))
}

/// The content of blocks that each begin with so many bytes and their length, up to the empty one.
fn joined(mut rest: &[u8], before: usize) -> Option<Plain> {
    let mut joined = Zeroizing::new(Vec::with_capacity(rest.len()));
    loop {
        let (length, after) = rest.get(before..)?.split_first_chunk::<4>()?;
        let (block, after) = after.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        if block.is_empty() {
            return Some(joined);
        }
        joined.extend_from_slice(block);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use cbc::cipher::BlockModeEncrypt as _;
    use cbc::cipher::block_padding::Pkcs7;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const PASSWORD: &str = "correct horse \u{1F511}";

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name))
            .unwrap()
    }

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(content).unwrap();
        packed.finish().unwrap()
    }

    /// A KDBX 4 of one round of AES, as far as it is looked at here: without the codes that only the library checks.
    fn database(packed: &[u8], cipher: &[u8; 16]) -> Vec<u8> {
        let mut dictionary = vec![0, 1];
        for (name, value) in [(&b"$UUID"[..], &[0; 16][..]), (b"S", &[5; 32]), (b"R", &1_u64.to_le_bytes())] {
            dictionary.push(0x42);
            for part in [name, value] {
                dictionary.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
                dictionary.extend(part);
            }
        }
        dictionary.push(0);
        let mut bytes = [header::MAGIC.as_slice(), &[0, 0, 4, 0]].concat();
        let nonce = if *cipher == AES { vec![7; 16] } else { vec![7; 12] };
        for (id, value) in [
            (CIPHER, cipher.as_slice()),
            (COMPRESSION, &[1, 0, 0, 0]),
            (MASTER_SEED, &[3; 32]),
            (NONCE, &nonce),
            (DERIVATION, &dictionary),
            (0, b"\r\n\r\n"),
        ] {
            bytes.push(id);
            bytes.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
            bytes.extend(value);
        }
        let key = Database::read(&bytes).unwrap().key(&Password::new(PASSWORD)).unwrap();
        let sealed = if *cipher == AES {
            let (mut buffer, length) = (packed.to_vec(), packed.len());
            buffer.extend([0; 16]);
            let encryptor = cbc::Encryptor::<Aes256>::new((&*key).into(), (&[7; 16]).into());
            encryptor.encrypt_padded::<Pkcs7>(&mut buffer, length).unwrap().to_vec()
        } else {
            let mut sealed = packed.to_vec();
            ChaCha20::new((&*key).into(), (&[7; 12]).into()).apply_keystream(&mut sealed);
            sealed
        };
        bytes.extend([0; 64]);
        for block in [sealed.as_slice(), &[]] {
            bytes.extend([0; 32]);
            bytes.extend(u32::try_from(block.len()).unwrap().to_le_bytes());
            bytes.extend(block);
        }
        bytes
    }

    #[test]
    fn a_database_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
        let password = Password::new(PASSWORD);
        let (bomb, small) = (packed(&vec![b' '; 65 * 1024 * 1024]), packed(b"small"));
        for cipher in [&AES, &CHACHA] {
            let large = database(&bomb, cipher);
            assert!(large.len() < 200 * 1024);
            assert!(matches!(check(&large, &password), Err(ReadError::TooCostly { .. })));
            assert_eq!(measure(&database(&small, cipher), &password), Ok(()));
        }
        let other = database(&bomb, b"another cipher's");
        assert!(matches!(check(&other, &password), Err(ReadError::Unsupported { .. })));
    }

    #[test]
    fn the_databases_of_other_programs_are_opened_as_far_as_it_takes() {
        for name in ["keepass.kdbx", "keepass-3.kdbx"] {
            let bytes = fixture(name);
            let database = Database::read(&bytes).unwrap();
            let packed = database.packed(&database.key(&Password::new(PASSWORD)).unwrap()).unwrap();
            let mut text = Vec::new();
            GzDecoder::new(packed.as_slice()).read_to_end(&mut text).unwrap();
            assert!(text.windows(12).any(|window| window == b"<KeePassFile"), "{name}");
            assert_eq!(measure(&bytes, &Password::new(PASSWORD)), Ok(()));
            let wrong = measure(&bytes, &Password::new("another"));
            assert!(matches!(wrong, Ok(()) | Err(ReadError::WrongPassword { .. })), "{wrong:?}");
            for end in [0, 11, 40, bytes.len() / 2, bytes.len() - 1] {
                assert!(measure(&bytes[..end], &Password::new(PASSWORD)).is_err(), "{name} at {end}");
            }
        }
    }
}

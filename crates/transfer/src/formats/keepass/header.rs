//! What a database asks for before it opens, read without opening it.

use super::FORMAT;
use crate::ReadError;
use crate::kdf::honest;

/// How KeePass 2's files begin: two signatures in little-endian order.
pub(super) const MAGIC: &[u8; 8] = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5";

/// The most rounds of AES, which take some seconds.
const AES_ROUNDS_MAX: u64 = honest(200_000_000, 10_000);
/// The most memory of Argon2, in bytes.
const MEMORY_MAX: u64 = honest(1 << 30, 1 << 20);
/// The most memory times passes of Argon2, in bytes: KeePassXC lets its users ask for five seconds.
const WORK_MAX: u64 = honest(16 << 30, 8 << 20);
/// The most lanes of Argon2.
const LANES_MAX: u64 = 64;

/// Refuses newer versions, and costs that no honest file asks for.
pub(super) fn check(bytes: &[u8]) -> Result<(), ReadError> {
    let short = || FORMAT.damaged("its header is cut short");
    let rest = bytes.strip_prefix(MAGIC).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let (version, rest) = rest.split_first_chunk::<4>().ok_or_else(short)?;
    let [minor, _, major, high] = *version;
    match (high, major) {
        (0, 4) => check_4(rest),
        (0, 3) => check_3(rest),
        (0, older @ 0..3) => {
            let what = if older == 0 {
                "is of a version before 3"
            } else {
                "is of version 1 or 2, which KeePass 2.20 and newer replace"
            };
            Err(ReadError::Unsupported { format: &FORMAT, what })
        }
        _ => {
            let found = format!("{}.{minor}", u16::from_le_bytes([major, high]));
            Err(ReadError::NewerVersion { format: &FORMAT, found, known: "4.1" })
        }
    }
}

/// A header's fields, each by its number, and what comes after them.
pub(super) type Fields<'a> = (Vec<(u8, &'a [u8])>, &'a [u8]);

/// The fields after the version, up to the one that ends them: a number of a byte, a length of two bytes or, from version 4 on, of
/// four, and so many bytes. `None` if they are cut short.
pub(super) fn fields(mut rest: &[u8], version: u8) -> Option<Fields<'_>> {
    let mut fields = Vec::new();
    loop {
        let (id, after) = rest.split_first()?;
        let (length, after) = if version < 4 {
            let (length, after) = after.split_first_chunk::<2>()?;
            (u32::from(u16::from_le_bytes(*length)), after)
        } else {
            let (length, after) = after.split_first_chunk::<4>()?;
            (u32::from_le_bytes(*length), after)
        };
        let (value, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
        if *id == 0 {
            return Some((fields, after));
        }
        fields.push((*id, value));
        rest = after;
    }
}

/// The sixth field has the rounds of AES.
fn check_3(rest: &[u8]) -> Result<(), ReadError> {
    let short = || FORMAT.damaged("its header is cut short");
    for (id, value) in fields(rest, 3).ok_or_else(short)?.0 {
        if id == 6 {
            check_rounds(number(value).ok_or_else(short)?)?;
        }
    }
    Ok(())
}

/// The eleventh field has the parameters of the key derivation.
fn check_4(rest: &[u8]) -> Result<(), ReadError> {
    let short = || FORMAT.damaged("its header is cut short");
    for (id, value) in fields(rest, 4).ok_or_else(short)?.0 {
        if id == 11 {
            let described = || FORMAT.damaged("its key derivation is not described");
            check_parameters(value).ok_or_else(described)??;
        }
    }
    Ok(())
}

/// A dictionary: a version of two bytes, then type, name and value, each with its length, until type 0.
pub(super) fn dictionary(bytes: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut rest = bytes.get(2..)?;
    let mut pairs = Vec::new();
    loop {
        let (kind, after) = rest.split_first()?;
        if *kind == 0 {
            return Some(pairs);
        }
        let (name, after) = piece(after)?;
        let (value, after) = piece(after)?;
        pairs.push((name, value));
        rest = after;
    }
}

fn check_parameters(bytes: &[u8]) -> Option<Result<(), ReadError>> {
    let (mut memory, mut passes, mut lanes, mut rounds) = (0, 0, 0, 0);
    for (name, value) in dictionary(bytes)? {
        match name {
            b"M" => memory = number(value)?,
            b"I" => passes = number(value)?,
            b"P" => lanes = number(value)?,
            b"R" => rounds = number(value)?,
            _ => {}
        }
    }
    let work = memory.checked_mul(passes).is_some_and(|work| work <= WORK_MAX);
    if memory > MEMORY_MAX || lanes > LANES_MAX || !work {
        let what = format!("{passes} passes over {} MiB of memory in {lanes} lanes", memory >> 20);
        return Some(Err(ReadError::TooCostly { format: &FORMAT, what }));
    }
    Some(check_rounds(rounds))
}

fn check_rounds(rounds: u64) -> Result<(), ReadError> {
    if rounds > AES_ROUNDS_MAX {
        return Err(ReadError::TooCostly { format: &FORMAT, what: format!("{rounds} rounds of AES") });
    }
    Ok(())
}

fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// A little-endian number of four or eight bytes.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    match bytes.len() {
        4 => Some(u32::from_le_bytes(bytes.try_into().ok()?).into()),
        8 => Some(u64::from_le_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_4(parameters: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut dictionary = vec![0, 1];
        for (name, value) in parameters {
            dictionary.push(5);
            for part in [name, value] {
                dictionary.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
                dictionary.extend(*part);
            }
        }
        dictionary.push(0);
        let mut bytes = [MAGIC.as_slice(), &[1, 0, 4, 0], &[11]].concat();
        bytes.extend(u32::try_from(dictionary.len()).unwrap().to_le_bytes());
        bytes.extend(dictionary);
        bytes.extend([0, 4, 0, 0, 0, 13, 10, 13, 10]);
        bytes
    }

    fn argon2(memory: u64, passes: u64, lanes: u32) -> Vec<u8> {
        header_4(&[
            (b"M", &memory.to_le_bytes()),
            (b"I", &passes.to_le_bytes()),
            (b"P", &lanes.to_le_bytes()),
        ])
    }

    #[test]
    fn an_absurd_cost_is_refused_and_a_usual_one_is_not() {
        assert_eq!(check(&argon2(64 << 20, 2, 2)), Ok(()));
        assert_eq!(check(&argon2(1 << 30, 16, 64)), Ok(()));
        for absurd in [
            argon2(2 << 30, 1, 1),
            argon2(64 << 20, 1 << 20, 1),
            argon2(1 << 20, 1, 65),
            argon2(u64::MAX, u64::MAX, 1),
        ] {
            assert!(matches!(check(&absurd), Err(ReadError::TooCostly { .. })));
        }
        assert_eq!(check(&header_4(&[(b"R", &60_000_u64.to_le_bytes())])), Ok(()));
        let absurd = header_4(&[(b"R", &u64::MAX.to_le_bytes())]);
        assert!(matches!(check(&absurd), Err(ReadError::TooCostly { .. })));
        let old = |rounds: u64| {
            [MAGIC.as_slice(), &[1, 0, 3, 0], &[6, 8, 0], &rounds.to_le_bytes(), &[0, 0, 0]].concat()
        };
        assert_eq!(check(&old(6_000)), Ok(()));
        assert!(matches!(check(&old(1 << 40)), Err(ReadError::TooCostly { .. })));
    }

    #[test]
    fn versions_that_are_not_read_are_named() {
        let version = |version: [u8; 4]| check(&[MAGIC.as_slice(), &version].concat());
        assert!(
            matches!(version([0, 0, 5, 0]), Err(ReadError::NewerVersion { found, .. }) if found == "5.0")
        );
        assert!(matches!(version([0, 0, 2, 0]), Err(ReadError::Unsupported { .. })));
        assert!(matches!(version([1, 0, 4, 0]), Err(ReadError::Damaged { .. })));
    }

    #[test]
    fn a_header_that_is_cut_is_damaged() {
        let whole = argon2(64 << 20, 2, 2);
        for end in 12..whole.len() - 4 {
            assert!(matches!(check(&whole[..end]), Err(ReadError::Damaged { .. })), "{end}");
        }
        let no_number = header_4(&[(b"M", b"abc")]);
        assert!(matches!(check(&no_number), Err(ReadError::Damaged { .. })));
    }
}

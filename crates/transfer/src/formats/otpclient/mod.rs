//! OTPClient's database, in its three versions.
//!
//! Version 1 has no mark: nonce, salt, PBKDF2. Versions 2 and 3 have one, and Argon2id with its cost in the header, whose
//! numbers are in the machine's order with padding before the first, and in network order without. All are AES-256-GCM with
//! a nonce of 16 bytes and the header authenticated. The format: `src/common/db-common.h` of
//! <https://github.com/paolostivanin/OTPClient>.

use serde_json::Value;
use tessera_otp::{Kind, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::cipher::{self, Plain};
use crate::collector::Collector;
use crate::draft::{self, Draft};
use crate::fields::{self, Fields};
use crate::input::Json;
use crate::kdf::{self, Prf};
use crate::{Answers, Found, Input, ReadError, Reason};

pub(super) static FORMAT: Format = Format { id: "otpclient", name: "OTPClient", recognize, read };

const MARK: &[u8; 9] = b"OTPClient";
const IV: usize = 16;
const SALT: usize = 32;
const TAG: usize = 16;
const OLD_ROUNDS: u64 = 100_000;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    if input.bytes().starts_with(MARK) {
        return Some(Likeness::Certain);
    }
    // Of version 1 only the name speaks.
    let possible =
        input.has_extension("enc") && input.bytes().len() > IV + SALT + TAG && input.looks_random();
    possible.then_some(Likeness::Possible)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let header = Header::read(input.bytes())?;
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    // The key is derived from the password's bytes.
    let password = password.expose_secret();
    // Older programs took as many bytes of it as it has characters.
    let cut = password.as_bytes().get(..password.chars().count()).unwrap_or_default();
    let whole = password.as_bytes();
    let plain = match header.cost {
        None => header.open(cut)?,
        Some(_) => match header.open(whole)? {
            None if cut != whole => header.open(cut)?,
            done => done,
        },
    };
    let plain = plain.ok_or(ReadError::WrongPassword { format: &FORMAT })?;
    // The text ends with the zero of a C string.
    let text = core::str::from_utf8(&plain).map_err(|_| FORMAT.damaged("what was encrypted is not text"))?;
    let json = Json::read(text.trim_end_matches('\0'));
    entries(&json.ok_or_else(|| FORMAT.damaged("what was encrypted is no JSON"))?.0, answers)
}

struct Header<'a> {
    /// All of it, which is authenticated.
    bound: &'a [u8],
    iv: &'a [u8; IV],
    salt: &'a [u8; SALT],
    /// KiB, passes, lanes; `None` for version 1.
    cost: Option<(u64, u64, u64)>,
    sealed: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let short = || FORMAT.damaged("it is cut short");
        let Some(rest) = bytes.strip_prefix(MARK) else {
            let (iv, rest) = bytes.split_first_chunk().ok_or_else(short)?;
            let (salt, sealed) = rest.split_first_chunk().ok_or_else(short)?;
            let bound = bytes.get(..IV + SALT).ok_or_else(short)?;
            return Ok(Self { bound, iv, salt, cost: None, sealed });
        };
        let big_endian = rest.first_chunk().is_some_and(|version| u32::from_be_bytes(*version) == 3);
        // Three bytes before the version, so that it begins at a multiple of four.
        let rest = if big_endian { rest } else { rest.get(3..).ok_or_else(short)? };
        let number = |bytes: &[u8; 4]| {
            if big_endian { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) }
        };
        let (version, rest) = rest.split_first_chunk().ok_or_else(short)?;
        match number(version) {
            2 | 3 => {}
            newer => {
                let known = "3";
                return Err(ReadError::NewerVersion { format: &FORMAT, found: newer.to_string(), known });
            }
        }
        let (iv, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (salt, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (passes, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (kib, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (lanes, sealed) = rest.split_first_chunk().ok_or_else(short)?;
        let cost = Some((number(kib).into(), number(passes).into(), number(lanes).into()));
        let bound = bytes.get(..bytes.len() - sealed.len()).ok_or_else(short)?;
        Ok(Self { bound, iv, salt, cost, sealed })
    }

    fn open(&self, password: &[u8]) -> Result<Option<Plain>, ReadError> {
        let mut key = Zeroizing::new([0; 32]);
        match self.cost {
            None => kdf::pbkdf2(&FORMAT, Prf::Sha512, password, self.salt, OLD_ROUNDS, &mut *key)?,
            Some(cost) => kdf::argon2id(&FORMAT, password, self.salt, cost, &mut *key)?,
        }
        Ok(cipher::open_gcm_bound_16(&key, self.iv, self.bound, self.sealed))
    }
}

fn entries(json: &Value, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let list = json.as_array().ok_or_else(|| FORMAT.damaged("there is no list in it"))?;
    let mut collector = Collector::new();
    for (index, item) in list.iter().enumerate() {
        let made = draft(item).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, item, "issuer", "label"), made);
    }
    collector.finish(&FORMAT)
}

fn draft(item: &Value) -> Result<Draft, Reason> {
    let item = Fields::of(item, "entry")?;
    let text = |field| Ok::<_, Reason>(item.opt_text(field)?.unwrap_or_default());
    let issuer = text("issuer")?;
    let mut draft = Draft::new(issuer, text("label")?, Secret::from_base32(item.text("secret")?)?);
    draft.kind = draft::kind(item.text("type")?)?;
    // OTPClient knows Steam by its issuer.
    if draft.kind == Kind::Totp && issuer.eq_ignore_ascii_case("steam") {
        draft.kind = Kind::Steam;
    }
    if let Some(name) = item.opt_text("algo")? {
        draft.algorithm = draft::algorithm(name)?;
    }
    if let Some(digits) = item.opt_number("digits")? {
        draft.digits = draft::digits(digits)?;
    }
    match draft.kind {
        Kind::Hotp => draft.counter = item.number("counter")?,
        _ => {
            if let Some(period) = item.opt_number("period")? {
                draft.period = draft::period(period)?;
            }
        }
    }
    draft.group = item.opt_text("group")?.map(str::to_owned);
    Ok(draft)
}

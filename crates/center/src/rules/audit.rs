//! The log of what staff did. Every line stands in the transaction of the action, and its keyed hash covers the line before:
//! a line that is changed, taken out or put in is noticed by whoever has the keys. Signed heads, kept outside the database,
//! tell also that the end was cut off.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::Center;
use crate::clock::Unix;
use crate::keys::{Index, Seal};
use crate::store::tables::audit_line::{self, Head, Line};
use crate::store::{StoreError, Tx};

/// What happened: an action in kebab-case and names of what it was about. Never a secret, an address or a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The action.
    pub action: String,
    /// The ticket it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// More.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<String, String>,
}

impl Entry {
    /// An action.
    pub fn new(action: &str) -> Self {
        Self { action: action.into(), ticket: None, about: BTreeMap::new() }
    }

    /// On this ticket.
    #[must_use]
    pub fn ticket(mut self, id: &str) -> Self {
        self.ticket = Some(id.into());
        self
    }

    /// One more thing.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.about.insert(name.into(), value.into());
        self
    }
}

/// Adds a line, as the last thing before the commit: until then no other line can be added. `staff` is nobody for what the
/// command line and the center itself do.
///
/// # Errors
/// When the database is away.
pub async fn append(
    tx: &mut Tx,
    center: &Center,
    staff: Option<&str>,
    entry: &Entry,
) -> Result<(), StoreError> {
    let head = audit_line::next(tx).await?;
    let plain = serde_json::to_vec(entry).map_err(|_| StoreError::Invalid("audit_line.detail"))?;
    let happened_at = center.now();
    let line = Line {
        number: head.number,
        happened_at,
        staff: staff.map(Into::into),
        detail: center.keys.seal(&*center.random, Seal::Label, &sealed_row(head.number), &plain)?,
        hash: hash(center, head.number, happened_at, staff, &plain, &head.hash),
        previous: head.hash,
    };
    audit_line::insert(tx, &line).await
}

/// Opens the detail of a line.
///
/// # Errors
/// When it does not open with the keys at hand.
pub fn open(center: &Center, line: &Line) -> Result<Entry, StoreError> {
    let plain = center
        .keys
        .open(Seal::Label, &sealed_row(line.number), &line.detail)
        .map_err(|_| StoreError::Sealed("audit_line.detail"))?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Invalid("audit_line.detail"))
}

/// What is wrong with the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A number is missing or stands twice.
    #[error("line {0} is missing")]
    Missing(i64),
    /// A line is not what was written.
    #[error("line {0} was changed")]
    Changed(i64),
    /// The head is not the last line.
    #[error("the log ends at line {found}, but it had {known} lines")]
    Cut {
        /// The last line that is there.
        found: i64,
        /// What the head in the database, or a signed one, says.
        known: i64,
    },
    /// A signed head is not what this center signed.
    #[error("the signed head of line {0} is not signed by this center")]
    NotSigned(i64),
    /// A line is another than the one whose head was signed.
    #[error("line {0} is not the one whose head was signed")]
    Rewritten(i64),
}

/// Reads the whole chain and holds it against the head and against heads that were shipped. Gives the number of lines.
///
/// # Errors
/// When the database is away; what is wrong with the chain is the inner answer.
pub async fn verify(center: &Center, shipped: &[SignedHead]) -> Result<Result<i64, Broken>, StoreError> {
    const AT_ONCE: i64 = 500;
    for head in shipped {
        if !is_signed(center, head) {
            return Ok(Err(Broken::NotSigned(head.number)));
        }
    }
    // The head is read before the lines and again after them: lines may be added while this reads, never taken away.
    let first = audit_line::head(&mut center.begin().await?).await?;
    let mut known: Vec<(i64, &str)> = shipped.iter().map(|head| (head.number, head.hash.as_str())).collect();
    known.push((first.number, &first.hash));
    let mut last = Head::default();
    loop {
        let lines = audit_line::after(&mut center.begin().await?, last.number, AT_ONCE).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            if line.number != last.number + 1 {
                return Ok(Err(Broken::Missing(last.number + 1)));
            }
            let Ok(plain) = center.keys.open(Seal::Label, &sealed_row(line.number), &line.detail) else {
                return Ok(Err(Broken::Changed(line.number)));
            };
            let expected =
                hash(center, line.number, line.happened_at, line.staff.as_deref(), &plain, &last.hash);
            if line.hash != expected || line.previous != last.hash {
                return Ok(Err(Broken::Changed(line.number)));
            }
            if known.iter().any(|&(number, hash)| number == line.number && hash != line.hash) {
                return Ok(Err(Broken::Rewritten(line.number)));
            }
            last = Head { number: line.number, hash: line.hash };
        }
    }
    let longest = known.iter().map(|&(number, _)| number).max().unwrap_or(0);
    if longest > last.number {
        return Ok(Err(Broken::Cut { found: last.number, known: longest }));
    }
    let end = audit_line::head(&mut center.begin().await?).await?;
    Ok(if end.number < last.number {
        Err(Broken::Cut { found: end.number, known: last.number })
    } else {
        Ok(last.number)
    })
}

/// The end of the chain at a time, signed, to be kept where the database's owner cannot change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// The last line's number.
    pub number: i64,
    /// Its hash.
    pub hash: String,
    /// When it was signed.
    pub signed_at: Unix,
    /// Ed25519, in base64, over `tessera-center audit head`, number, hash and time, each on a line.
    pub signature: String,
}

/// Signs the end of the chain as it stands.
///
/// # Errors
/// When the database is away.
pub async fn sign_head(center: &Center) -> Result<SignedHead, StoreError> {
    let mut tx = center.begin().await?;
    let head = audit_line::head(&mut tx).await?;
    let signed_at = center.now();
    let signature = signing_key(center).sign(&signed_text(head.number, &head.hash, signed_at));
    Ok(SignedHead {
        number: head.number,
        hash: head.hash,
        signed_at,
        signature: BASE64.encode(&signature.to_bytes()),
    })
}

/// The key that signed heads are verified with, in base64, for those who keep them.
pub fn public_key(center: &Center) -> String {
    BASE64.encode(signing_key(center).verifying_key().as_bytes())
}

fn is_signed(center: &Center, head: &SignedHead) -> bool {
    let key: VerifyingKey = signing_key(center).verifying_key();
    let signature = BASE64.decode(head.signature.as_bytes()).ok();
    let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
    signature.is_some_and(|signature| {
        key.verify_strict(&signed_text(head.number, &head.hash, head.signed_at), &signature).is_ok()
    })
}

fn signing_key(center: &Center) -> SigningKey {
    SigningKey::from_bytes(&center.keys.subkey(Index::AuditHead))
}

fn signed_text(number: i64, hash: &str, signed_at: Unix) -> Vec<u8> {
    format!("tessera-center audit head\n{number}\n{hash}\n{signed_at}\n").into_bytes()
}

fn sealed_row(number: i64) -> Vec<u8> {
    format!("audit {number}").into_bytes()
}

/// Over the plain detail, not the sealed one: sealing anew under another key changes nothing.
fn hash(
    center: &Center,
    number: i64,
    happened_at: Unix,
    staff: Option<&str>,
    plain: &[u8],
    previous: &str,
) -> String {
    let head = format!("{previous}\n{number}\n{happened_at}\n{}\n", staff.unwrap_or("-"));
    HEXLOWER.encode(&center.keys.index(Index::Audit, &[head.as_bytes(), plain].concat()))
}

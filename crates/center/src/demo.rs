//! Accounts, tokens and a reviewer to try things with. Their passwords stand in public: never where people are.

use tessera_center_api::staff::Role;

use crate::Center;
use crate::clock::NoRandomness;
use crate::contact::{Address, AddressError};
use crate::http::Refusal;
use crate::keys::{Seal, SealError};
use crate::password::{HashError, Password};
use crate::rules::{staff, token_import};
use crate::store::StoreError;
use crate::store::tables::account::{self, New};
use crate::store::tables::contact::{self, ContactKind};
use crate::token::PlainToken;

/// The password of each account.
pub const PASSWORD: &str = "quiet lantern under the bridge";

/// An account of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoAccount {
    /// Its number.
    pub id: i64,
    /// `individual` or `enterprise`.
    pub kind: &'static str,
    /// The display name.
    pub name: &'static str,
    /// Account and security e-mail.
    pub email: &'static str,
    /// The secure phone.
    pub phone: &'static str,
}

const fn one(
    id: i64,
    kind: &'static str,
    name: &'static str,
    email: &'static str,
    phone: &'static str,
) -> DemoAccount {
    DemoAccount { id, kind, name, email, phone }
}

/// The accounts.
pub const ACCOUNTS: [DemoAccount; 3] = [
    one(100_000_001, "individual", "Alice Example", "alice@example.com", "+4915123456789"),
    one(100_000_002, "individual", "Bob Example", "bob@example.com", "+8613800138000"),
    one(100_000_003, "enterprise", "Example Ltd.", "office@example.com", "+442079460018"),
];
/// The staff: two, because two decide.
pub const STAFF: [(&str, &str); 2] =
    [("reviewer@example.com", "Rita Reviewer"), ("second@example.com", "Sam Second")];
/// RFC 6238's example secret, as three tokens.
const TOKENS: &str = "serial,secret,type,digits,period,algorithm\n\
    DEMO0001,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,totp,6,30,SHA1\n\
    DEMO0002,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR,totp,6,30,SHA1\n\
    DEMO0003,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS,totp,6,60,SHA1\n";

/// What was made.
#[derive(Debug)]
pub struct Seeded {
    /// How many hardware tokens.
    pub tokens: u64,
    /// For each of [`STAFF`], its number and the token of the first sign-in, which is kept nowhere.
    pub invitations: Vec<(String, PlainToken)>,
}

/// Why the demo was not made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody is there already.
    #[error("there are accounts or staff here already, and everybody knows the demo's passwords")]
    NotEmpty,
    /// An account of the demo is there.
    #[error("the demo's account {0} is there already; nothing was changed")]
    AccountTaken(i64),
    /// An address of the demo belongs to another account.
    #[error("{0} is taken; nothing was changed")]
    AddressTaken(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Password hashing.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Randomness.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// An address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The tokens.
    #[error(transparent)]
    Tokens(#[from] token_import::ImportError),
    /// Staff.
    #[error("{0}")]
    Staff(String),
}

/// Whether nobody is there yet.
///
/// # Errors
/// When the database is away.
pub async fn is_empty(center: &Center) -> Result<bool, StoreError> {
    Ok(account::latest(center.db.pool(), 1).await?.is_empty() && staff::all(center).await?.is_empty())
}

/// Makes accounts, tokens and staff.
///
/// # Errors
/// When somebody is there already, unless `beside_others`; and when a part of the center fails.
pub async fn seed(center: &Center, beside_others: bool) -> Result<Seeded, DemoError> {
    if !beside_others && !is_empty(center).await? {
        return Err(DemoError::NotEmpty);
    }
    let hash = center.hasher.hash(Password::new(PASSWORD), &center.random).await?;
    let now = center.now();
    let mut tx = center.begin().await?;
    for DemoAccount { id, kind, name, email, phone } in ACCOUNTS {
        let sealed =
            center.keys.seal(&*center.random, Seal::Label, &account::sealed_row(id), name.as_bytes())?;
        let new = New { id, kind, owner: None, name: &sealed, password_hash: &hash, language: "en", now };
        if !account::insert(&mut tx, &new).await? {
            return Err(DemoError::AccountTaken(id));
        }
        for (kind, address) in [
            (ContactKind::AccountEmail, Address::email(email)?),
            (ContactKind::SecurityEmail, Address::email(email)?),
            (ContactKind::SecurePhone, Address::phone(phone)?),
        ] {
            if !contact::bind(&mut tx, center, id, kind, &address, now).await? {
                return Err(DemoError::AddressTaken(address.text().into()));
            }
        }
    }
    tx.commit().await?;
    let (report, done) =
        token_import::import(center, std::io::Cursor::new(TOKENS.as_bytes().to_vec()), None).await;
    done?;
    let mut invitations = Vec::new();
    for (email, name) in STAFF {
        let both = [Role::Reviewer, Role::Supervisor];
        let refused = |refusal: Refusal| DemoError::Staff(refusal.problem().detail.clone());
        let (person, token) = staff::add(center, email, name, &both, None).await.map_err(refused)?;
        invitations.push((person.id, token));
    }
    Ok(Seeded { tokens: report.added, invitations })
}

//! Addresses bound to accounts. How many accounts may share one is held by numbered places under one constraint.
//!
//! A row is a place that an account has on an address: bound, or held back after a change for as long as that can be
//! undone, so that nobody takes the address in the meantime.

use sqlx::any::AnyRow;

use crate::clock::Unix;
use crate::contact::{Address, AddressKind};
use crate::keys::{Index, Keys, Seal};
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE contact (
        account_id BIGINT NOT NULL REFERENCES account (id),
        kind TEXT NOT NULL,
        fingerprint {blob} NOT NULL,
        place BIGINT NOT NULL,
        address {blob} NOT NULL,
        since BIGINT NOT NULL,
        bound BIGINT NOT NULL,
        held_until BIGINT NOT NULL,
        PRIMARY KEY (account_id, kind, fingerprint),
        CONSTRAINT contact_place UNIQUE (kind, fingerprint, place)
    )",
    "CREATE UNIQUE INDEX contact_bound ON contact (account_id, kind) WHERE bound = 1",
];

/// Which contact of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactKind {
    /// A login name; one account an address.
    AccountEmail,
    /// Where identity is checked; any number of accounts.
    SecurityEmail,
    /// The bound mobile number; up to `accounts-per-phone` accounts.
    SecurePhone,
}

impl ContactKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AccountEmail, Self::SecurityEmail, Self::SecurePhone];

    /// As it is stored and as it stands in addresses of the API.
    pub const fn text(self) -> &'static str {
        match self {
            Self::AccountEmail => "account-email",
            Self::SecurityEmail => "security-email",
            Self::SecurePhone => "secure-phone",
        }
    }

    /// Reads [`ContactKind::text`].
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.text() == text)
    }

    /// What kind of address it takes.
    pub const fn takes(self) -> AddressKind {
        match self {
            Self::AccountEmail | Self::SecurityEmail => AddressKind::Email,
            Self::SecurePhone => AddressKind::Phone,
        }
    }
}

/// A contact of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub kind: ContactKind,
    /// The address.
    pub address: Address,
    /// Since when; a younger one than `young-contact` proves no other change.
    pub since: Unix,
}

fn sealed_row(account: AccountId, kind: ContactKind) -> Vec<u8> {
    format!("contact {account} {}", kind.text()).into_bytes()
}

/// The fingerprint by which an address is found.
pub fn fingerprint(keys: &Keys, address: &Address) -> Vec<u8> {
    keys.index(Index::Contact, address.canonical().as_bytes()).to_vec()
}

/// Binds an address, in place of the one of this kind that the account had, whose place is free at once. False when every
/// place of the address is taken; then nothing is changed.
///
/// # Errors
/// When the database is away.
pub async fn bind(
    tx: &mut Tx,
    center: &crate::Center,
    account: AccountId,
    kind: ContactKind,
    address: &Address,
    since: Unix,
) -> Result<bool, StoreError> {
    replace(tx, center, account, kind, address, since, 0).await
}

/// The same, but the place of the former address is held back for the account until then.
///
/// The places are tried one after another by `INSERT … ON CONFLICT`, so that the constraint alone decides.
///
/// # Errors
/// When the database is away.
pub async fn replace(
    tx: &mut Tx,
    center: &crate::Center,
    account: AccountId,
    kind: ContactKind,
    address: &Address,
    since: Unix,
    hold_former_until: Unix,
) -> Result<bool, StoreError> {
    let fingerprint = fingerprint(&center.keys, address);
    sqlx::query(
        "DELETE FROM contact WHERE kind = $1 AND fingerprint = $2 AND bound = 0 AND held_until <= $3",
    )
    .bind(kind.text())
    .bind(fingerprint.as_slice())
    .bind(center.now())
    .execute(tx.on())
    .await?;
    // Sealed anew, for the same address may be written another way.
    let sealed = center.keys.seal(
        &*center.random,
        Seal::Contact,
        &sealed_row(account, kind),
        address.text().as_bytes(),
    )?;
    if !has_place(tx, account, kind, &fingerprint).await? {
        let places = match kind {
            ContactKind::AccountEmail => 1..=1,
            ContactKind::SecurePhone => 1..=center.config.rules.accounts_per_phone,
            // No limit: the account's own number is a place that nobody else takes.
            ContactKind::SecurityEmail => account..=account,
        };
        let mut taken = false;
        for place in places {
            taken = sqlx::query(
                "INSERT INTO contact (account_id, kind, fingerprint, place, address, since, bound, held_until)
                 VALUES ($1, $2, $3, $4, $5, $6, 0, 0) ON CONFLICT DO NOTHING",
            )
            .bind(account)
            .bind(kind.text())
            .bind(fingerprint.as_slice())
            .bind(place)
            .bind(sealed.as_slice())
            .bind(since)
            .execute(tx.on())
            .await?
            .rows_affected()
                == 1;
            if taken {
                break;
            }
        }
        if !taken {
            return Ok(false);
        }
    }
    unbind_but(tx, account, kind, &fingerprint, hold_former_until).await?;
    sqlx::query(
        "UPDATE contact SET bound = 1, since = $4, address = $5 WHERE account_id = $1 AND kind = $2 AND fingerprint = $3",
    )
    .bind(account)
    .bind(kind.text())
    .bind(fingerprint.as_slice())
    .bind(since)
    .bind(sealed.as_slice())
    .execute(tx.on())
    .await?;
    forget_free(tx, account, center.now()).await?;
    Ok(true)
}

/// Takes a contact off the account. Its place is held back until then.
///
/// # Errors
/// When the database is away.
pub async fn unbind(
    tx: &mut Tx,
    account: AccountId,
    kind: ContactKind,
    hold_until: Unix,
    now: Unix,
) -> Result<bool, StoreError> {
    let unbound = unbind_but(tx, account, kind, &[], hold_until).await?;
    forget_free(tx, account, now).await?;
    Ok(unbound)
}

/// Whether the account has a place on this address already, bound or held; its row is locked then.
async fn has_place(
    tx: &mut Tx,
    account: AccountId,
    kind: ContactKind,
    fingerprint: &[u8],
) -> Result<bool, StoreError> {
    let found = sqlx::query(
        "UPDATE contact SET place = place WHERE account_id = $1 AND kind = $2 AND fingerprint = $3",
    )
    .bind(account)
    .bind(kind.text())
    .bind(fingerprint)
    .execute(tx.on())
    .await?;
    Ok(found.rows_affected() == 1)
}

/// Unbinds the account's contact of this kind unless it is this address. A hold never becomes shorter: an earlier change
/// may need it.
async fn unbind_but(
    tx: &mut Tx,
    account: AccountId,
    kind: ContactKind,
    but: &[u8],
    hold_until: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE contact SET bound = 0, held_until = CASE WHEN held_until < $4 THEN $4 ELSE held_until END
         WHERE account_id = $1 AND kind = $2 AND bound = 1 AND fingerprint <> $3",
    )
    .bind(account)
    .bind(kind.text())
    .bind(but)
    .bind(hold_until)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives up the places of the account that are neither bound nor held.
async fn forget_free(tx: &mut Tx, account: AccountId, now: Unix) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM contact WHERE account_id = $1 AND bound = 0 AND held_until <= $2")
        .bind(account)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Removes places whose hold is over.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, now: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM contact WHERE bound = 0 AND held_until <= $1")
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}

/// Removes every address of an account, held ones too.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM contact WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}

/// All contacts of an account.
///
/// # Errors
/// When the database is away or a sealed address does not open.
pub async fn of_account(tx: &mut Tx, keys: &Keys, account: AccountId) -> Result<Vec<Contact>, StoreError> {
    let found = sqlx::query(
        "SELECT kind, address, since FROM contact WHERE account_id = $1 AND bound = 1 ORDER BY kind",
    )
    .bind(account)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| from_row(found, 0, keys, account)).collect()
}

/// Reads kind, sealed address and since when, from this column on.
fn from_row(found: &AnyRow, from: usize, keys: &Keys, account: AccountId) -> Result<Contact, StoreError> {
    let kind = ContactKind::from_text(&row::text(found, from)?).ok_or(StoreError::Invalid("contact.kind"))?;
    let sealed = row::bytes(found, from + 1)?;
    let text = keys
        .open(Seal::Contact, &sealed_row(account, kind), &sealed)
        .map_err(|_| StoreError::Sealed("contact.address"))?;
    let text = std::str::from_utf8(&text).map_err(|_| StoreError::Invalid("contact.address"))?;
    let address = Address::stored(kind.takes(), text);
    Ok(Contact { account, kind, address, since: row::number(found, from + 2)? })
}

/// The same of an outer join, in which an account without contacts has nothing there.
pub(super) fn from_join(
    found: &AnyRow,
    from: usize,
    keys: &Keys,
    account: AccountId,
) -> Result<Option<Contact>, StoreError> {
    if row::text_or_null(found, from)?.is_none() {
        return Ok(None);
    }
    from_row(found, from, keys, account).map(Some)
}

/// The accounts that an address is bound to, in the order of their numbers.
///
/// # Errors
/// When the database is away.
pub async fn accounts_with(
    tx: &mut Tx,
    keys: &Keys,
    kind: ContactKind,
    address: &Address,
) -> Result<Vec<AccountId>, StoreError> {
    let found = sqlx::query(
        "SELECT account_id FROM contact WHERE kind = $1 AND fingerprint = $2 AND bound = 1 ORDER BY account_id",
    )
    .bind(kind.text())
    .bind(fingerprint(keys, address))
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| row::number(found, 0)).collect()
}

/// Whether every place of the address is taken, bound or held: nobody can bind it now.
///
/// # Errors
/// When the database is away.
pub async fn is_full(
    tx: &mut Tx,
    center: &crate::Center,
    kind: ContactKind,
    address: &Address,
) -> Result<bool, StoreError> {
    let most = match kind {
        ContactKind::AccountEmail => 1,
        ContactKind::SecurePhone => center.config.rules.accounts_per_phone,
        ContactKind::SecurityEmail => return Ok(false),
    };
    let found = sqlx::query(
        "SELECT COUNT(*) FROM contact WHERE kind = $1 AND fingerprint = $2 AND (bound = 1 OR held_until > $3)",
    )
    .bind(kind.text())
    .bind(fingerprint(&center.keys, address))
    .bind(center.now())
    .fetch_one(tx.on())
    .await?;
    Ok(row::number(&found, 0)? >= most)
}

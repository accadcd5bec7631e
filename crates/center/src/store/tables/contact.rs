//! Addresses bound to accounts. How many accounts may share one is held by numbered places under one constraint.

use crate::clock::Unix;
use crate::contact::{Address, AddressKind};
use crate::keys::{Index, Keys, Seal};
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE contact (
        account_id BIGINT NOT NULL REFERENCES account (id),
        kind TEXT NOT NULL,
        address {blob} NOT NULL,
        fingerprint {blob} NOT NULL,
        place BIGINT NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (account_id, kind),
        CONSTRAINT contact_place UNIQUE (kind, fingerprint, place)
    )"];

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

/// Binds an address, in place of the one of this kind that the account had. False when every place of the address is taken;
/// then nothing is changed.
///
/// The places are tried one after another by `INSERT … ON CONFLICT`, so that the constraint alone decides.
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
    let fingerprint = fingerprint(&center.keys, address);
    let places = match kind {
        ContactKind::AccountEmail => 1..=1,
        ContactKind::SecurePhone => 1..=center.config.rules.accounts_per_phone,
        // No limit: the account's own number is a place that nobody else takes.
        ContactKind::SecurityEmail => account..=account,
    };
    // An account that already holds this address keeps its place.
    let kept =
        sqlx::query("UPDATE contact SET since = $4 WHERE account_id = $1 AND kind = $2 AND fingerprint = $3")
            .bind(account)
            .bind(kind.text())
            .bind(fingerprint.as_slice())
            .bind(since)
            .execute(tx.on())
            .await?;
    if kept.rows_affected() == 1 {
        return Ok(true);
    }
    let sealed = center.keys.seal(
        &*center.random,
        Seal::Contact,
        &sealed_row(account, kind),
        address.text().as_bytes(),
    )?;
    for place in places {
        // Only a place that nobody holds is taken, under whichever of the two constraints collides first.
        let bound = sqlx::query(
            "INSERT INTO contact (account_id, kind, address, fingerprint, place, since)
             SELECT $1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT)
             WHERE NOT EXISTS (SELECT 1 FROM contact WHERE account_id = $1 AND kind = $2)
             ON CONFLICT (kind, fingerprint, place) DO NOTHING",
        )
        .bind(account)
        .bind(kind.text())
        .bind(sealed.as_slice())
        .bind(fingerprint.as_slice())
        .bind(place)
        .bind(since)
        .execute(tx.on())
        .await?;
        if bound.rows_affected() == 1 {
            return Ok(true);
        }
        let moved = sqlx::query(
            "UPDATE contact SET address = $3, fingerprint = $4, place = $5, since = $6
             WHERE account_id = $1 AND kind = $2
               AND NOT EXISTS (SELECT 1 FROM contact AS held WHERE held.kind = $2 AND held.fingerprint = $4 AND held.place = $5)",
        )
        .bind(account)
        .bind(kind.text())
        .bind(sealed.as_slice())
        .bind(fingerprint.as_slice())
        .bind(place)
        .bind(since)
        .execute(tx.on())
        .await?;
        if moved.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes a contact off the account.
///
/// # Errors
/// When the database is away.
pub async fn unbind(tx: &mut Tx, account: AccountId, kind: ContactKind) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM contact WHERE account_id = $1 AND kind = $2")
        .bind(account)
        .bind(kind.text())
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// All contacts of an account.
///
/// # Errors
/// When the database is away or a sealed address does not open.
pub async fn of_account(tx: &mut Tx, keys: &Keys, account: AccountId) -> Result<Vec<Contact>, StoreError> {
    let found = sqlx::query("SELECT kind, address, since FROM contact WHERE account_id = $1 ORDER BY kind")
        .bind(account)
        .fetch_all(tx.on())
        .await?;
    let mut contacts = Vec::with_capacity(found.len());
    for found in found {
        let kind =
            ContactKind::from_text(&row::text(&found, 0)?).ok_or(StoreError::Invalid("contact.kind"))?;
        let sealed = row::bytes(&found, 1)?;
        let text = keys
            .open(Seal::Contact, &sealed_row(account, kind), &sealed)
            .map_err(|_| StoreError::Sealed("contact.address"))?;
        let text = std::str::from_utf8(&text).map_err(|_| StoreError::Invalid("contact.address"))?;
        let address = Address::stored(kind.takes(), text);
        contacts.push(Contact { account, kind, address, since: row::number(&found, 2)? });
    }
    Ok(contacts)
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
        "SELECT account_id FROM contact WHERE kind = $1 AND fingerprint = $2 ORDER BY account_id",
    )
    .bind(kind.text())
    .bind(fingerprint(keys, address))
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| row::number(found, 0)).collect()
}

//! Which accounts an owner created. How many is held by numbered places under one constraint.

use crate::Center;
use crate::clock::Unix;
use crate::contact::{Address, AddressKind};
use crate::keys::{Keys, Seal};
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE sub_account (
        account_id BIGINT PRIMARY KEY REFERENCES account (id),
        owner_id BIGINT NOT NULL REFERENCES account (id),
        place BIGINT NOT NULL,
        address {blob} NOT NULL,
        created_at BIGINT NOT NULL,
        active_at BIGINT,
        CONSTRAINT sub_account_place UNIQUE (owner_id, place)
    )"];

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubAccount {
    /// The account.
    pub account: AccountId,
    /// Where its invitation went.
    pub address: Address,
    /// When it was created.
    pub created_at: Unix,
    /// When the invitation was taken.
    pub active_at: Option<Unix>,
}

/// Adds an account to its owner's. False when every place is taken.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    center: &Center,
    owner: AccountId,
    account: AccountId,
    address: &Address,
) -> Result<bool, StoreError> {
    let sealed =
        center.keys.seal(&*center.random, Seal::Contact, &sealed_row(account), address.text().as_bytes())?;
    for place in free_places(tx, "sub_account", owner, center.config.rules.sub_accounts).await? {
        let done = sqlx::query(
            "INSERT INTO sub_account (account_id, owner_id, place, address, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(account)
        .bind(owner)
        .bind(place)
        .bind(sealed.as_slice())
        .bind(center.now())
        .execute(tx.on())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The places that nobody holds, the first one first. The constraint decides whether one is free still.
pub(super) async fn free_places(
    tx: &mut Tx,
    table: &'static str,
    owner: AccountId,
    most: i64,
) -> Result<Vec<i64>, StoreError> {
    let taken = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT place FROM {table} WHERE owner_id = $1")))
        .bind(owner)
        .fetch_all(tx.on())
        .await?;
    let taken: std::collections::BTreeSet<i64> =
        taken.iter().map(|taken| row::number(taken, 0)).collect::<Result<_, _>>()?;
    Ok((1..=most).filter(|place| !taken.contains(place)).collect())
}

/// One of an owner's.
///
/// # Errors
/// When the database is away.
pub async fn find(
    tx: &mut Tx,
    keys: &Keys,
    owner: AccountId,
    account: AccountId,
) -> Result<Option<SubAccount>, StoreError> {
    let found = sqlx::query(
        "SELECT account_id, address, created_at, active_at FROM sub_account WHERE owner_id = $1 AND account_id = $2",
    )
    .bind(owner)
    .bind(account)
    .fetch_optional(tx.on())
    .await?;
    found.map(|found| read(keys, &found)).transpose()
}

/// At most `most` of an owner's before that place, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn page(
    tx: &mut Tx,
    keys: &Keys,
    owner: AccountId,
    before: (Unix, AccountId),
    most: i64,
) -> Result<Vec<SubAccount>, StoreError> {
    let found = sqlx::query(
        "SELECT account_id, address, created_at, active_at FROM sub_account
         WHERE owner_id = $1 AND (created_at < $2 OR (created_at = $2 AND account_id < $3))
         ORDER BY created_at DESC, account_id DESC LIMIT $4",
    )
    .bind(owner)
    .bind(before.0)
    .bind(before.1)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| read(keys, found)).collect()
}

/// Notes where another invitation goes. False when one was taken already.
///
/// # Errors
/// When the database is away.
pub async fn set_address(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    address: &Address,
) -> Result<bool, StoreError> {
    let sealed =
        center.keys.seal(&*center.random, Seal::Contact, &sealed_row(account), address.text().as_bytes())?;
    let done = sqlx::query("UPDATE sub_account SET address = $2 WHERE account_id = $1 AND active_at IS NULL")
        .bind(account)
        .bind(sealed)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the invitation was taken: true for the one caller who did.
///
/// # Errors
/// When the database is away.
pub async fn activate(tx: &mut Tx, account: AccountId, now: Unix) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE sub_account SET active_at = $2 WHERE account_id = $1 AND active_at IS NULL")
            .bind(account)
            .bind(now)
            .execute(tx.on())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets that an account is anybody's sub-account, when it is erased.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sub_account WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}

fn read(keys: &Keys, found: &sqlx::any::AnyRow) -> Result<SubAccount, StoreError> {
    let account = row::number(found, 0)?;
    let plain = keys
        .open(Seal::Contact, &sealed_row(account), &row::bytes(found, 1)?)
        .map_err(|_| StoreError::Sealed("sub_account.address"))?;
    let text = std::str::from_utf8(&plain).map_err(|_| StoreError::Invalid("sub_account.address"))?;
    Ok(SubAccount {
        account,
        address: Address::stored(AddressKind::Email, text),
        created_at: row::number(found, 2)?,
        active_at: row::number_or_null(found, 3)?,
    })
}

fn sealed_row(account: AccountId) -> Vec<u8> {
    format!("sub_account {account}").into_bytes()
}

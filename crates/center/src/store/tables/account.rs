//! Identities of the center.

use crate::clock::Unix;
use crate::store::tables::contact::ContactKind;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE account (
        id BIGINT PRIMARY KEY,
        kind TEXT NOT NULL,
        owner_id BIGINT REFERENCES account (id),
        name {blob} NOT NULL,
        password_hash TEXT NOT NULL,
        password_since BIGINT NOT NULL,
        language TEXT NOT NULL,
        verified_at BIGINT,
        login_protection TEXT NOT NULL DEFAULT 'off',
        operation_protection TEXT NOT NULL DEFAULT 'off',
        mfa_required BIGINT NOT NULL DEFAULT 0,
        frozen_since BIGINT,
        erased_at BIGINT,
        created_at BIGINT NOT NULL,
        version BIGINT NOT NULL DEFAULT 1
    )",
    "CREATE INDEX account_owner ON account (owner_id)",
];

/// A number an account is known by: nine to twelve digits, not in order of registration.
pub type AccountId = i64;

/// The row a sealed value of an account is bound to.
pub fn sealed_row(id: AccountId) -> Vec<u8> {
    format!("account {id}").into_bytes()
}

/// What login needs to know of an account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// `individual` or `enterprise`.
    pub kind: String,
    /// Whose sub-account it is.
    pub owner: Option<AccountId>,
    /// The display name, sealed as a label.
    pub name: Vec<u8>,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// Since when this password.
    pub password_since: Unix,
    /// `en` or `zh-Hans`.
    pub language: String,
    /// Since when its identity is verified.
    pub verified_at: Option<Unix>,
    /// `off`, `mfa`, `phone` or `email`.
    pub login_protection: String,
    /// `off`, `mfa`, `phone` or `email`.
    pub operation_protection: String,
    /// Its owner wants an MFA device bound before anything else.
    pub mfa_required: bool,
    /// Sensitive actions rest since an undo.
    pub frozen_since: Option<Unix>,
    /// When it was registered.
    pub created_at: Unix,
    /// Counts every change, for `ETag`.
    pub version: i64,
}

/// The columns of [`Account`], in the order [`from_row`] reads them. Other tables' joins put theirs behind.
pub const COLUMNS: &str = "account.id, account.kind, account.owner_id, account.name, account.password_hash, account.password_since, \
     account.language, account.verified_at, account.login_protection, account.operation_protection, account.mfa_required, \
     account.frozen_since, account.created_at, account.version";

/// How many columns that are.
pub const WIDTH: usize = 14;

/// Reads [`COLUMNS`].
///
/// # Errors
/// When a column is not what only this program writes.
pub fn from_row(found: &sqlx::any::AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: row::number(found, 0)?,
        kind: row::text(found, 1)?,
        owner: row::number_or_null(found, 2)?,
        name: row::bytes(found, 3)?,
        password_hash: row::text(found, 4)?,
        password_since: row::number(found, 5)?,
        language: row::text(found, 6)?,
        verified_at: row::number_or_null(found, 7)?,
        login_protection: row::text(found, 8)?,
        operation_protection: row::text(found, 9)?,
        mfa_required: row::flag(found, 10)?,
        frozen_since: row::number_or_null(found, 11)?,
        created_at: row::number(found, 12)?,
        version: row::number(found, 13)?,
    })
}

/// What a new account starts with.
pub struct New<'a> {
    /// Its number; taken already when [`insert`] says so.
    pub id: AccountId,
    /// `individual` or `enterprise`.
    pub kind: &'a str,
    /// Whose sub-account it is.
    pub owner: Option<AccountId>,
    /// The display name, sealed as a label.
    pub name: &'a [u8],
    /// A PHC string.
    pub password_hash: &'a str,
    /// `en` or `zh-Hans`.
    pub language: &'a str,
    /// Now.
    pub now: Unix,
}

/// Adds an account. False when the number is taken.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO account (id, kind, owner_id, name, password_hash, password_since, language, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $6) ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(new.kind)
    .bind(new.owner)
    .bind(new.name)
    .bind(new.password_hash)
    .bind(new.now)
    .bind(new.language)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The account of this number, unless it was erased.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: AccountId) -> Result<Option<Account>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM account WHERE id = $1 AND erased_at IS NULL"
    )))
    .bind(id)
    .fetch_optional(tx.on())
    .await?;
    found.as_ref().map(from_row).transpose()
}

/// The account that has this contact, unless several have it.
///
/// # Errors
/// When the database is away.
pub async fn only_one_with(
    tx: &mut Tx,
    kind: ContactKind,
    fingerprint: &[u8],
) -> Result<Option<Account>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM contact JOIN account ON account.id = contact.account_id
         WHERE contact.kind = $1 AND contact.fingerprint = $2 AND contact.bound = 1 AND account.erased_at IS NULL LIMIT 2"
    )))
    .bind(kind.text())
    .bind(fingerprint)
    .fetch_all(tx.on())
    .await?;
    match found.as_slice() {
        [one] => Ok(Some(from_row(one)?)),
        _ => Ok(None),
    }
}

/// Holds the account until the transaction ends, if this is still the hash of its password, so that a login and a change of
/// the password come one after the other. The hash may be replaced by one of the same password at another cost.
///
/// # Errors
/// When the database is away.
pub async fn hold(
    tx: &mut Tx,
    id: AccountId,
    hash: &str,
    renewed: &str,
) -> Result<Option<Account>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND erased_at IS NULL RETURNING {COLUMNS}"
    )))
    .bind(id)
    .bind(hash)
    .bind(renewed)
    .fetch_optional(tx.on())
    .await?;
    found.as_ref().map(from_row).transpose()
}

/// The account, locked until the transaction ends: what must see and change several of its rows as one begins with this.
/// Lock the account before any of its other rows, so that two transactions cannot wait for each other.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<Option<Account>, StoreError> {
    // An update that changes nothing locks the row on both databases.
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE account SET version = version WHERE id = $1 AND erased_at IS NULL RETURNING {COLUMNS}"
    )))
    .bind(id)
    .fetch_optional(tx.on())
    .await?;
    found.as_ref().map(from_row).transpose()
}

/// The numbers of an account's sub-accounts.
///
/// # Errors
/// When the database is away.
pub async fn owned_by(tx: &mut Tx, owner: AccountId) -> Result<Vec<AccountId>, StoreError> {
    let found = sqlx::query("SELECT id FROM account WHERE owner_id = $1 AND erased_at IS NULL ORDER BY id")
        .bind(owner)
        .fetch_all(tx.on())
        .await?;
    found.iter().map(|found| row::number(found, 0)).collect()
}

/// Counts a change of what is seen with the account; gives the new version.
///
/// # Errors
/// When the database is away.
pub async fn changed(tx: &mut Tx, id: AccountId) -> Result<i64, StoreError> {
    let found = sqlx::query("UPDATE account SET version = version + 1 WHERE id = $1 RETURNING version")
        .bind(id)
        .fetch_one(tx.on())
        .await?;
    row::number(&found, 0)
}

/// Sets name and language, if the version is still the one that was seen.
///
/// # Errors
/// When the database is away.
pub async fn edit(
    tx: &mut Tx,
    id: AccountId,
    seen: i64,
    name: &[u8],
    language: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE account SET name = $3, language = $4, version = version + 1 WHERE id = $1 AND version = $2 AND erased_at IS NULL",
    )
    .bind(id)
    .bind(seen)
    .bind(name)
    .bind(language)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes a tombstone of the account: its number stays taken, nothing private is left in the row. False while it has
/// sub-accounts.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, id: AccountId, now: Unix) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE account SET erased_at = $2, name = $3, password_hash = '', password_since = 0, language = 'en', verified_at = NULL,
             owner_id = NULL, login_protection = 'off', operation_protection = 'off', mfa_required = 0, frozen_since = NULL,
             version = version + 1
         WHERE id = $1 AND erased_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM account AS member WHERE member.owner_id = $1 AND member.erased_at IS NULL)",
    )
    .bind(id)
    .bind(now)
    .bind(&[][..])
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets another password.
///
/// # Errors
/// When the database is away.
pub async fn set_password(tx: &mut Tx, id: AccountId, hash: &str, now: Unix) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE account SET password_hash = $2, password_since = $3, version = version + 1 WHERE id = $1",
    )
    .bind(id)
    .bind(hash)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Notes that the identity of an account was verified.
///
/// # Errors
/// When the database is away.
pub async fn set_verified(tx: &mut Tx, id: AccountId, now: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET verified_at = $2, version = version + 1 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Freezes sensitive actions, or lets them go on.
///
/// # Errors
/// When the database is away.
pub async fn set_frozen(tx: &mut Tx, id: AccountId, since: Option<Unix>) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET frozen_since = $2, version = version + 1 WHERE id = $1")
        .bind(id)
        .bind(since)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Sets login and operation protection.
///
/// # Errors
/// When the database is away.
pub async fn set_protection(
    tx: &mut Tx,
    id: AccountId,
    login: &str,
    operation: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE account SET login_protection = $2, operation_protection = $3, version = version + 1 WHERE id = $1",
    )
    .bind(id)
    .bind(login)
    .bind(operation)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Requires an MFA device of the account, or no longer. False when it was so already.
///
/// # Errors
/// When the database is away.
pub async fn set_mfa_required(tx: &mut Tx, id: AccountId, required: bool) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE account SET mfa_required = $2, version = version + 1 WHERE id = $1 AND mfa_required <> $2",
    )
    .bind(id)
    .bind(i64::from(required))
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The numbers of the accounts registered last.
///
/// # Errors
/// When the database is away.
pub async fn latest(pool: &sqlx::AnyPool, most: i64) -> Result<Vec<AccountId>, StoreError> {
    let rows = sqlx::query(
        "SELECT id FROM account WHERE erased_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1",
    )
    .bind(most)
    .fetch_all(pool)
    .await?;
    rows.iter().map(|found| row::number(found, 0)).collect()
}

/// Makes a sub-account an account of its own.
///
/// # Errors
/// When the database is away.
pub async fn release(tx: &mut Tx, id: AccountId) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET owner_id = NULL, version = version + 1 WHERE id = $1")
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(())
}

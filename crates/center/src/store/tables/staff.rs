//! Staff: people who decide tickets. They are no accounts of the center; one may be linked, so that nobody decides on their own.

use crate::clock::Unix;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE staff (
        id TEXT PRIMARY KEY,
        email {blob} NOT NULL,
        fingerprint {blob} NOT NULL UNIQUE,
        name {blob} NOT NULL,
        roles TEXT NOT NULL,
        account_id BIGINT,
        password_hash TEXT,
        totp_seed {blob},
        last_step BIGINT NOT NULL DEFAULT 0,
        invitation {blob} UNIQUE,
        invited_until BIGINT,
        created_at BIGINT NOT NULL,
        disabled_at BIGINT
    )"];

/// A staff member's name: 128 random bits in hexadecimal.
pub type StaffId = String;

/// The row a sealed value of a staff member is bound to.
pub fn sealed_row(id: &str) -> Vec<u8> {
    format!("staff {id}").into_bytes()
}

/// A staff member as stored.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Its name in the database.
    pub id: StaffId,
    /// The e-mail address, sealed as a contact.
    pub email: Vec<u8>,
    /// By which it is found.
    pub fingerprint: Vec<u8>,
    /// The person's name, sealed as a label.
    pub name: Vec<u8>,
    /// Roles in words, with spaces between.
    pub roles: String,
    /// The person's own account at this center.
    pub account: Option<AccountId>,
    /// Argon2id; none before the invitation was accepted.
    pub password_hash: Option<String>,
    /// The TOTP seed, sealed.
    pub totp_seed: Option<Vec<u8>>,
    /// When it was added.
    pub created_at: Unix,
    /// Since when it is disabled.
    pub disabled_at: Option<Unix>,
}

/// The columns of [`Staff`]; joins put theirs behind.
pub const COLUMNS: &str = "staff.id, staff.email, staff.fingerprint, staff.name, staff.roles, staff.account_id, \
    staff.password_hash, staff.totp_seed, staff.created_at, staff.disabled_at";

/// How many columns that are.
pub const WIDTH: usize = 10;

/// Reads [`COLUMNS`].
///
/// # Errors
/// When a column is not what only this program writes.
pub fn from_row(found: &sqlx::any::AnyRow) -> Result<Staff, StoreError> {
    Ok(Staff {
        id: row::text(found, 0)?,
        email: row::bytes(found, 1)?,
        fingerprint: row::bytes(found, 2)?,
        name: row::bytes(found, 3)?,
        roles: row::text(found, 4)?,
        account: row::number_or_null(found, 5)?,
        password_hash: row::text_or_null(found, 6)?,
        totp_seed: row::bytes_or_null(found, 7)?,
        created_at: row::number(found, 8)?,
        disabled_at: row::number_or_null(found, 9)?,
    })
}

/// Adds a staff member with an invitation. False when the address belongs to one already.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    new: &Staff,
    invitation: &TokenHash,
    invited_until: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO staff (id, email, fingerprint, name, roles, account_id, invitation, invited_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(new.id.as_str())
    .bind(new.email.as_slice())
    .bind(new.fingerprint.as_slice())
    .bind(new.name.as_slice())
    .bind(new.roles.as_str())
    .bind(new.account)
    .bind(invitation.as_bytes())
    .bind(invited_until)
    .bind(new.created_at)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The staff member of this address.
///
/// # Errors
/// When the database is away.
pub async fn by_fingerprint(tx: &mut Tx, fingerprint: &[u8]) -> Result<Option<Staff>, StoreError> {
    let found =
        sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM staff WHERE fingerprint = $1")))
            .bind(fingerprint)
            .fetch_optional(tx.on())
            .await?;
    found.as_ref().map(from_row).transpose()
}

/// All of them, the earliest first.
///
/// # Errors
/// When the database is away.
pub async fn all(tx: &mut Tx) -> Result<Vec<Staff>, StoreError> {
    let found =
        sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM staff ORDER BY created_at, id")))
            .fetch_all(tx.on())
            .await?;
    found.iter().map(from_row).collect()
}

/// The staff member whom an invitation that is still good was given to.
///
/// # Errors
/// When the database is away.
pub async fn invited(tx: &mut Tx, invitation: &TokenHash, now: Unix) -> Result<Option<Staff>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM staff WHERE invitation = $1 AND invited_until > $2 AND disabled_at IS NULL"
    )))
    .bind(invitation.as_bytes())
    .bind(now)
    .fetch_optional(tx.on())
    .await?;
    found.as_ref().map(from_row).transpose()
}

/// Uses an invitation up: sets password and TOTP seed. True for the one caller whose invitation it was.
///
/// # Errors
/// When the database is away.
pub async fn accept(
    tx: &mut Tx,
    invitation: &TokenHash,
    password_hash: &str,
    totp_seed: &[u8],
    step: i64,
    now: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE staff SET password_hash = $2, totp_seed = $3, last_step = $4, invitation = NULL, invited_until = NULL
         WHERE invitation = $1 AND invited_until > $5 AND disabled_at IS NULL",
    )
    .bind(invitation.as_bytes())
    .bind(password_hash)
    .bind(totp_seed)
    .bind(step)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a staff member another invitation; its password and TOTP seed are good no longer.
///
/// # Errors
/// When the database is away.
pub async fn invite_again(
    tx: &mut Tx,
    id: &str,
    invitation: &TokenHash,
    invited_until: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE staff SET invitation = $2, invited_until = $3, password_hash = NULL, totp_seed = NULL
         WHERE id = $1 AND disabled_at IS NULL",
    )
    .bind(id)
    .bind(invitation.as_bytes())
    .bind(invited_until)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a TOTP step: true for the one caller that is first with it, ever.
///
/// # Errors
/// When the database is away.
pub async fn take_step(tx: &mut Tx, id: &str, step: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE staff SET last_step = $2 WHERE id = $1 AND last_step < $2 AND disabled_at IS NULL",
    )
    .bind(id)
    .bind(step)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives other roles.
///
/// # Errors
/// When the database is away.
pub async fn set_roles(tx: &mut Tx, id: &str, roles: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE staff SET roles = $2 WHERE id = $1 AND disabled_at IS NULL")
        .bind(id)
        .bind(roles)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Disables for good.
///
/// # Errors
/// When the database is away.
pub async fn disable(tx: &mut Tx, id: &str, now: Unix) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE staff SET disabled_at = $2, password_hash = NULL, totp_seed = NULL, invitation = NULL
         WHERE id = $1 AND disabled_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

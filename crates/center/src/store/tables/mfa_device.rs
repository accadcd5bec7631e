//! MFA devices bound to accounts. How many an account has is held by numbered places, and that one serial number serves
//! one account by a constraint on its token.

use crate::Center;
use crate::clock::Unix;
use crate::keys::{Keys, Seal};
use crate::store::tables::account::AccountId;
use crate::store::tables::otp_token::{self, Token};
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE mfa_device (
        id TEXT PRIMARY KEY,
        account_id BIGINT NOT NULL REFERENCES account (id),
        place BIGINT NOT NULL,
        kind TEXT NOT NULL,
        name {blob} NOT NULL,
        token_id TEXT NOT NULL REFERENCES otp_token (id),
        created_at BIGINT NOT NULL,
        used_at BIGINT,
        CONSTRAINT mfa_device_place UNIQUE (account_id, place),
        CONSTRAINT mfa_device_token UNIQUE (token_id)
    )"];

/// Which kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// A secret that the center made for an app.
    Virtual,
    /// An imported OATH token.
    Hardware,
}

impl DeviceKind {
    const fn text(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Hardware => "hardware",
        }
    }
}

/// A device as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its name in addresses.
    pub id: String,
    /// Virtual or hardware.
    pub kind: DeviceKind,
    /// What its owner calls it.
    pub name: String,
    /// The serial number of a hardware device.
    pub serial: Option<String>,
    /// The token it holds.
    pub token: String,
    /// When it was bound.
    pub created_at: Unix,
    /// When a code of it was last accepted.
    pub used_at: Option<Unix>,
}

/// What binding came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// Bound under this id.
    Done(String),
    /// Every place is taken.
    Full,
    /// The token serves an account already.
    Taken,
}

/// Binds a token to an account, in the first place that is free.
///
/// # Errors
/// When the database is away.
pub async fn bind(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    kind: DeviceKind,
    name: &str,
    token: &str,
) -> Result<Bound, StoreError> {
    let id = center.new_id()?;
    let sealed = center.keys.seal(&*center.random, Seal::Label, &sealed_row(&id), name.as_bytes())?;
    for place in 1..=center.config.rules.mfa_devices {
        let done = sqlx::query(
            "INSERT INTO mfa_device (id, account_id, place, kind, name, token_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(id.as_str())
        .bind(account)
        .bind(place)
        .bind(kind.text())
        .bind(sealed.as_slice())
        .bind(token)
        .bind(center.now())
        .execute(tx.on())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(Bound::Done(id));
        }
        let taken = sqlx::query("SELECT 1 FROM mfa_device WHERE token_id = $1")
            .bind(token)
            .fetch_optional(tx.on())
            .await?;
        if taken.is_some() {
            return Ok(Bound::Taken);
        }
    }
    Ok(Bound::Full)
}

/// How many devices an account has.
///
/// # Errors
/// When the database is away.
pub async fn count(tx: &mut Tx, account: AccountId) -> Result<i64, StoreError> {
    let found = sqlx::query("SELECT COUNT(*) FROM mfa_device WHERE account_id = $1")
        .bind(account)
        .fetch_one(tx.on())
        .await?;
    row::number(&found, 0)
}

/// All devices of an account, in the order of their places.
///
/// # Errors
/// When the database is away or a sealed name does not open.
pub async fn of_account(tx: &mut Tx, keys: &Keys, account: AccountId) -> Result<Vec<Device>, StoreError> {
    let found = sqlx::query(
        "SELECT mfa_device.id, mfa_device.kind, mfa_device.name, mfa_device.created_at, mfa_device.used_at, otp_token.id, otp_token.serial
         FROM mfa_device JOIN otp_token ON otp_token.id = mfa_device.token_id
         WHERE mfa_device.account_id = $1 ORDER BY mfa_device.place",
    )
    .bind(account)
    .fetch_all(tx.on())
    .await?;
    found
        .iter()
        .map(|found| {
            let id = row::text(found, 0)?;
            let kind = match row::text(found, 1)?.as_str() {
                "virtual" => DeviceKind::Virtual,
                "hardware" => DeviceKind::Hardware,
                _ => return Err(StoreError::Invalid("mfa_device.kind")),
            };
            let name = keys
                .open(Seal::Label, &sealed_row(&id), &row::bytes(found, 2)?)
                .map_err(|_| StoreError::Sealed("mfa_device.name"))?;
            let token = row::text(found, 5)?;
            let serial = row::bytes_or_null(found, 6)?
                .map(|sealed| otp_token::open_serial(keys, &token, &sealed))
                .transpose()?;
            Ok(Device {
                id,
                kind,
                name: String::from_utf8(name.to_vec()).map_err(|_| StoreError::Invalid("mfa_device.name"))?,
                serial,
                token,
                created_at: row::number(found, 3)?,
                used_at: row::number_or_null(found, 4)?,
            })
        })
        .collect()
}

/// A device's id and the token that its codes are judged by.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The device.
    pub device: String,
    /// Its token.
    pub token: Token,
}

/// The tokens of an account's devices, or of one of them.
///
/// # Errors
/// When the database is away or a seed does not open.
pub async fn tokens(
    tx: &mut Tx,
    keys: &Keys,
    account: AccountId,
    device: Option<&str>,
) -> Result<Vec<Bearer>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {}, mfa_device.id FROM mfa_device JOIN otp_token ON otp_token.id = mfa_device.token_id
         WHERE mfa_device.account_id = $1 AND mfa_device.id = COALESCE($2, mfa_device.id) ORDER BY mfa_device.place",
        otp_token::COLUMNS
    )))
    .bind(account)
    .bind(device)
    .fetch_all(tx.on())
    .await?;
    found
        .iter()
        .map(|found| {
            Ok(Bearer { token: otp_token::read(keys, found)?, device: row::text(found, otp_token::WIDTH)? })
        })
        .collect()
}

/// Notes that a code of it was accepted.
///
/// # Errors
/// When the database is away.
pub async fn used(tx: &mut Tx, id: &str, now: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE mfa_device SET used_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Gives a device another name. False when the account has no such device.
///
/// # Errors
/// When the database is away.
pub async fn rename(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    id: &str,
    name: &str,
) -> Result<bool, StoreError> {
    let sealed = center.keys.seal(&*center.random, Seal::Label, &sealed_row(id), name.as_bytes())?;
    let done = sqlx::query("UPDATE mfa_device SET name = $3 WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .bind(sealed)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Unbinds a device: true for the one caller who did. A virtual device's secret goes with it; a hardware token stays, with
/// what was accepted of it.
///
/// # Errors
/// When the database is away.
pub async fn unbind(tx: &mut Tx, account: AccountId, id: &str) -> Result<bool, StoreError> {
    let gone =
        sqlx::query("DELETE FROM mfa_device WHERE id = $1 AND account_id = $2 RETURNING kind, token_id")
            .bind(id)
            .bind(account)
            .fetch_optional(tx.on())
            .await?;
    let Some(gone) = gone else { return Ok(false) };
    if row::text(&gone, 0)? == DeviceKind::Virtual.text() {
        sqlx::query("DELETE FROM otp_token WHERE id = $1")
            .bind(row::text(&gone, 1)?)
            .execute(tx.on())
            .await?;
    }
    Ok(true)
}

fn sealed_row(id: &str) -> Vec<u8> {
    format!("mfa_device {id}").into_bytes()
}

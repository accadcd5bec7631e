//! Accounts that were given access to another one, or are invited to it. An invitation is of an address, whether there is an
//! account of it or not.

use tessera_center_api::members::MemberState;

use crate::Center;
use crate::clock::Unix;
use crate::contact::{Address, AddressKind};
use crate::keys::{Keys, Seal};
use crate::store::tables::account::AccountId;
use crate::store::tables::contact;
use crate::store::tables::sub_account::free_places;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE collaborator (
        id TEXT PRIMARY KEY,
        owner_id BIGINT NOT NULL REFERENCES account (id),
        place BIGINT NOT NULL,
        address {blob} NOT NULL,
        fingerprint {blob} NOT NULL,
        account_id BIGINT REFERENCES account (id),
        state TEXT NOT NULL,
        mfa_required BIGINT NOT NULL,
        invited_at BIGINT NOT NULL,
        CONSTRAINT collaborator_place UNIQUE (owner_id, place),
        CONSTRAINT collaborator_address UNIQUE (owner_id, fingerprint)
    )",
    "CREATE INDEX collaborator_fingerprint ON collaborator (fingerprint)",
    "CREATE INDEX collaborator_account ON collaborator (account_id)",
];

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collaborator {
    /// Its name.
    pub id: String,
    /// Whose access was given.
    pub owner: AccountId,
    /// The invited address.
    pub address: Address,
    /// Who took the invitation.
    pub account: Option<AccountId>,
    /// How far it is.
    pub state: MemberState,
    /// Whether the access rests without an MFA device.
    pub mfa_required: bool,
    /// When it was invited.
    pub invited_at: Unix,
}

const COLUMNS: &str = "id, owner_id, address, account_id, state, mfa_required, invited_at";

/// Invites an address, or again one that declined. `None` when nothing was changed: it is invited or active already, or every
/// place is taken.
///
/// # Errors
/// When the database is away.
pub async fn invite(
    tx: &mut Tx,
    center: &Center,
    owner: AccountId,
    address: &Address,
    mfa_required: bool,
) -> Result<Option<String>, StoreError> {
    let fingerprint = contact::fingerprint(&center.keys, address);
    let again = sqlx::query(
        "UPDATE collaborator SET state = 'invited', account_id = NULL, mfa_required = $3, invited_at = $4
         WHERE owner_id = $1 AND fingerprint = $2 AND state = 'declined' RETURNING id",
    )
    .bind(owner)
    .bind(fingerprint.as_slice())
    .bind(i64::from(mfa_required))
    .bind(center.now())
    .fetch_optional(tx.on())
    .await?;
    if let Some(again) = again {
        return Ok(Some(row::text(&again, 0)?));
    }
    if by_address(tx, center, owner, address).await?.is_some() {
        return Ok(None);
    }
    let id = center.new_id()?;
    let sealed =
        center.keys.seal(&*center.random, Seal::Contact, &sealed_row(&id), address.text().as_bytes())?;
    for place in free_places(tx, "collaborator", owner, center.config.rules.collaborators).await? {
        let done = sqlx::query(
            "INSERT INTO collaborator (id, owner_id, place, address, fingerprint, state, mfa_required, invited_at)
             VALUES ($1, $2, $3, $4, $5, 'invited', $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(id.as_str())
        .bind(owner)
        .bind(place)
        .bind(sealed.as_slice())
        .bind(fingerprint.as_slice())
        .bind(i64::from(mfa_required))
        .bind(center.now())
        .execute(tx.on())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The one of an owner with this address.
///
/// # Errors
/// When the database is away.
pub async fn by_address(
    tx: &mut Tx,
    center: &Center,
    owner: AccountId,
    address: &Address,
) -> Result<Option<Collaborator>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM collaborator WHERE owner_id = $1 AND fingerprint = $2"
    )))
    .bind(owner)
    .bind(contact::fingerprint(&center.keys, address))
    .fetch_optional(tx.on())
    .await?;
    found.map(|found| read(&center.keys, &found)).transpose()
}

/// All of an owner, the latest invited first.
///
/// # Errors
/// When the database is away.
pub async fn of_owner(tx: &mut Tx, keys: &Keys, owner: AccountId) -> Result<Vec<Collaborator>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM collaborator WHERE owner_id = $1 ORDER BY invited_at DESC, id"
    )))
    .bind(owner)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| read(keys, found)).collect()
}

/// What an account may answer or give back: invitations of its account e-mail, and the access it has.
///
/// # Errors
/// When the database is away.
pub async fn of_account(
    tx: &mut Tx,
    keys: &Keys,
    account: AccountId,
    email: Option<&Address>,
) -> Result<Vec<Collaborator>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM collaborator WHERE (state = 'active' AND account_id = $1) OR (state = 'invited' AND fingerprint = $2)
         ORDER BY invited_at DESC, id"
    )))
    .bind(account)
    .bind(email.map(|email| contact::fingerprint(keys, email)).unwrap_or_default())
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| read(keys, found)).collect()
}

/// Moves one on, from a state that it must be in: true for the one caller who did.
///
/// # Errors
/// When the database is away.
pub async fn set_state(
    tx: &mut Tx,
    id: &str,
    from: MemberState,
    to: MemberState,
    account: Option<AccountId>,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE collaborator SET state = $3, account_id = $4 WHERE id = $1 AND state = $2")
            .bind(id)
            .bind(from.text())
            .bind(to.text())
            .bind(account)
            .execute(tx.on())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Requires an MFA device, or no longer.
///
/// # Errors
/// When the database is away.
pub async fn set_mfa_required(
    tx: &mut Tx,
    owner: AccountId,
    id: &str,
    required: bool,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE collaborator SET mfa_required = $3 WHERE id = $1 AND owner_id = $2 AND mfa_required <> $3",
    )
    .bind(id)
    .bind(owner)
    .bind(i64::from(required))
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends it: true for the one caller who did.
///
/// # Errors
/// When the database is away.
pub async fn remove(tx: &mut Tx, owner: AccountId, id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM collaborator WHERE id = $1 AND owner_id = $2")
        .bind(id)
        .bind(owner)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets all that an account gave and was given, when it is erased.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM collaborator WHERE owner_id = $1 OR account_id = $1")
        .bind(account)
        .execute(tx.on())
        .await?;
    Ok(())
}

fn read(keys: &Keys, found: &sqlx::any::AnyRow) -> Result<Collaborator, StoreError> {
    let id = row::text(found, 0)?;
    let plain = keys
        .open(Seal::Contact, &sealed_row(&id), &row::bytes(found, 2)?)
        .map_err(|_| StoreError::Sealed("collaborator.address"))?;
    let text = std::str::from_utf8(&plain).map_err(|_| StoreError::Invalid("collaborator.address"))?;
    Ok(Collaborator {
        address: Address::stored(AddressKind::Email, text),
        id,
        owner: row::number(found, 1)?,
        account: row::number_or_null(found, 3)?,
        state: MemberState::from_text(&row::text(found, 4)?)
            .ok_or(StoreError::Invalid("collaborator.state"))?,
        mfa_required: row::flag(found, 5)?,
        invited_at: row::number(found, 6)?,
    })
}

fn sealed_row(id: &str) -> Vec<u8> {
    format!("collaborator {id}").into_bytes()
}

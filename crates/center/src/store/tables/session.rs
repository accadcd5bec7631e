//! Sessions. Only the hash of a token is kept.

use sqlx::AnyPool;
use sqlx::any::AnyRow;

use crate::clock::Unix;
use crate::keys::Keys;
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::contact::{self, Contact};
use crate::store::{Db, StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE session (
        id {blob} PRIMARY KEY,
        account_id BIGINT NOT NULL REFERENCES account (id),
        label TEXT NOT NULL,
        peer TEXT NOT NULL,
        trusted {blob},
        restricted BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    )",
    "CREATE INDEX session_account ON session (account_id)",
];

/// A session and whose it is.
#[derive(Debug, Clone)]
pub struct Session {
    /// The token's hash, which names the session.
    pub id: TokenHash,
    /// Whose.
    pub account: Account,
    /// The trusted device it was begun on.
    pub trusted: Option<Vec<u8>>,
    /// It may only bind an MFA device, which the account's owner requires.
    pub restricted: bool,
    /// When it began.
    pub created_at: Unix,
    /// When it was last used, to the minute.
    pub seen_at: Unix,
}

/// Begins a session.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    id: &TokenHash,
    account: AccountId,
    label: &str,
    peer: &str,
    trusted: Option<&TokenHash>,
    now: Unix,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO session (id, account_id, label, peer, trusted, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $6)")
        .bind(id.as_bytes())
        .bind(account)
        .bind(label)
        .bind(peer)
        .bind(trusted.map(TokenHash::as_bytes))
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Lets a session do nothing but bind an MFA device.
///
/// # Errors
/// When the database is away.
pub async fn restrict(tx: &mut Tx, id: &TokenHash) -> Result<(), StoreError> {
    sqlx::query("UPDATE session SET restricted = 1 WHERE id = $1")
        .bind(id.as_bytes())
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Lets the sessions of an account do everything again: the device is bound, or no longer required.
///
/// # Errors
/// When the database is away.
pub async fn unrestrict(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("UPDATE session SET restricted = 0 WHERE account_id = $1 AND restricted = 1")
        .bind(account)
        .execute(tx.on())
        .await?;
    Ok(())
}

macro_rules! columns {
    () => {
        "SELECT account.id, account.kind, account.owner_id, account.name, account.password_hash, account.password_since, \
         account.language, account.verified_at, account.login_protection, account.operation_protection, account.mfa_required, \
         account.frozen_since, account.created_at, account.version, session.trusted, session.created_at, session.seen_at, session.restricted"
    };
}

/// How many columns a session with its account has.
const WIDTH: usize = account::WIDTH + 4;

const ALONE: &str = concat!(
    columns!(),
    " FROM session JOIN account ON account.id = session.account_id WHERE session.id = $1 AND account.erased_at IS NULL"
);

/// The session of a token, its account and the contacts bound to it, a row for each contact: what almost every page of a
/// client begins with, in one query. Without contacts one row, with nothing in the last columns.
pub const WITH_CONTACTS: &str = concat!(
    columns!(),
    ", contact.kind, contact.address, contact.since FROM session JOIN account ON account.id = session.account_id \
     LEFT JOIN contact ON contact.account_id = account.id AND contact.bound = 1 \
     WHERE session.id = $1 AND account.erased_at IS NULL ORDER BY contact.kind"
);

fn read(id: TokenHash, found: &AnyRow) -> Result<Session, StoreError> {
    Ok(Session {
        id,
        account: account::from_row(found)?,
        trusted: row::bytes_or_null(found, account::WIDTH)?,
        created_at: row::number(found, account::WIDTH + 1)?,
        seen_at: row::number(found, account::WIDTH + 2)?,
        restricted: row::flag(found, account::WIDTH + 3)?,
    })
}

/// The session of a token and its account, in one query. The caller judges its age.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, id: TokenHash) -> Result<Option<Session>, StoreError> {
    let found = db.rows(|| sqlx::query(ALONE).bind(id.as_bytes())).await?;
    found.first().map(|found| read(id, found)).transpose()
}

/// The same with the account's contacts, still in one query.
///
/// # Errors
/// When the database is away or a sealed address does not open.
pub async fn find_with_contacts(
    db: &Db,
    keys: &Keys,
    id: TokenHash,
) -> Result<Option<(Session, Vec<Contact>)>, StoreError> {
    let found = db.rows(|| sqlx::query(WITH_CONTACTS).bind(id.as_bytes())).await?;
    let Some(first) = found.first() else { return Ok(None) };
    let session = read(id, first)?;
    let contacts = found.iter().map(|found| contact::from_join(found, WIDTH, keys, session.account.id));
    let contacts = contacts.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    Ok(Some((session, contacts)))
}

/// Whether it has not been ended, seen from inside a transaction.
///
/// # Errors
/// When the database is away.
pub async fn is_open(tx: &mut Tx, id: &TokenHash) -> Result<bool, StoreError> {
    let found = sqlx::query("SELECT 1 FROM session WHERE id = $1")
        .bind(id.as_bytes())
        .fetch_optional(tx.on())
        .await?;
    Ok(found.is_some())
}

/// Notes that it was used.
///
/// # Errors
/// When the database is away.
pub async fn seen(pool: &AnyPool, id: &TokenHash, now: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE session SET seen_at = $2 WHERE id = $1")
        .bind(id.as_bytes())
        .bind(now)
        .execute(pool)
        .await?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub id: Vec<u8>,
    /// What the client called itself.
    pub label: String,
    /// From where it was begun.
    pub peer: String,
    /// When it began.
    pub created_at: Unix,
    /// When it was last used.
    pub seen_at: Unix,
}

/// All sessions of an account, the latest used first.
///
/// # Errors
/// When the database is away.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Listed>, StoreError> {
    let found = sqlx::query("SELECT id, label, peer, created_at, seen_at FROM session WHERE account_id = $1 ORDER BY seen_at DESC, id")
        .bind(account)
        .fetch_all(tx.on())
        .await?;
    found
        .iter()
        .map(|found| {
            Ok(Listed {
                id: row::bytes(found, 0)?,
                label: row::text(found, 1)?,
                peer: row::text(found, 2)?,
                created_at: row::number(found, 3)?,
                seen_at: row::number(found, 4)?,
            })
        })
        .collect()
}

/// Ends one session of an account.
///
/// # Errors
/// When the database is away.
pub async fn end(tx: &mut Tx, account: AccountId, id: &[u8]) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM session WHERE account_id = $1 AND id = $2")
        .bind(account)
        .bind(id)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of an account but the one that is named.
///
/// # Errors
/// When the database is away.
pub async fn end_others(tx: &mut Tx, account: AccountId, but: Option<&TokenHash>) -> Result<u64, StoreError> {
    let done = match but {
        Some(but) => {
            sqlx::query("DELETE FROM session WHERE account_id = $1 AND id <> $2")
                .bind(account)
                .bind(but.as_bytes())
                .execute(tx.on())
                .await?
        }
        None => {
            sqlx::query("DELETE FROM session WHERE account_id = $1").bind(account).execute(tx.on()).await?
        }
    };
    Ok(done.rows_affected())
}

/// Removes sessions that ended by age.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, seen_before: Unix, created_before: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM session WHERE seen_at < $1 OR created_at < $2")
        .bind(seen_before)
        .bind(created_before)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}

//! What goes in several steps: a registration, a login that waits for its second credential, a change of contact.
//!
//! A flow is named by a token that only its client has, remembers its state sealed, and ends once.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Center;
use crate::clock::Unix;
use crate::keys::Seal;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};
use crate::token::{PlainToken, TokenHash};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE flow (
        id {blob} PRIMARY KEY,
        kind TEXT NOT NULL,
        account_id BIGINT,
        session_id {blob},
        state {blob} NOT NULL,
        wrong BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ended_at BIGINT
    )",
    "CREATE INDEX flow_expires ON flow (expires_at)",
    "CREATE INDEX flow_account ON flow (account_id)",
];

/// An open flow.
#[derive(Debug, Clone)]
pub struct Flow<T> {
    /// Its token's hash.
    pub id: TokenHash,
    /// The account it is about, if one is known.
    pub account: Option<AccountId>,
    /// What it remembers.
    pub state: T,
    /// When it ends by itself.
    pub expires_at: Unix,
}

/// What a flow belongs to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner<'a> {
    /// The account it is about.
    pub account: Option<AccountId>,
    /// The session it was begun in; another session cannot go on with it.
    pub session: Option<&'a TokenHash>,
}

/// Begins a flow and gives its token, which is kept nowhere here.
///
/// # Errors
/// When the database is away.
pub async fn begin<T: Serialize>(
    tx: &mut Tx,
    center: &Center,
    kind: &'static str,
    owner: Owner<'_>,
    state: &T,
    life: Unix,
) -> Result<PlainToken, StoreError> {
    let token = PlainToken::generate(&*center.random)?;
    let id = token.hash();
    let now = center.now();
    sqlx::query(
        "INSERT INTO flow (id, kind, account_id, session_id, state, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id.as_bytes())
    .bind(kind)
    .bind(owner.account)
    .bind(owner.session.map(TokenHash::as_bytes))
    .bind(seal(center, &id, state)?)
    .bind(now)
    .bind(now.saturating_add(life))
    .execute(tx.on())
    .await?;
    Ok(token)
}

/// The flow of this token, if it is of this kind, of this session, and still open. Its row stays locked until the
/// transaction ends, so that steps of one flow come one after another.
///
/// # Errors
/// When the database is away or its state does not open.
pub async fn open<T: DeserializeOwned>(
    tx: &mut Tx,
    center: &Center,
    kind: &'static str,
    session: Option<&TokenHash>,
    token: &PlainToken,
) -> Result<Option<Flow<T>>, StoreError> {
    let id = token.hash();
    // An update that changes nothing locks the row on both databases.
    let found = sqlx::query(
        "UPDATE flow SET wrong = wrong WHERE id = $1 AND kind = $2 AND ended_at IS NULL AND expires_at > $3 AND wrong < $4
         RETURNING account_id, session_id, state, expires_at",
    )
    .bind(id.as_bytes())
    .bind(kind)
    .bind(center.now())
    .bind(center.config.rules.wrong_codes_per_flow)
    .fetch_optional(tx.on())
    .await?;
    let Some(found) = found else { return Ok(None) };
    let bound = row::bytes_or_null(&found, 1)?;
    if bound.as_deref() != session.map(TokenHash::as_bytes) {
        return Ok(None);
    }
    let sealed = row::bytes(&found, 2)?;
    let state =
        center.keys.open(Seal::Flow, id.as_bytes(), &sealed).map_err(|_| StoreError::Sealed("flow.state"))?;
    let state = serde_json::from_slice(&state).map_err(|_| StoreError::Invalid("flow.state"))?;
    Ok(Some(Flow {
        id,
        account: row::number_or_null(&found, 0)?,
        state,
        expires_at: row::number(&found, 3)?,
    }))
}

/// Remembers another state.
///
/// # Errors
/// When the database is away.
pub async fn save<T: Serialize>(
    tx: &mut Tx,
    center: &Center,
    id: &TokenHash,
    state: &T,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE flow SET state = $2 WHERE id = $1")
        .bind(id.as_bytes())
        .bind(seal(center, id, state)?)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Counts a wrong code against the flow; says how many it has now. At `wrong-codes-per-flow` it is over.
///
/// # Errors
/// When the database is away.
pub async fn count_wrong(tx: &mut Tx, id: &TokenHash) -> Result<i64, StoreError> {
    let found = sqlx::query("UPDATE flow SET wrong = wrong + 1 WHERE id = $1 RETURNING wrong")
        .bind(id.as_bytes())
        .fetch_optional(tx.on())
        .await?;
    found.map_or(Ok(0), |found| row::number(&found, 0))
}

/// The account that the flow of a token is about, read without a lock: an account is locked before any of its flows, and
/// whoever comes with a token alone must learn first which account that is.
///
/// # Errors
/// When the database is away.
pub async fn account_of(tx: &mut Tx, token: &PlainToken) -> Result<Option<AccountId>, StoreError> {
    let id = token.hash();
    let found = sqlx::query("SELECT account_id FROM flow WHERE id = $1")
        .bind(id.as_bytes())
        .fetch_optional(tx.on())
        .await?;
    found.map_or(Ok(None), |found| row::number_or_null(&found, 0))
}

/// Ends the flow: true for the one caller whose step it is.
///
/// # Errors
/// When the database is away.
pub async fn end(tx: &mut Tx, id: &TokenHash, now: Unix) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE flow SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id.as_bytes())
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every open flow of one kind of an account: a lock ends pending logins, a new change replaces the pending one.
///
/// # Errors
/// When the database is away.
pub async fn end_all(
    tx: &mut Tx,
    kind: &'static str,
    account: AccountId,
    now: Unix,
) -> Result<u64, StoreError> {
    let done =
        sqlx::query("UPDATE flow SET ended_at = $3 WHERE kind = $1 AND account_id = $2 AND ended_at IS NULL")
            .bind(kind)
            .bind(account)
            .bind(now)
            .execute(tx.on())
            .await?;
    Ok(done.rows_affected())
}

/// Ends every open flow of an account, of whatever kind.
///
/// # Errors
/// When the database is away.
pub async fn end_all_of(tx: &mut Tx, account: AccountId, now: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query("UPDATE flow SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL")
        .bind(account)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(done.rows_affected())
}

/// Ends every open flow of an account but those of this session.
///
/// # Errors
/// When the database is away.
pub async fn end_others(
    tx: &mut Tx,
    account: AccountId,
    but: Option<&TokenHash>,
    now: Unix,
) -> Result<u64, StoreError> {
    let Some(but) = but else { return end_all_of(tx, account, now).await };
    let done = sqlx::query(
        "UPDATE flow SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL AND (session_id IS NULL OR session_id <> $3)",
    )
    .bind(account)
    .bind(now)
    .bind(but.as_bytes())
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected())
}

/// Removes every flow of an account with what it remembers.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM code WHERE flow_id IN (SELECT id FROM flow WHERE account_id = $1)")
        .bind(account)
        .execute(tx.on())
        .await?;
    sqlx::query("DELETE FROM flow WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}

/// Removes flows that are long over, with their codes.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, expired_before: Unix) -> Result<u64, StoreError> {
    sqlx::query("DELETE FROM code WHERE flow_id IN (SELECT id FROM flow WHERE expires_at < $1)")
        .bind(expired_before)
        .execute(tx.on())
        .await?;
    let done =
        sqlx::query("DELETE FROM flow WHERE expires_at < $1").bind(expired_before).execute(tx.on()).await?;
    Ok(done.rows_affected())
}

fn seal<T: Serialize>(center: &Center, id: &TokenHash, state: &T) -> Result<Vec<u8>, StoreError> {
    let plain =
        zeroize::Zeroizing::new(serde_json::to_vec(state).map_err(|_| StoreError::Invalid("flow.state"))?);
    Ok(center.keys.seal(&*center.random, Seal::Flow, id.as_bytes(), &plain)?)
}

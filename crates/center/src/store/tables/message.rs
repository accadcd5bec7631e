//! The outbox: messages written in the transaction of the change they tell of, delivered afterwards, at least once.

use sqlx::AnyPool;

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE message (
        id TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        urgent BIGINT NOT NULL,
        address {blob},
        body {blob},
        state TEXT NOT NULL,
        attempts BIGINT NOT NULL DEFAULT 0,
        next_at BIGINT NOT NULL,
        last_error TEXT,
        created_at BIGINT NOT NULL,
        done_at BIGINT
    )",
    "CREATE INDEX message_due ON message (state, next_at)",
];

/// A message that a worker took on.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its stable id, which goes along so that a second delivery can be told from a second message.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address, sealed under the id.
    pub address: Vec<u8>,
    /// Template and values, sealed under the id.
    pub body: Vec<u8>,
    /// How often it was tried before.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Unix,
}

/// A message that is written now.
pub struct New<'a> {
    /// Its stable id.
    pub id: &'a str,
    /// `email` or `sms`.
    pub channel: &'a str,
    /// Goes before what is not urgent.
    pub urgent: bool,
    /// The address, sealed under the id.
    pub address: &'a [u8],
    /// Template and values, sealed under the id.
    pub body: &'a [u8],
    /// Whether it goes out.
    pub goes: Goes,
    /// Now.
    pub now: Unix,
}

/// Adds a message. Exactly one row: a second one of the same id changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, new: &New<'_>) -> Result<(), StoreError> {
    let &New { id, channel, urgent, address, body, goes, now } = new;
    let state = match goes {
        Goes::Out => "waiting",
        Goes::Nowhere => "nobody",
    };
    sqlx::query(
        "INSERT INTO message (id, channel, urgent, address, body, state, next_at, created_at, done_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(channel)
    .bind(i64::from(urgent))
    .bind(address)
    .bind(body)
    .bind(state)
    .bind(now)
    .bind((goes == Goes::Nowhere).then_some(now))
    .execute(tx.on())
    .await?;
    Ok(())
}

/// What becomes of a new message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// To its address.
    Out,
    /// To nobody: it was written so that the time of an answer does not tell whether there is anybody to send to. The next
    /// sweep removes it.
    Nowhere,
}

/// Takes the next due message on for as long as the lease lasts; another worker gets another one.
///
/// # Errors
/// When the database is away.
pub async fn take_due(tx: &mut Tx, now: Unix, lease: Unix) -> Result<Option<Due>, StoreError> {
    let found = sqlx::query(
        "UPDATE message SET next_at = $2, attempts = attempts + 1 WHERE id =
            (SELECT id FROM message WHERE state = 'waiting' AND next_at <= $1 ORDER BY urgent DESC, next_at, id LIMIT 1)
         AND next_at <= $1
         RETURNING id, channel, address, body, attempts, created_at",
    )
    .bind(now)
    .bind(now.saturating_add(lease))
    .fetch_optional(tx.on())
    .await?;
    found
        .map(|found| {
            Ok(Due {
                id: row::text(&found, 0)?,
                channel: row::text(&found, 1)?,
                address: row::bytes(&found, 2)?,
                body: row::bytes(&found, 3)?,
                attempts: row::number(&found, 4)? - 1,
                created_at: row::number(&found, 5)?,
            })
        })
        .transpose()
}

/// Delivered: what it said and to whom is wiped.
///
/// # Errors
/// When the database is away.
pub async fn delivered(tx: &mut Tx, id: &str, now: Unix) -> Result<(), StoreError> {
    sqlx::query("UPDATE message SET state = 'delivered', address = NULL, body = NULL, last_error = NULL, done_at = $2 WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(now)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Not delivered: tried again then, or given up and wiped.
///
/// # Errors
/// When the database is away.
pub async fn failed(
    tx: &mut Tx,
    id: &str,
    error: &str,
    again_at: Option<Unix>,
    now: Unix,
) -> Result<(), StoreError> {
    match again_at {
        Some(again_at) => {
            sqlx::query("UPDATE message SET next_at = $2, last_error = $3 WHERE id = $1 AND state = 'waiting'").bind(id).bind(again_at).bind(error).execute(tx.on()).await?
        }
        None => {
            sqlx::query("UPDATE message SET state = 'given-up', address = NULL, body = NULL, last_error = $3, done_at = $2 WHERE id = $1 AND state = 'waiting'")
                .bind(id)
                .bind(now)
                .bind(error)
                .execute(tx.on())
                .await?
        }
    };
    Ok(())
}

/// Whether a message waits for a worker.
///
/// # Errors
/// When the database is away.
pub async fn any_due(pool: &AnyPool, now: Unix) -> Result<bool, StoreError> {
    let found = sqlx::query("SELECT 1 FROM message WHERE state = 'waiting' AND next_at <= $1 LIMIT 1")
        .bind(now)
        .fetch_optional(pool)
        .await?;
    Ok(found.is_some())
}

/// Put off until then; that is no attempt.
///
/// # Errors
/// When the database is away.
pub async fn wait(tx: &mut Tx, id: &str, why: &str, until: Unix) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE message SET next_at = $2, last_error = $3, attempts = attempts - 1 WHERE id = $1 AND state = 'waiting'",
    )
    .bind(id)
    .bind(until)
    .bind(why)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// Nobody takes it away: from now on it can be read here, until it is wiped.
///
/// # Errors
/// When the database is away.
pub async fn kept_here(tx: &mut Tx, id: &str, now: Unix) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE message SET state = 'local', last_error = NULL, done_at = $2 WHERE id = $1 AND state = 'waiting'",
    )
    .bind(id)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(())
}

/// A message of the local outbox.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// `email` or `sms`.
    pub channel: String,
    /// The address, sealed under the id.
    pub address: Vec<u8>,
    /// Template and values, sealed under the id.
    pub body: Vec<u8>,
    /// When it was written.
    pub created_at: Unix,
}

/// The messages that stay here or still wait, from a place on, the earliest first.
///
/// # Errors
/// When the database is away.
pub async fn readable(pool: &AnyPool, after: (Unix, &str), most: i64) -> Result<Vec<Kept>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, channel, address, body, created_at FROM message
         WHERE state IN ('local', 'waiting') AND (created_at > $1 OR (created_at = $1 AND id > $2))
         ORDER BY created_at, id LIMIT $3",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|found| {
            Ok(Kept {
                id: row::text(found, 0)?,
                channel: row::text(found, 1)?,
                address: row::bytes(found, 2)?,
                body: row::bytes(found, 3)?,
                created_at: row::number(found, 4)?,
            })
        })
        .collect()
}

/// How many messages wait, and since when the earliest of them.
///
/// # Errors
/// When the database is away.
pub async fn depth(pool: &AnyPool) -> Result<(i64, Option<Unix>), StoreError> {
    let found = sqlx::query("SELECT COUNT(*), MIN(created_at) FROM message WHERE state = 'waiting'")
        .fetch_one(pool)
        .await?;
    Ok((row::number(&found, 0)?, row::number_or_null(&found, 1)?))
}

/// Removes messages that were delivered, given up or to nobody before, and local ones that were kept long enough.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &mut Tx, done_before: Unix, local_before: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "DELETE FROM message WHERE (state IN ('delivered', 'given-up', 'nobody') AND done_at < $1) OR (state = 'local' AND done_at < $2)",
    )
    .bind(done_before)
    .bind(local_before)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected())
}

//! The servers that run now: what an operator sees of them, and what a change that all of them must know waits for.

use sqlx::AnyPool;

use crate::clock::{MINUTE, Unix};
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE server (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        knows_key BIGINT NOT NULL,
        seals_with BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    )"];

/// Its second one. A program from before says nothing, and knows the first schema.
pub const KNOWS_SCHEMA: &[&str] = &["ALTER TABLE server ADD COLUMN knows_schema BIGINT NOT NULL DEFAULT 1"];

/// A server not heard of for so long does not run any more. Each says so every ten seconds.
pub const SILENT: Unix = MINUTE;

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// 128 random bits of its start, in hexadecimal.
    pub id: String,
    /// Its machine, and where it listens there.
    pub name: String,
    /// Its program's version.
    pub version: String,
    /// The newest sealing key that it knows.
    pub knows_key: i64,
    /// The key that it seals with.
    pub seals_with: i64,
    /// The newest schema that it knows.
    pub knows_schema: i64,
    /// When it was last heard of.
    pub seen_at: Unix,
}

/// It runs.
///
/// # Errors
/// When the database is away.
pub async fn seen(pool: &AnyPool, server: &Server) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO server (id, name, version, knows_key, seals_with, knows_schema, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET knows_key = $4, seals_with = $5, seen_at = $7",
    )
    .bind(server.id.as_str())
    .bind(server.name.as_str())
    .bind(server.version.as_str())
    .bind(server.knows_key)
    .bind(server.seals_with)
    .bind(server.knows_schema)
    .bind(server.seen_at)
    .execute(pool)
    .await?;
    Ok(())
}

/// It was stopped.
///
/// # Errors
/// When the database is away.
pub async fn gone(pool: &AnyPool, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM server WHERE id = $1").bind(id).execute(pool).await?;
    Ok(())
}

/// All that were heard of since.
///
/// # Errors
/// When the database is away.
pub async fn running(pool: &AnyPool, since: Unix) -> Result<Vec<Server>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, name, version, knows_key, seals_with, knows_schema, seen_at FROM server
         WHERE seen_at >= $1 ORDER BY name, id",
    )
    .bind(since)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|found| {
            Ok(Server {
                id: row::text(found, 0)?,
                name: row::text(found, 1)?,
                version: row::text(found, 2)?,
                knows_key: row::number(found, 3)?,
                seals_with: row::number(found, 4)?,
                knows_schema: row::number(found, 5)?,
                seen_at: row::number(found, 6)?,
            })
        })
        .collect()
}

/// The names and versions of those that were heard of since and do not know a schema.
///
/// # Errors
/// When the database is away.
pub async fn knowing_less(tx: &mut Tx, schema: i64, since: Unix) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT name, version FROM server WHERE seen_at >= $1 AND knows_schema < $2 ORDER BY name, id",
    )
    .bind(since)
    .bind(schema)
    .fetch_all(tx.on())
    .await?;
    rows.iter()
        .map(|found| Ok(format!("{}, version {}", row::text(found, 0)?, row::text(found, 1)?)))
        .collect()
}

/// Forgets those that were not heard of since.
///
/// # Errors
/// When the database is away.
pub async fn sweep(pool: &AnyPool, seen_before: Unix) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM server WHERE seen_at < $1").bind(seen_before).execute(pool).await?;
    Ok(())
}

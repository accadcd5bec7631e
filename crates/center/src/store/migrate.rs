//! Migrations: forward only, each in one transaction, any number of servers at once.

use sqlx::Row as _;

use super::{Db, Dialect, StoreError, tables};
use crate::clock::Unix;

/// One step of the schema. A released step never changes; what comes later is a new one.
pub struct Migration {
    /// Its number, from 1 on without gaps.
    pub number: i64,
    /// The statements of every table, `{blob}` standing for the type of bytes.
    pub tables: &'static [&'static [&'static str]],
}

/// All steps, in order.
pub const MIGRATIONS: &[Migration] = &[Migration { number: 1, tables: tables::FIRST }];

/// The newest schema this program knows.
pub const fn schema_version() -> i64 {
    MIGRATIONS[MIGRATIONS.len() - 1].number
}

const VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS schema_step (number BIGINT PRIMARY KEY, done_at BIGINT NOT NULL)";

impl Db {
    /// Brings the schema up to what this program knows. A step that another server is just doing is waited for.
    ///
    /// # Errors
    /// When the schema is newer than this program, or the database refuses a statement.
    pub async fn migrate(&self, now: Unix) -> Result<(), StoreError> {
        self.migrate_to(schema_version(), now).await
    }

    /// The same up to a step, for tests of older schemas.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_to(&self, last: i64, now: Unix) -> Result<(), StoreError> {
        self.prepare_steps().await?;
        for step in MIGRATIONS.iter().filter(|step| step.number <= last) {
            let mut tx = self.begin().await?;
            // The row comes first: a second server waits on it until the first has committed, and then finds it.
            let new = sqlx::query(
                "INSERT INTO schema_step (number, done_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            )
            .bind(step.number)
            .bind(now)
            .execute(tx.on())
            .await?
            .rows_affected();
            if new == 0 {
                continue;
            }
            for statement in step.tables.iter().copied().flatten() {
                let statement = statement.replace("{blob}", self.dialect().blob());
                sqlx::query(sqlx::AssertSqlSafe(statement)).execute(tx.on()).await?;
            }
            tx.commit().await?;
        }
        let found = self.schema().await?;
        if found > schema_version() {
            Err(StoreError::Newer { found, known: schema_version() })
        } else {
            Ok(())
        }
    }

    /// The step the database is at; 0 when it is empty.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn schema(&self) -> Result<i64, StoreError> {
        let row =
            sqlx::query("SELECT COALESCE(MAX(number), 0) FROM schema_step").fetch_one(self.pool()).await?;
        Ok(row.try_get(0)?)
    }

    async fn prepare_steps(&self) -> Result<(), StoreError> {
        // PostgreSQL's IF NOT EXISTS can still collide with another server's; the second try finds the table.
        let first = sqlx::query(VERSIONS).execute(self.pool()).await;
        if self.dialect() == Dialect::Postgres && first.is_err() {
            sqlx::query(VERSIONS).execute(self.pool()).await?;
            return Ok(());
        }
        first?;
        Ok(())
    }
}

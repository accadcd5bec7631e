//! Migrations: forward only, each in one transaction, any number of servers at once, older ones among them (ADR 0076).

use sqlx::Row as _;

use super::tables::server;
use super::{Db, Dialect, StoreError, tables};
use crate::clock::Unix;

/// One step of the schema. A released step never changes; what comes later is a new one.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number, from 1 on without gaps.
    pub number: i64,
    /// The oldest schema whose programs go on working on the database once this step was taken. Below `number` when the step
    /// only adds what they need not know; `number` itself when it takes away or changes what they use. A table that they would
    /// have to erase from or whose columns they would have to seal anew is no mere addition.
    pub oldest: i64,
    /// The statements of every table, `{blob}` standing for the type of bytes.
    pub tables: &'static [&'static [&'static str]],
}

/// All steps, in order.
pub const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, oldest: 1, tables: tables::FIRST },
    Migration { number: 2, oldest: 1, tables: &[OLDEST, server::KNOWS_SCHEMA] },
];

/// The newest schema this program knows.
pub const fn schema_version() -> i64 {
    MIGRATIONS[MIGRATIONS.len() - 1].number
}

/// The step that began to say who is served: from it on every step writes down its own.
const SAYS_OLDEST: i64 = 2;
const OLDEST: &[&str] = &["ALTER TABLE schema_step ADD COLUMN oldest BIGINT NOT NULL DEFAULT 1"];

const VERSIONS: &str =
    "CREATE TABLE IF NOT EXISTS schema_step (number BIGINT PRIMARY KEY, done_at BIGINT NOT NULL)";

impl Db {
    /// Brings the schema up to what this program knows. A step that another server is just doing is waited for.
    ///
    /// # Errors
    /// When a newer program took a step that this one does not work with, a step would break servers that run, or the
    /// database refuses a statement.
    pub async fn migrate(&self, now: Unix) -> Result<(), StoreError> {
        self.migrate_by(MIGRATIONS, now).await?;
        self.admits().await
    }

    /// Takes the steps of another list: an older program's, or a newer one's.
    ///
    /// # Errors
    /// When a step would break servers that run, or the database refuses a statement.
    pub async fn migrate_by(&self, steps: &[Migration], now: Unix) -> Result<(), StoreError> {
        self.prepare_steps().await?;
        for step in steps {
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
            // Who is older than the step that says so knows nothing but the first, which every step before it serves.
            if step.number > SAYS_OLDEST {
                let older = server::knowing_less(&mut tx, step.oldest, now - server::SILENT).await?;
                if !older.is_empty() {
                    return Err(StoreError::OlderServers { step: step.number, servers: older.join(", ") });
                }
            }
            for statement in step.tables.iter().copied().flatten() {
                let statement = statement.replace("{blob}", self.dialect().blob());
                sqlx::query(sqlx::AssertSqlSafe(statement)).execute(tx.on()).await?;
            }
            if step.number >= SAYS_OLDEST {
                sqlx::query("UPDATE schema_step SET oldest = $2 WHERE number = $1")
                    .bind(step.number)
                    .bind(step.oldest)
                    .execute(tx.on())
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(())
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

    /// Whether this program works with the database as it is now, although a newer one may have taken steps since it was
    /// opened.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when it does not; or when the database is away.
    pub async fn admits(&self) -> Result<(), StoreError> {
        let row =
            sqlx::query("SELECT MAX(number), MAX(oldest) FROM schema_step").fetch_one(self.pool()).await?;
        let (found, oldest): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if oldest > schema_version() {
            Err(StoreError::Newer { found, known: schema_version() })
        } else {
            Ok(())
        }
    }

    /// Whether this program knows everything in the database: what goes over all tables must not leave any out.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when it does not; or when the database is away.
    pub async fn is_known_whole(&self) -> Result<(), StoreError> {
        let (found, known) = (self.schema().await?, schema_version());
        if found > known { Err(StoreError::Newer { found, known }) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Why programs that do not know it would notice a statement, if they would.
    fn breaks(statement: &str, made_here: &[&str]) -> Option<&'static str> {
        let words: Vec<&str> =
            statement.split([' ', '(', ',', '\n']).filter(|word| !word.is_empty()).collect();
        let is_new = |place: usize| words.get(place).is_some_and(|name| made_here.contains(name));
        match words.as_slice() {
            ["CREATE", "TABLE" | "INDEX", ..] => None,
            // CREATE UNIQUE INDEX name ON table
            ["CREATE", "UNIQUE", "INDEX", ..] if is_new(5) => None,
            ["CREATE", "UNIQUE", "INDEX", ..] => Some("what they insert may collide"),
            ["ALTER", "TABLE", _, "ADD", "COLUMN", _, rest @ ..] => {
                let has = |word| rest.contains(&word);
                let required = rest.windows(2).any(|pair| pair == ["NOT", "NULL"]) && !has("DEFAULT");
                (required || has("UNIQUE") || has("CHECK") || has("REFERENCES"))
                    .then_some("their rows do not have it")
            }
            _ => Some("it takes away or changes"),
        }
    }

    #[test]
    fn a_step_that_serves_older_programs_only_adds() {
        for step in MIGRATIONS {
            let statements = || step.tables.iter().copied().flatten().copied();
            let made: Vec<&str> = statements()
                .filter_map(|statement| statement.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next())
                .collect();
            for statement in statements().filter(|_| step.oldest < step.number) {
                assert_eq!(breaks(statement, &made), None, "step {}: {statement}", step.number);
            }
        }
        for breaking in [
            "DROP TABLE tally",
            "ALTER TABLE tally DROP COLUMN count",
            "ALTER TABLE tally RENAME COLUMN count TO number",
            "ALTER TABLE tally ADD COLUMN kind TEXT NOT NULL",
            "ALTER TABLE tally ADD COLUMN kind TEXT UNIQUE",
            "CREATE UNIQUE INDEX tally_kind ON tally (kind)",
            "UPDATE tally SET count = 0",
        ] {
            assert!(breaks(breaking, &[]).is_some(), "{breaking}");
        }
        assert_eq!(breaks("CREATE UNIQUE INDEX new_kind ON new (kind)", &["new"]), None);
        assert_eq!(breaks("ALTER TABLE tally ADD COLUMN kind TEXT NOT NULL DEFAULT ''", &[]), None);
    }

    #[test]
    fn steps_follow_each_other_and_none_serves_whom_an_earlier_one_does_not() {
        for (place, step) in MIGRATIONS.iter().enumerate() {
            assert_eq!(step.number, i64::try_from(place).unwrap() + 1);
            assert!((1..=step.number).contains(&step.oldest), "step {}", step.number);
            assert!(MIGRATIONS[..place].iter().all(|earlier| earlier.oldest <= step.oldest));
        }
    }
}

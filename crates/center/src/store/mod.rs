//! The database: SQLite or PostgreSQL, one text of SQL for both.
//!
//! A table is one file: its migration, its rows, its reads and its writes. SQL keeps to what both understand: `$1`
//! parameters, `BIGINT` (also for flags, 0 or 1), `TEXT` and the word `{blob}` for bytes. What must hold under a race holds
//! in one statement or by a constraint; nothing is read first and written after on trust.

mod db;
mod kept;
mod migrate;
pub mod schema;
pub mod sealed;
pub mod tables;

pub(crate) use db::errors_seen;
pub use db::{Db, Dialect, StoreError, Tx, row};
pub use migrate::{MIGRATIONS, Migration, schema_version};

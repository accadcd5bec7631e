//! The tables as the database itself knows them.

use super::{Db, Dialect, MIGRATIONS, StoreError, row};
use crate::store::sealed::Kind;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// The names of all tables, each after those it refers to.
pub fn table_names() -> Vec<&'static str> {
    let statements = MIGRATIONS.iter().flat_map(|step| step.tables.iter().copied().flatten());
    statements
        .filter_map(|statement| statement.strip_prefix("CREATE TABLE "))
        .filter_map(|rest| rest.split([' ', '(']).next())
        .collect()
}

impl Db {
    /// The columns of a table, in their order.
    ///
    /// # Errors
    /// When the database is away, or has a column of a kind that no migration makes.
    pub async fn columns(&self, table: &str) -> Result<Vec<Column>, StoreError> {
        let query = match self.dialect() {
            Dialect::Sqlite => "SELECT name, LOWER(type) FROM pragma_table_info($1) ORDER BY cid",
            Dialect::Postgres => {
                "SELECT column_name::text, data_type::text FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
            }
        };
        let rows = sqlx::query(query).bind(table).fetch_all(self.pool()).await?;
        rows.iter()
            .map(|found| {
                let kind = match row::text(found, 1)?.as_str() {
                    "bigint" => Kind::Number,
                    "text" => Kind::Text,
                    "blob" | "bytea" => Kind::Bytes,
                    _ => return Err(StoreError::Invalid("the schema")),
                };
                Ok(Column { name: row::text(found, 0)?, kind })
            })
            .collect()
    }
}

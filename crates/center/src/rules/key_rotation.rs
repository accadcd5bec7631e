//! A new sealing key, in steps that can be broken off after each and gone on with: it is made and made known to all servers,
//! then all seal with it, then what older keys sealed is sealed anew, then those are forgotten.
//!
//! Where a rotation stands is read from the key file: a key newer than the one that seals is still being made known; older
//! ones beside it mean that values are still to be sealed anew.

use std::collections::BTreeMap;

use sqlx::any::AnyArguments;
use sqlx::query::Query;

use crate::Center;
use crate::keys::{KeyFileError, KeyNumber, sealed_with};
use crate::store::sealed::{Kind, Row, SEALED, Sealed};
use crate::store::tables::server::{self, SILENT};
use crate::store::{StoreError, row};

/// Values sealed anew in one transaction.
const BATCH: i64 = 200;

/// Why a rotation stopped.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The key file.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value that no key opens.
    #[error(
        "{count} values in {table}.{column} do not open with the keys at hand. No key was forgotten. Is this the right key file?"
    )]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// How many.
        count: u64,
    },
}

/// What one step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key was made; it stands in the key file and does not seal yet.
    Made(KeyNumber),
    /// These servers do not know the key yet.
    NotKnownBy(KeyNumber, Vec<String>),
    /// The key seals.
    Seals(KeyNumber),
    /// These servers still seal with an older one.
    NotUsedBy(KeyNumber, Vec<String>),
    /// So many values were sealed anew and the older keys forgotten: it is done.
    Done(KeyNumber, u64),
}

/// Does the next step.
///
/// # Errors
/// When the key file or the database cannot be used, or a value does not open.
pub async fn advance(center: &Center) -> Result<Step, RotationError> {
    // A newer program may have columns that this one would leave under the old key.
    center.db.is_known_whole().await?;
    let path = center.config.key_file();
    center.keys.reload()?;
    let (newest, seals) = (center.keys.newest(), center.keys.seals());
    if newest == seals && center.keys.known() == 1 {
        let number = center.keys.add_sealing_key(&*center.random).map_err(StoreError::from)?;
        center.keys.save(&path)?;
        return Ok(Step::Made(number));
    }
    let running = server::running(center.db.pool(), center.now() - SILENT).await?;
    let without = |has: fn(&server::Server) -> i64| -> Vec<String> {
        running.iter().filter(|one| has(one) < i64::from(newest)).map(|one| one.name.clone()).collect()
    };
    if newest > seals {
        let ignorant = without(|one| one.knows_key);
        if !ignorant.is_empty() {
            return Ok(Step::NotKnownBy(newest, ignorant));
        }
        center.keys.seal_with(newest);
        center.keys.save(&path)?;
        return Ok(Step::Seals(newest));
    }
    let behind = without(|one| one.seals_with);
    if !behind.is_empty() {
        return Ok(Step::NotUsedBy(newest, behind));
    }
    let mut sealed_anew = 0;
    // Until a whole round found nothing: a transaction that began before may have committed behind this one's back.
    loop {
        let mut round = 0;
        for column in SEALED {
            round += seal_anew(center, column, newest).await?;
        }
        if round == 0 {
            break;
        }
        sealed_anew += round;
    }
    center.keys.forget_other_keys();
    center.keys.save(&path)?;
    Ok(Step::Done(newest, sealed_anew))
}

#[derive(Clone)]
enum Value {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

type AnyQuery<'q> = Query<'q, sqlx::Any, AnyArguments>;

impl Value {
    fn read(found: &sqlx::any::AnyRow, place: usize, kind: Kind) -> Result<Self, StoreError> {
        Ok(match kind {
            Kind::Number => Self::Number(row::number(found, place)?),
            Kind::Text => Self::Text(row::text(found, place)?),
            Kind::Bytes => Self::Bytes(row::bytes(found, place)?),
        })
    }

    fn bind<'q>(&self, query: AnyQuery<'q>) -> AnyQuery<'q> {
        match self {
            Self::Number(number) => query.bind(*number),
            Self::Text(text) => query.bind(text.clone()),
            Self::Bytes(bytes) => query.bind(bytes.clone()),
        }
    }
}

/// Goes over one column, in the order of its key, and says how many values it sealed anew.
async fn seal_anew(center: &Center, column: &Sealed, newest: KeyNumber) -> Result<u64, RotationError> {
    let keys: Vec<&str> = column.key.iter().map(|(name, _)| *name).collect();
    let (table, name, width) = (column.table, column.column, keys.len());
    let places =
        |from: usize| (from..from + width).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let key = keys.join(", ");
    let (mut after, mut done, mut unreadable): (Option<Vec<Value>>, u64, u64) = (None, 0, 0);
    loop {
        let further = if after.is_some() { format!("AND ({key}) > ({})", places(1)) } else { String::new() };
        let text = format!(
            "SELECT {key}, {name} FROM {table} WHERE {name} IS NOT NULL {further} ORDER BY {key} LIMIT {BATCH}"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
        for value in after.iter().flatten() {
            query = value.bind(query);
        }
        let rows = query.fetch_all(center.db.pool()).await.map_err(StoreError::from)?;
        let mut changes = Vec::new();
        for found in &rows {
            let values = column
                .key
                .iter()
                .enumerate()
                .map(|(place, (_, kind))| Value::read(found, place, *kind))
                .collect::<Result<Vec<_>, _>>()?;
            let old = row::bytes(found, width)?;
            // What is no sealed value (the place of an answer that was never given) is nothing to seal.
            if sealed_with(&old).is_ok_and(|number| number != newest) {
                let bound = bound(column, &values);
                match center.keys.open(column.purpose, &bound, &old) {
                    Ok(plain) => {
                        let new = center
                            .keys
                            .seal(&*center.random, column.purpose, &bound, &plain)
                            .map_err(StoreError::from)?;
                        changes.push((values.clone(), old, new));
                    }
                    Err(_) => unreadable += 1,
                }
            }
            after = Some(values);
        }
        if !changes.is_empty() {
            let mut tx = center.begin().await?;
            let wanted = keys.iter().zip(3..).map(|(key, place)| format!("{key} = ${place}"));
            let text = format!(
                "UPDATE {table} SET {name} = $1 WHERE {name} = $2 AND {}",
                wanted.collect::<Vec<_>>().join(" AND ")
            );
            for (values, old, new) in changes {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(text.clone())).bind(new).bind(old);
                for value in &values {
                    query = value.bind(query);
                }
                // A value that was changed or removed meanwhile is left as it is; the next round looks at it.
                done += query.execute(tx.on()).await.map_err(StoreError::from)?.rows_affected();
            }
            tx.commit().await?;
        }
        if rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            break;
        }
    }
    if unreadable > 0 {
        return Err(RotationError::Unreadable { table, column: name, count: unreadable });
    }
    Ok(done)
}

fn bound(column: &Sealed, values: &[Value]) -> Vec<u8> {
    match column.row {
        Row::Key => match values.first() {
            Some(Value::Bytes(bytes)) => bytes.clone(),
            Some(Value::Text(text)) => text.clone().into_bytes(),
            Some(Value::Number(number)) => number.to_string().into_bytes(),
            None => Vec::new(),
        },
        Row::Text(template) => {
            let named: BTreeMap<&str, &Value> =
                column.key.iter().map(|(name, _)| *name).zip(values).collect();
            named
                .iter()
                .fold(template.to_owned(), |text, (name, value)| {
                    let value = match value {
                        Value::Number(number) => number.to_string(),
                        Value::Text(text) => text.clone(),
                        Value::Bytes(bytes) => data_encoding::HEXLOWER.encode(bytes),
                    };
                    text.replace(&format!("{{{name}}}"), &value)
                })
                .into_bytes()
        }
    }
}

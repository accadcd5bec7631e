//! Identities on file: written by the approval of an identity verification, held against what later tickets state.

use crate::clock::Unix;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE filed_identity (
        account_id BIGINT PRIMARY KEY REFERENCES account (id),
        data {blob} NOT NULL,
        number_fingerprint {blob} NOT NULL,
        ticket_id TEXT NOT NULL,
        filed_at BIGINT NOT NULL
    )",
    "CREATE INDEX filed_identity_number ON filed_identity (number_fingerprint)",
];

/// The row the data is bound to.
pub fn sealed_row(account: AccountId) -> Vec<u8> {
    format!("filed-identity {account}").into_bytes()
}

/// An identity as stored.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Names and numbers, sealed.
    pub data: Vec<u8>,
    /// The blind index of the document's or company's number.
    pub number_fingerprint: Vec<u8>,
    /// When it was filed.
    pub filed_at: Unix,
}

/// Files an identity. False when the account has one.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    account: AccountId,
    data: &[u8],
    number_fingerprint: &[u8],
    ticket: &str,
    now: Unix,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO filed_identity (account_id, data, number_fingerprint, ticket_id, filed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(account)
    .bind(data)
    .bind(number_fingerprint)
    .bind(ticket)
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The identity of an account.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, account: AccountId) -> Result<Option<Filed>, StoreError> {
    let found =
        sqlx::query("SELECT data, number_fingerprint, filed_at FROM filed_identity WHERE account_id = $1")
            .bind(account)
            .fetch_optional(tx.on())
            .await?;
    found
        .map(|found| {
            Ok(Filed {
                data: row::bytes(&found, 0)?,
                number_fingerprint: row::bytes(&found, 1)?,
                filed_at: row::number(&found, 2)?,
            })
        })
        .transpose()
}

/// Removes the identity of an account.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM filed_identity WHERE account_id = $1").bind(account).execute(tx.on()).await?;
    Ok(())
}

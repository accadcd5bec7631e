//! Documents of tickets: what kind, how large, which digest, how much of it is there. Their sealed bytes lie elsewhere.

use tessera_center_api::ticket::DocumentKind;

use crate::clock::Unix;
use crate::store::{StoreError, Tx, row};
use crate::token::TokenHash;

/// Its migration. A ticket's documents have numbered places, so that there are never more than there may be; one that takes
/// another's place has none of its own.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE document (
        id TEXT PRIMARY KEY,
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        digest {blob} NOT NULL,
        received BIGINT NOT NULL DEFAULT 0,
        list_version BIGINT NOT NULL DEFAULT 0,
        place BIGINT,
        replaces TEXT,
        upload {blob} UNIQUE,
        created_at BIGINT NOT NULL DEFAULT 0,
        CONSTRAINT document_place UNIQUE (ticket_id, place)
    )",
    "CREATE INDEX document_state ON document (state, ticket_id)",
    "CREATE TABLE document_piece (
        document_id TEXT NOT NULL REFERENCES document (id),
        begins_at BIGINT NOT NULL,
        name TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        PRIMARY KEY (document_id, begins_at)
    )",
];

/// The state of a document whose bytes are still coming.
pub const UPLOADING: &str = "uploading";
/// The state of a document whose bytes are all there.
pub const COMPLETE: &str = "complete";
/// The state of a document whose bytes are to be deleted.
pub const LEAVING: &str = "leaving";

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its number: 128 random bits in hexadecimal.
    pub id: String,
    /// Its ticket.
    pub ticket: String,
    /// What it shows.
    pub kind: DocumentKind,
    /// One of the states above.
    pub state: String,
    /// The size that was announced.
    pub bytes: i64,
    /// The SHA-256 that was announced.
    pub digest: Vec<u8>,
    /// Bytes that are there.
    pub received: i64,
    /// The key list it is sealed to.
    pub list_version: i64,
    /// The document whose place it takes when it is complete.
    pub replaces: Option<String>,
}

const COLUMNS: &str = "id, ticket_id, kind, state, bytes, digest, received, list_version, replaces";

fn read(found: &sqlx::any::AnyRow) -> Result<Document, StoreError> {
    Ok(Document {
        id: row::text(found, 0)?,
        ticket: row::text(found, 1)?,
        kind: DocumentKind::from_text(&row::text(found, 2)?).ok_or(StoreError::Invalid("document.kind"))?,
        state: row::text(found, 3)?,
        bytes: row::number(found, 4)?,
        digest: row::bytes(found, 5)?,
        received: row::number(found, 6)?,
        list_version: row::number(found, 7)?,
        replaces: row::text_or_null(found, 8)?,
    })
}

/// Adds a document that is to be uploaded. False when its ticket has as many as it may.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    new: &Document,
    upload: &TokenHash,
    most: i64,
    now: Unix,
) -> Result<bool, StoreError> {
    let places = if new.replaces.is_some() { 0..=0 } else { 1..=most };
    for place in places {
        let done = sqlx::query(
            "INSERT INTO document (id, ticket_id, kind, state, bytes, digest, list_version, place, replaces, upload, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        )
        .bind(new.id.as_str())
        .bind(new.ticket.as_str())
        .bind(new.kind.text())
        .bind(UPLOADING)
        .bind(new.bytes)
        .bind(new.digest.as_slice())
        .bind(new.list_version)
        .bind((place > 0).then_some(place))
        .bind(new.replaces.as_deref())
        .bind(upload.as_bytes())
        .bind(now)
        .execute(tx.on())
        .await?;
        if done.rows_affected() == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The document of an upload's token, while it may go on.
///
/// # Errors
/// When the database is away.
pub async fn of_upload(tx: &mut Tx, id: &str, upload: &TokenHash) -> Result<Option<Document>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document WHERE id = $1 AND upload = $2 AND state IN ('uploading', 'complete')"
    )))
    .bind(id)
    .bind(upload.as_bytes())
    .fetch_optional(tx.on())
    .await?;
    found.as_ref().map(read).transpose()
}

/// The document of this number.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Document>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM document WHERE id = $1")))
        .bind(id)
        .fetch_optional(tx.on())
        .await?;
    found.as_ref().map(read).transpose()
}

/// Notes a piece that is stored, if it is the next one: true for one of those who send the same at once.
///
/// # Errors
/// When the database is away.
pub async fn add_piece(
    tx: &mut Tx,
    document: &str,
    begins_at: i64,
    name: &str,
    bytes: i64,
) -> Result<bool, StoreError> {
    let moved = sqlx::query(
        "UPDATE document SET received = received + $3 WHERE id = $1 AND state = $4 AND received = $2 AND received + $3 <= bytes",
    )
    .bind(document)
    .bind(begins_at)
    .bind(bytes)
    .bind(UPLOADING)
    .execute(tx.on())
    .await?;
    if moved.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO document_piece (document_id, begins_at, name, bytes) VALUES ($1, $2, $3, $4)")
        .bind(document)
        .bind(begins_at)
        .bind(name)
        .bind(bytes)
        .execute(tx.on())
        .await?;
    Ok(true)
}

/// The names of a document's pieces, in order.
///
/// # Errors
/// When the database is away.
pub async fn pieces(tx: &mut Tx, document: &str) -> Result<Vec<String>, StoreError> {
    let found = sqlx::query("SELECT name FROM document_piece WHERE document_id = $1 ORDER BY begins_at")
        .bind(document)
        .fetch_all(tx.on())
        .await?;
    found.iter().map(|found| row::text(found, 0)).collect()
}

/// From one state to another: true for the one caller whose step it is.
///
/// # Errors
/// When the database is away.
pub async fn step(tx: &mut Tx, id: &str, from: &str, to: &str) -> Result<bool, StoreError> {
    // Who leaves frees the place.
    let done = sqlx::query(
        "UPDATE document SET state = $3, place = CASE WHEN $3 = 'leaving' THEN NULL ELSE place END WHERE id = $1 AND state = $2",
    )
    .bind(id)
    .bind(from)
    .bind(to)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Hands the place of one document to another.
///
/// # Errors
/// When the database is away.
pub async fn take_place(tx: &mut Tx, of: &str, by: &str) -> Result<(), StoreError> {
    let found =
        sqlx::query("SELECT place FROM document WHERE id = $1").bind(of).fetch_optional(tx.on()).await?;
    let place = found.map_or(Ok(None), |found| row::number_or_null(&found, 0))?;
    sqlx::query("UPDATE document SET place = NULL WHERE id = $1").bind(of).execute(tx.on()).await?;
    sqlx::query("UPDATE document SET place = $2 WHERE id = $1").bind(by).bind(place).execute(tx.on()).await?;
    Ok(())
}

/// The complete documents of a ticket.
///
/// # Errors
/// When the database is away.
pub async fn of_ticket(tx: &mut Tx, ticket: &str) -> Result<Vec<Document>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM document WHERE ticket_id = $1 AND state = $2 ORDER BY created_at, id"
    )))
    .bind(ticket)
    .bind(COMPLETE)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

/// Complete documents of tickets that are still open, sealed to an older list than this one.
///
/// # Errors
/// When the database is away.
pub async fn stale(tx: &mut Tx, version: i64, most: i64) -> Result<Vec<Document>, StoreError> {
    let columns =
        COLUMNS.split(", ").map(|column| format!("document.{column}")).collect::<Vec<_>>().join(", ");
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {columns} FROM document JOIN ticket ON ticket.id = document.ticket_id
         WHERE document.state = $1 AND document.list_version < $2
           AND ticket.state NOT IN ('executed', 'rejected', 'withdrawn', 'expired')
         ORDER BY document.created_at, document.id LIMIT $3"
    )))
    .bind(COMPLETE)
    .bind(version)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

/// The kinds of which a ticket has a complete document.
///
/// # Errors
/// When the database is away.
pub async fn complete_kinds(tx: &mut Tx, ticket: &str) -> Result<Vec<DocumentKind>, StoreError> {
    let mut kinds: Vec<DocumentKind> =
        of_ticket(tx, ticket).await?.into_iter().map(|document| document.kind).collect();
    kinds.dedup();
    Ok(kinds)
}

/// Sends away what has served: documents of tickets that ended before, and uploads begun before and never finished.
///
/// # Errors
/// When the database is away.
pub async fn send_away(tx: &mut Tx, ended_before: Unix, begun_before: Unix) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE document SET state = 'leaving', place = NULL
         WHERE (state IN ('uploading', 'complete') AND ticket_id IN (SELECT id FROM ticket
                    WHERE state IN ('executed', 'rejected', 'withdrawn', 'expired') AND changed_at <= $1))
            OR (state = 'uploading' AND created_at <= $2)",
    )
    .bind(ended_before)
    .bind(begun_before)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected())
}

/// Sends away all documents of a ticket, finished or not.
///
/// # Errors
/// When the database is away.
pub async fn send_away_of(tx: &mut Tx, ticket: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE document SET state = 'leaving', place = NULL WHERE ticket_id = $1 AND state IN ('uploading', 'complete')")
        .bind(ticket)
        .execute(tx.on())
        .await?;
    Ok(())
}

/// Documents whose bytes are to be deleted.
///
/// # Errors
/// When the database is away.
pub async fn leaving(tx: &mut Tx, most: i64) -> Result<Vec<String>, StoreError> {
    let found = sqlx::query("SELECT id FROM document WHERE state = $1 ORDER BY id LIMIT $2")
        .bind(LEAVING)
        .bind(most)
        .fetch_all(tx.on())
        .await?;
    found.iter().map(|found| row::text(found, 0)).collect()
}

/// Forgets a document whose bytes are deleted. What it was stays in the ticket's history.
///
/// # Errors
/// When the database is away.
pub async fn forget(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM document_piece WHERE document_id = $1").bind(id).execute(tx.on()).await?;
    sqlx::query("DELETE FROM document WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(LEAVING)
        .execute(tx.on())
        .await?;
    Ok(())
}

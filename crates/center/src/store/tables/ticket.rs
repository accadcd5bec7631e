//! Requests that staff decide. What is stated is sealed; the table names nobody.

use tessera_center_api::ticket::{TicketKind, TicketState};

use crate::clock::Unix;
use crate::contact::AddressKind;
use crate::store::tables::account::AccountId;
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &[
    "CREATE TABLE ticket (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        version BIGINT NOT NULL,
        account_id BIGINT REFERENCES account (id),
        contact_kind TEXT,
        contact {blob},
        contact_fingerprint {blob},
        language TEXT NOT NULL,
        target {blob},
        target_account BIGINT REFERENCES account (id),
        statement {blob} NOT NULL,
        query_hash {blob} UNIQUE,
        open_key {blob} UNIQUE,
        proven_contact {blob},
        factor_proven_at BIGINT,
        claimed_by TEXT,
        claimed_until BIGINT,
        first_reviewer TEXT,
        second_reviewer TEXT,
        contested_at BIGINT,
        hold_until BIGINT,
        due_at BIGINT,
        created_at BIGINT NOT NULL,
        submitted_at BIGINT,
        decided_at BIGINT,
        changed_at BIGINT NOT NULL
    )",
    "CREATE INDEX ticket_due ON ticket (due_at)",
    "CREATE INDEX ticket_account ON ticket (account_id, created_at)",
    "CREATE INDEX ticket_queue ON ticket (state, changed_at)",
];

/// The row a sealed value of a ticket is bound to.
pub fn sealed_row(id: &str, what: &str) -> Vec<u8> {
    format!("ticket {id} {what}").into_bytes()
}

/// A ticket as stored.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its number: 128 random bits in hexadecimal.
    pub id: String,
    /// What it asks for.
    pub kind: TicketKind,
    /// Where it stands.
    pub state: TicketState,
    /// Counts every change.
    pub version: i64,
    /// The account it was filed from.
    pub account: Option<AccountId>,
    /// Without an account: the applicant's contact, sealed.
    pub contact: Option<(AddressKind, Vec<u8>)>,
    /// The contact's fingerprint.
    pub contact_fingerprint: Option<Vec<u8>>,
    /// In which language the applicant is told things.
    pub language: String,
    /// The fingerprint of the account e-mail it is about.
    pub target: Option<Vec<u8>>,
    /// The account it is about, from the first approval on.
    pub target_account: Option<AccountId>,
    /// What is stated, sealed.
    pub statement: Vec<u8>,
    /// The hash of the query code.
    pub query_hash: Option<Vec<u8>>,
    /// Applicant and target while it is open: nobody has two of the same.
    pub open_key: Option<Vec<u8>>,
    /// The fingerprint of the new contact that was proven.
    pub proven_contact: Option<Vec<u8>>,
    /// When an old factor was proven.
    pub factor_proven_at: Option<Unix>,
    /// Who has claimed it.
    pub claimed_by: Option<String>,
    /// Until when.
    pub claimed_until: Option<Unix>,
    /// Who approved first.
    pub first_reviewer: Option<String>,
    /// Who approved second.
    pub second_reviewer: Option<String>,
    /// When somebody objected.
    pub contested_at: Option<Unix>,
    /// Until when it is held.
    pub hold_until: Option<Unix>,
    /// When the center goes on with it by itself.
    pub due_at: Option<Unix>,
    /// When it was begun.
    pub created_at: Unix,
    /// When it was last submitted.
    pub submitted_at: Option<Unix>,
    /// When it was decided for good.
    pub decided_at: Option<Unix>,
    /// When it last moved.
    pub changed_at: Unix,
}

impl Ticket {
    /// Who has it now.
    pub fn claimant(&self, now: Unix) -> Option<&str> {
        self.claimed_by.as_deref().filter(|_| self.claimed_until.is_some_and(|until| now < until))
    }
}

const COLUMNS: &str = "id, kind, state, version, account_id, contact_kind, contact, contact_fingerprint, language, target, statement, \
    query_hash, open_key, proven_contact, factor_proven_at, claimed_by, claimed_until, first_reviewer, second_reviewer, contested_at, \
    hold_until, due_at, created_at, submitted_at, decided_at, changed_at, target_account";

fn read(found: &sqlx::any::AnyRow) -> Result<Ticket, StoreError> {
    let contact_kind = match row::text_or_null(found, 5)?.as_deref() {
        Some("email") => Some(AddressKind::Email),
        Some("sms") => Some(AddressKind::Phone),
        None => None,
        Some(_) => return Err(StoreError::Invalid("ticket.contact_kind")),
    };
    Ok(Ticket {
        id: row::text(found, 0)?,
        kind: TicketKind::from_text(&row::text(found, 1)?).ok_or(StoreError::Invalid("ticket.kind"))?,
        state: TicketState::from_text(&row::text(found, 2)?).ok_or(StoreError::Invalid("ticket.state"))?,
        version: row::number(found, 3)?,
        account: row::number_or_null(found, 4)?,
        contact: contact_kind.zip(row::bytes_or_null(found, 6)?),
        contact_fingerprint: row::bytes_or_null(found, 7)?,
        language: row::text(found, 8)?,
        target: row::bytes_or_null(found, 9)?,
        statement: row::bytes(found, 10)?,
        query_hash: row::bytes_or_null(found, 11)?,
        open_key: row::bytes_or_null(found, 12)?,
        proven_contact: row::bytes_or_null(found, 13)?,
        factor_proven_at: row::number_or_null(found, 14)?,
        claimed_by: row::text_or_null(found, 15)?,
        claimed_until: row::number_or_null(found, 16)?,
        first_reviewer: row::text_or_null(found, 17)?,
        second_reviewer: row::text_or_null(found, 18)?,
        contested_at: row::number_or_null(found, 19)?,
        hold_until: row::number_or_null(found, 20)?,
        due_at: row::number_or_null(found, 21)?,
        created_at: row::number(found, 22)?,
        submitted_at: row::number_or_null(found, 23)?,
        decided_at: row::number_or_null(found, 24)?,
        changed_at: row::number(found, 25)?,
        target_account: row::number_or_null(found, 26)?,
    })
}

/// Adds a ticket. False when the applicant has one open about the same target.
///
/// # Errors
/// When the database is away.
pub async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<bool, StoreError> {
    let (kind, contact) = match &ticket.contact {
        Some((kind, sealed)) => (Some(kind.channel()), Some(sealed.as_slice())),
        None => (None, None),
    };
    let done = sqlx::query(
        "INSERT INTO ticket (id, kind, state, version, account_id, contact_kind, contact, contact_fingerprint, language, target,
            statement, query_hash, open_key, proven_contact, due_at, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16) ON CONFLICT DO NOTHING",
    )
    .bind(ticket.id.as_str())
    .bind(ticket.kind.text())
    .bind(ticket.state.text())
    .bind(ticket.version)
    .bind(ticket.account)
    .bind(kind)
    .bind(contact)
    .bind(ticket.contact_fingerprint.as_deref())
    .bind(ticket.language.as_str())
    .bind(ticket.target.as_deref())
    .bind(ticket.statement.as_slice())
    .bind(ticket.query_hash.as_deref())
    .bind(ticket.open_key.as_deref())
    .bind(ticket.proven_contact.as_deref())
    .bind(ticket.due_at)
    .bind(ticket.created_at)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a text could be a ticket's number: what strangers put into addresses is not asked of the database.
fn is_number(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The ticket of this number.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Ticket>, StoreError> {
    if !is_number(id) {
        return Ok(None);
    }
    let found = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM ticket WHERE id = $1")))
        .bind(id)
        .fetch_optional(tx.on())
        .await?;
    found.as_ref().map(read).transpose()
}

/// The same, and until the transaction ends nobody else changes it.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &mut Tx, id: &str) -> Result<Option<Ticket>, StoreError> {
    if !is_number(id) {
        return Ok(None);
    }
    // An update that changes nothing locks the row on both databases.
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE ticket SET version = version WHERE id = $1 RETURNING {COLUMNS}"
    )))
    .bind(id)
    .fetch_optional(tx.on())
    .await?;
    found.as_ref().map(read).transpose()
}

/// The number of the ticket that a query code follows.
///
/// # Errors
/// When the database is away.
pub async fn of_query(tx: &mut Tx, hash: &[u8]) -> Result<Option<String>, StoreError> {
    let found =
        sqlx::query("SELECT id FROM ticket WHERE query_hash = $1").bind(hash).fetch_optional(tx.on()).await?;
    found.map(|found| row::text(&found, 0)).transpose()
}

/// The one statement of a transition: from this state and version to what `to` says, once. A final state frees the place of
/// applicant and target.
///
/// # Errors
/// When the database is away.
pub async fn transition(tx: &mut Tx, from: &Ticket, to: &Ticket) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket SET state = $4, version = $5, claimed_by = $6, claimed_until = $7, first_reviewer = $8, second_reviewer = $9,
            contested_at = $10, hold_until = $11, due_at = $12, submitted_at = $13, decided_at = $14, changed_at = $15, open_key = $16, target_account = $17
         WHERE id = $1 AND state = $2 AND version = $3",
    )
    .bind(from.id.as_str())
    .bind(from.state.text())
    .bind(from.version)
    .bind(to.state.text())
    .bind(to.version)
    .bind(to.claimed_by.as_deref())
    .bind(to.claimed_until)
    .bind(to.first_reviewer.as_deref())
    .bind(to.second_reviewer.as_deref())
    .bind(to.contested_at)
    .bind(to.hold_until)
    .bind(to.due_at)
    .bind(to.submitted_at)
    .bind(to.decided_at)
    .bind(to.changed_at)
    .bind(to.open_key.as_deref())
    .bind(to.target_account)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps another statement, if the ticket is still as it was read.
///
/// # Errors
/// When the database is away.
pub async fn set_statement(tx: &mut Tx, ticket: &Ticket, statement: &[u8]) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket SET statement = $4, version = version + 1 WHERE id = $1 AND state = $2 AND version = $3",
    )
    .bind(ticket.id.as_str())
    .bind(ticket.state.text())
    .bind(ticket.version)
    .bind(statement)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the new contact of this fingerprint was proven.
///
/// # Errors
/// When the database is away.
pub async fn contact_proven(tx: &mut Tx, ticket: &Ticket, fingerprint: &[u8]) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket SET proven_contact = $3, version = version + 1 WHERE id = $1 AND state = $2",
    )
    .bind(ticket.id.as_str())
    .bind(ticket.state.text())
    .bind(fingerprint)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that an old factor was proven.
///
/// # Errors
/// When the database is away.
pub async fn factor_proven(tx: &mut Tx, ticket: &Ticket, now: Unix) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket SET factor_proven_at = $3, version = version + 1 WHERE id = $1 AND state = $2",
    )
    .bind(ticket.id.as_str())
    .bind(ticket.state.text())
    .bind(now)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Counts a change of what belongs to the ticket, for `ETag`.
///
/// # Errors
/// When the database is away.
pub async fn touch(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE ticket SET version = version + 1 WHERE id = $1").bind(id).execute(tx.on()).await?;
    Ok(())
}

/// Claims a ticket that waits for staff and that nobody else has: true for one of those who try at once.
///
/// # Errors
/// When the database is away.
pub async fn claim(tx: &mut Tx, id: &str, staff: &str, now: Unix, until: Unix) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket SET claimed_by = $2, claimed_until = $4
         WHERE id = $1 AND state IN ('submitted', 'first-approval', 'contested')
           AND (claimed_by IS NULL OR claimed_by = $2 OR claimed_until <= $3)",
    )
    .bind(id)
    .bind(staff)
    .bind(now)
    .bind(until)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a claim back; whosever it is when nobody is named.
///
/// # Errors
/// When the database is away.
pub async fn release(tx: &mut Tx, id: &str, staff: Option<&str>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE ticket SET claimed_by = NULL, claimed_until = NULL
         WHERE id = $1 AND claimed_by IS NOT NULL AND claimed_by = COALESCE($2, claimed_by)",
    )
    .bind(id)
    .bind(staff)
    .execute(tx.on())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The tickets an account filed, before a place, the latest first.
///
/// # Errors
/// When the database is away.
pub async fn of_account(
    tx: &mut Tx,
    account: AccountId,
    before: (Unix, &str),
    most: i64,
) -> Result<Vec<Ticket>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM ticket WHERE account_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3))
         ORDER BY created_at DESC, id DESC LIMIT $4"
    )))
    .bind(account)
    .bind(before.0)
    .bind(before.1)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

/// The numbers of all tickets an account filed.
///
/// # Errors
/// When the database is away.
pub async fn numbers_of(tx: &mut Tx, account: AccountId) -> Result<Vec<String>, StoreError> {
    let found = sqlx::query("SELECT id FROM ticket WHERE account_id = $1 ORDER BY id")
        .bind(account)
        .fetch_all(tx.on())
        .await?;
    found.iter().map(|found| row::text(found, 0)).collect()
}

/// Empties a ticket of what its applicant stated and of every fingerprint made of it. Number and course stay.
///
/// # Errors
/// When the database is away.
pub async fn erase(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE ticket SET statement = $2, target = NULL, open_key = NULL, proven_contact = NULL, version = version + 1 WHERE id = $1",
    )
    .bind(id)
    .bind(&[][..])
    .execute(tx.on())
    .await?;
    Ok(())
}

/// What the queue of staff is narrowed by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Only this state; without one, all that wait for staff.
    pub state: Option<TicketState>,
    /// Only this kind.
    pub kind: Option<TicketKind>,
    /// Only what this staff member has claimed.
    pub claimed_by: Option<&'a str>,
    /// Now, by which claims are judged.
    pub now: Unix,
}

/// Tickets for staff behind a place, those that wait longest first. Drafts are nobody's business.
///
/// # Errors
/// When the database is away.
pub async fn queue(
    tx: &mut Tx,
    wanted: &Wanted<'_>,
    after: (Unix, &str),
    most: i64,
) -> Result<Vec<Ticket>, StoreError> {
    let found = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM ticket
         WHERE state <> 'draft'
           AND (state = $1 OR ($1 = '' AND state IN ('submitted', 'first-approval', 'contested')))
           AND (kind = $2 OR $2 = '')
           AND ($3 = '' OR (claimed_by = $3 AND claimed_until > $4))
           AND (changed_at > $5 OR (changed_at = $5 AND id > $6))
         ORDER BY changed_at, id LIMIT $7"
    )))
    .bind(wanted.state.map_or("", TicketState::text))
    .bind(wanted.kind.map_or("", TicketKind::text))
    .bind(wanted.claimed_by.unwrap_or(""))
    .bind(wanted.now)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(read).collect()
}

/// The numbers of tickets that became due, behind a place.
///
/// # Errors
/// When the database is away.
pub async fn due(
    tx: &mut Tx,
    now: Unix,
    after: (Unix, &str),
    most: i64,
) -> Result<Vec<(Unix, String)>, StoreError> {
    let found = sqlx::query(
        "SELECT due_at, id FROM ticket WHERE due_at <= $1 AND (due_at > $2 OR (due_at = $2 AND id > $3)) ORDER BY due_at, id LIMIT $4",
    )
    .bind(now)
    .bind(after.0)
    .bind(after.1)
    .bind(most)
    .fetch_all(tx.on())
    .await?;
    found.iter().map(|found| Ok((row::number(found, 0)?, row::text(found, 1)?))).collect()
}

/// The tickets that changed last: id, kind, state, when.
///
/// # Errors
/// When the database is away.
pub async fn latest(
    pool: &sqlx::AnyPool,
    state: Option<&str>,
    most: i64,
) -> Result<Vec<(String, String, String, Unix)>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, kind, state, changed_at FROM ticket WHERE $1 = '' OR state = $1 ORDER BY changed_at DESC, id LIMIT $2",
    )
    .bind(state.unwrap_or_default())
    .bind(most)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|found| {
            Ok((row::text(found, 0)?, row::text(found, 1)?, row::text(found, 2)?, row::number(found, 3)?))
        })
        .collect()
}

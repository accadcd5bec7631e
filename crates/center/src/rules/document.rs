//! How documents come, are opened, sealed anew, and go.
//!
//! Nothing of a document is believed but its size, its digest and that it begins as an age file. Bytes are stored before the
//! database says so: a crash leaves bytes that nobody names, never a name without bytes.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tessera_center_api::ErrorCode;
use tessera_center_api::document::PIECE_BYTES_MAX;
use tessera_center_api::staff::Role;
use tessera_center_api::ticket::{DocumentKind, TicketState};

use crate::Center;
use crate::clock::Unix;
use crate::documents::begins_as_age;
use crate::http::{Refusal, StaffMember};
use crate::rules::audit::{self, Entry};
use crate::store::tables::document::{self, COMPLETE, Document, LEAVING, UPLOADING};
use crate::store::tables::key_list;
use crate::store::tables::ticket::{self, Ticket};
use crate::store::{StoreError, Tx};
use crate::token::{PlainToken, TokenHash};

/// What an applicant or reviewer says of a document before sending it.
#[derive(Debug, Clone)]
pub struct Announced {
    /// What it shows.
    pub kind: DocumentKind,
    /// The size of the ciphertext.
    pub bytes: i64,
    /// Its SHA-256.
    pub digest: Vec<u8>,
    /// The key list it is sealed to.
    pub list_version: i64,
}

fn over() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "There is no such upload, or it is over. Announce the document again.")
}

/// Announces a document of the applicant's own ticket, which he or she may still add to.
///
/// # Errors
/// When the ticket takes none now, the size or the key list cannot be meant, or there are as many as there may be.
pub async fn announce(
    tx: &mut Tx,
    center: &Center,
    ticket: &Ticket,
    announced: &Announced,
) -> Result<(String, PlainToken), Refusal> {
    if !matches!(ticket.state, TicketState::Draft | TicketState::MoreInformation) {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "Documents are added to a draft, or when more information was asked for.",
        ));
    }
    begin(tx, center, &ticket.id, announced, None).await
}

/// Announces a document sealed anew by somebody who could open it: the reviewer who has claimed the ticket, or a supervisor.
///
/// # Errors
/// As [`announce`], and when the caller may not.
pub async fn announce_reseal(
    tx: &mut Tx,
    center: &Center,
    caller: &StaffMember,
    id: &str,
    announced: impl FnOnce(DocumentKind) -> Announced,
) -> Result<(String, PlainToken), Refusal> {
    let old = document::find(tx, id).await?.filter(|old| old.state == COMPLETE).ok_or_else(over)?;
    let ticket = ticket::find(tx, &old.ticket).await?.ok_or_else(over)?;
    if !caller.has(Role::Supervisor) {
        has_claimed(caller, &ticket, center.now())?;
    }
    let announced = announced(old.kind);
    // Only other keys are a reason: nobody puts another picture in a document's place while its keys are the listed ones.
    if old.list_version >= announced.list_version {
        return Err(Refusal::new(
            ErrorCode::WrongState,
            "This document is sealed to the published list of keys. It stays as it is.",
        ));
    }
    let begun = begin(tx, center, &old.ticket, &announced, Some(old.id.clone())).await?;
    let entry = Entry::new("document-reseal-begun").ticket(&old.ticket).with("document", old.id);
    audit::append(tx, center, Some(caller.id()), &entry).await?;
    Ok(begun)
}

async fn begin(
    tx: &mut Tx,
    center: &Center,
    ticket: &str,
    announced: &Announced,
    replaces: Option<String>,
) -> Result<(String, PlainToken), Refusal> {
    let rules = &center.config.rules;
    if announced.bytes < 1 || announced.bytes > rules.document_bytes {
        let most = rules.document_bytes;
        return Err(Refusal::invalid(
            "/bytes",
            format!("A document has 1 to {most} bytes. Take a smaller photograph or scan."),
        ));
    }
    if announced.digest.len() != 32 {
        return Err(Refusal::invalid("/digest", "The digest is SHA-256 in hexadecimal."));
    }
    let newest = key_list::newest(tx).await?.map(|(version, _)| version);
    if newest != Some(announced.list_version) {
        return Err(Refusal::new(
            ErrorCode::Changed,
            "Another list of reviewers' keys is published. Read it, verify it, and seal the document to it.",
        ));
    }
    let (id, token) = (center.new_id()?, PlainToken::generate(&*center.random)?);
    let new = Document {
        id: id.clone(),
        ticket: ticket.into(),
        kind: announced.kind,
        state: UPLOADING.into(),
        bytes: announced.bytes,
        digest: announced.digest.clone(),
        received: 0,
        list_version: announced.list_version,
        replaces,
    };
    if !document::insert(tx, &new, &token.hash(), rules.documents_per_ticket, center.now()).await? {
        return Err(Refusal::new(
            ErrorCode::LimitReached,
            "This ticket has as many documents as it may. Remove one first.",
        ));
    }
    Ok((id, token))
}

/// How far an upload is. One that has all its bytes, but whose server was killed before it looked at them, is looked at now.
///
/// # Errors
/// `NotFound` for a token of nothing.
pub async fn progress(center: &Center, id: &str, upload: &TokenHash) -> Result<Document, Refusal> {
    let found = document::of_upload(&mut center.read().await?, id, upload).await?.ok_or_else(over)?;
    if found.state != UPLOADING || found.received != found.bytes {
        return Ok(found);
    }
    complete(center, &found).await?;
    document::of_upload(&mut center.read().await?, id, upload).await?.ok_or_else(over)
}

/// Takes the next piece of an upload. The last one completes it, if the digest is right.
///
/// # Errors
/// `WrongState` when the piece is not the next one, `InvalidValue` when it cannot be one or the whole is not what was announced.
pub async fn take_piece(
    center: &Center,
    id: &str,
    upload: &TokenHash,
    begins_at: i64,
    piece: Bytes,
) -> Result<Document, Refusal> {
    let found = progress(center, id, upload).await?;
    let length = i64::try_from(piece.len()).unwrap_or(i64::MAX);
    if piece.is_empty() || piece.len() > PIECE_BYTES_MAX || begins_at.saturating_add(length) > found.bytes {
        return Err(Refusal::invalid(
            "/",
            format!("A piece has 1 to {PIECE_BYTES_MAX} bytes and ends within the size that was announced."),
        ));
    }
    let not_next = || {
        Refusal::new(
            ErrorCode::WrongState,
            "This piece is not the next one. Ask how far the upload is, and go on from there.",
        )
    };
    if found.state != UPLOADING || found.received != begins_at {
        return Err(not_next());
    }
    if begins_at == 0 && !begins_as_age(&piece) {
        return Err(Refusal::invalid(
            "/",
            "This is no age file sealed to recipients. Documents are sealed before they are sent.",
        ));
    }
    let name = center.new_id()?;
    center.documents.put(id, &name, piece).await.map_err(unavailable)?;
    let mut tx = center.begin().await?;
    let taken = document::add_piece(&mut tx, id, begins_at, &name, length).await?;
    tx.commit().await?;
    if !taken {
        center.documents.delete(id, &name).await.map_err(unavailable)?;
        return Err(not_next());
    }
    progress(center, id, upload).await
}

/// Compares the whole with its digest, then lets it count.
async fn complete(center: &Center, found: &Document) -> Result<(), Refusal> {
    let names = document::pieces(&mut center.read().await?, &found.id).await?;
    let mut digest = Sha256::new();
    for name in &names {
        digest.update(center.documents.get(&found.id, name).await.map_err(unavailable)?);
    }
    let right = digest.finalize().as_slice() == found.digest;
    let mut tx = center.begin().await?;
    if !document::step(&mut tx, &found.id, UPLOADING, if right { COMPLETE } else { LEAVING }).await? {
        return Ok(());
    }
    if let Some(old) = found.replaces.as_deref().filter(|_| right) {
        if !document::step(&mut tx, old, COMPLETE, LEAVING).await? {
            // The old one went meanwhile, with its ticket: the new one goes too.
            return Err(over());
        }
        document::take_place(&mut tx, old, &found.id).await?;
        let entry = Entry::new("document-resealed")
            .ticket(&found.ticket)
            .with("document", found.id.as_str())
            .with("replaced", old);
        audit::append(&mut tx, center, None, &entry).await?;
    }
    tx.commit().await?;
    if right {
        return Ok(());
    }
    Err(Refusal::invalid(
        "/",
        "What arrived is not what was announced: its digest is another. Announce the document again.",
    ))
}

/// The ciphertext, for the reviewer who has claimed the ticket, and noted.
///
/// # Errors
/// `Forbidden` for everybody else.
pub async fn download(center: &Center, caller: &StaffMember, id: &str) -> Result<Vec<u8>, Refusal> {
    caller.require(&[Role::Reviewer, Role::Supervisor])?;
    let mut tx = center.begin().await?;
    let none = || Refusal::new(ErrorCode::NotFound, "There is no such document, or its time is over.");
    let found =
        document::find(&mut tx, id).await?.filter(|found| found.state == COMPLETE).ok_or_else(none)?;
    let ticket = ticket::find(&mut tx, &found.ticket).await?.ok_or_else(none)?;
    has_claimed(caller, &ticket, center.now())?;
    let names = document::pieces(&mut tx, id).await?;
    let entry = Entry::new("document-downloaded").ticket(&found.ticket).with("document", id);
    audit::append(&mut tx, center, Some(caller.id()), &entry).await?;
    // Noted before the first byte goes out.
    tx.commit().await?;
    let mut whole = Vec::with_capacity(usize::try_from(found.bytes).unwrap_or(0));
    for name in &names {
        whole.extend_from_slice(&center.documents.get(id, name).await.map_err(unavailable)?);
    }
    Ok(whole)
}

/// Lets only the reviewer go on who has claimed the ticket and whose claim still holds.
fn has_claimed(caller: &StaffMember, ticket: &Ticket, now: Unix) -> Result<(), Refusal> {
    if ticket.claimant(now) == Some(caller.id()) {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorCode::Forbidden,
        "Documents are given to the reviewer who has claimed the ticket. Claim it first.",
    ))
}

/// Takes a document out of a draft.
///
/// # Errors
/// `NotFound` when it is not this ticket's, `WrongState` when it is no draft any more.
pub async fn remove(tx: &mut Tx, ticket: &Ticket, id: &str) -> Result<(), Refusal> {
    let found =
        document::find(tx, id).await?.filter(|found| found.ticket == ticket.id && found.replaces.is_none());
    let found =
        found.ok_or_else(|| Refusal::new(ErrorCode::NotFound, "This ticket has no such document."))?;
    let open = matches!(ticket.state, TicketState::Draft | TicketState::MoreInformation);
    if open && document::step(tx, id, &found.state, LEAVING).await? {
        return Ok(());
    }
    Err(Refusal::new(
        ErrorCode::WrongState,
        "Documents are removed while the ticket is a draft or more information was asked for.",
    ))
}

/// Deletes what is due, 30 days after the decision by default. Any number of servers may do it at once.
///
/// # Errors
/// When the database or the store of documents is away; what was not deleted is tried again.
pub async fn delete_due(center: &Center) -> Result<usize, StoreError> {
    const AT_ONCE: i64 = 100;
    let (now, rules) = (center.now(), &center.config.rules);
    let mut tx = center.begin().await?;
    document::send_away(&mut tx, now - rules.documents_kept, now - rules.ticket_patience).await?;
    let leaving = document::leaving(&mut tx, AT_ONCE).await?;
    tx.commit().await?;
    let mut deleted = 0;
    for id in &leaving {
        if let Err(error) = center.documents.delete_all(id).await {
            tracing::warn!(%error, "a document could not be deleted; it is tried again");
            continue;
        }
        let mut tx = center.begin().await?;
        document::forget(&mut tx, id).await?;
        tx.commit().await?;
        deleted += 1;
    }
    Ok(deleted)
}

#[allow(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn unavailable(error: crate::documents::DocumentError) -> Refusal {
    tracing::warn!(%error, "the store of documents is not available");
    Refusal::new(
        ErrorCode::Unavailable,
        "The store of documents is not available just now. Try again in a moment.",
    )
}

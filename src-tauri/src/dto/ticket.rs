//! Tickets and the review desk, as the page sees them: what the shell adds to the center's own shapes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tessera_center_api::{
    document::TicketDocument,
    staff::StaffMember,
    ticket::{DocumentKind, StaffTicket, Ticket, TicketKind, TicketState},
};
use ts_rs::TS;

use super::{CenterId, EntryId, Failure};

/// Where a ticket is filed from: an account with a session at a center, or without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TicketPlace {
    /// The connection.
    pub(crate) center: CenterId,
    /// The account.
    pub(crate) account: Option<i64>,
}

/// One ticket, and by what it is followed: the session of the account, or the query code that the vault keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TicketRef {
    /// The connection.
    pub(crate) center: CenterId,
    /// The account.
    pub(crate) account: Option<i64>,
    /// The ticket's number.
    pub(crate) id: String,
}

/// A ticket being written, kept in the vault as it was typed.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TicketDraft {
    /// Names the draft.
    pub(crate) id: String,
    /// Where it is filed from.
    pub(crate) place: TicketPlace,
    /// What it asks for.
    pub(crate) kind: TicketKind,
    /// The fields of the statement.
    pub(crate) statement: BTreeMap<String, String>,
    /// The applicant's own address, for a ticket without an account.
    pub(crate) contact: String,
    /// When.
    pub(crate) saved_at: u64,
}

/// A draft as the page saves it.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TicketDraftEdit {
    /// None makes a new one.
    pub(crate) id: Option<String>,
    /// Where it is filed from.
    pub(crate) place: TicketPlace,
    /// What it asks for.
    pub(crate) kind: TicketKind,
    /// The fields of the statement.
    pub(crate) statement: BTreeMap<String, String>,
    /// The applicant's own address.
    pub(crate) contact: String,
}

/// A ticket without an account that the vault follows.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct FollowedTicket {
    /// The ticket.
    pub(crate) ticket: TicketRef,
    /// What it asks for.
    pub(crate) kind: TicketKind,
    /// How it stood.
    pub(crate) state: TicketState,
    /// When it was begun.
    pub(crate) created_at: u64,
    /// When the center last told this.
    pub(crate) seen_at: u64,
}

/// A ticket without an account, just filed.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct FiledTicket {
    /// The ticket.
    pub(crate) ticket: Ticket,
    /// By which it is followed; shown this once.
    pub(crate) query_code: String,
}

/// To whom documents are sealed.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct SealingList {
    /// The list's version.
    pub(crate) version: i64,
    /// Until when it is good.
    pub(crate) expires_at: i64,
    /// How many reviewers.
    pub(crate) reviewers: u32,
    /// How many escrow keys.
    pub(crate) escrow: u32,
}

/// A rectangle of the turned picture, each edge in thousandths of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct Crop {
    /// From the left.
    pub(crate) left: u32,
    /// From the top.
    pub(crate) top: u32,
    /// How wide.
    pub(crate) width: u32,
    /// How high.
    pub(crate) height: u32,
}

/// How far a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "center/")]
pub(crate) enum OwnDocumentState {
    /// It can be turned and cropped.
    Picked,
    /// Drawn anew and sealed.
    Sealing,
    /// On its way.
    Sending,
    /// Stopped by the person.
    Paused,
    /// Stopped by a failure.
    Failed,
    /// At the center.
    Stored,
}

/// A document of a ticket as this computer knows it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct OwnDocument {
    /// Names it here.
    pub(crate) id: String,
    /// What it shows.
    pub(crate) kind: DocumentKind,
    /// The file's name; none for a photograph. It is not sent.
    pub(crate) name: Option<String>,
    /// 1: whatever came in is one picture.
    pub(crate) pages: u32,
    /// Whether it came as a PDF.
    pub(crate) is_pdf: bool,
    /// Of the file that was picked.
    pub(crate) original_bytes: u64,
    /// Clockwise quarter turns.
    pub(crate) turns: u8,
    /// The part that is sent.
    pub(crate) crop: Option<Crop>,
    /// How far it is.
    pub(crate) state: OwnDocumentState,
    /// Of the ciphertext, once sealed.
    pub(crate) bytes: u64,
    /// Of them, sent.
    pub(crate) sent: u64,
    /// To how many keys it is sealed.
    pub(crate) recipients: u32,
    /// Why it stopped.
    pub(crate) failure: Option<Failure>,
}

/// What a camera tells while a photograph is taken.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export_to = "center/")]
pub(crate) enum PhotoEvent {
    /// The camera runs.
    Started {
        /// What the system calls it.
        name: String,
    },
    /// It stopped by a fault.
    Error {
        /// Which.
        failure: Failure,
    },
}

/// What a link from a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "center/")]
pub(crate) enum TicketLinkKind {
    /// To object.
    Objection,
    /// To bind after an approval.
    Binding,
}

/// A link from a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TicketLink {
    /// What it is for.
    pub(crate) kind: TicketLinkKind,
    /// The connected center that it belongs to.
    pub(crate) center: CenterId,
}

/// What the link of an executed ticket came to.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "result", rename_all = "snake_case")]
#[ts(export_to = "center/")]
pub(crate) enum LinkOutcome {
    /// The new contact is bound.
    Bound,
    /// A new device is to be bound; its secret waits here.
    BindDevice {
        /// Its issuer.
        issuer: String,
        /// Its account name.
        account: String,
    },
}

/// A staff member whose codes this vault makes.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct StaffCodes {
    /// The address it signs in with.
    pub(crate) email: String,
    /// The entry that makes them.
    pub(crate) entry: EntryId,
}

/// What this vault knows of staff accounts at a center.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct DeskStatus {
    /// Who is signed in.
    pub(crate) staff: Option<StaffMember>,
    /// The address that was signed in with last.
    pub(crate) email: Option<String>,
    /// Whose codes this vault makes, the last who signed in first.
    pub(crate) codes: Vec<StaffCodes>,
    /// The public half of that member's reviewer's key.
    pub(crate) recipient: Option<String>,
}

/// Which tickets of the queue.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct DeskFilter {
    /// Only those in this state.
    pub(crate) state: Option<TicketState>,
    /// Only those of this kind.
    pub(crate) kind: Option<TicketKind>,
    /// Only what the caller has claimed.
    pub(crate) mine: bool,
}

/// A ticket as read, and the version that acts on it must name.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct DeskTicket {
    /// The ticket.
    pub(crate) ticket: StaffTicket,
    /// Its version.
    pub(crate) version: String,
    /// Its documents.
    pub(crate) documents: Vec<TicketDocument>,
}

/// A document that was opened in memory.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct OpenedDocument {
    /// Its number.
    pub(crate) document: String,
    /// 1: a document is one picture.
    pub(crate) pages: u32,
}

/// A page at a zoom.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct PageRequest {
    /// Which.
    pub(crate) page: u32,
    /// The longer edge, in pixels.
    pub(crate) edge: u32,
    /// Clockwise quarter turns.
    pub(crate) turns: u8,
}

/// How far sealing anew is.
#[derive(Debug, Clone, Default, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct ResealProgress {
    /// Tried.
    pub(crate) done: u32,
    /// In all.
    pub(crate) total: u32,
    /// Those that could not be, and why.
    pub(crate) failed: Vec<ResealFailure>,
}

/// A document that was not sealed anew.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct ResealFailure {
    /// Its number.
    pub(crate) document: String,
    /// Why.
    pub(crate) failure: Failure,
}

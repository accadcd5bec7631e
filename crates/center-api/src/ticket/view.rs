//! A ticket as its applicant sees it, and as a line of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::{DocumentKind, TicketKind};
use super::state::{Party, TicketState};
use super::statement::Statement;

/// A ticket as its applicant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Ticket {
    /// Its number.
    pub id: String,
    /// What it asks for.
    pub kind: TicketKind,
    /// Where it stands.
    pub state: TicketState,
    /// What was stated.
    pub statement: Statement,
    /// When it was begun.
    pub created_at: i64,
    /// When it was last submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<i64>,
    /// Until when it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<i64>,
    /// When it expires unless the applicant goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Whether the new contact is proven; always true where there is none.
    pub contact_proven: bool,
    /// Whether an old factor was proven.
    pub factor_proven: bool,
    /// Documents that still have to be uploaded before it can be submitted.
    pub documents_missing: Vec<DocumentKind>,
    /// How it came here, the earliest first.
    pub history: Vec<TicketEvent>,
}

/// A step of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct TicketEvent {
    /// When.
    pub at: i64,
    /// Where it stood before; nowhere for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TicketState>,
    /// Where it stood then.
    pub to: TicketState,
    /// Who moved it.
    pub by: Party,
    /// Why, in the words of who moved it; an applicant reads reasons for asking more, for rejecting, and answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The staff member's name in logs; for staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
}

/// A line of a list of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct TicketLine {
    /// Its number.
    pub id: String,
    /// What it asks for.
    pub kind: TicketKind,
    /// Where it stands.
    pub state: TicketState,
    /// When it was begun.
    pub created_at: i64,
    /// When it last moved.
    pub changed_at: i64,
    /// Whether somebody objected; in the queue of staff.
    #[serde(default)]
    pub contested: bool,
    /// Who has claimed it; in the queue of staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_until: Option<i64>,
    /// Who gave the first approval while the second is awaited; in the queue of staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
}

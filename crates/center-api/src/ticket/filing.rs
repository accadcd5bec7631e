//! How a ticket is filed: the draft, the codes that prove a contact or an old factor, and the code that follows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::statement::Statement;
use super::view::Ticket;
use super::words::words;
use crate::Hidden;

/// A ticket by somebody with a session, about the own account or another one that the statement names.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTicket {
    /// What is stated.
    pub statement: Statement,
}

/// A ticket without an account: it begins to count when the contact is proven.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketFiling {
    /// What is stated.
    pub statement: Statement,
    /// The applicant's e-mail address or phone, where news of the ticket goes.
    pub contact: Hidden,
    /// `en` or `zh-Hans`.
    pub language: String,
}

/// A code was sent to the contact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FilingOpened {
    /// Goes with the code.
    pub flow: Hidden,
    /// When another code may be sent.
    pub again_at: i64,
}

/// Asks for the code of a filing again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingResend {
    /// From the filing.
    pub flow: Hidden,
}

/// The code that proves the applicant's contact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingProof {
    /// From the filing.
    pub flow: Hidden,
    /// The code.
    pub code: Hidden,
}

/// A ticket without an account, just filed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FiledTicket {
    /// The ticket, as a draft.
    pub ticket: Ticket,
    /// By which alone its applicant follows it: shown this once, goes as `Ticket-Code`.
    pub query_code: Hidden,
}

/// Asks how a ticket without an account stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketQuery {
    /// As it was shown when the ticket was filed; in either case, with or without hyphens.
    pub query_code: Hidden,
}

/// Another statement of the same kind about the same account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementChange {
    /// What is stated now.
    pub statement: Statement,
}

/// A code that was sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeProof {
    /// The code.
    pub code: Hidden,
}

words! {
    /// An old factor of the account a ticket is about; proving one shortens the hold.
    OldFactor {
        /// The secure phone.
        Phone = "phone",
        /// The security e-mail.
        Email = "email",
    }
}

/// Which old factor a code is sent to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorRequest {
    /// The factor.
    pub factor: OldFactor,
}

/// The code of an old factor.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorProof {
    /// The factor.
    pub factor: OldFactor,
    /// The code.
    pub code: Hidden,
}

/// A code was sent, if there is an address to send it to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct CodeSent {
    /// When another code may be sent.
    pub again_at: i64,
}

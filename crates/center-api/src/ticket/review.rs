//! What staff see of a ticket, compare and decide.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::statement::Statement;
use super::view::{TicketEvent, TicketLine};
use super::words::words;
use crate::Hidden;

words! {
    /// A stated value that is held against what is on file.
    Field {
        /// The account e-mail of the account it is about.
        LoginEmail = "login-email",
        /// A person's name.
        Name = "name",
        /// A person's document number.
        DocumentNumber = "document-number",
        /// A company's name.
        CompanyName = "company-name",
        /// A company's registration number.
        CompanyId = "company-id",
        /// The legal representative's name.
        RepresentativeName = "representative-name",
        /// The legal representative's document number.
        RepresentativeDocumentNumber = "representative-document-number",
        /// The phone in use.
        CurrentPhone = "current-phone",
        /// Where the applicant of an unverified account can be reached.
        RecoveryEmail = "recovery-email",
    }
}

words! {
    /// What comparing a field came to.
    Match {
        /// The same.
        Matches = "matches",
        /// Something else is on file.
        Differs = "differs",
        /// Nothing is on file.
        Missing = "missing",
        /// It differs, and one reviewer says it is another spelling of the same.
        VariantMarked = "variant-marked",
        /// The same, and another reviewer confirmed it.
        VariantConfirmed = "variant-confirmed",
    }
}

words! {
    /// What a reviewer decides.
    Verdict {
        /// Grant it.
        Approve = "approve",
        /// Don't.
        Reject = "reject",
        /// Ask the applicant for more.
        AskMore = "ask-more",
    }
}

/// What keeps a ticket from being approved just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Obstacle {
    /// The reviewer who asks gave the first approval.
    OwnFirstApproval,
    /// No account has the stated account e-mail.
    NoAccount,
    /// The ticket is for accounts that were never verified, and this one was.
    Verified,
    /// Nothing is on file to compare the field with.
    Missing {
        /// Which.
        field: Field,
    },
    /// The field differs from what is on file.
    Differs {
        /// Which.
        field: Field,
    },
    /// The field is marked as a spelling variant, and no other reviewer has confirmed it.
    Unconfirmed {
        /// Which.
        field: Field,
    },
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OwnFirstApproval => formatter.write_str(
                "You gave the first approval: another reviewer gives the second.",
            ),
            Self::NoAccount => formatter.write_str("No account has this account e-mail."),
            Self::Verified => formatter.write_str(
                "The account is verified: only the ticket for verified accounts, with documents, can change its phone.",
            ),
            Self::Missing { field } => {
                write!(formatter, "{}: nothing is on file to compare it with.", field.text())
            }
            Self::Differs { field } => {
                write!(formatter, "{}: it differs from what is on file.", field.text())
            }
            Self::Unconfirmed { field } => {
                write!(formatter, "{}: another reviewer must confirm the spelling variant.", field.text())
            }
        }
    }
}

/// A ticket as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct StaffTicket {
    /// The line of the queue.
    pub line: TicketLine,
    /// How it came here, the earliest first.
    pub history: Vec<TicketEvent>,
    /// Until when it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<i64>,
    /// What is stated and what is on file; only for the reviewer who has claimed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

/// What a reviewer decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Review {
    /// What was stated.
    pub statement: Statement,
    /// Each stated value beside the one on file.
    pub comparison: Vec<Compared>,
    /// What keeps the reviewer who reads it from approving it just now.
    pub obstacles: Vec<Obstacle>,
    /// Whether it was filed from an account.
    pub from_account: bool,
    /// Whether that account's identity on file has the same document number; absent where one of them has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_person: Option<bool>,
    /// Whether an old factor was proven, which shortens the hold.
    pub factor_proven: bool,
    /// The objections, each with its reason.
    pub objections: Vec<TicketEvent>,
}

/// One stated value and the one on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Compared {
    /// Which.
    pub field: Field,
    /// As stated.
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub stated: Hidden,
    /// As on file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(as = "Option<String>"))]
    pub filed: Option<Hidden>,
    /// What comparing came to.
    pub result: Match,
}

/// Marks a field that differs as another spelling of the same.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRequest {
    /// The field.
    pub field: Field,
    /// Why it is the same.
    pub reason: String,
}

/// Confirms another reviewer's mark.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// The field.
    pub field: Field,
}

/// A decision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// What is decided.
    pub verdict: Verdict,
    /// Why. The applicant reads it when it asks for more, rejects, or answers a question.
    pub reason: String,
}

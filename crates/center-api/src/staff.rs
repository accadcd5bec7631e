//! Staff: signing in, roles, and the log of what they did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// What a staff member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Decides tickets.
    Reviewer,
    /// Sees every ticket's course and the audit log; takes a claim from a reviewer who is away.
    Supervisor,
    /// Imports hardware devices and sees how the center is doing.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reviewer, Self::Supervisor, Self::Operator];

    /// As it is stored and typed: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Supervisor => "supervisor",
            Self::Operator => "operator",
        }
    }

    /// Reads [`Role::text`].
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.text() == text)
    }
}

/// The first step of a first sign-in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    /// The token that the command line printed.
    pub token: Hidden,
}

/// The secret for the authenticator of a new staff member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InvitationOpened {
    /// Goes with the acceptance.
    pub flow: Hidden,
    /// The secret in base32.
    pub secret: Hidden,
    /// The same with names, as an otpauth URI.
    pub uri: Hidden,
}

/// The second step: a password and two codes that follow each other.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceRequest {
    /// From the first step.
    pub flow: Hidden,
    /// The password.
    pub password: Hidden,
    /// Two consecutive codes.
    pub codes: [Hidden; 2],
}

/// Signing in, always with both.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffLoginRequest {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: Hidden,
    /// The authenticator's code.
    pub code: Hidden,
}

/// A session of a staff member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StaffLogin {
    /// For `Authorization: Bearer`.
    pub token: Hidden,
    /// Whose.
    pub staff: StaffMember,
}

/// A staff member as itself sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct StaffMember {
    /// Its name in logs.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Unix seconds from which on it may decide tickets.
    pub decides_from: i64,
}

/// The person behind a staff member's name in logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct StaffName {
    /// Its name in logs, claims and lists.
    pub id: String,
    /// The person's name.
    pub name: String,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct AuditLine {
    /// Its number, from 1 on without gaps.
    pub number: i64,
    /// When.
    pub happened_at: i64,
    /// Who; nobody for the command line and the center itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// What, in kebab-case.
    pub action: String,
    /// The ticket it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// More.
    pub about: std::collections::BTreeMap<String, String>,
    /// The keyed hash over the line and the one before.
    pub hash: String,
}

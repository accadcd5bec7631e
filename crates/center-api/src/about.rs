//! What a center says of itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The center, for anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct About {
    /// What it calls itself.
    pub name: String,
    /// The version of its program.
    pub version: String,
    /// How to reach sales.
    pub sales: Option<String>,
    /// How to reach support.
    pub support: Option<String>,
    /// The public staff root key; its fingerprint must be the one that came with this address.
    pub root_key: Option<String>,
    /// The numbers that a client shows.
    pub limits: Limits,
}

/// The numbers of the center's rules that a client shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct Limits {
    /// MFA devices an account may have.
    pub mfa_devices: i64,
    /// Accounts that may share a secure phone.
    pub accounts_per_phone: i64,
    /// Largest document of a ticket, in bytes.
    pub document_bytes: i64,
    /// Documents of a ticket.
    pub documents_per_ticket: i64,
    /// For how long a change of contact can be undone.
    pub undo_seconds: i64,
    /// For how long an approved ticket is held.
    pub hold_seconds: i64,
}

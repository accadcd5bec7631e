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

/// The numbers of the center's rules that a client shows. A center that is older than one of them holds to its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
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
    /// The same when an old factor was proven.
    pub hold_with_factor_seconds: i64,
    /// For how long the link of an executed ticket is good.
    pub link_seconds: i64,
    /// For how long a ticket's documents are kept after its decision.
    pub documents_kept_seconds: i64,
    /// For how long a verification code is good.
    pub code_seconds: i64,
    /// For how long an identity check is good.
    pub identity_check_seconds: i64,
    /// For how long a new contact proves no other change.
    pub young_contact_seconds: i64,
    /// For how long a device stays trusted after its last login.
    pub trusted_device_seconds: i64,
    /// Wrong passwords after which an attempt needs a code.
    pub wrong_passwords_without_code: i64,
    /// Wrong passwords that lock the account.
    pub wrong_passwords_until_lock: i64,
    /// For how long wrong passwords are counted, and a locked account is locked, from the first of them on.
    pub login_window_seconds: i64,
}

impl Default for Limits {
    fn default() -> Self {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        Self {
            mfa_devices: 8,
            accounts_per_phone: 5,
            document_bytes: 10 * 1024 * 1024,
            documents_per_ticket: 8,
            undo_seconds: 72 * HOUR,
            hold_seconds: 72 * HOUR,
            hold_with_factor_seconds: 24 * HOUR,
            link_seconds: 24 * HOUR,
            documents_kept_seconds: 30 * DAY,
            code_seconds: 10 * MINUTE,
            identity_check_seconds: 10 * MINUTE,
            young_contact_seconds: 72 * HOUR,
            trusted_device_seconds: 90 * DAY,
            wrong_passwords_without_code: 3,
            wrong_passwords_until_lock: 10,
            login_window_seconds: 24 * HOUR,
        }
    }
}

//! All data of one's own, as it is downloaded.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::Account;
use crate::contact::ContactKind;
use crate::security::SecurityEvent;
use crate::session::Session;

/// All that the center keeps of an account, but its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Export {
    /// When it was made.
    pub made_at: i64,
    /// The account and its contacts.
    pub account: Account,
    /// Earlier contacts, kept for as long as their change can be undone.
    pub earlier_contacts: Vec<EarlierContact>,
    /// Where it is signed in.
    pub sessions: Vec<Session>,
    /// The devices it trusts.
    pub trusted_devices: Vec<ExportedDevice>,
    /// The MFA devices that are bound to it, without their secrets.
    pub mfa_devices: Vec<ExportedMfaDevice>,
    /// Recovery codes that are left; the center knows none of them.
    pub recovery_codes_left: i64,
    /// The numbers of its sub-accounts, whose data is their own.
    pub sub_accounts: Vec<i64>,
    /// All of the security log, the newest first.
    pub security_log: Vec<SecurityEvent>,
}

/// An address that the account had before a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EarlierContact {
    /// Which contact.
    pub kind: ContactKind,
    /// The address.
    pub address: String,
    /// When it was changed.
    pub changed_at: i64,
}

/// A device that the account signed in from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportedDevice {
    /// What it called itself.
    pub label: String,
    /// Since when it is trusted.
    pub created_at: i64,
    /// When it last signed in.
    pub used_at: i64,
}

/// An MFA device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportedMfaDevice {
    /// Its name.
    pub name: String,
    /// The serial number of a hardware device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// When it was bound.
    pub bound_at: i64,
}

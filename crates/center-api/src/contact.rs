//! Addresses bound to an account, and how they change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// Which contact of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum ContactKind {
    /// A login name.
    AccountEmail,
    /// Where identity is checked.
    SecurityEmail,
    /// The bound mobile number.
    SecurePhone,
}

/// An address bound to an account, for its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct Contact {
    /// Which.
    pub kind: ContactKind,
    /// The address.
    pub address: String,
    /// The address as it is shown where others may look on.
    pub masked: String,
    /// Since when it is bound.
    pub since: i64,
    /// From when on it may prove another change.
    pub proves_from: i64,
}

/// Begins the change of a contact: a code goes to the new address.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChangeBegin {
    /// The new address.
    pub address: Hidden,
}

/// Confirms the change with the code that was sent to the new address.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChangeConfirm {
    /// The flow.
    pub flow: Hidden,
    /// The code.
    pub code: Hidden,
}

/// A change that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct ContactChanged {
    /// Until when the link that every old and new address got undoes it.
    pub undo_until: i64,
}

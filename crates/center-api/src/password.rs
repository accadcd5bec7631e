//! Changing a password, and setting a new one when the old one is forgotten.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// Another password for the account of this session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The new one.
    pub password: Hidden,
}

/// Proves a password reset by the code that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveReset {
    /// The flow of the reset.
    pub flow: Hidden,
    /// The code.
    pub code: Hidden,
}

/// Sets the new password of a proven reset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishReset {
    /// The flow of the reset.
    pub flow: Hidden,
    /// The new password.
    pub password: Hidden,
    /// What an earlier login gave to this device: it stays trusted, all others do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_device: Option<Hidden>,
}

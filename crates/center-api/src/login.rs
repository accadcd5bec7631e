//! Signing in: the password, the code after wrong ones, the second step, and the devices that are trusted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// A session that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// The account's number.
    pub account: i64,
    /// The session's token, for `Authorization: Bearer`.
    pub session: Hidden,
    /// Names this device at later logins, when it was to be remembered: strangers' wrong passwords do not hurt it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_device: Option<Hidden>,
    /// The account's owner requires an MFA device: until one is bound, the session can do nothing else.
    pub bind_mfa_first: bool,
}

//! The one-time link of an executed ticket.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// Opens the link of an executed ticket.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkOpening {
    /// From the link.
    pub token: Hidden,
    /// The account's password.
    pub password: Hidden,
}

/// What the link came to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", tag = "result")]
pub enum LinkOpened {
    /// The new contact is bound.
    Bound,
    /// Bind a new virtual device now; the old devices go in the same step.
    BindDevice {
        /// Goes with the codes.
        flow: Hidden,
        /// The secret in base32.
        secret: Hidden,
        /// The same as an otpauth URI.
        uri: Hidden,
    },
}

/// Two codes of the new device.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkBinding {
    /// From the opening.
    pub flow: Hidden,
    /// Two consecutive codes.
    pub codes: [Hidden; 2],
}

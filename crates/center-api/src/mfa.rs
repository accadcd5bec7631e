//! MFA devices, recovery codes, and what they protect.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// Which kind of MFA device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum MfaDeviceKind {
    /// A secret in an authenticator app.
    Virtual,
    /// An OATH token with a serial number.
    Hardware,
}

/// A bound MFA device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct MfaDevice {
    /// Its name in addresses of the API.
    pub id: String,
    /// Virtual or hardware.
    pub kind: MfaDeviceKind,
    /// What its owner calls it.
    pub name: String,
    /// The serial number of a hardware device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// When it was bound.
    pub created_at: i64,
    /// When a code of it was last accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<i64>,
}

/// Asks for the secret of a new virtual device.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVirtualDevice {
    /// What to call it: 1 to 64 characters.
    pub name: String,
}

/// The secret of a virtual device that two consecutive codes will bind. Shown once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PendingVirtualDevice {
    /// Go on with this.
    pub flow: Hidden,
    /// The secret in base32, for typing.
    pub secret: Hidden,
    /// The same with everything that codes depend on, as `otpauth://` URI, for a QR code or for taking it over.
    pub uri: Hidden,
    /// When it must be bound.
    pub expires_at: i64,
}

/// Binds a virtual device.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindVirtualDevice {
    /// The flow that the secret came with.
    pub flow: Hidden,
    /// A code of the device.
    pub first: Hidden,
    /// The code right after it.
    pub second: Hidden,
}

/// Binds a hardware device that staff imported.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BindHardwareDevice {
    /// The serial number on the device.
    pub serial: String,
    /// A code of the device.
    pub first: Hidden,
    /// The code right after it.
    pub second: Hidden,
    /// What to call it: 1 to 64 characters.
    pub name: String,
}

/// Another name for a device.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameMfaDevice {
    /// 1 to 64 characters.
    pub name: String,
}

/// Two successive codes of a device whose clock or counter has run away.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResyncMfaDevice {
    /// A code of the device.
    pub first: Hidden,
    /// The code right after it.
    pub second: Hidden,
}

/// A new set of recovery codes. Shown once; each is good once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<Hidden>,
}

/// How many recovery codes are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct RecoveryCodesLeft {
    /// How many.
    pub left: i64,
    /// When the set was made; absent when none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<i64>,
}

/// The second credential that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// None.
    Off,
    /// A code of an MFA device.
    Mfa,
    /// A code sent to the secure phone.
    Phone,
    /// A code sent to the security e-mail.
    Email,
}

impl Protection {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Off, Self::Mfa, Self::Phone, Self::Email];

    /// As it is stored: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Mfa => "mfa",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }

    /// Reads [`Protection::text`].
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.text() == text)
    }
}

/// What is asked after the password, and before a sensitive action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(deny_unknown_fields)]
pub struct Protections {
    /// Login protection.
    pub login: Protection,
    /// Operation protection.
    pub operation: Protection,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_json_says_and_is_read_back() {
        for protection in Protection::ALL {
            assert_eq!(serde_json::to_value(protection).ok(), Some(protection.text().into()));
            assert_eq!(Protection::from_text(protection.text()), Some(protection));
        }
    }
}

//! Identity checks: proof of control of a factor, for one session and one sensitive action.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;

/// What an identity check is for. One proven for one action is good for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Set or change the account e-mail.
    ChangeAccountEmail,
    /// Set or change the security e-mail.
    ChangeSecurityEmail,
    /// Set or change the secure phone.
    ChangeSecurePhone,
    /// Change the password.
    ChangePassword,
    /// Bind an MFA device.
    BindMfaDevice,
    /// Unbind or rename an MFA device.
    UnbindMfaDevice,
    /// Make new recovery codes.
    NewRecoveryCodes,
    /// Switch login or operation protection.
    ChangeProtection,
    /// Create sub-accounts, change what protects them, end a collaborator's access.
    ManageMembers,
    /// Download all of one's own data.
    ExportData,
    /// Erase the account.
    EraseAccount,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::ChangeAccountEmail,
        Self::ChangeSecurityEmail,
        Self::ChangeSecurePhone,
        Self::ChangePassword,
        Self::BindMfaDevice,
        Self::UnbindMfaDevice,
        Self::NewRecoveryCodes,
        Self::ChangeProtection,
        Self::ManageMembers,
        Self::ExportData,
        Self::EraseAccount,
    ];

    /// As it is stored: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::ChangeAccountEmail => "change-account-email",
            Self::ChangeSecurityEmail => "change-security-email",
            Self::ChangeSecurePhone => "change-secure-phone",
            Self::ChangePassword => "change-password",
            Self::BindMfaDevice => "bind-mfa-device",
            Self::UnbindMfaDevice => "unbind-mfa-device",
            Self::NewRecoveryCodes => "new-recovery-codes",
            Self::ChangeProtection => "change-protection",
            Self::ManageMembers => "manage-members",
            Self::ExportData => "export-data",
            Self::EraseAccount => "erase-account",
        }
    }
}

/// What proves an identity, or makes a second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// A code of a bound MFA device.
    Mfa,
    /// A recovery code.
    RecoveryCode,
    /// A code sent to the secure phone.
    Phone,
    /// A code sent to the security e-mail.
    Email,
}

impl Factor {
    /// As it is stored: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Mfa => "mfa",
            Self::RecoveryCode => "recovery-code",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

/// Asks to prove an identity for one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentityCheck {
    /// What it is for.
    pub action: Action,
}

/// A way to prove it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct FactorOffer {
    /// The factor.
    pub factor: Factor,
    /// Where its code is sent, masked; absent where nothing is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// An identity check that was begun.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct IdentityCheck {
    /// Go on with this.
    pub flow: Hidden,
    /// What serves: any one of them.
    pub factors: Vec<FactorOffer>,
    /// When it ends by itself.
    pub expires_at: i64,
    /// Sensitive actions are frozen; one of these factors makes them go on.
    pub frozen: bool,
}

/// Asks for a code to be sent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendIdentityCode {
    /// The check.
    pub flow: Hidden,
    /// `phone` or `email`.
    pub factor: Factor,
}

/// When another code may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct IdentityCodeSent {
    /// Unix seconds.
    pub again_at: i64,
}

/// Proves it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveIdentity {
    /// The check.
    pub flow: Hidden,
    /// One of those that were offered.
    pub factor: Factor,
    /// The code.
    pub code: Hidden,
}

/// Proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct IdentityProven {
    /// Until when the action may be done in this session; absent when the proof served to thaw alone and the action asks
    /// another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_json_says() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).ok(), Some(action.text().into()));
        }
        for factor in [Factor::Mfa, Factor::RecoveryCode, Factor::Phone, Factor::Email] {
            assert_eq!(serde_json::to_value(factor).ok(), Some(factor.text().into()));
        }
    }
}

//! Sub-accounts, which their owner created and manages, and collaborators, whose own accounts were given access.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;
use crate::account::Language;
use crate::mfa::{MfaDevice, Protections};

/// How far a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum MemberState {
    /// Invited, without an answer yet.
    Invited,
    /// A member.
    Active,
    /// The invitation was declined, or the access given back.
    Declined,
}

impl MemberState {
    /// As it is stored: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Declined => "declined",
        }
    }

    /// Reads [`MemberState::text`].
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Declined].into_iter().find(|state| state.text() == text)
    }
}

/// Creates a sub-account. Its member is invited by e-mail and sets the password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubAccount {
    /// The member's name: 1 to 64 characters.
    pub name: String,
    /// Where the invitation goes; it becomes the account e-mail and the security e-mail.
    pub email: Hidden,
    /// The language of its messages.
    #[serde(default)]
    pub language: Language,
    /// Whether the member must bind an MFA device before anything else.
    #[serde(default)]
    pub mfa_required: bool,
}

/// A sub-account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct SubAccount {
    /// Its number.
    pub id: i64,
    /// The member's name.
    pub name: String,
    /// Where the invitation went.
    pub email: String,
    /// Invited or active.
    pub state: MemberState,
    /// Whether an MFA device is required.
    pub mfa_required: bool,
    /// Its MFA devices.
    pub mfa_devices: Vec<MfaDevice>,
    /// What protects it.
    pub protection: Protections,
    /// When it was created.
    pub created_at: i64,
}

/// Invites the member of a sub-account again.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteAgain {
    /// Where the invitation goes.
    pub email: Hidden,
}

/// Takes an invitation to a sub-account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptSubAccount {
    /// The invitation, as the message has it.
    pub invitation: Hidden,
    /// The password to sign in with.
    pub password: Hidden,
}

/// A sub-account whose invitation was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubAccountAccepted {
    /// Its number, with which, or with the e-mail address, one signs in.
    pub account: i64,
}

/// Whether an MFA device is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MfaRequirement {
    /// Whether it is.
    pub required: bool,
}

/// Invites the owner of another account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCollaborator {
    /// The account e-mail of the other. The answer is the same whether there is such an account.
    pub email: Hidden,
    /// Whether the access rests while the other has no MFA device.
    #[serde(default)]
    pub mfa_required: bool,
}

/// A collaborator as the owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct Collaborator {
    /// Its name in addresses of the API.
    pub id: String,
    /// The address that was invited.
    pub email: String,
    /// Invited, active or declined.
    pub state: MemberState,
    /// Whether an MFA device is required.
    pub mfa_required: bool,
    /// Whether the access is good now: active, and with an MFA device where one is required.
    pub access: bool,
    /// When it was invited.
    pub invited_at: i64,
}

/// An invitation, or an access that was given, as the one who has it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct Invitation {
    /// Its name in addresses of the API.
    pub id: String,
    /// The number of the account that invites.
    pub owner: i64,
    /// Invited or active.
    pub state: MemberState,
    /// Whether the owner requires an MFA device.
    pub mfa_required: bool,
    /// When it was made.
    pub invited_at: i64,
}

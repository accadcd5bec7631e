//! Signing in: the password, the code after wrong ones, the second step, and the devices that are trusted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;
use crate::identity::Factor;

/// An attempt to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Account e-mail, bound phone with its country code, or account ID. A phone that several accounts share names none.
    pub name: Hidden,
    /// The password.
    pub password: Hidden,
    /// The verification code, once `code-required` asked for one. It admits this one attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Hidden>,
    /// The flow in which the code was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Hidden>,
    /// What an earlier login gave to this device, if it was to be remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_device: Option<Hidden>,
    /// Whether this device shall be trusted from now on.
    #[serde(default)]
    pub remember: bool,
    /// What the device calls itself, 1 to 64 letters.
    pub device: String,
}

/// What the right password led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum LoginOutcome {
    /// A session.
    SignedIn(SignedIn),
    /// The account's login protection asks for a second credential first.
    SecondStep(SecondStep),
}

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

/// A login that waits for its second credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondStep {
    /// The flow to go on with.
    pub flow: Hidden,
    /// When it ends.
    pub expires_at: i64,
    /// Any one of these. None at all when every credential is gone: then only a ticket helps.
    pub methods: Vec<Method>,
}

/// One way to take the second step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Method {
    /// By what.
    pub factor: Factor,
    /// The masked address that a code is sent to, for those that are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Asks for the code of the second step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendSecondStep {
    /// The flow of the login.
    pub flow: Hidden,
    /// `phone` or `email`, as listed.
    pub factor: Factor,
}

/// The second credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeSecondStep {
    /// The flow of the login.
    pub flow: Hidden,
    /// Which of the listed ones.
    pub factor: Factor,
    /// Its code.
    pub code: Hidden,
}

/// Asks for a code to be sent to the account's security contact, without a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendCode {
    /// Account e-mail, bound phone with its country code, or account ID.
    pub name: Hidden,
    /// The flow of an earlier code, to send another one in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Hidden>,
    /// What an earlier login gave to this device: strangers' requests do not use up its codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trusted_device: Option<Hidden>,
}

/// A code is on its way, if the account exists and has a contact that may be used for this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeSent {
    /// The flow that the code belongs to.
    pub flow: Hidden,
    /// When another may be sent.
    pub again_at: i64,
}

/// A device that the account trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct TrustedDevice {
    /// Its name, for trusting it no longer.
    pub id: String,
    /// What it called itself.
    pub label: String,
    /// When it was first trusted.
    pub created_at: i64,
    /// When it last signed in.
    pub used_at: i64,
    /// Whether the session that asks was begun on it.
    pub current: bool,
}

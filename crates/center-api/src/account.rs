//! Accounts: registered, read, edited, retrieved, exported, erased.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Hidden;
use crate::contact::Contact;
use crate::mfa::Protection;

/// What kind of identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// A person.
    Individual,
    /// A company.
    Enterprise,
}

impl AccountKind {
    /// As it is stored: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Enterprise => "enterprise",
        }
    }

    /// Reads [`AccountKind::text`].
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Individual, Self::Enterprise].into_iter().find(|kind| kind.text() == text)
    }
}

/// The language that messages and pages come in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    Chinese,
}

impl Language {
    /// As it is stored: the same word as in JSON.
    pub const fn text(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// Reads [`Language::text`]; English for anything else.
    pub fn from_text(text: &str) -> Self {
        if text == Self::Chinese.text() { Self::Chinese } else { Self::English }
    }
}

/// Begins a registration with one address, an e-mail address or a phone number, which becomes a login name.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationBegin {
    /// A person or a company.
    pub kind: AccountKind,
    /// The e-mail address; then no phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Hidden>,
    /// The mobile number, beginning with `+` and the country code; then no e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Hidden>,
    /// The language of its messages.
    #[serde(default)]
    pub language: Language,
}

/// A flow that waits for the code which was sent. The answer is the same whether an account exists or not.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CodeFlow {
    /// The flow to go on with. Only this client has it.
    pub flow: Hidden,
    /// From when on another code may be asked for.
    pub again_at: i64,
    /// When the flow ends by itself.
    pub expires_at: i64,
}

/// Asks for another code of a flow.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendCode {
    /// The flow.
    pub flow: Hidden,
}

/// Another code was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeResent {
    /// From when on another code may be asked for.
    pub again_at: i64,
}

/// Completes a registration.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationComplete {
    /// The flow.
    pub flow: Hidden,
    /// The code that was sent.
    pub code: Hidden,
    /// The password of the new account: judged by strength and by what has leaked, not by composition.
    pub password: Hidden,
    /// The display name, 1 to 100 characters.
    pub name: String,
    /// What this client calls the device it runs on, 1 to 64 letters.
    pub device: String,
    /// Whether the device shall be trusted.
    #[serde(default)]
    pub remember: bool,
}

/// An account as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Account {
    /// Its number of 9 to 12 digits, which is also a login name.
    pub id: i64,
    /// A person or a company.
    pub kind: AccountKind,
    /// The display name.
    pub name: String,
    /// The language of its messages.
    pub language: Language,
    /// The account that owns this sub-account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<i64>,
    /// When it was registered.
    pub created_at: i64,
    /// Since when it has this password.
    pub password_since: i64,
    /// Since when its identity is verified; absent until it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_at: Option<i64>,
    /// The second credential at login.
    pub login_protection: Protection,
    /// The credential before sensitive actions.
    pub operation_protection: Protection,
    /// Whether an MFA device must be bound.
    pub mfa_required: bool,
    /// Since when sensitive actions are frozen; absent when they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_since: Option<i64>,
    /// The addresses bound to it.
    pub contacts: Vec<Contact>,
}

/// Changes what is named and leaves the rest. Needs `If-Match`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// The display name, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language of its messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// Asks which accounts a phone is bound to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalBegin {
    /// The number, beginning with `+` and the country code.
    pub phone: Hidden,
    /// The language of the text message.
    #[serde(default)]
    pub language: Language,
}

/// Proves the phone.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrievalProve {
    /// The flow.
    pub flow: Hidden,
    /// The code that was sent.
    pub code: Hidden,
}

/// An account bound to the phone that was proven. Its number is whole: it is a name to sign in with, not a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", optional_fields))]
pub struct Retrieved {
    /// Its number.
    pub id: i64,
    /// A person or a company.
    pub kind: AccountKind,
    /// Its account e-mail, masked, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

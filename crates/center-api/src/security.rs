//! The security log of an account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! events {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// The closed list of what the security log tells.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
        #[serde(rename_all = "kebab-case")]
        pub enum EventKind { $($(#[$doc])+ $name,)+ }

        impl EventKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As it is stored: the same word as in JSON.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// Reads [`EventKind::text`].
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

events! {
    /// The account was registered.
    Registered = "registered",
    /// Its name or language was changed.
    AccountEdited = "account-edited",
    /// Somebody signed in.
    SignedIn = "signed-in",
    /// A session was ended by itself.
    SignedOut = "signed-out",
    /// One session was ended from another.
    SessionEnded = "session-ended",
    /// All other sessions were ended.
    SessionsEnded = "sessions-ended",
    /// A device is trusted no longer.
    TrustedDeviceForgotten = "trusted-device-forgotten",
    /// A wrong password.
    WrongPassword = "wrong-password",
    /// Wrong codes ended a login whose password was right.
    SecondStepFailed = "second-step-failed",
    /// Too many wrong passwords locked the account.
    Locked = "locked",
    /// The password was changed.
    PasswordChanged = "password-changed",
    /// The password was reset.
    PasswordReset = "password-reset",
    /// An address was set or changed.
    ContactChanged = "contact-changed",
    /// An address was taken off.
    ContactRemoved = "contact-removed",
    /// Changes of addresses were undone by a link, and sensitive actions frozen.
    ContactsUndone = "contacts-undone",
    /// A factor that was not involved was proven: sensitive actions go on.
    Thawed = "thawed",
    /// The phone was proven and the list of its accounts shown.
    Retrieved = "retrieved",
    /// All data of the account was downloaded.
    DataExported = "data-exported",
    /// An identity was proven for a sensitive action.
    IdentityProven = "identity-proven",
    /// As many wrong codes as a day allows.
    WrongCodes = "wrong-codes",
    /// An MFA device was bound.
    MfaDeviceBound = "mfa-device-bound",
    /// An MFA device was renamed.
    MfaDeviceRenamed = "mfa-device-renamed",
    /// An MFA device was unbound.
    MfaDeviceUnbound = "mfa-device-unbound",
    /// An MFA device was brought back into step.
    MfaDeviceResynced = "mfa-device-resynced",
    /// New recovery codes were made.
    RecoveryCodesMade = "recovery-codes-made",
    /// A recovery code was used up.
    RecoveryCodeUsed = "recovery-code-used",
    /// Login or operation protection was switched.
    ProtectionChanged = "protection-changed",
    /// A sub-account was created.
    SubAccountCreated = "sub-account-created",
    /// A sub-account's security was changed by its owner.
    SubAccountChanged = "sub-account-changed",
    /// A sub-account was taken off.
    SubAccountRemoved = "sub-account-removed",
    /// A collaborator was invited.
    CollaboratorInvited = "collaborator-invited",
    /// A collaborator was given access.
    CollaboratorJoined = "collaborator-joined",
    /// What is required of a collaborator was changed.
    CollaboratorChanged = "collaborator-changed",
    /// A collaborator's access ended.
    CollaboratorEnded = "collaborator-ended",
    /// A ticket about the account was filed.
    TicketFiled = "ticket-filed",
    /// A ticket about the account moved on.
    TicketMoved = "ticket-moved",
    /// Somebody objected to a ticket about the account.
    TicketObjected = "ticket-objected",
    /// A ticket about the account was executed.
    TicketExecuted = "ticket-executed",
    /// The identity was verified.
    IdentityVerified = "identity-verified",
}

/// A line of the security log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct SecurityEvent {
    /// Its name.
    pub id: String,
    /// When.
    pub at: i64,
    /// What.
    pub kind: EventKind,
    /// From which network address.
    pub peer: String,
    /// Names and masked addresses that tell more.
    pub detail: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_json_says_and_is_read_back() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.text().into()));
            assert_eq!(EventKind::from_text(kind.text()), Some(*kind));
        }
    }

    #[test]
    fn the_contract_has_the_words_that_json_says() {
        let schema = serde_json::to_value(<EventKind as utoipa::PartialSchema>::schema()).unwrap();
        let said: Vec<_> = EventKind::ALL.iter().map(|kind| kind.text()).collect();
        assert_eq!(schema["enum"], serde_json::json!(said));
    }
}

//! Why a request was not done: a closed list of codes in an RFC 9457 problem.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $status:literal $text:literal,)+) => {
        /// The closed list of reasons. A client turns each into words and an action; it never reads `detail` for meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/", rename = "CenterErrorCode"))]
        #[serde(rename_all = "kebab-case")]
        pub enum ErrorCode {
            $($(#[$doc])+ $name,)+
        }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The HTTP status it comes with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// A short name of the problem, in English, the same for every occurrence.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// The request is not what the OpenAPI document describes.
    BadRequest = 400 "The request cannot be read",
    /// A value has the right type but cannot be meant: `field` names it.
    InvalidValue = 422 "A value is not valid",
    /// There is nothing of that name here, or it is not the caller's to see.
    NotFound = 404 "Not found",
    /// This method does not exist here.
    MethodNotAllowed = 405 "Not possible here",
    /// The body is larger than this endpoint takes.
    TooLarge = 413 "Too large",
    /// The body is of another media type than this endpoint takes.
    UnsupportedMediaType = 415 "Unsupported media type",
    /// No session, or one that has ended.
    NotSignedIn = 401 "Not signed in",
    /// Signed in, but this is not for this account or role.
    Forbidden = 403 "Not allowed",
    /// The account's owner requires an MFA device: this session does nothing else until one is bound.
    MfaBindingRequired = 403 "Bind an MFA device first",
    /// Name or password are wrong, or there is no such account: one answer for all.
    WrongCredentials = 401 "Name or password is wrong",
    /// After wrong passwords an attempt needs the code that was sent to the account's security contact.
    CodeRequired = 403 "A verification code is needed",
    /// Too many wrong passwords: `until` says when the account opens again.
    AccountLocked = 403 "The account is locked",
    /// The verification code is wrong.
    WrongCode = 403 "The code is wrong",
    /// The code or the flow it belongs to is used up, expired or ended by wrong codes: start again.
    FlowEnded = 410 "This step is over",
    /// Too many wrong codes: `until` says when codes are taken again.
    TooManyWrongCodes = 429 "Too many wrong codes",
    /// A code was sent a moment ago and is still good: `until` says when another may be sent.
    SentLately = 429 "A code was sent a moment ago",
    /// The daily number of messages to this address, or from this peer, is reached: `until` says when it goes on.
    TooManyMessages = 429 "Too many messages",
    /// Too many requests: `until` says when to try again.
    TooManyRequests = 429 "Too many requests",
    /// The action needs an identity check for it in this session, at most ten minutes old.
    IdentityCheckRequired = 403 "Prove that it is you",
    /// Sensitive actions are frozen after an undo until a factor that was not involved is proven.
    Frozen = 403 "Sensitive actions are frozen",
    /// The only contact that could prove this was changed too lately.
    ContactTooNew = 403 "This contact was changed too lately",
    /// The address already serves as a login name, or is bound to as many accounts as it may.
    AddressTaken = 409 "This address cannot be used",
    /// The password is easy to guess or known from leaks: `detail` says how to better it.
    WeakPassword = 422 "The password is too weak",
    /// As many as there may be.
    LimitReached = 409 "The limit is reached",
    /// What is asked for does not go with the state things are in: read it again.
    WrongState = 409 "Not possible in this state",
    /// Somebody else changed it since it was read (`If-Match`).
    Changed = 412 "It was changed meanwhile",
    /// `If-Match` is missing where two people edit.
    PreconditionRequired = 428 "Say which version you changed",
    /// The `Idempotency-Key` was used with another body.
    KeyReused = 422 "This Idempotency-Key belongs to another request",
    /// The applicant's statement does not match what is on file.
    StatementMismatch = 409 "The statement does not match what is on file",
    /// A link that was used, expired or was never given out.
    LinkEnded = 410 "This link is over",
    /// A trouble of the server, not of the request. Nothing was done.
    Internal = 500 "The server has a problem",
    /// The database or another part is away or busy. Nothing was done; try again.
    Unavailable = 503 "Not available just now",
}

/// RFC 9457 problem details, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` names the problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short name, the same for every occurrence of the code.
    pub title: String,
    /// The HTTP status, again.
    pub status: u16,
    /// One of the closed list.
    pub code: ErrorCode,
    /// What happened and what to do, in English, for logs and developers; it holds nothing private.
    pub detail: String,
    /// Unix seconds from which on it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// The field of the request that is not valid, as a JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The flow to go on with, where the answer opens one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_error_status() {
        for code in ErrorCode::ALL {
            assert!((400..=599).contains(&code.status()), "{code:?}");
        }
    }
}

//! The one place where what a center or its client says becomes what the page is told.

use tessera_center_api::{ErrorCode as Reason, Problem, key_list::KeyListError};
use tessera_center_client::{
    AddressError, AuthorityError, BadAnswer, ClientError, RootKeyError,
    document::{DocumentError, OpenError, SealError},
};

use crate::dto::{ErrorCode, Failure};

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let code = match error {
            ClientError::Problem(problem) => return refused(*problem),
            ClientError::Redirected { to: Some(to) } => {
                return Self::with(
                    ErrorCode::CenterRedirected,
                    "The center's address sends us elsewhere.",
                    to,
                );
            }
            ClientError::Redirected { to: None } => ErrorCode::CenterRedirected,
            ClientError::Unreachable(_) => ErrorCode::CenterUnreachable,
            ClientError::TimedOut => ErrorCode::CenterTimedOut,
            ClientError::Certificate(_) => ErrorCode::CenterCertificate,
            // What stands in front of a center says so when the center is away.
            ClientError::BadAnswer(BadAnswer::Status(502..=504)) => ErrorCode::CenterTrouble,
            ClientError::BadAnswer(_) => ErrorCode::CenterBadAnswer,
            ClientError::LinkEnded => ErrorCode::CenterLinkEnded,
            ClientError::BadName => ErrorCode::CenterNoSuchThing,
        };
        Self::new(code, error.to_string())
    }
}

/// One code of the page for each reason of the center.
const fn code_of(reason: Reason) -> ErrorCode {
    match reason {
        Reason::BadRequest
        | Reason::MethodNotAllowed
        | Reason::UnsupportedMediaType
        | Reason::PreconditionRequired
        | Reason::KeyReused => ErrorCode::CenterBadRequest,
        Reason::InvalidValue => ErrorCode::CenterInvalidValue,
        Reason::NotFound => ErrorCode::CenterNoSuchThing,
        Reason::TooLarge => ErrorCode::CenterTooLarge,
        Reason::NotSignedIn => ErrorCode::CenterNotSignedIn,
        Reason::Forbidden => ErrorCode::CenterForbidden,
        Reason::MfaBindingRequired => ErrorCode::CenterMfaBindingRequired,
        Reason::WrongCredentials => ErrorCode::CenterWrongCredentials,
        Reason::CodeRequired => ErrorCode::CenterCodeRequired,
        Reason::AccountLocked => ErrorCode::CenterAccountLocked,
        Reason::WrongCode => ErrorCode::CenterWrongCode,
        Reason::FlowEnded => ErrorCode::CenterFlowEnded,
        Reason::TooManyWrongCodes => ErrorCode::CenterTooManyWrongCodes,
        Reason::SentLately => ErrorCode::CenterSentLately,
        Reason::TooManyMessages => ErrorCode::CenterTooManyMessages,
        Reason::TooManyRequests => ErrorCode::CenterTooManyRequests,
        Reason::IdentityCheckRequired => ErrorCode::CenterIdentityCheckRequired,
        Reason::Frozen => ErrorCode::CenterFrozen,
        Reason::ContactTooNew => ErrorCode::CenterContactTooNew,
        Reason::AddressTaken => ErrorCode::CenterAddressTaken,
        Reason::WeakPassword => ErrorCode::CenterWeakPassword,
        Reason::LimitReached => ErrorCode::CenterLimitReached,
        Reason::WrongState => ErrorCode::CenterWrongState,
        Reason::Changed => ErrorCode::CenterChanged,
        Reason::StatementMismatch => ErrorCode::CenterStatementMismatch,
        Reason::LinkEnded => ErrorCode::CenterLinkEnded,
        Reason::Internal | Reason::Unavailable => ErrorCode::CenterTrouble,
    }
}

fn refused(problem: Problem) -> Failure {
    let detail = problem.until.map(|until| until.to_string()).or(problem.field);
    Failure { code: code_of(problem.code), message: problem.detail, detail }
}

impl From<AddressError> for Failure {
    fn from(error: AddressError) -> Self {
        Self::new(ErrorCode::CenterAddressInvalid, error.to_string())
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        Self::new(ErrorCode::CenterAuthority, error.to_string())
    }
}

impl From<RootKeyError> for Failure {
    fn from(error: RootKeyError) -> Self {
        let why = match error {
            RootKeyError::Client(error) => return error.into(),
            RootKeyError::Other => return Self::new(ErrorCode::CenterRootKey, error.to_string()),
            RootKeyError::NotPinned | RootKeyError::List(KeyListError::NotARootKey) => "no-root-key",
            RootKeyError::None => "missing",
            RootKeyError::BadRecipient | RootKeyError::List(KeyListError::NotAList) => "not-a-list",
            RootKeyError::List(KeyListError::BadSignature) => "bad-signature",
            RootKeyError::List(KeyListError::Expired) => "expired",
            RootKeyError::List(KeyListError::Older) => "older",
            RootKeyError::List(KeyListError::Incomplete) => "incomplete",
        };
        Self::with(ErrorCode::CenterKeyList, error.to_string(), why)
    }
}

impl From<DocumentError> for Failure {
    fn from(error: DocumentError) -> Self {
        let code = match error {
            DocumentError::TooManyBytes { most } => {
                return Self::with(ErrorCode::DocumentTooLarge, error.to_string(), most);
            }
            DocumentError::TooManyPixels { .. } => ErrorCode::DocumentTooLarge,
            DocumentError::Unsupported => ErrorCode::DocumentUnsupported,
            DocumentError::Empty | DocumentError::Damaged => ErrorCode::DocumentDamaged,
            DocumentError::PdfEncrypted | DocumentError::PdfPages { .. } | DocumentError::PdfNotDrawn => {
                ErrorCode::DocumentPdf
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoKeys => Self::with(ErrorCode::CenterKeyList, error.to_string(), "incomplete"),
            SealError::Cipher(_) => Self::new(ErrorCode::Internal, error.to_string()),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let code = match error {
            OpenError::Content(error) => return error.into(),
            OpenError::Seal(error) => return error.into(),
            OpenError::NotForUs => ErrorCode::DocumentNotForUs,
            OpenError::OtherDigest | OpenError::Damaged => ErrorCode::DocumentDamaged,
            OpenError::TooLarge => ErrorCode::DocumentTooLarge,
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_the_time_or_the_field_that_its_words_need() {
        let problem = |code, until, field: Option<&str>| Problem {
            kind: "about:blank".into(),
            title: String::new(),
            status: 403,
            code,
            detail: "said".into(),
            until,
            field: field.map(str::to_owned),
            flow: Some("a-flow-token".into()),
        };
        let locked = refused(problem(Reason::AccountLocked, Some(99), None));
        assert_eq!((locked.code, locked.detail.as_deref()), (ErrorCode::CenterAccountLocked, Some("99")));
        let wrong = refused(problem(Reason::InvalidValue, None, Some("/name")));
        assert_eq!((wrong.code, wrong.detail.as_deref()), (ErrorCode::CenterInvalidValue, Some("/name")));
        assert!(!format!("{locked:?} {wrong:?}").contains("a-flow-token"), "a token never reaches the page");
    }

    #[test]
    fn a_center_that_publishes_no_list_is_not_said_to_be_one_without_a_fingerprint() {
        let why = |error: RootKeyError| Failure::from(error).detail;
        assert_eq!(why(RootKeyError::None).as_deref(), Some("missing"));
        assert_eq!(why(RootKeyError::NotPinned).as_deref(), Some("no-root-key"));
    }
}

//! What a center, its address or its keys came to, as a failure of a command.

use tessera_center_api::ErrorCode as Reason;
use tessera_center_api::key_list::KeyListError;
use tessera_center_client::document::DocumentError;
use tessera_center_client::{BadAnswer, ClientError, RootKeyError};

use crate::clock;
use crate::failure::{Code, Failure, sentence};

/// Unix seconds of a center in words.
pub(crate) fn time_words(unix: i64) -> String {
    clock::in_words(u64::try_from(unix).unwrap_or_default())
}

/// Why a request came to nothing.
pub(crate) fn client_failure(error: &ClientError) -> Failure {
    let code = match error {
        ClientError::Problem(problem) => return refusal(problem),
        ClientError::Unreachable(_) => Code::CenterUnreachable,
        ClientError::TimedOut => Code::CenterTimedOut,
        ClientError::Certificate(_) => Code::CenterCertificate,
        ClientError::Redirected { .. } => Code::CenterRedirected,
        // What stands in front of a center says so when the center is away.
        ClientError::BadAnswer(BadAnswer::Status(502..=504)) => Code::Refused(Reason::Unavailable),
        ClientError::BadAnswer(_) => Code::CenterBadAnswer,
        ClientError::LinkEnded => Code::Refused(Reason::LinkEnded),
        ClientError::BadName => Code::Refused(Reason::NotFound),
    };
    let failure = Failure::from_error(code, error);
    match error {
        ClientError::Unreachable(_) => failure.with_advice("Is this machine online, and the center running?"),
        ClientError::TimedOut => {
            failure.with_advice("Whether it was done is not known: look before you do it again.")
        }
        ClientError::Certificate(_) => failure
            .with_advice("Nothing was sent. A center with an authority of its own is added with --ca FILE."),
        ClientError::Redirected { .. } => {
            failure.with_advice("Nothing is sent there; add the center under its new address if it moved.")
        }
        _ => failure,
    }
}

fn refusal(problem: &tessera_center_api::Problem) -> Failure {
    let mut failure = Failure::new(Code::Refused(problem.code), sentence(&problem.detail));
    failure.until = problem.until;
    failure.field.clone_from(&problem.field);
    if let Some(until) = problem.until {
        failure = failure.with_advice(&format!("It is taken again from {} on.", time_words(until)));
    }
    match problem.code {
        Reason::NotSignedIn => failure.with_advice("`tessera center sign-in` begins another session."),
        Reason::MfaBindingRequired => failure.with_advice("`tessera center mfa bind` does."),
        Reason::AccountLocked => failure
            .with_advice("Codes in this vault and sessions that are open go on; nobody unlocks it earlier."),
        _ => failure,
    }
}

/// Why a center's root key, or its list of reviewers' keys, is not believed.
pub(crate) fn root_key_failure(error: &RootKeyError) -> Failure {
    match error {
        RootKeyError::Client(error) => client_failure(error),
        RootKeyError::Other => Failure::from_error(Code::CenterRootKey, error).with_advice(
            "Nothing was sent to it. Ask whoever gave you the address which of the two is right.",
        ),
        RootKeyError::NotPinned => Failure::from_error(Code::CenterKeyList, error).with_advice(
            "Documents are sealed only to keys that it vouches for: remove the center and add it with --root-key.",
        ),
        RootKeyError::List(KeyListError::Expired) => Failure::from_error(Code::CenterKeyList, error)
            .with_advice("The center has to publish a new one; until then no document is taken."),
        RootKeyError::None | RootKeyError::BadRecipient | RootKeyError::List(_) => {
            Failure::from_error(Code::CenterKeyList, error).with_advice("No document was sent.")
        }
    }
}

/// Why a file is no document.
pub(crate) fn document_failure(file: &std::path::Path, error: DocumentError) -> Failure {
    let mut failure = Failure::from_error(Code::BadInput, &error);
    failure.message = format!("{}: {}", crate::text::safe(&file.display().to_string()), failure.message);
    failure.with_advice("Nothing of it was sent.")
}

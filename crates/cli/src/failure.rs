//! Why a command did not do what it was asked: a closed list of codes, each with its exit code, and words for a person.

use std::error::Error;
use std::fmt::Write as _;

use serde::Serialize;
use tessera_center_api::ErrorCode as Reason;

/// What went wrong. `name` is what `--json` prints; `exit` what the shell sees. Both are documented in `docs/cli.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Something that no other code says.
    Failed,
    /// The arguments don't make sense together, or nobody is there to be asked.
    Usage,
    /// The password is not this vault's.
    WrongPassword,
    /// The recovery code is not this vault's, or was mistyped.
    WrongRecovery,
    /// No entry matches.
    NotFound,
    /// There is no file at the vault's path.
    NoVault,
    /// A picture, the screen or the clipboard holds no code.
    NothingFound,
    /// Several entries match.
    Ambiguous,
    /// The vault file, or a part of it, is damaged.
    Damaged,
    /// Another program is writing the vault.
    Busy,
    /// There is already a file where a vault was to be made.
    VaultExists,
    /// The file is something else than a vault.
    NotAVault,
    /// A newer Tessera wrote the vault.
    NewerFormat,
    /// A slot asks for more memory or time than any vault of ours.
    KdfBeyondCap,
    /// The vault can only be read here.
    ReadOnly,
    /// The disk is full.
    NoRoom,
    /// The system does not let us.
    Permission,
    /// A URI, secret, picture or field that cannot be used.
    BadInput,
    /// This machine has no camera, screen, clipboard... that we can use.
    Unavailable,
    /// The person said no.
    Canceled,
    /// The entry's PIN is needed and was not given.
    PinNeeded,
    /// This vault knows no such center.
    NoCenter,
    /// This center is in the vault already.
    CenterExists,
    /// No session of that account is in the vault.
    NotSignedIn,
    /// The center refused, for one of its closed list of reasons.
    Refused(Reason),
    /// No connection to the center, or it broke off.
    CenterUnreachable,
    /// The center did not answer in time. Whether the request was done is not known.
    CenterTimedOut,
    /// Nobody vouches for the center's certificate.
    CenterCertificate,
    /// The answer sends elsewhere.
    CenterRedirected,
    /// What answers is no center, or a faulty one.
    CenterBadAnswer,
    /// The center has another staff root key than the pinned one.
    CenterRootKey,
    /// There is no list of reviewers' keys that can be believed.
    CenterKeyList,
}

impl Code {
    /// The name in `--json` errors.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Code::Failed => "failed",
            Code::Usage => "usage",
            Code::WrongPassword => "wrong_password",
            Code::WrongRecovery => "wrong_recovery_code",
            Code::NotFound => "not_found",
            Code::NoVault => "no_vault",
            Code::NothingFound => "nothing_found",
            Code::Ambiguous => "ambiguous",
            Code::Damaged => "damaged",
            Code::Busy => "busy",
            Code::VaultExists => "vault_exists",
            Code::NotAVault => "not_a_vault",
            Code::NewerFormat => "newer_format",
            Code::KdfBeyondCap => "kdf_beyond_cap",
            Code::ReadOnly => "read_only",
            Code::NoRoom => "no_room",
            Code::Permission => "permission",
            Code::BadInput => "bad_input",
            Code::Unavailable => "unavailable",
            Code::Canceled => "canceled",
            Code::PinNeeded => "pin_needed",
            Code::NoCenter => "no_center",
            Code::CenterExists => "center_exists",
            Code::NotSignedIn => "not_signed_in",
            Code::Refused(reason) => refused(reason),
            Code::CenterUnreachable => "center_unreachable",
            Code::CenterTimedOut => "center_timed_out",
            Code::CenterCertificate => "center_certificate",
            Code::CenterRedirected => "center_redirected",
            Code::CenterBadAnswer => "center_bad_answer",
            Code::CenterRootKey => "center_root_key",
            Code::CenterKeyList => "center_key_list",
        }
    }

    /// The process's exit code.
    pub(crate) fn exit(self) -> u8 {
        match self {
            Code::Usage => 2,
            Code::WrongPassword | Code::WrongRecovery => 3,
            Code::NotFound
            | Code::NoVault
            | Code::NothingFound
            | Code::NoCenter
            | Code::Refused(Reason::NotFound) => 4,
            Code::Ambiguous => 5,
            Code::Damaged => 6,
            Code::Busy => 7,
            Code::NotSignedIn | Code::Refused(Reason::NotSignedIn) => 9,
            Code::CenterUnreachable
            | Code::CenterTimedOut
            | Code::CenterCertificate
            | Code::CenterRedirected
            | Code::CenterBadAnswer
            | Code::CenterRootKey
            | Code::CenterKeyList
            | Code::Refused(Reason::Internal | Reason::Unavailable) => 10,
            Code::Refused(_) => 8,
            Code::Failed
            | Code::VaultExists
            | Code::NotAVault
            | Code::NewerFormat
            | Code::KdfBeyondCap
            | Code::ReadOnly
            | Code::NoRoom
            | Code::Permission
            | Code::BadInput
            | Code::Unavailable
            | Code::Canceled
            | Code::CenterExists
            | Code::PinNeeded => 1,
        }
    }
}

/// One code for each reason of a center.
const fn refused(reason: Reason) -> &'static str {
    match reason {
        Reason::BadRequest => "center_bad_request",
        Reason::InvalidValue => "center_invalid_value",
        Reason::NotFound => "center_not_found",
        Reason::MethodNotAllowed => "center_method_not_allowed",
        Reason::TooLarge => "center_too_large",
        Reason::UnsupportedMediaType => "center_unsupported_media_type",
        Reason::NotSignedIn => "not_signed_in",
        Reason::Forbidden => "center_forbidden",
        Reason::MfaBindingRequired => "center_mfa_binding_required",
        Reason::WrongCredentials => "center_wrong_credentials",
        Reason::CodeRequired => "center_code_required",
        Reason::AccountLocked => "center_account_locked",
        Reason::WrongCode => "center_wrong_code",
        Reason::FlowEnded => "center_flow_ended",
        Reason::TooManyWrongCodes => "center_too_many_wrong_codes",
        Reason::SentLately => "center_sent_lately",
        Reason::TooManyMessages => "center_too_many_messages",
        Reason::TooManyRequests => "center_too_many_requests",
        Reason::IdentityCheckRequired => "center_identity_check_required",
        Reason::Frozen => "center_frozen",
        Reason::ContactTooNew => "center_contact_too_new",
        Reason::AddressTaken => "center_address_taken",
        Reason::WeakPassword => "center_weak_password",
        Reason::LimitReached => "center_limit_reached",
        Reason::WrongState => "center_wrong_state",
        Reason::Changed => "center_changed",
        Reason::PreconditionRequired => "center_precondition_required",
        Reason::KeyReused => "center_key_reused",
        Reason::StatementMismatch => "center_statement_mismatch",
        Reason::LinkEnded => "center_link_ended",
        Reason::Internal => "center_internal",
        Reason::Unavailable => "center_unavailable",
    }
}

/// One of several entries that a query hits.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Match {
    /// The entry's id in hex.
    pub(crate) id: String,
    /// Its issuer, as stored.
    pub(crate) issuer: String,
    /// Its account name, as stored.
    pub(crate) account: String,
}

/// A command's failure.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// Which one it is.
    pub(crate) code: Code,
    /// What happened and what to do, in words. Names in it are already made safe for a terminal.
    pub(crate) message: String,
    /// The causes below it, for someone who looks for the reason.
    pub(crate) detail: Option<String>,
    /// The entries that an ambiguous query hits.
    pub(crate) matches: Vec<Match>,
    /// From when on a center takes it again, Unix seconds.
    pub(crate) until: Option<i64>,
    /// The field that a center refuses, as a JSON pointer.
    pub(crate) field: Option<String>,
}

impl Failure {
    /// A failure without a cause.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Failure { code, message: message.into(), detail: None, matches: Vec::new(), until: None, field: None }
    }

    /// A failure that says what an error says, its causes kept as detail.
    pub(crate) fn from_error(code: Code, error: &dyn Error) -> Self {
        Failure::new(code, sentence(&error.to_string())).because(error.source())
    }

    /// The same with another error as its detail.
    pub(crate) fn caused_by(self, error: &dyn Error) -> Self {
        self.because(Some(error))
    }

    fn because(mut self, source: Option<&dyn Error>) -> Self {
        let mut detail = String::new();
        let mut next = source;
        while let Some(error) = next {
            let between = if detail.is_empty() { "" } else { ": " };
            let _ = write!(detail, "{between}{error}");
            next = error.source();
        }
        if !detail.is_empty() {
            self.detail = Some(crate::text::safe(&detail));
        }
        self
    }

    /// Adds what the person can do.
    pub(crate) fn with_advice(mut self, advice: &str) -> Self {
        self.message.push(' ');
        self.message.push_str(advice);
        self
    }
}

/// The crates' errors start in lower case and end without a stop; a person reads a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = crate::text::safe(text);
    let mut letters = text.chars();
    let mut said: String = match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => return text,
    };
    if !said.ends_with(['.', '!', '?']) {
        said.push('.');
    }
    said
}

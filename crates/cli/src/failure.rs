//! Why a command did not do what it was asked: a closed list of codes, each with its exit code, and words for a person.

use std::error::Error;
use std::fmt::Write as _;

use serde::Serialize;

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
        }
    }

    /// The process's exit code.
    pub(crate) fn exit(self) -> u8 {
        match self {
            Code::Usage => 2,
            Code::WrongPassword | Code::WrongRecovery => 3,
            Code::NotFound | Code::NoVault | Code::NothingFound => 4,
            Code::Ambiguous => 5,
            Code::Damaged => 6,
            Code::Busy => 7,
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
            | Code::PinNeeded => 1,
        }
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
}

impl Failure {
    /// A failure without a cause.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Failure { code, message: message.into(), detail: None, matches: Vec::new() }
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

//! Who can open a backup: age's public keys, and the identity that a vault keeps for itself.

use core::fmt;
use core::str::FromStr;

use age::secrecy::ExposeSecret as _;
use age::{tag, x25519};
use zeroize::Zeroizing;

/// A public key that a backup is encrypted to.
#[derive(Clone)]
pub struct Recipient(Key);

#[derive(Clone)]
enum Key {
    /// `age1…`: a key made by `age-keygen`.
    X25519(x25519::Recipient),
    /// `age1tag1…`: a key that a hardware token holds (C2SP age, tagged recipients).
    Tag(tag::Recipient),
}

impl Recipient {
    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        match &self.0 {
            Key::X25519(key) => key,
            Key::Tag(key) => key,
        }
    }
}

impl FromStr for Recipient {
    type Err = RecipientError;

    /// Reads `age1…` as `age-keygen` prints it, or `age1tag1…` as hardware tokens' tools do.
    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let text = text.trim();
        if text.starts_with("AGE-SECRET-KEY-") {
            return Err(RecipientError::Secret);
        }
        let classic = x25519::Recipient::from_str(text).map(Key::X25519);
        classic
            .or_else(|_| tag::Recipient::from_str(text).map(Key::Tag))
            .map(Self)
            .map_err(|_| RecipientError::of_other(text))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Key::X25519(key) => key.fmt(f),
            Key::Tag(key) => key.fmt(f),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

/// Why a text is no recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientError {
    /// Neither of the two kinds that are known.
    #[error(
        "This is no age recipient that backups can be made for; those begin with age1, or with age1tag1 for keys in hardware."
    )]
    Unknown,
    /// A key whose encryption is a plugin's: another program, which is not started (ADR 0173).
    #[error(
        "This key is one of a plugin of age, which is another program, and Tessera starts none. Use a key that begins with age1tag1, as newer tools of hardware tokens print it, or one of age-keygen."
    )]
    Plugin,
    /// A key that admits only others of its kind beside it, and so not the vault's own.
    #[error(
        "This is a post-quantum key, which age mixes with no other; every backup is also made for the vault's own key. Use a key that begins with age1tag1, or one of age-keygen."
    )]
    PostQuantum,
    /// A secret key, which belongs into a file of its own.
    #[error("This is a secret key. The recipient is the public key beside it, which begins with age1.")]
    Secret,
}

impl RecipientError {
    /// Why a text is none of the two kinds: a plugin's begin with `age1`, its name and `1`, which is no letter of what follows.
    fn of_other(text: &str) -> Self {
        let name = text.strip_prefix("age1").and_then(|rest| rest.split_once('1')).map(|(name, _)| name);
        match name {
            None | Some("" | "tag") => Self::Unknown,
            Some("tagpq" | "pq") => Self::PostQuantum,
            Some(name) if name.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c)) => {
                Self::Plugin
            }
            Some(_) => Self::Unknown,
        }
    }
}

/// A secret key that opens backups made for it.
pub struct BackupIdentity(x25519::Identity);

impl BackupIdentity {
    /// A new one, from the system's randomness: the `age` crate makes its keys itself.
    pub fn generate() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Reads `AGE-SECRET-KEY-1…`. `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        x25519::Identity::from_str(text.trim()).ok().map(Self)
    }

    /// Reads a file of identities as `age-keygen` writes it: lines, of which those that begin with `#` are comments.
    /// `None` if there is no identity in it or a line is something else.
    pub fn parse_file(text: &str) -> Option<Vec<Self>> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities: Option<Vec<Self>> = lines.map(Self::parse).collect();
        identities.filter(|identities| !identities.is_empty())
    }

    /// The text that is stored. Say why where you call it.
    pub fn expose_secret(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The public key of it.
    pub fn recipient(&self) -> Recipient {
        Recipient(Key::X25519(self.0.to_public()))
    }

    pub(super) fn as_age(&self) -> &dyn age::Identity {
        &self.0
    }
}

impl fmt::Debug for BackupIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupIdentity(..)")
    }
}

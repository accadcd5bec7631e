//! What can be wrong with an otpauth URI, one variant a fault.

use core::fmt;

use crate::{NAME_MAX, PinError, SecretError, YandexSecretError};

/// The longest URI in bytes. The largest QR code holds 2,953 bytes; a secret of 1024 bytes with two names of 1024
/// characters, each percent-encoded, fits.
pub(crate) const URI_MAX: usize = 64 * 1024;

/// A part of an otpauth URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriPart {
    /// The label: what stands between the type and the question mark.
    Label,
    /// The parameter `secret`.
    Secret,
    /// The issuer, in the label or as parameter.
    Issuer,
    /// The account name in the label.
    Account,
    /// The parameter `algorithm`.
    Algorithm,
    /// The parameter `digits`.
    Digits,
    /// The parameter `period`.
    Period,
    /// The parameter `counter`.
    Counter,
    /// The parameter `pin`.
    Pin,
    /// The parameter `encoder`.
    Encoder,
}

impl fmt::Display for UriPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Label => "label",
            Self::Secret => "secret",
            Self::Issuer => "issuer",
            Self::Account => "account name",
            Self::Algorithm => "algorithm",
            Self::Digits => "digits",
            Self::Period => "period",
            Self::Counter => "counter",
            Self::Pin => "PIN",
            Self::Encoder => "encoder",
        })
    }
}

/// Why a text is no otpauth URI that codes can be computed from.
///
/// No variant repeats the secret or the PIN, but for the one character of a secret that is wrong. What is repeated of
/// other parts was cut to 32 characters and freed of control characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// Something else than an otpauth URI: a web address, a contact, a text.
    #[error("This is not a code for an authenticator: it does not begin with otpauth://.")]
    NotOtpauth,
    /// An export of Google Authenticator, which holds several credentials in a format of its own.
    #[error("This is an export of Google Authenticator, not a single credential. It is read by Import.")]
    Migration,
    /// Longer than any credential can be.
    #[error("The address has {found} bytes; at most {max} are read.", max = URI_MAX)]
    UriTooLong {
        /// How many bytes it has.
        found: usize,
    },
    /// Another type than those known.
    #[error("The type \u{201C}{found}\u{201D} is not known; totp, hotp, steam, motp and yaotp are.")]
    UnknownType {
        /// What stands there.
        found: String,
    },
    /// Another way to write codes than those known, so that its codes would be wrong.
    #[error(
        "Codes of the encoder \u{201C}{found}\u{201D} cannot be computed; the only one known is steam, for TOTP."
    )]
    UnknownEncoder {
        /// What stands there.
        found: String,
    },
    /// No parameter `secret`, or an empty one.
    #[error("The secret is missing.")]
    MissingSecret,
    /// The secret cannot be read.
    #[error(transparent)]
    BadSecret(#[from] SecretError),
    /// The secret is none of Yandex.
    #[error(transparent)]
    YandexSecret(#[from] YandexSecretError),
    /// The number of digits is no number from 4 to 10.
    #[error("The number of digits is \u{201C}{found}\u{201D}; it must be a number from 4 to 10.")]
    BadDigits {
        /// What stands there.
        found: String,
    },
    /// The period is no number from 1 to 86,400.
    #[error("The period is \u{201C}{found}\u{201D}; it must be a number of seconds from 1 to 86400.")]
    BadPeriod {
        /// What stands there.
        found: String,
    },
    /// The counter is no number below 2^64.
    #[error("The counter is \u{201C}{found}\u{201D}; it must be a whole number, not below 0 and below 2^64.")]
    BadCounter {
        /// What stands there.
        found: String,
    },
    /// The algorithm is not known.
    #[error("The algorithm \u{201C}{found}\u{201D} is not known; SHA1, SHA256 and SHA512 are.")]
    BadAlgorithm {
        /// What stands there.
        found: String,
    },
    /// The PIN cannot be read.
    #[error(transparent)]
    BadPin(#[from] PinError),
    /// A parameter that matters stands there twice, with two values.
    #[error("The {name} is given twice, with two different values.")]
    DuplicateParameter {
        /// Which one.
        name: UriPart,
    },
    /// A percent sign that two hexadecimal digits do not follow.
    #[error("The {part} cannot be read: a percent sign is not followed by two hexadecimal digits.")]
    BadPercent {
        /// Where it stands.
        part: UriPart,
    },
    /// Percent-encoded bytes that are no UTF-8.
    #[error("The {part} cannot be read: its characters are not encoded as UTF-8.")]
    BadUtf8 {
        /// Where they stand.
        part: UriPart,
    },
    /// A name with more than 1024 characters.
    #[error("The {part} has {found} characters; at most {max} can be kept.", max = NAME_MAX)]
    TooLong {
        /// Which name.
        part: UriPart,
        /// How many characters it has.
        found: usize,
    },
}

/// What a message may repeat of a URI.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 32;
    let mut short: String = text.chars().filter(|character| !character.is_control()).take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('\u{2026}');
    }
    short
}

//! The types of credentials and what each needs besides its secret.

use core::fmt;
use core::str::FromStr;

use crate::Pin;

/// The hash under the HMAC of a TOTP or HOTP credential (RFC 6238, §1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Algorithm {
    /// What nearly every service uses, and what a URI means that names none.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// All of them, weakest first.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The name as otpauth URIs write it: `SHA1`, `SHA256`, `SHA512`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = AlgorithmError;

    /// Takes the spellings seen in the wild: `SHA1`, `sha-1`, `SHA_256`, `HmacSHA512`, `HMAC-SHA-256`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut plain: String = text
            .chars()
            .filter(|character| !matches!(character, '-' | '_' | ' '))
            .map(|character| character.to_ascii_lowercase())
            .take(16)
            .collect();
        if let Some(rest) = plain.strip_prefix("hmac") {
            plain = rest.to_owned();
        }
        match plain.as_str() {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            "sha512" => Ok(Self::Sha512),
            _ => Err(AlgorithmError),
        }
    }
}

/// The text names no algorithm that codes are computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The algorithm is not known; SHA1, SHA256 and SHA512 are.")]
pub struct AlgorithmError;

/// How many digits a TOTP or HOTP code has: 4 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digits(u8);

impl Digits {
    /// The fewest digits.
    pub const MIN: u8 = 4;
    /// The most digits. The number that is cut out of the HMAC has 31 bits, hence at most ten digits.
    pub const MAX: u8 = 10;
    /// What a URI means that names none.
    pub const SIX: Self = Self(6);

    /// Takes 4 to 10.
    ///
    /// # Errors
    /// [`DigitsError`] for any other number.
    pub const fn new(digits: u8) -> Result<Self, DigitsError> {
        if digits >= Self::MIN && digits <= Self::MAX {
            Ok(Self(digits))
        } else {
            Err(DigitsError { found: digits })
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}

/// A number of digits outside 4 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A code cannot have {found} digits; 4 to 10 are possible.")]
pub struct DigitsError {
    /// The number that was asked for.
    pub found: u8,
}

/// How long a TOTP code is valid, in seconds: 1 to 86,400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period(u32);

impl Period {
    /// The shortest period.
    pub const MIN: u32 = 1;
    /// The longest period: a day.
    pub const MAX: u32 = 86_400;
    /// What a URI means that names none (RFC 6238, §5.2).
    pub const THIRTY: Self = Self(30);
    /// The period of mOTP.
    pub const TEN: Self = Self(10);

    /// Takes 1 to 86,400 seconds.
    ///
    /// # Errors
    /// [`PeriodError`] for any other number.
    pub const fn new(seconds: u32) -> Result<Self, PeriodError> {
        if seconds >= Self::MIN && seconds <= Self::MAX {
            Ok(Self(seconds))
        } else {
            Err(PeriodError { found: seconds })
        }
    }

    /// The seconds.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::THIRTY
    }
}

/// A period outside 1 to 86,400 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A code cannot be valid for {found} seconds; 1 to 86400 are possible.")]
pub struct PeriodError {
    /// The number that was asked for.
    pub found: u32,
}

/// The type of a credential with the parameters that its codes depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Generator {
    /// Time-based codes (RFC 6238), counted from Unix time 0.
    Totp {
        /// The hash under the HMAC.
        algorithm: Algorithm,
        /// The length of a code.
        digits: Digits,
        /// How long a code is valid.
        period: Period,
    },
    /// Counter-based codes (RFC 4226).
    Hotp {
        /// The hash under the HMAC.
        algorithm: Algorithm,
        /// The length of a code.
        digits: Digits,
        /// The counter of the next code to be used.
        counter: u64,
    },
    /// Steam Guard: the HMAC of TOTP with SHA-1 and 30 seconds, shown as five of 26 symbols.
    Steam,
    /// Mobile-OTP: MD5 of time, secret and PIN, six hexadecimal digits, 10 seconds.
    Motp {
        /// Absent: asked each time.
        pin: Option<Pin>,
    },
    /// Yandex Key: SHA-256 of PIN and secret keys an HMAC over the time, shown as eight letters, 30 seconds.
    Yandex {
        /// Absent: asked each time.
        pin: Option<Pin>,
    },
}

impl Generator {
    /// Its type alone.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Totp { .. } => Kind::Totp,
            Self::Hotp { .. } => Kind::Hotp,
            Self::Steam => Kind::Steam,
            Self::Motp { .. } => Kind::Motp,
            Self::Yandex { .. } => Kind::Yandex,
        }
    }

    /// How long a code is valid; `None` for HOTP, whose codes are valid until they are used.
    pub const fn period(&self) -> Option<Period> {
        match self {
            Self::Totp { period, .. } => Some(*period),
            Self::Hotp { .. } => None,
            Self::Steam | Self::Yandex { .. } => Some(Period::THIRTY),
            Self::Motp { .. } => Some(Period::TEN),
        }
    }

    /// How many characters a code has.
    pub const fn code_length(&self) -> u8 {
        match self {
            Self::Totp { digits, .. } | Self::Hotp { digits, .. } => digits.get(),
            Self::Steam => 5,
            Self::Motp { .. } => 6,
            Self::Yandex { .. } => 8,
        }
    }

    /// The hash of TOTP and HOTP; the other types have theirs fixed.
    pub const fn algorithm(&self) -> Option<Algorithm> {
        match self {
            Self::Totp { algorithm, .. } | Self::Hotp { algorithm, .. } => Some(*algorithm),
            Self::Steam | Self::Motp { .. } | Self::Yandex { .. } => None,
        }
    }

    /// The counter of the next HOTP code.
    pub const fn counter(&self) -> Option<u64> {
        match self {
            Self::Hotp { counter, .. } => Some(*counter),
            _ => None,
        }
    }

    /// The PIN that is kept with a mOTP or Yandex credential.
    pub const fn pin(&self) -> Option<&Pin> {
        match self {
            Self::Motp { pin } | Self::Yandex { pin } => pin.as_ref(),
            _ => None,
        }
    }

    /// Whether a person has to be asked for the PIN before a code can be computed.
    pub const fn needs_pin(&self) -> bool {
        matches!(self, Self::Motp { pin: None } | Self::Yandex { pin: None })
    }
}

impl Default for Generator {
    /// TOTP as nearly every service uses it: SHA-1, six digits, 30 seconds.
    fn default() -> Self {
        Self::Totp { algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY }
    }
}

/// The type of a credential, without its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Time-based codes (RFC 6238).
    Totp,
    /// Counter-based codes (RFC 4226).
    Hotp,
    /// Steam Guard.
    Steam,
    /// Mobile-OTP.
    Motp,
    /// Yandex Key.
    Yandex,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Totp, Self::Hotp, Self::Steam, Self::Motp, Self::Yandex];

    /// The name as people write it: `TOTP`, `HOTP`, `Steam`, `mOTP`, `Yandex`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Totp => "TOTP",
            Self::Hotp => "HOTP",
            Self::Steam => "Steam",
            Self::Motp => "mOTP",
            Self::Yandex => "Yandex",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = KindError;

    /// Takes the names in any case, and `yaotp`, which is what otpauth URIs call Yandex.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("yaotp") {
            return Ok(Self::Yandex);
        }
        Self::ALL.into_iter().find(|kind| text.eq_ignore_ascii_case(kind.name())).ok_or(KindError)
    }
}

/// The text names no type of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The type is not known; TOTP, HOTP, Steam, mOTP and Yandex are.")]
pub struct KindError;

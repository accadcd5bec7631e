//! The one place where the crates' errors become what the page is told.

use std::error::Error;

use tessera_otp::{CodeError, EntryError, PinError, SecretError, UriError, YandexSecretError};
use tessera_scan::{
    ImageError, SourceError, camera::CameraError, clipboard::ClipboardError, screen::ScreenError,
};
use tessera_transfer::{ReadError, WriteError};
use tessera_vault::{CreateError, OpenError, RecoveryCodeError, UnlockError, VaultError};

use crate::dto::{ErrorCode, Failure};

/// The error's words and those of what caused it.
fn in_words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = inner.source();
    }
    text
}

fn plain(code: ErrorCode, error: &dyn Error) -> Failure {
    Failure::new(code, in_words(error))
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let code = match &error {
            OpenError::NotFound => ErrorCode::VaultNotFound,
            OpenError::NotAVault => ErrorCode::NotAVault,
            OpenError::ForeignFile { .. } => ErrorCode::ForeignFile,
            OpenError::NewerFormat { found } => {
                return Self::with(ErrorCode::NewerFormat, in_words(&error), found);
            }
            OpenError::Busy => ErrorCode::VaultBusy,
            OpenError::Permission(_) => ErrorCode::Permission,
            OpenError::NoRoom => ErrorCode::NoRoom,
            OpenError::Io(_) => ErrorCode::Io,
            // Truncated, Damaged, and whatever a later format may find wrong with a file.
            _ => ErrorCode::VaultDamaged,
        };
        plain(code, &error)
    }
}

impl From<UnlockError> for Failure {
    fn from(error: UnlockError) -> Self {
        let code = match error {
            UnlockError::WrongPassword => ErrorCode::WrongPassword,
            UnlockError::WrongRecoveryCode => ErrorCode::WrongRecoveryCode,
            UnlockError::NoSuchSlot => ErrorCode::NoSuchSlot,
            UnlockError::KdfBeyondCap { .. } => ErrorCode::KdfBeyondCap,
            UnlockError::NoMemory { m_kib } => {
                return Self::with(ErrorCode::NoMemory, in_words(&error), m_kib);
            }
            UnlockError::Damaged(_) => ErrorCode::VaultDamaged,
            UnlockError::Busy => ErrorCode::VaultBusy,
            UnlockError::NoRoom => ErrorCode::NoRoom,
            UnlockError::Changed(inner) => return inner.into(),
            UnlockError::Io(_) => ErrorCode::Io,
            _ => ErrorCode::Internal,
        };
        plain(code, &error)
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Self {
        let code = match error {
            CreateError::Exists => ErrorCode::VaultExists,
            CreateError::NoFolder | CreateError::Io(_) => ErrorCode::Io,
            CreateError::Permission(_) => ErrorCode::Permission,
            CreateError::NoRoom => ErrorCode::NoRoom,
            CreateError::EmptyPassword => ErrorCode::WeakPassword,
            CreateError::NoMemory { m_kib } => {
                return Self::with(ErrorCode::NoMemory, in_words(&error), m_kib);
            }
            _ => ErrorCode::Internal,
        };
        plain(code, &error)
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        let code = match error {
            VaultError::ReadOnly => ErrorCode::ReadOnly,
            VaultError::Busy => ErrorCode::VaultBusy,
            VaultError::NoRoom => ErrorCode::NoRoom,
            VaultError::Damaged(_) => ErrorCode::VaultDamaged,
            VaultError::NotFound => ErrorCode::EntryNotFound,
            VaultError::LastWayIn => ErrorCode::LastWayIn,
            VaultError::HotpExhausted => ErrorCode::HotpExhausted,
            VaultError::NotHotp | VaultError::TooLarge { .. } => ErrorCode::InvalidEntry,
            VaultError::BadEntry(inner) => return inner.into(),
            VaultError::Code(inner) => return inner.into(),
            VaultError::WrongPassword => ErrorCode::WrongPassword,
            VaultError::EmptyPassword => ErrorCode::WeakPassword,
            VaultError::Quarantined(count) => {
                return Self::with(ErrorCode::QuarantineFirst, in_words(&error), count);
            }
            VaultError::CannotSettle => ErrorCode::CannotSettle,
            VaultError::KeyChanged | VaultError::Replaced(_) => ErrorCode::VaultReplaced,
            VaultError::OtherVault => ErrorCode::OtherVault,
            VaultError::NoMemory { m_kib } => {
                return Self::with(ErrorCode::NoMemory, in_words(&error), m_kib);
            }
            VaultError::KdfBeyondCap { .. } => ErrorCode::KdfBeyondCap,
            VaultError::Io(_) => ErrorCode::Io,
            _ => ErrorCode::Internal,
        };
        plain(code, &error)
    }
}

impl From<RecoveryCodeError> for Failure {
    fn from(error: RecoveryCodeError) -> Self {
        match error.group() {
            Some(group) => Self::with(ErrorCode::RecoveryCodeTypo, in_words(&error), group + 1),
            None => plain(ErrorCode::RecoveryCodeTypo, &error),
        }
    }
}

impl From<CodeError> for Failure {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::PinNeeded(_) => plain(ErrorCode::PinNeeded, &error),
            _ => plain(ErrorCode::BadSecret, &error),
        }
    }
}

impl From<EntryError> for Failure {
    fn from(error: EntryError) -> Self {
        plain(ErrorCode::InvalidEntry, &error)
    }
}

impl From<PinError> for Failure {
    fn from(error: PinError) -> Self {
        plain(ErrorCode::BadPin, &error)
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::BadCharacter { position, .. } => {
                Self::with(ErrorCode::BadSecret, in_words(&error), position + 1)
            }
            _ => plain(ErrorCode::BadSecret, &error),
        }
    }
}

impl From<YandexSecretError> for Failure {
    fn from(error: YandexSecretError) -> Self {
        plain(ErrorCode::BadSecret, &error)
    }
}

impl From<UriError> for Failure {
    fn from(error: UriError) -> Self {
        match error {
            UriError::NotOtpauth => plain(ErrorCode::NotOtpauth, &error),
            UriError::Migration => plain(ErrorCode::MigrationLink, &error),
            UriError::BadSecret(inner) => inner.into(),
            UriError::YandexSecret(inner) => inner.into(),
            UriError::BadPin(inner) => inner.into(),
            _ => plain(ErrorCode::BadUri, &error),
        }
    }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        let code = match &error {
            ImageError::Io(_) => ErrorCode::FileUnreadable,
            ImageError::TooManyBytes | ImageError::TooManyPixels { .. } => ErrorCode::ImageTooLarge,
            ImageError::Refused { format, .. } => {
                return Self::with(ErrorCode::ImageUnsupported, in_words(&error), format);
            }
            ImageError::UnknownFormat => ErrorCode::ImageUnsupported,
            ImageError::Empty | ImageError::Damaged { .. } => ErrorCode::ImageDamaged,
        };
        plain(code, &error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let code = match &error {
            ReadError::Empty => ErrorCode::ImportEmpty,
            ReadError::TooLarge { .. } => ErrorCode::ImportTooLarge,
            ReadError::PasswordNeeded { .. } => ErrorCode::ImportPasswordNeeded,
            ReadError::WrongPassword { .. } => ErrorCode::ImportWrongPassword,
            ReadError::NewerVersion { .. } => ErrorCode::ImportNewer,
            ReadError::Unsupported { .. } => ErrorCode::ImportUnsupported,
            ReadError::TooCostly { .. } => ErrorCode::ImportTooCostly,
            ReadError::Damaged { .. } => ErrorCode::ImportDamaged,
            ReadError::TooManyEntries => ErrorCode::ImportTooMany,
            // UnknownFormat, OtherFormat, and whatever a later reader may say of a file that it does not know.
            _ => ErrorCode::ImportUnknown,
        };
        plain(code, &error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        let code = match error {
            WriteError::PasswordNeeded => ErrorCode::InvalidRequest,
            WriteError::Nothing => ErrorCode::ExportNothing,
            WriteError::TooMuch => ErrorCode::ExportTooMuch,
            _ => ErrorCode::Internal,
        };
        plain(code, &error)
    }
}

impl From<CameraError> for Failure {
    fn from(error: CameraError) -> Self {
        let code = match error {
            CameraError::NoCamera | CameraError::NotFound { .. } => ErrorCode::NoCamera,
            CameraError::Busy => ErrorCode::CameraBusy,
            CameraError::Permission => ErrorCode::CameraPermission,
            CameraError::Unplugged => ErrorCode::CameraUnplugged,
            CameraError::UnsupportedFormat { .. } | CameraError::NoFrames | CameraError::Failed { .. } => {
                ErrorCode::CameraFailed
            }
        };
        plain(code, &error)
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Camera(inner) => inner.into(),
            SourceError::Timeout { .. } | SourceError::Ended => plain(ErrorCode::CameraFailed, &error),
        }
    }
}

impl From<ScreenError> for Failure {
    fn from(error: ScreenError) -> Self {
        let code = match error {
            ScreenError::Cancelled => ErrorCode::ScreenRefused,
            _ => ErrorCode::ScreenUnavailable,
        };
        plain(code, &error)
    }
}

impl From<ClipboardError> for Failure {
    fn from(error: ClipboardError) -> Self {
        let code = match error {
            ClipboardError::BadImage { .. } => ErrorCode::ImageDamaged,
            _ => ErrorCode::ClipboardUnavailable,
        };
        plain(code, &error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_what_caused_it_in_its_words() {
        let cause: tessera_vault::Cause = "the disk is on fire".into();
        let failure = Failure::from(VaultError::Io(cause));
        assert_eq!(failure.code, ErrorCode::Io);
        assert_eq!(failure.message, "this vault file could not be read or written: the disk is on fire");
    }

    #[test]
    fn values_that_the_words_need_are_details() {
        let failure = Failure::from(RecoveryCodeError::BadGroup { group: 2 });
        assert_eq!((failure.code, failure.detail.as_deref()), (ErrorCode::RecoveryCodeTypo, Some("3")));
        let failure = Failure::from(OpenError::NewerFormat { found: 7 });
        assert_eq!((failure.code, failure.detail.as_deref()), (ErrorCode::NewerFormat, Some("7")));
        let failure = Failure::from(VaultError::Quarantined(4));
        assert_eq!((failure.code, failure.detail.as_deref()), (ErrorCode::QuarantineFirst, Some("4")));
        let failure =
            Failure::from(UriError::BadSecret(tessera_otp::Secret::from_base32("AB1C").unwrap_err()));
        assert_eq!((failure.code, failure.detail.as_deref()), (ErrorCode::BadSecret, Some("3")));
    }

    #[test]
    fn a_changed_file_is_told_as_what_it_is_now() {
        assert_eq!(Failure::from(UnlockError::Changed(OpenError::NotFound)).code, ErrorCode::VaultNotFound);
        assert_eq!(
            Failure::from(OpenError::Truncated { expected: 2, found: 1 }).code,
            ErrorCode::VaultDamaged
        );
    }

    #[test]
    fn each_way_a_camera_fails_has_its_own_code() {
        for (error, code) in [
            (CameraError::NoCamera, ErrorCode::NoCamera),
            (CameraError::NotFound { index: 3 }, ErrorCode::NoCamera),
            (CameraError::Busy, ErrorCode::CameraBusy),
            (CameraError::Unplugged, ErrorCode::CameraUnplugged),
            (CameraError::NoFrames, ErrorCode::CameraFailed),
        ] {
            assert_eq!(Failure::from(SourceError::Camera(error)).code, code);
        }
    }
}

//! Errors of backups as the page knows them.

use tessera_transfer::backup::{BackupError, OpenError};

use crate::dto::{ErrorCode, Failure};

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let code = match &error {
            BackupError::NoFolder(_) => ErrorCode::BackupFolderGone,
            BackupError::NotWritable(_) => ErrorCode::BackupNotWritable,
            BackupError::NoRoom(_) => ErrorCode::BackupNoRoom,
            BackupError::TooSlow => ErrorCode::BackupTooSlow,
            BackupError::NotProved(_) => ErrorCode::BackupNotProved,
            // Only locking calls one off.
            BackupError::Stopped => ErrorCode::Locked,
            BackupError::Io(cause) => {
                return Self::new(ErrorCode::BackupFailed, format!("{error} {cause}"));
            }
            _ => ErrorCode::BackupFailed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        let code = match error {
            OpenError::WrongPassphrase => ErrorCode::BackupWrongPassphrase,
            OpenError::OtherKeys => ErrorCode::BackupOtherKeys,
            OpenError::NeedsPassphrase => ErrorCode::BackupNeedsPassphrase,
            OpenError::TooCostly => ErrorCode::KdfBeyondCap,
            OpenError::Damaged => ErrorCode::BackupDamaged,
            _ => ErrorCode::NotABackup,
        };
        Self::new(code, error.to_string())
    }
}

pub(super) fn target_gone() -> Failure {
    Failure::new(ErrorCode::BackupTargetGone, "There is no such place for backups any more.")
}

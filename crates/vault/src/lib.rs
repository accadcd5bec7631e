//! The vault: one encrypted SQLite file of entries, settings and an audit log; `docs/vault-format.md` is its format.
//!
//! A [`LockedVault`] is a file that was recognized; [`LockedVault::unlock`] turns it into a [`Vault`] with a password,
//! a recovery code or, in tests, the bare key. Every change is one transaction that starts from the last state this
//! session verified itself; what the file holds beyond that is quarantined, never trusted and never thrown away.
//! The crate reads no clock and makes no randomness: both come with the [`Host`]. It never opens a network
//! connection, never prints, and hands out a secret only inside a [`tessera_otp::Entry`].
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use std::{sync::Arc, time::Duration};
//! use tessera_otp::{Credential, Entry};
//! use tessera_vault::{Host, KdfParams, LockedVault, Password, UnlockWith, Vault};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("vault.tessera");
//! # let host = || Host::new(Arc::new(|| 59), Box::new(tessera_testkit::SeededRng::new(7)));
//! let password = Password::new("correct horse battery staple".into());
//! let (mut vault, recovery_code) = Vault::create(&path, &password, KdfParams::FLOOR, host())?;
//! let credential = Credential::from_uri("otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
//! let ids = vault.add(vec![Entry::new(credential, 59)])?;
//! drop(vault); // locked: every key is wiped
//!
//! let vault = LockedVault::open(&path)?.unlock(&UnlockWith::RecoveryCode(&recovery_code), host())?;
//! assert_eq!(vault.code(ids[0], 59)?.text(), "287082"); // RFC 6238, appendix B, cut to six digits
//! # Ok(())
//! # }
//! ```

mod audit;
mod backup;
mod body;
mod center;
mod change;
mod check;
mod content;
mod create;
mod envelope;
mod error;
mod hazmat;
mod head;
mod host;
mod ids;
mod kdf;
mod keys;
mod leaf;
mod load;
mod locked;
mod memory;
mod merge;
mod migrate;
mod outside;
mod password;
mod portable;
mod raw;
mod recovery_code;
mod rekey;
mod report;
mod salvage;
mod sealed;
mod session;
mod settings;
mod slot;
mod state;
mod store;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod testing;

pub use backup::{BackupSchedule, BackupTarget, BackupWay, Drill, DrillProof, LastBackup};
pub use center::{
    CenterAccount, CenterDevice, CenterRecord, CenterStaff, KeptSecret, KnownAnswer, KnownRecord,
    TicketRecord, TicketSeen,
};
pub use error::{Cause, CreateError, OpenError, SalvageError, UnlockError, VaultError};
pub use host::Host;
pub use ids::{EntryId, IdError, RecordId, SlotId, VaultId};
pub use kdf::{KdfParams, KdfParamsError};
pub use keys::VaultKey;
pub use locked::{LockedVault, UnlockWith};
pub use merge::{MergeChoice, MergeItem, MergeKind, MergeReport, Take, compare_entries};
pub use password::{Password, PasswordError};
pub use portable::{PORTABLE_FOLDER, portable_folder};
pub use recovery_code::{RecoveryCode, RecoveryCodeError};
pub use report::{
    AuditEvent, AuditRecord, Finding, QuarantineKey, QuarantineReason, Quarantined, Report, Settle, SlotInfo,
    SlotKind, Table, Warning,
};
pub use salvage::{Salvaged, SalvagedEntry, salvage};
pub use session::{EntryRef, Imported, MergedDuplicates, OwnDevice, Vault};
pub use settings::{Density, SettingValue, Settings, SortOrder};

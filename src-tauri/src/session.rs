//! Getting in and out: making a vault, unlocking, the recovery code, locking.

use std::{collections::HashMap, fs, io, path::Path, time::Duration};

use tessera_vault::{
    AuditEvent, EntryId, Host, Imported, KdfParams, LockedVault, Password, RecoveryCode, SettingValue,
    SlotKind, UnlockError, UnlockWith, Vault,
};
use zeroize::Zeroizing;

use crate::{
    center::last_known::Told,
    convert,
    dto::{ErrorCode, Failure, LockReason, RecoveryConfirmed, RecoveryShown, Task, TypedGroup},
    shell::{Notice, Shell, held},
    strength,
};

/// How long an advanced HOTP code stays on screen.
const HOTP_SHOWN: Duration = Duration::from_mins(2);
/// How many groups of a recovery code are asked back at least.
const ASKED_BACK: usize = 2;

/// The vault is open, or why it is not.
pub(crate) enum Session {
    /// No vault is open.
    Closed {
        /// Why it was locked last, and when (Unix seconds).
        locked: Option<(LockReason, u64)>,
    },
    /// The vault is open.
    Open(Box<OpenVault>),
}

/// An open vault and what belongs to its being open.
pub(crate) struct OpenVault {
    pub(crate) vault: Vault,
    /// Opened by recovery code, which opens nothing else until there is a new password.
    pub(crate) must_set_password: bool,
    /// A new recovery code that the person has not proved to have.
    pub(crate) recovery: Option<RecoveryCode>,
    /// Wrong passwords typed into the open app.
    pub(crate) tries: Tries,
    /// Another copy of this vault, opened for merging.
    pub(crate) other: Option<Box<Vault>>,
    /// The last import, while it can be taken back.
    pub(crate) imported: Option<Imported>,
    /// What centers last told, for panels that open without a connection.
    pub(crate) told: Told,
    hotp: HashMap<EntryId, ShownHotp>,
}

/// An HOTP code that was asked for. Its counter is on disk.
pub(crate) struct ShownHotp {
    pub(crate) code: Zeroizing<String>,
    pub(crate) counter: u64,
    until: Duration,
}

impl Default for Session {
    fn default() -> Self {
        Self::Closed { locked: None }
    }
}

impl Session {
    /// The open vault.
    pub(crate) fn open(&mut self) -> Result<&mut OpenVault, Failure> {
        match self {
            Self::Open(open) => Ok(open),
            Self::Closed { .. } => Err(Failure::new(ErrorCode::Locked, "The vault is locked.")),
        }
    }
}

impl OpenVault {
    fn new(vault: Vault) -> Self {
        Self {
            told: Told::read(&vault),
            vault,
            must_set_password: false,
            recovery: None,
            tries: Tries::default(),
            other: None,
            imported: None,
            hotp: HashMap::new(),
        }
    }

    /// Asks for the password before a secret is shown or a way in is changed. Wrong ones delay the next.
    pub(crate) fn require_password(&mut self, password: &Password, now: Duration) -> Result<(), Failure> {
        self.tries.may_try(now)?;
        if self.vault.verify_password(password)? {
            self.tries = Tries::default();
            return Ok(());
        }
        self.tries.failed(now);
        // A file that cannot be written must not turn "wrong password" into another message.
        let _ = self.vault.audit(AuditEvent::FailedUnlock, None);
        Err(Failure::new(ErrorCode::WrongPassword, "The password is wrong."))
    }

    /// Keeps an advanced HOTP code on screen for a while.
    pub(crate) fn show_hotp(&mut self, id: EntryId, code: &str, counter: u64, now: Duration) {
        let shown = ShownHotp { code: Zeroizing::new(code.to_owned()), counter, until: now + HOTP_SHOWN };
        self.hotp.insert(id, shown);
    }

    /// The HOTP code that is on screen.
    pub(crate) fn shown_hotp(&self, id: EntryId, now: Duration) -> Option<&ShownHotp> {
        self.hotp.get(&id).filter(|shown| now < shown.until)
    }

    fn note_recovery(&mut self, confirmed: bool) {
        let mut settings = self.vault.settings().clone();
        let known = SettingValue::Flag(confirmed);
        if settings.other.get(convert::RECOVERY_CONFIRMED) != Some(&known) {
            settings.other.insert(convert::RECOVERY_CONFIRMED.to_owned(), known);
            // Only a reminder hangs on it: without it the person is not reminded.
            let _ = self.vault.set_settings(settings);
        }
    }

    /// Whether the recovery code that opens this vault was never confirmed.
    pub(crate) fn is_recovery_unconfirmed(&self) -> bool {
        self.recovery.is_none()
            && self.vault.slots().iter().any(|slot| slot.kind == SlotKind::RecoveryCode)
            && convert::flag(self.vault.settings(), convert::RECOVERY_CONFIRMED) == Some(false)
    }

    /// A new recovery code is shown until it is confirmed.
    pub(crate) fn show_recovery(&mut self, code: RecoveryCode) -> RecoveryShown {
        let shown = recovery_groups(&code);
        self.recovery = Some(code);
        self.note_recovery(false);
        shown
    }

    /// Compares what was typed back with the code that is shown.
    pub(crate) fn confirm_recovery(&mut self, typed: &[TypedGroup]) -> Result<RecoveryConfirmed, Failure> {
        let code = self.recovery.as_ref().ok_or_else(no_recovery)?;
        let shown = recovery_groups(code);
        let mut asked: Vec<u8> = typed.iter().map(|group| group.index).collect();
        asked.sort_unstable();
        asked.dedup();
        if asked.len() < ASKED_BACK
            || asked.last().is_some_and(|last| usize::from(*last) >= shown.groups.len())
        {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                "At least two different groups are asked back.",
            ));
        }
        let right = |group: &TypedGroup| {
            shown
                .groups
                .get(usize::from(group.index))
                .is_some_and(|right| typed_symbols(&group.text).as_str() == right)
        };
        if let Some(wrong) = typed.iter().find(|group| !right(group)) {
            return Ok(RecoveryConfirmed { ok: false, wrong_group: Some(wrong.index) });
        }
        self.recovery = None;
        self.note_recovery(true);
        Ok(RecoveryConfirmed { ok: true, wrong_group: None })
    }
}

fn no_recovery() -> Failure {
    Failure::new(ErrorCode::NoRecoveryPending, "No recovery code waits for being confirmed.")
}

/// The code in its groups, for the one page that shows it.
pub(crate) fn recovery_groups(code: &RecoveryCode) -> RecoveryShown {
    RecoveryShown { groups: code.to_text().split('-').map(str::to_owned).collect() }
}

/// A group as typed, read as recovery codes are read (`docs/vault-format.md` §3).
fn typed_symbols(text: &str) -> Zeroizing<String> {
    let symbols =
        text.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    let mut typed = Zeroizing::new(String::with_capacity(text.len()));
    typed.extend(symbols);
    typed
}

/// Wrong tries, and when the next is taken. Times are a steady clock's.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tries {
    wrong: u32,
    next: Option<Duration>,
}

impl Tries {
    /// Refuses a try that comes too early, and says how long to wait.
    pub(crate) fn may_try(&self, now: Duration) -> Result<(), Failure> {
        match self.wait(now) {
            0 => Ok(()),
            wait => {
                Err(Failure::with(ErrorCode::Delayed, format!("The next try is taken in {wait} s."), wait))
            }
        }
    }

    /// Whole seconds until the next try is taken.
    pub(crate) fn wait(&self, now: Duration) -> u32 {
        let left = self.next.map_or(Duration::ZERO, |next| next.saturating_sub(now));
        u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// Counts a wrong one: the third and each further one costs 1, 2, 4 .. 60 s.
    fn failed(&mut self, now: Duration) {
        self.wrong = self.wrong.saturating_add(1);
        let delay = self.wrong.checked_sub(3).map_or(0, |more| 1_u64.checked_shl(more).unwrap_or(60).min(60));
        self.next = Some(now + Duration::from_secs(delay));
    }

    /// What the file says of tries in earlier runs, unless this run knows better.
    pub(crate) fn heed(&mut self, now: Duration, delay: Duration) {
        if self.next.is_none() {
            self.next = Some(now + delay);
        }
    }

    /// The file itself counts its failed tries; its word holds from `now` on.
    fn delayed(&mut self, now: Duration, delay: Duration) {
        self.next = Some(now + delay);
    }
}

impl Shell {
    fn host(&self) -> Host {
        self.clock.host(held(&self.config).state_dir())
    }

    /// Key derivation as strong as this computer can bear.
    pub(crate) fn calibrate(&self) -> KdfParams {
        self.tell_progress(Task::Calibrating);
        let kdf = KdfParams::calibrate(self.kdf_target, &|| self.clock.steady());
        self.tell_progress(Task::Deriving);
        kdf
    }

    fn is_open(&self) -> bool {
        matches!(*self.session(), Session::Open(_))
    }

    fn refuse_if_open(&self) -> Result<(), Failure> {
        if self.is_open() {
            return Err(Failure::new(ErrorCode::AlreadyUnlocked, "The vault is open already."));
        }
        Ok(())
    }

    fn enter(&self, open: OpenVault) {
        *self.session() = Session::Open(Box::new(open));
        self.activity();
    }

    /// Makes a vault. It is open afterwards, and its recovery code waits for being confirmed.
    pub(crate) fn create(&self, password: Zeroizing<String>) -> Result<RecoveryShown, Failure> {
        self.create_filled(password, None, |_| Ok(()))
    }

    /// Makes a vault with something in it: where the vault should be and is not, or elsewhere, where it takes the place of the
    /// one that was open. If it cannot be filled there is no new file.
    pub(crate) fn create_filled(
        &self,
        password: Zeroizing<String>,
        elsewhere: Option<&Path>,
        fill: impl FnOnce(&mut Vault) -> Result<(), Failure>,
    ) -> Result<RecoveryShown, Failure> {
        let mut tries = held(&self.door);
        strength::require(&password)?;
        let path = if let Some(path) = elsewhere {
            held(&self.config).may_choose_vault()?;
            path.to_owned()
        } else {
            self.refuse_if_open()?;
            held(&self.config).vault_path().to_owned()
        };
        if fs::exists(&path).unwrap_or(false) {
            return Err(tessera_vault::CreateError::Exists.into());
        }
        make_folder(&path)?;
        let kdf = self.calibrate();
        let (mut vault, code) = Vault::create(&path, &to_password(password), kdf, self.host())?;
        if let Err(failure) = fill(&mut vault) {
            drop(vault);
            // It was made a moment ago and holds nothing.
            let _ = fs::remove_file(&path);
            return Err(failure);
        }
        if elsewhere.is_some() {
            self.close(LockReason::Asked);
            *tries = Tries::default();
            // In force at once. Where it cannot be written the next start begins with the old one; the new vault is there all
            // the same, and its recovery code must be shown now.
            let _ = held(&self.config).set_vault_path(path);
        }
        let mut open = OpenVault::new(vault);
        let shown = open.show_recovery(code);
        self.enter(open);
        Ok(shown)
    }

    /// Opens the vault with its password.
    pub(crate) fn unlock(&self, password: Zeroizing<String>) -> Result<(), Failure> {
        let password = to_password(password);
        let vault = self.open_with(&UnlockWith::Password(&password))?;
        self.enter(OpenVault::new(vault));
        self.tell(Notice::ReplacePage);
        Ok(())
    }

    /// Opens the vault with its recovery code; a new password comes before anything else.
    pub(crate) fn unlock_with_recovery(&self, code: &str) -> Result<(), Failure> {
        let code = RecoveryCode::parse(code)?;
        let vault = self.open_with(&UnlockWith::RecoveryCode(&code))?;
        self.enter(OpenVault { must_set_password: true, ..OpenVault::new(vault) });
        self.tell(Notice::ReplacePage);
        Ok(())
    }

    fn open_with(&self, with: &UnlockWith<'_>) -> Result<Vault, Failure> {
        let mut tries = held(&self.door);
        self.refuse_if_open()?;
        let path = held(&self.config).vault_path().to_owned();
        let locked = LockedVault::open(&path)?;
        let now = self.clock.steady();
        tries.heed(now, locked.delay());
        tries.may_try(now)?;
        self.tell_progress(Task::Deriving);
        match locked.unlock(with, self.host()) {
            Ok(vault) => {
                *tries = Tries::default();
                Ok(vault)
            }
            Err(error) => {
                if matches!(error, UnlockError::WrongPassword | UnlockError::WrongRecoveryCode) {
                    // Read again: the try that just failed counts. A file that lies where it cannot be written does not
                    // count, so the app does too, and the longer delay holds.
                    let now = self.clock.steady();
                    tries.failed(now);
                    let delay = LockedVault::open(&path).map_or(Duration::ZERO, |locked| locked.delay());
                    if Duration::from_secs(tries.wait(now).into()) < delay {
                        tries.delayed(now, delay);
                    }
                }
                Err(error.into())
            }
        }
    }

    /// After the recovery code: a new password, a new recovery code, a new vault key.
    pub(crate) fn set_new_password(&self, password: Zeroizing<String>) -> Result<RecoveryShown, Failure> {
        let _door = held(&self.door);
        strength::require(&password)?;
        if !self.session().open()?.must_set_password {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                "The vault was not opened with a recovery code.",
            ));
        }
        let kdf = self.calibrate();
        let mut session = self.session();
        let open = session.open()?;
        self.tell_progress(Task::Rekeying);
        let code = open.vault.use_up_recovery_code(&to_password(password), kdf)?;
        open.must_set_password = false;
        Ok(open.show_recovery(code))
    }

    /// Locks. Every key, secret and entry is wiped before the page is told.
    pub(crate) fn lock(&self, reason: LockReason) {
        if self.close(reason) {
            self.tell(Notice::Locked(reason));
            self.tell(Notice::ReplacePage);
        }
    }

    /// Wipes every key, secret and entry. Whether a vault was open.
    fn close(&self, reason: LockReason) -> bool {
        // An import that is being written must not keep the vault open: it is given up.
        self.import_stops();
        let mut session = self.session();
        let Session::Open(open) = &mut *session else { return false };
        // What is not on disk of order, use counts and last answers is; when it cannot be written, locking goes first.
        let _ = open.vault.flush_usage(true);
        let _ = open.told.keep(&mut open.vault);
        *session = Session::Closed { locked: Some((reason, self.clock.unix())) };
        drop(session);
        self.center.forget();
        self.backups.forget();
        self.page_gone();
        true
    }
}

/// What a person typed, as the vault takes it. The text itself is wiped with its buffer.
pub(crate) fn to_password(mut typed: Zeroizing<String>) -> Password {
    Password::new(std::mem::take(&mut *typed))
}

/// Makes the folder of a new vault, closed to other users.
fn make_folder(path: &Path) -> Result<(), Failure> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        let code = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorCode::Permission,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::NoRoom,
            _ => ErrorCode::Io,
        };
        Failure::with(
            code,
            format!("The folder {} could not be made: {error}", folder.display()),
            folder.display(),
        )
    })
}

#[cfg(test)]
pub(crate) mod tests;

//! What the shell holds while it runs, and the doors through which commands and watchers reach it.
//!
//! The vault is open or it is not; everything that belongs to an open vault is inside [`Session`] and goes with it. Commands
//! run on blocking threads and take turns at the session.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use tauri::State;
use tessera_transfer::is_migration;
use zeroize::Zeroizing;

use crate::{
    backup::Backups,
    camera::CameraView,
    candidates::Candidates,
    center::Centers,
    clipboard::ClipboardGuard,
    clock::{self, Clock},
    config::ConfigStore,
    dto::{
        Candidate, DuplicateRow, ErrorCode, Failure, LockReason, OwnDocument, PlatformNote, Progress,
        ResealProgress, Sealed, SealingKey, Task,
    },
    exported::Written,
    idle::IdleTimer,
    importing::Importing,
    sealing::SealingKeys,
    session::{OpenVault, Session, Tries},
};

/// What the page or the window has to learn.
#[derive(Debug, Clone)]
pub(crate) enum Notice {
    /// The vault was locked.
    Locked(LockReason),
    /// Another program wrote to the vault.
    VaultChanged,
    /// Long work goes on.
    Progress(Progress),
    /// A link came in from another program.
    Candidates,
    /// The web process took or showed a secret and is not needed any more.
    ReplacePage,
    /// Accounts of a center were signed in or out.
    CenterAccounts,
    /// The trial center sent a message.
    CenterInbox,
    /// A document of a ticket is further on.
    TicketDocument(Box<OwnDocument>),
    /// Sealing documents anew goes on.
    DeskReseal(ResealProgress),
    /// Something about backups is different.
    Backups,
}

/// The shell's state.
pub(crate) struct Shell {
    pub(crate) clock: Clock,
    /// What deriving a key from a password should cost.
    pub(super) kdf_target: Duration,
    pub(crate) config: Mutex<ConfigStore>,
    pub(crate) clipboard: ClipboardGuard,
    pub(crate) camera: Mutex<CameraView>,
    /// What this system cannot do, found out while starting.
    pub(crate) notes: Mutex<Vec<PlatformNote>>,
    pub(super) session: Mutex<Session>,
    /// One try to open at a time.
    pub(super) door: Mutex<Tries>,
    idle: Mutex<IdleTimer>,
    sealing: Mutex<SealingKeys>,
    candidates: Mutex<Candidates>,
    importing: Mutex<Importing>,
    /// The work of importing that goes on, to be stopped.
    import_stop: Mutex<Stop>,
    /// Links from other programs that no page has asked for yet.
    links: Mutex<Vec<Zeroizing<String>>>,
    /// Files that a person dropped on the window: the only ones that the page may name.
    dropped: Mutex<HashSet<PathBuf>>,
    /// The file of the last export, which the page may have deleted and cannot name.
    exported: Mutex<Option<Written>>,
    notify: OnceLock<Box<dyn Fn(Notice) + Send + Sync>>,
    pub(crate) center: Centers,
    pub(crate) backups: Backups,
}

/// Whether a piece of work is to be stopped; asked between its steps.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A person stopped it.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// More links than any program has reason to open at once.
const LINKS_MOST: usize = 32;

impl Shell {
    /// A shell with no vault open, whose new slots cost about `kdf_target` to open.
    pub(crate) fn new(
        clock: Clock,
        config: ConfigStore,
        clipboard: ClipboardGuard,
        kdf_target: Duration,
    ) -> Self {
        let now = clock.steady();
        Self {
            clock,
            kdf_target,
            config: Mutex::new(config),
            clipboard,
            camera: Mutex::default(),
            notes: Mutex::default(),
            session: Mutex::new(Session::default()),
            door: Mutex::default(),
            idle: Mutex::new(IdleTimer::new(now)),
            sealing: Mutex::default(),
            candidates: Mutex::default(),
            importing: Mutex::default(),
            import_stop: Mutex::default(),
            links: Mutex::default(),
            dropped: Mutex::default(),
            exported: Mutex::default(),
            notify: OnceLock::new(),
            center: Centers::default(),
            backups: Backups::default(),
        }
    }

    /// Where notices go. Set once, before anything can happen.
    pub(crate) fn on_notice(&self, then: impl Fn(Notice) + Send + Sync + 'static) {
        let _ = self.notify.set(Box::new(then));
    }

    pub(crate) fn tell(&self, notice: Notice) {
        if let Some(notify) = self.notify.get() {
            notify(notice);
        }
    }

    pub(crate) fn tell_progress(&self, task: Task) {
        self.tell(Notice::Progress(Progress { task, done: 0, total: None }));
    }

    /// The session. If a thread panicked while it held it, what is in memory may be half changed: the vault is closed then,
    /// and the file, which changes in transactions, is whole.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(|poisoned| {
            let mut session = poisoned.into_inner();
            *session = Session::default();
            self.session.clear_poison();
            session
        })
    }

    /// Works with the open vault.
    pub(crate) fn with_vault<T>(
        &self,
        work: impl FnOnce(&mut OpenVault) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut session = self.session();
        let open = session.open()?;
        if open.must_set_password {
            return Err(Failure::new(ErrorCode::MustSetPassword, "A new password has to be set first."));
        }
        work(open)
    }

    /// A new key for one sealed message.
    pub(crate) fn sealing_key(&self) -> SealingKey {
        held(&self.sealing).generate(clock::randomness(), self.clock.steady())
    }

    /// Opens what the page sealed.
    pub(crate) fn unseal(&self, sealed: &Sealed) -> Result<Zeroizing<String>, Failure> {
        held(&self.sealing).open(sealed, self.clock.steady())
    }

    /// Somebody is there.
    pub(crate) fn activity(&self) {
        held(&self.idle).activity(self.clock.steady());
    }

    /// Whether nobody was there for longer than the vault's setting allows.
    pub(crate) fn is_idle(&self, limit: Duration, system: Option<Duration>) -> bool {
        held(&self.idle).is_over(self.clock.steady(), limit, system)
    }

    /// What a code says, as a candidate with its duplicates. Only with an open vault: what is found is added to one.
    pub(crate) fn candidates_from<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Candidate>, Failure> {
        self.with_vault(|open| {
            let mut candidates = held(&self.candidates);
            let now = self.clock.unix();
            let mut made = Vec::new();
            for text in texts {
                let duplicates = |credential: &tessera_otp::Credential| duplicates(open, credential);
                if is_migration(text.trim()) {
                    made.extend(candidates.add_part(text, now, duplicates));
                } else {
                    made.push(candidates.add_text(text, duplicates));
                }
            }
            Ok(made)
        })
    }

    /// What one typed or pasted text says, as one candidate: a transfer of several accounts is refused.
    pub(crate) fn candidate_from_text(&self, text: &str) -> Result<Candidate, Failure> {
        self.with_vault(|open| {
            let add = |credential: &tessera_otp::Credential| duplicates(open, credential);
            Ok(held(&self.candidates).add_text(text, add))
        })
    }

    /// A typed credential as a candidate.
    pub(crate) fn candidate_from(&self, credential: tessera_otp::Credential) -> Result<Candidate, Failure> {
        self.with_vault(|open| {
            let duplicates = duplicates(open, &credential);
            Ok(held(&self.candidates).add(credential, duplicates))
        })
    }

    /// The candidates, while the vault is not touched.
    pub(crate) fn candidates(&self) -> MutexGuard<'_, Candidates> {
        held(&self.candidates)
    }

    /// What waits for being imported, while the vault is not touched.
    pub(crate) fn importing(&self) -> MutexGuard<'_, Importing> {
        held(&self.importing)
    }

    /// Work of importing begins that can be stopped.
    pub(crate) fn import_begins(&self) -> Stop {
        let stop = Stop::default();
        *held(&self.import_stop) = stop.clone();
        stop
    }

    /// Stops it.
    pub(crate) fn import_stops(&self) {
        held(&self.import_stop).0.store(true, Ordering::Relaxed);
    }

    /// Another vault file has its own count of wrong tries.
    pub(crate) fn forget_tries(&self) {
        *held(&self.door) = Tries::default();
    }

    /// A link that another program opened. It waits until a page of the unlocked vault asks.
    pub(crate) fn take_link(&self, link: Zeroizing<String>) {
        let mut links = held(&self.links);
        if links.len() < LINKS_MOST {
            links.push(link);
        }
        drop(links);
        self.tell(Notice::Candidates);
    }

    /// How many links wait.
    pub(crate) fn links_waiting(&self) -> u32 {
        crate::convert::small(held(&self.links).len())
    }

    /// The links that waited, as candidates.
    pub(crate) fn open_links(&self) -> Result<Vec<Candidate>, Failure> {
        self.with_vault(|_| Ok(()))?;
        let links = std::mem::take(&mut *held(&self.links));
        self.candidates_from(links.iter().map(|link| link.as_str()))
    }

    /// Files were dropped on the window.
    pub(crate) fn drop_files(&self, paths: &[PathBuf]) {
        let mut dropped = held(&self.dropped);
        dropped.clear();
        dropped.extend(paths.iter().cloned());
    }

    /// Refuses files that nobody dropped on the window: the page cannot name others.
    pub(crate) fn only_dropped(&self, paths: &[PathBuf]) -> Result<(), Failure> {
        let dropped = held(&self.dropped);
        let Some(strange) = paths.iter().find(|path| !dropped.contains(*path)) else { return Ok(()) };
        let name = strange.display();
        Err(Failure::with(ErrorCode::InvalidRequest, "Only files dropped on the window are read.", name))
    }

    /// An export was written, or its file is of no concern any more.
    pub(crate) fn exported(&self, written: Option<Written>) {
        *held(&self.exported) = written;
    }

    /// The file of the last export.
    pub(crate) fn last_exported(&self) -> Option<Written> {
        held(&self.exported).clone()
    }

    /// Forgets what belongs to a page that is going away: a reload, a new web process.
    pub(crate) fn page_gone(&self) {
        held(&self.camera).stop();
        held(&self.candidates).clear();
        self.import_stops();
        held(&self.importing).clear();
        held(&self.dropped).clear();
        self.exported(None);
        held(&self.sealing).clear();
        self.backups.forget_page();
    }

    /// The program ends: nothing of ours stays on the clipboard, and what is in memory of use counts is written.
    pub(crate) fn end(&self) {
        self.clipboard.take_off();
        held(&self.camera).stop();
        if let Ok(open) = self.session().open() {
            let _ = open.vault.flush_usage(true);
        }
        *self.session() = Session::default();
    }

    /// Drops sealing keys that nobody used.
    pub(crate) fn expire_keys(&self) {
        held(&self.sealing).expire(self.clock.steady());
    }
}

/// Entries with the same secret, those in the trash too.
fn duplicates(open: &OpenVault, credential: &tessera_otp::Credential) -> Vec<DuplicateRow> {
    let found = open.vault.same_secret(&credential.secret).into_iter().filter_map(|id| open.vault.entry(id));
    found.map(|found| crate::convert::duplicate(&found)).collect()
}

/// A lock whose content a panic cannot leave half changed.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How commands get at the shell.
pub(crate) type App<'a> = State<'a, Arc<Shell>>;

/// Does a command's work on a thread that may block. A panic there is a failure of that command alone.
pub(crate) async fn run<T: Send + 'static>(
    shell: &App<'_>,
    work: impl FnOnce(&Shell) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let shell = Arc::clone(shell.inner());
    let done = tauri::async_runtime::spawn_blocking(move || work(&shell)).await;
    done.unwrap_or_else(|_| {
        Err(Failure::new(ErrorCode::Internal, "The work was broken off by a fault of the program."))
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{path::Path, sync::atomic::AtomicU64};

    use super::*;
    use crate::{clipboard::Board, config::Places};

    /// A clipboard that forgets.
    struct NoBoard;

    impl Board for NoBoard {
        fn put(&mut self, _text: &str) -> Result<(), String> {
            Ok(())
        }
        fn text(&mut self) -> Option<Zeroizing<String>> {
            None
        }
        fn clear(&mut self) -> Result<(), String> {
            Ok(())
        }
    }

    /// A shell over a folder, with a clock that the test moves and the notices it gave.
    pub(crate) struct Fixture {
        pub(crate) shell: Arc<Shell>,
        pub(crate) now: Arc<AtomicU64>,
        pub(crate) notices: Arc<Mutex<Vec<Notice>>>,
    }

    impl Fixture {
        pub(crate) fn new(folder: &Path) -> Self {
            Self::of(folder, false)
        }

        /// Where the environment names the vault.
        pub(crate) fn named(folder: &Path) -> Self {
            Self::of(folder, true)
        }

        fn of(folder: &Path, vault_forced: bool) -> Self {
            let now = Arc::new(AtomicU64::new(1_700_000_000));
            let clock = {
                let now = Arc::clone(&now);
                Clock::from_fn(move || Duration::from_secs(now.load(Ordering::SeqCst)))
            };
            let places = Places {
                vault: folder.join("data/vault.tessera"),
                vault_forced,
                config: folder.join("config/desktop.json"),
                trial: folder.join("data/trial-center"),
                state: Some(folder.join("state")),
                portable: None,
            };
            let clipboard = ClipboardGuard::new(Box::new(NoBoard));
            // No time at all: slots are made at the floor.
            let shell = Shell::new(clock, ConfigStore::load(places), clipboard, Duration::ZERO);
            let notices = Arc::new(Mutex::new(Vec::new()));
            let told = Arc::clone(&notices);
            shell.on_notice(move |notice| told.lock().unwrap().push(notice));
            Self { shell: Arc::new(shell), now, notices }
        }

        pub(crate) fn pass(&self, seconds: u64) {
            self.now.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    #[test]
    fn nothing_is_reached_while_no_vault_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        assert_eq!(fixture.shell.with_vault(|_| Ok(())).unwrap_err().code, ErrorCode::Locked);
        assert_eq!(fixture.shell.candidates_from(["x"]).unwrap_err().code, ErrorCode::Locked);
    }

    #[test]
    fn links_wait_for_the_unlocked_vault_and_do_not_pile_up() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        for _ in 0..100 {
            fixture.shell.take_link(Zeroizing::new("otpauth://x".to_owned()));
        }
        assert_eq!(fixture.shell.links_waiting(), 32);
        assert!(fixture.shell.open_links().is_err());
        assert_eq!(fixture.shell.links_waiting(), 32);
    }

    #[test]
    fn the_page_may_name_only_files_that_were_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        fixture.shell.drop_files(&["/pictures/qr.png".into()]);
        assert!(fixture.shell.only_dropped(&["/pictures/qr.png".into()]).is_ok());
        assert!(fixture.shell.only_dropped(&["/pictures/qr.png".into(), "/etc/passwd".into()]).is_err());
        fixture.shell.page_gone();
        assert!(fixture.shell.only_dropped(&["/pictures/qr.png".into()]).is_err());
    }
}

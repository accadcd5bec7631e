//! The trial center: the same server, in this process, on 127.0.0.1, with public passwords and an inbox for its messages.
//!
//! Its data, its root key too, lie in a folder of their own, in which nothing is worth guarding. It signs its own list of
//! reviewers' keys whenever one registers, which with a real center the holder of the root key does elsewhere.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use rand_core::Rng as _;
use serde::{Deserialize, Serialize};
use tessera_center::{
    Config, demo, outbox,
    rules::key_list,
    serve::Server,
    store::tables::{message, reviewer_key},
};
use tessera_center_api::key_list::{KeyList, RootKey, SignedKeyList};
use tessera_center_client::{Fingerprint, document::ReviewerIdentity};
use tessera_vault::{CenterRecord, KeptSecret};
use tokio::sync::Mutex;

use super::Call;
use crate::{
    clock,
    dto::{CenterRow, DemoChannel, DemoMessage, ErrorCode, Failure, TrialAccount, TrialStaff, TrialState},
    shell::{Notice, Shell, held},
};

/// The file in the trial's folder that this module keeps.
const NOTES: &str = "trial.json";
/// How often it is looked whether a message came.
const LOOK: Duration = Duration::from_secs(1);
/// As many messages as the inbox shows.
const MESSAGES: i64 = 500;
/// For how long a signed list is good, in seconds: ten years.
const LIST_LIFE: i64 = 10 * 365 * 24 * 60 * 60;

/// Where the trial center runs, if it does.
#[derive(Default)]
pub(crate) struct Place(Mutex<Option<Trial>>);

struct Trial {
    center: Arc<tessera_center::Center>,
    server: Server,
    folder: PathBuf,
    notes: Notes,
    watch: tauri::async_runtime::JoinHandle<()>,
}

/// What the trial needs beside the center's own data. Nothing of it guards anything but the trial.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Notes {
    port: u16,
    root_seed: String,
    reviewer: String,
    escrow: String,
    staff: Vec<TrialStaff>,
    read: Vec<String>,
}

/// The shell's clock, for the center.
struct Time(clock::Clock);

impl tessera_center::clock::Clock for Time {
    fn now(&self) -> i64 {
        i64::try_from(self.0.unix()).unwrap_or(i64::MAX)
    }
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(ErrorCode::TrialFailed, format!("{what}: {error}"))
}

impl Notes {
    /// Those of a folder, or new ones.
    fn load(folder: &Path) -> Result<Self, Failure> {
        match fs::read(folder.join(NOTES)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|error| failed("The trial center's notes are damaged; reset it", &error)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut seed = [0; 32];
                clock::randomness().fill_bytes(&mut seed);
                Ok(Self {
                    root_seed: HEXLOWER.encode(&seed),
                    reviewer: ReviewerIdentity::generate().to_text().to_string(),
                    escrow: ReviewerIdentity::generate().to_text().to_string(),
                    ..Self::default()
                })
            }
            Err(error) => Err(failed("The trial center's notes cannot be read", &error)),
        }
    }

    fn save(&self, folder: &Path) -> Result<(), Failure> {
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec(self)?)?;
            file.persist(folder.join(NOTES))?;
            Ok::<(), std::io::Error>(())
        };
        write().map_err(|error| failed("The trial center's notes cannot be written", &error))
    }

    fn root(&self) -> Result<SigningKey, Failure> {
        let bytes = HEXLOWER.decode(self.root_seed.as_bytes()).ok().and_then(|seed| seed.try_into().ok());
        let seed: [u8; 32] =
            bytes.ok_or_else(|| failed("The trial center's notes are damaged", &"reset it"))?;
        Ok(SigningKey::from_bytes(&seed))
    }

    fn recipient(identity: &str) -> Result<String, Failure> {
        let identity = ReviewerIdentity::from_text(identity);
        Ok(identity.ok_or_else(|| failed("The trial center's notes are damaged", &"reset it"))?.recipient())
    }
}

/// The port of last time, or another one that is free.
fn port(wanted: u16) -> Result<u16, Failure> {
    let bound = TcpListener::bind(("127.0.0.1", wanted)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)));
    let listener = bound.map_err(|error| failed("No port is free for the trial center", &error))?;
    Ok(listener.local_addr().map_err(|error| failed("No port is free for the trial center", &error))?.port())
}

fn config(folder: &Path, notes: &Notes) -> Result<Config, Failure> {
    let mut config = Config { data: folder.join("data"), name: "Trial center".into(), ..Config::default() };
    config.root_key = Some(RootKey::of(&notes.root()?).text());
    config.server.listen = format!("127.0.0.1:{}", notes.port);
    config.server.public_url = Some(format!("http://127.0.0.1:{}", notes.port));
    config.contact_us.support = Some("support@center.example".into());
    // Waiting for days shows nothing that minutes don't, and all of the trial's people share one machine.
    config.rules.staff_age = 0;
    config.rules.hold = 300;
    config.rules.hold_with_factor = 60;
    config.rules.code_pause = 10;
    config.rules.anonymous_codes_per_address = 1_000;
    config.rules.anonymous_codes_per_peer = 10_000;
    config.rules.codes_per_address = 1_000;
    config.rules.staff_invitation = LIST_LIFE;
    Ok(config)
}

/// Signs and publishes the list of the keys that are registered, if it is not the published one.
async fn publish(center: &tessera_center::Center, notes: &Notes) -> Result<(), Failure> {
    let failed =
        |error: &dyn std::fmt::Display| failed("The list of reviewers' keys was not published", error);
    let escrow = [Notes::recipient(&notes.escrow)?];
    let mut tx = center.begin().await.map_err(|error| failed(&error))?;
    let list = key_list::draft(&mut tx, center, &escrow, LIST_LIFE).await.map_err(|error| failed(&error))?;
    let published = tessera_center::store::tables::key_list::newest(&mut tx).await;
    let published = published.map_err(|error| failed(&error))?;
    let same = published.and_then(|(_, signed)| serde_json::from_str::<KeyList>(&signed.list).ok());
    if same.is_some_and(|published| published.keys == list.keys) {
        return Ok(());
    }
    let signed = SignedKeyList::sign(&list, &notes.root()?).map_err(|error| failed(&error))?;
    key_list::publish(&mut tx, center, None, &signed)
        .await
        .map_err(|refusal| failed(&refusal.problem().detail))?;
    tx.commit().await.map_err(|error| failed(&error))
}

/// The demo's accounts and staff, and a first list of keys.
async fn seed(center: &tessera_center::Center, notes: &mut Notes) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| failed("The trial center's accounts were not made", error);
    let seeded = demo::seed(center, false).await.map_err(|error| failed(&error))?;
    let staff = demo::STAFF.iter().zip(&seeded.invitations);
    notes.staff = staff
        .map(|((email, name), (_, token))| TrialStaff {
            email: (*email).into(),
            name: (*name).into(),
            // Shown to whoever plays the reviewer.
            invitation: token.expose_secret().to_string(),
        })
        .collect();
    // A key for the first of them, so that documents can be sealed before anybody plays the reviewer.
    if let Some((staff, _)) = seeded.invitations.first() {
        let key = reviewer_key::ReviewerKey {
            recipient: Notes::recipient(&notes.reviewer)?,
            staff: staff.clone(),
            registered_at: center.now(),
        };
        let mut tx = center.begin().await.map_err(|error| failed(&error))?;
        reviewer_key::insert(&mut tx, &key).await.map_err(|error| failed(&error))?;
        tx.commit().await.map_err(|error| failed(&error))?;
    }
    Ok(())
}

impl Trial {
    async fn start(shell: &Arc<Shell>, folder: PathBuf) -> Result<Self, Failure> {
        make_private(&folder)?;
        let mut notes = Notes::load(&folder)?;
        notes.port = port(notes.port)?;
        let clock = Arc::new(Time(shell.clock.clone()));
        let center = tessera_center::Center::open_with(
            config(&folder, &notes)?,
            clock,
            Arc::new(tessera_center::clock::SystemRandomness),
        )
        .await;
        let center = center.map_err(|error| failed("The trial center cannot be opened", &error))?;
        let is_new = demo::is_empty(&center).await;
        if is_new.map_err(|error| failed("The trial center cannot be read", &error))? {
            seed(&center, &mut notes).await?;
        }
        notes.save(&folder)?;
        publish(&center, &notes).await?;
        let server = Server::start(Arc::clone(&center)).await;
        let server = server.map_err(|error| failed("The trial center cannot listen", &error))?;
        let watch = tauri::async_runtime::spawn(watch(Arc::downgrade(shell), Arc::clone(&center)));
        Ok(Self { center, server, folder, notes, watch })
    }

    async fn stop(self) {
        self.watch.abort();
        self.server.stop().await;
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.notes.port)
    }

    async fn messages(&self) -> Result<Vec<DemoMessage>, Failure> {
        let failed = |error: &dyn std::fmt::Display| failed("The inbox cannot be read", error);
        let mut place = (i64::MIN, String::new());
        let mut messages = Vec::new();
        loop {
            let found = message::readable(self.center.db.pool(), (place.0, &place.1), MESSAGES).await;
            let found = found.map_err(|error| failed(&error))?;
            let Some(last) = found.last() else { break };
            place = (last.created_at, last.id.clone());
            for kept in &found {
                messages.push(self.message(kept).map_err(|error| failed(&error))?);
            }
        }
        let most = usize::try_from(MESSAGES).unwrap_or(usize::MAX);
        // The newest first.
        messages.reverse();
        messages.truncate(most);
        Ok(messages)
    }

    fn message(&self, kept: &message::Kept) -> Result<DemoMessage, Box<dyn std::error::Error>> {
        let opened = outbox::open(&self.center, &kept.id, &kept.channel, &kept.address, &kept.body)?;
        let said = opened.message.render(&self.center.config.name)?;
        Ok(DemoMessage {
            sent_at: kept.created_at,
            channel: if kept.channel == "email" { DemoChannel::Email } else { DemoChannel::Phone },
            to: opened.to.text().to_owned(),
            links: links_in(&said.text, &self.address()),
            read: self.notes.read.contains(&opened.id),
            id: opened.id,
            subject: said.subject,
            body: said.text,
        })
    }
}

/// The addresses in a text that begin with this one.
fn links_in(text: &str, address: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '('))
        .filter(|word| word.starts_with(address))
        .map(|word| word.trim_end_matches(['.', ',', ')', ';']).to_owned())
        .collect()
}

/// Tells when a message came.
async fn watch(shell: std::sync::Weak<Shell>, center: Arc<tessera_center::Center>) {
    let mut place: Option<(i64, String)> = None;
    loop {
        clock::pause(LOOK).await;
        let Some(shell) = shell.upgrade() else { return };
        let after = place.clone().unwrap_or((i64::MIN, String::new()));
        // A database that is busy is looked at again.
        let Ok(found) = message::readable(center.db.pool(), (after.0, &after.1), MESSAGES).await else {
            continue;
        };
        let Some(last) = found.last() else {
            place.get_or_insert(after);
            continue;
        };
        // What lay there at the start is no news.
        let is_news = place.is_some();
        place = Some((last.created_at, last.id.clone()));
        if is_news {
            shell.tell(Notice::CenterInbox);
        }
    }
}

fn make_private(folder: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| failed("The trial center's folder cannot be made", &error))
}

fn not_running() -> Failure {
    Failure::new(ErrorCode::TrialFailed, "The trial center does not run. Start it first.")
}

impl Call {
    /// How the trial center stands.
    pub(crate) async fn trial(&self) -> Result<TrialState, Failure> {
        let running = self.shell.center.trial.0.lock().await;
        let accounts = demo::ACCOUNTS.map(|account| TrialAccount {
            login_name: account.email.into(),
            password: demo::PASSWORD.into(),
            name: account.name.into(),
        });
        let (mut unread, mut staff) = (0, Vec::new());
        if let Some(trial) = &*running {
            unread = trial.messages().await?.iter().filter(|message| !message.read).count();
            staff.clone_from(&trial.notes.staff);
        }
        let unread = u32::try_from(unread).unwrap_or(u32::MAX);
        Ok(TrialState { running: running.is_some(), accounts: accounts.into(), staff, unread })
    }

    /// Starts it, if it does not run, and connects this vault to it.
    pub(crate) async fn start_trial(&self) -> Result<CenterRow, Failure> {
        self.vault(|_| Ok(())).await?;
        let mut running = self.shell.center.trial.0.lock().await;
        if running.is_none() {
            let folder = held(&self.shell.config).trial_folder().to_owned();
            *running = Some(self.start_in(folder).await?);
        }
        let trial = running.as_ref().ok_or_else(not_running)?;
        let (address, root) = (trial.address(), RootKey::of(&trial.notes.root()?));
        let name = trial.center.config.name.clone();
        drop(running);
        self.connect(address, Fingerprint::of(&root), name).await
    }

    /// Opens, seeds and serves it, from a thread that may block: what it reads and hashes keeps no other work waiting.
    async fn start_in(&self, folder: PathBuf) -> Result<Trial, Failure> {
        let (shell, runtime) = (Arc::clone(&self.shell), tokio::runtime::Handle::current());
        let start = move || runtime.block_on(Trial::start(&shell, folder));
        let started = tokio::task::spawn_blocking(start).await;
        started.unwrap_or_else(|error| Err(failed("The trial center's start was broken off", &error)))
    }

    /// Puts the trial center into the vault, or its address of today into the record of it.
    async fn connect(&self, address: String, root: Fingerprint, name: String) -> Result<CenterRow, Failure> {
        let (now, root) = (self.shell.clock.unix(), root.to_bytes());
        let id = self
            .vault(move |open| {
                let same = |record: &CenterRecord| record.trial && record.root == Some(root);
                let known = open.vault.centers().find(|(_, record)| same(record)).map(|(id, _)| id);
                if let Some(id) = known {
                    open.vault.edit_center(id, |record| record.address = address)?;
                    return Ok(id);
                }
                Ok(open.vault.add_center(CenterRecord {
                    address,
                    root: Some(root),
                    authority: None,
                    name,
                    list_version: 0,
                    accounts: Vec::new(),
                    staff: Vec::new(),
                    identities: Vec::new(),
                    added: now,
                    trial: true,
                })?)
            })
            .await?;
        self.shell.forget_client(id);
        // Its numbers and name, for the pages; it runs in this process.
        self.refresh_center(&id.to_string()).await
    }

    /// Stops it. Its data stay.
    pub(crate) async fn stop_trial(&self) {
        let trial = self.shell.center.trial.0.lock().await.take();
        if let Some(trial) = trial {
            trial.stop().await;
        }
    }

    /// All of its data anew; what the vault keeps of the old one goes.
    pub(crate) async fn reset_trial(&self) -> Result<CenterRow, Failure> {
        self.vault(|_| Ok(())).await?;
        self.stop_trial().await;
        let folder = held(&self.shell.config).trial_folder().to_owned();
        match fs::remove_dir_all(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("The trial center's data cannot be removed", &error)),
        }
        self.vault(|open| {
            let old: Vec<_> =
                open.vault.centers().filter(|(_, record)| record.trial).map(|(id, _)| id).collect();
            old.into_iter().try_for_each(|id| Ok(open.vault.remove_center(id)?))
        })
        .await?;
        let row = self.start_trial().await?;
        self.shell.tell(Notice::CenterAccounts);
        self.shell.tell(Notice::CenterInbox);
        Ok(row)
    }

    /// The messages that it sent, the newest first.
    pub(crate) async fn inbox(&self) -> Result<Vec<DemoMessage>, Failure> {
        match &*self.shell.center.trial.0.lock().await {
            Some(trial) => trial.messages().await,
            None => Ok(Vec::new()),
        }
    }

    /// Marks messages as read.
    pub(crate) async fn read_inbox(&self, messages: Vec<String>) -> Result<(), Failure> {
        let mut running = self.shell.center.trial.0.lock().await;
        let trial = running.as_mut().ok_or_else(not_running)?;
        // Only those that are there: the list does not outgrow the inbox.
        let there: Vec<String> = trial.messages().await?.into_iter().map(|message| message.id).collect();
        trial.notes.read.extend(messages);
        trial.notes.read.retain(|id| there.contains(id));
        trial.notes.read.sort();
        trial.notes.read.dedup();
        trial.notes.save(&trial.folder)
    }

    /// The link of a message, if it stands there.
    pub(crate) async fn inbox_link(&self, message: &str, link: &str) -> Result<String, Failure> {
        let messages = self.inbox().await?;
        let stands =
            messages.iter().any(|one| one.id == message && one.links.iter().any(|other| other == link));
        if stands {
            return Ok(link.to_owned());
        }
        Err(Failure::new(ErrorCode::InvalidRequest, "This link does not stand in that message."))
    }

    /// After a reviewer registered a key: the trial signs the list that with a real center somebody signs elsewhere, and gives
    /// the reviewer the key that was listed before, so that older documents open.
    pub(crate) async fn trial_key_registered(&self, id: tessera_vault::RecordId) -> Result<(), Failure> {
        let running = self.shell.center.trial.0.lock().await;
        let Some(trial) = &*running else { return Ok(()) };
        publish(&trial.center, &trial.notes).await?;
        let identity = KeptSecret::new(trial.notes.reviewer.clone());
        drop(running);
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| {
                if !record.identities.contains(&identity) {
                    record.identities.insert(0, identity);
                }
            })?)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_trial_center_are_found_in_a_message_and_others_are_not() {
        let text = "Undo it: http://127.0.0.1:8420/undo/abc.\nSee https://elsewhere.example/undo/x \
                    (or http://127.0.0.1:8420/objections/d), http://127.0.0.1:84201/x";
        assert_eq!(
            links_in(text, "http://127.0.0.1:8420/"),
            ["http://127.0.0.1:8420/undo/abc", "http://127.0.0.1:8420/objections/d"]
        );
    }
}

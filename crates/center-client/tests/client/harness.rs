//! A running center on SQLite, its outbox, and clients of it.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use tessera_center::clock::{Clock, SystemRandomness, Unix};
use tessera_center::serve::Server;
use tessera_center::store::tables::message;
use tessera_center::{Center as Served, Config, demo, outbox};
use tessera_center_api::Hidden;
use tessera_center_api::key_list::RootKey;
use tessera_center_client::{
    Begun, Center, CenterAddress, Fingerprint, Intent, LoginAttempt, Session, SignIn,
};
use tessera_testkit::{FixedClock, SeededRng};

/// 14 November 2023, 22:13:20 UTC.
pub(crate) const START: u64 = 1_700_000_000;
pub(crate) const ROOT_SEED: [u8; 32] = [7; 32];

struct Standing(FixedClock);

impl Clock for Standing {
    fn now(&self) -> Unix {
        self.0.now().try_into().unwrap()
    }
}

pub(crate) struct Scene {
    pub(crate) served: Arc<Served>,
    pub(crate) clock: FixedClock,
    pub(crate) client: Center,
    pub(crate) invitations: Vec<Hidden>,
    server: Server,
    _folder: tempfile::TempDir,
}

pub(crate) fn intent(seed: u64) -> Intent {
    Intent::generate(&mut SeededRng::new(seed))
}

impl Scene {
    /// The demo's accounts and staff, on a free port.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { data: folder.path().join("data"), ..Config::default() };
        config.server.listen = "127.0.0.1:0".into();
        config.passwords.memory_kib = 64;
        config.passwords.passes = 1;
        config.rules.staff_age = 0;
        config.root_key = Some(RootKey::of(&SigningKey::from_bytes(&ROOT_SEED)).text());
        let clock = FixedClock::new(START);
        let standing = Arc::new(Standing(clock.clone()));
        let served = Served::open_with(config, standing, Arc::new(SystemRandomness)).await.unwrap();
        let seeded = demo::seed(&served, false).await.unwrap();
        let invitations =
            seeded.invitations.iter().map(|(_, token)| Hidden::new(token.expose_secret().as_str())).collect();
        let server = Server::start(Arc::clone(&served)).await.unwrap();
        let client = client(&format!("http://{}", server.address()), &ROOT_SEED);
        Self { served, clock, client, invitations, server, _folder: folder }
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await;
    }

    pub(crate) fn now(&self) -> i64 {
        self.served.now()
    }

    /// The code of the newest message to an address.
    pub(crate) async fn code_to(&self, address: &str) -> Hidden {
        let text = self.newest_to(address).await;
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
        Hidden::new(code.unwrap_or_else(|| panic!("no code in {text}")))
    }

    pub(crate) async fn newest_to(&self, address: &str) -> String {
        let mut place = (i64::MIN, String::new());
        let mut newest = None;
        loop {
            let found = message::readable(self.served.db.pool(), (place.0, &place.1), 100).await.unwrap();
            let Some(last) = found.last() else { break };
            place = (last.created_at, last.id.clone());
            for kept in &found {
                let opened =
                    outbox::open(&self.served, &kept.id, &kept.channel, &kept.address, &kept.body).unwrap();
                // In one second the ids, which are random, decide the order: of those of one second any may be the newest.
                if opened.to.text() == address && newest.as_ref().is_none_or(|(at, _)| *at <= kept.created_at)
                {
                    newest = Some((kept.created_at, opened.message.render("Center").unwrap().text));
                }
            }
        }
        newest.unwrap_or_else(|| panic!("no message to {address}")).1
    }

    pub(crate) fn attempt(name: &str, password: &str) -> LoginAttempt {
        LoginAttempt {
            name: Hidden::new(name),
            password: Hidden::new(password),
            code: None,
            trusted_device: None,
            remember: false,
            device: "a test".into(),
        }
    }

    /// One of the demo's accounts, signed in.
    pub(crate) async fn sign_in(&self, name: &str) -> Session {
        match self.client.sign_in(Self::attempt(name, demo::PASSWORD)).await.unwrap() {
            SignIn::Begun(Begun { session, .. }) => self.client.as_account(session),
            SignIn::SecondStep { .. } => panic!("a second step"),
        }
    }
}

/// A client of an address that pins the root key made from a seed.
pub(crate) fn client(address: &str, root_seed: &[u8; 32]) -> Center {
    let root = RootKey::of(&SigningKey::from_bytes(root_seed));
    let address: CenterAddress = address.parse().unwrap();
    Center::new(address.with_root(Fingerprint::of(&root)), None).unwrap()
}

//! Accounts by the thousand, made by bulk SQL: each with two e-mail addresses and a session, all with one password.

use std::fmt::Write as _;
use std::sync::Arc;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest as _, Sha256};
use sqlx::Connection as _;
use tempfile::TempDir;
use tessera_center::clock::{SystemRandomness, Unix};
use tessera_center::contact::Address;
use tessera_center::keys::Seal;
use tessera_center::password::Password;
use tessera_center::store::tables::{account, contact};
use tessera_center::token::PlainToken;
use tessera_center::{Center, Config};

use crate::database::{Database, Kind};

/// Everybody's.
pub(crate) const PASSWORD: &str = "quiet lantern under the bridge";
/// The lowest number of an account.
const FIRST: i64 = 100_000_000;
/// Rows that are written in one go.
const BATCH: u32 = 20_000;

/// A database with accounts, and the folder of the center that it belongs to.
pub(crate) struct People {
    pub(crate) folder: TempDir,
    pub(crate) database: Database,
    pub(crate) many: u32,
}

impl People {
    /// The account e-mail of one.
    pub(crate) fn email(number: u32) -> String {
        format!("person-{number}@example.com")
    }

    /// The token of one's session.
    pub(crate) fn token(number: u32) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(format!("session of {number}")))
    }

    /// Numbers from everywhere among them; another run of them for each `start`.
    pub(crate) fn some(&self, start: usize, count: usize) -> Vec<u32> {
        let many = u64::from(self.many);
        // A prime that divides no number of accounts one would choose: a walk that comes by everybody.
        (start..start + count).map(|place| u32::try_from(place as u64 * 7_368_787 % many).unwrap()).collect()
    }

    pub(crate) async fn remove(self) {
        self.database.remove().await;
    }
}

/// What stands in the three tables about one person.
struct Person {
    id: i64,
    name: Vec<u8>,
    email: [u8; 32],
    /// Sealed as the account e-mail and as the security e-mail.
    sealed: [Vec<u8>; 2],
    session: [u8; 32],
}

/// Makes a database with so many accounts.
pub(crate) async fn settle(kind: Kind, many: u32) -> People {
    let folder =
        tempfile::Builder::new().prefix("tessera-bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let database = Database::make(kind, folder.path(), many).await;
    let mut config = Config { data: folder.path().to_owned(), ..Config::default() };
    config.database.url = Some(database.url.clone());
    let center = Center::open(config).await.unwrap();
    let hash = center.hasher.hash(Password::new(PASSWORD), &center.random).await.unwrap();
    center.db.close().await;
    let began = std::time::Instant::now();
    match Database::path(&database.url) {
        Some(path) => into_sqlite(path, &center, &hash, many),
        None => into_postgres(&database.url, &center, &hash, many).await,
    }
    println!("{many} accounts were made in {:.0} s", began.elapsed().as_secs_f64());
    People { folder, database, many }
}

fn person(center: &Arc<Center>, number: u32) -> Person {
    let id = FIRST + i64::from(number);
    let address = Address::email(&People::email(number)).unwrap();
    let seal =
        |purpose, row: &[u8], plain: &[u8]| center.keys.seal(&SystemRandomness, purpose, row, plain).unwrap();
    let contact = |kind: &str| {
        // As store/sealed.rs lists it.
        seal(Seal::Contact, format!("contact {id} {kind}").as_bytes(), address.text().as_bytes())
    };
    Person {
        id,
        name: seal(Seal::Label, &account::sealed_row(id), format!("Person {number}").as_bytes()),
        email: contact::fingerprint(&center.keys, &address).try_into().unwrap(),
        sealed: KINDS.map(contact),
        session: PlainToken::from_text(&People::token(number))
            .unwrap()
            .hash()
            .as_bytes()
            .to_owned()
            .try_into()
            .unwrap(),
    }
}

const KINDS: [&str; 2] = ["account-email", "security-email"];

/// The place of an address: the first, and for security e-mails one of the account's own.
const fn place(kind: usize, id: i64) -> i64 {
    if kind == 0 { 1 } else { id }
}

/// Registered a year ago.
fn long_ago(center: &Center) -> Unix {
    center.now() - 365 * 86_400
}

fn into_sqlite(path: &str, center: &Arc<Center>, hash: &str, many: u32) {
    let mut database = rusqlite::Connection::open(path).unwrap();
    database.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000").unwrap();
    let (since, now) = (long_ago(center), center.now());
    let transaction = database.transaction().unwrap();
    {
        let mut account = transaction
            .prepare(
                "INSERT INTO account (id, kind, name, password_hash, password_since, language, created_at)
                 VALUES (?1, 'individual', ?2, ?3, ?4, 'en', ?4)",
            )
            .unwrap();
        let mut contact =
            transaction.prepare("INSERT INTO contact VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0)").unwrap();
        let mut session = transaction
            .prepare(
                "INSERT INTO session (id, account_id, label, peer, created_at, seen_at)
                 VALUES (?1, ?2, 'bench', '127.0.0.1', ?3, ?3)",
            )
            .unwrap();
        for number in 0..many {
            let one = person(center, number);
            account.execute(rusqlite::params![one.id, one.name, hash, since]).unwrap();
            for (place_of, (kind, sealed)) in KINDS.iter().zip(&one.sealed).enumerate() {
                contact
                    .execute(rusqlite::params![
                        one.id,
                        kind,
                        one.email,
                        place(place_of, one.id),
                        sealed,
                        since
                    ])
                    .unwrap();
            }
            session.execute(rusqlite::params![one.session, one.id, now]).unwrap();
        }
    }
    transaction.commit().unwrap();
    database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

async fn into_postgres(url: &str, center: &Arc<Center>, hash: &str, many: u32) {
    let mut database = sqlx::PgConnection::connect(url).await.unwrap();
    let (since, now) = (long_ago(center), center.now());
    for from in (0..many).step_by(BATCH as usize) {
        let (mut accounts, mut contacts, mut sessions) = (String::new(), String::new(), String::new());
        for number in from..many.min(from + BATCH) {
            let one = person(center, number);
            let (id, name) = (one.id, HEXLOWER.encode(&one.name));
            writeln!(accounts, "{id}\tindividual\t\\\\x{name}\t{hash}\t{since}\ten\t{since}").unwrap();
            for (place_of, (kind, sealed)) in KINDS.iter().zip(&one.sealed).enumerate() {
                let (email, sealed) = (HEXLOWER.encode(&one.email), HEXLOWER.encode(sealed));
                let place = place(place_of, id);
                writeln!(contacts, "{id}\t{kind}\t\\\\x{email}\t{place}\t\\\\x{sealed}\t{since}\t1\t0")
                    .unwrap();
            }
            writeln!(
                sessions,
                "\\\\x{}\t{id}\tbench\t127.0.0.1\t{now}\t{now}",
                HEXLOWER.encode(&one.session)
            )
            .unwrap();
        }
        for (into, rows) in [
            ("account (id, kind, name, password_hash, password_since, language, created_at)", accounts),
            ("contact", contacts),
            ("session (id, account_id, label, peer, created_at, seen_at)", sessions),
        ] {
            let mut copy = database.copy_in_raw(&format!("COPY {into} FROM STDIN")).await.unwrap();
            copy.send(rows.as_bytes()).await.unwrap();
            copy.finish().await.unwrap();
        }
    }
    // What its own housekeeping would have done by and by.
    sqlx::query("VACUUM ANALYZE").execute(&mut database).await.unwrap();
    sqlx::query("CHECKPOINT").execute(&mut database).await.unwrap();
}

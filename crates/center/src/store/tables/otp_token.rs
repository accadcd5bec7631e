//! Secrets that codes are computed from, with what was accepted of each. Hardware tokens stand here from the day staff import
//! them, whether an account holds them or not, so that a code used at one account is used up at every later one.

use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};

use crate::Center;
use crate::keys::{Index, Keys, Seal, same};
use crate::store::{StoreError, Tx, row};

/// Its migration.
pub const MIGRATION: &[&str] = &["CREATE TABLE otp_token (
        id TEXT PRIMARY KEY,
        serial {blob},
        serial_index {blob},
        seed {blob} NOT NULL,
        algorithm TEXT NOT NULL,
        digits BIGINT NOT NULL,
        period BIGINT,
        last_step BIGINT NOT NULL,
        drift BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL,
        CONSTRAINT otp_token_serial UNIQUE (serial_index)
    )"];

/// What moves from code to code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moving {
    /// The time, in steps of so many seconds.
    Time(Period),
    /// A counter in the device.
    Counter,
}

/// A token's secret and how its codes are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The secret.
    pub secret: Secret,
    /// The hash.
    pub algorithm: Algorithm,
    /// The length of a code.
    pub digits: Digits,
    /// What moves.
    pub moving: Moving,
}

impl Seed {
    /// The code of a step or counter; `None` where there is no such step.
    pub fn code(&self, step: i64) -> Option<tessera_otp::Code> {
        let step = u64::try_from(step).ok()?;
        let (algorithm, digits) = (self.algorithm, self.digits);
        let (generator, unix) = match self.moving {
            Moving::Time(period) => {
                (Generator::Totp { algorithm, digits, period }, step.checked_mul(period.get().into())?)
            }
            Moving::Counter => (Generator::Hotp { algorithm, digits, counter: step }, 0),
        };
        Credential::new("", "", self.secret.clone(), generator).code_at(unix).ok()
    }

    /// Whether a text is the code of a step, in a time that does not tell where they differ.
    pub fn is_code(&self, step: i64, text: &str) -> bool {
        self.code(step).is_some_and(|code| same(code.text().as_bytes(), text.as_bytes()))
    }
}

/// A token as it stands.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its name.
    pub id: String,
    /// Its secret.
    pub seed: Seed,
    /// The last step or counter that was accepted; -1 before the first.
    pub last: i64,
    /// How many steps its clock is ahead of ours, as last seen.
    pub drift: i64,
}

/// The columns of [`Token`] in the order [`read`] takes them.
pub const COLUMNS: &str = "otp_token.id, otp_token.seed, otp_token.algorithm, otp_token.digits, otp_token.period, \
    otp_token.last_step, otp_token.drift";

/// How many columns that are.
pub const WIDTH: usize = 7;

/// Reads [`COLUMNS`].
///
/// # Errors
/// When the seed does not open or a column is not what only this program writes.
pub fn read(keys: &Keys, found: &sqlx::any::AnyRow) -> Result<Token, StoreError> {
    let invalid = || StoreError::Invalid("otp_token");
    let id = row::text(found, 0)?;
    let plain = keys
        .open(Seal::OtpSeed, &sealed_row(&id), &row::bytes(found, 1)?)
        .map_err(|_| StoreError::Sealed("otp_token.seed"))?;
    let moving = match row::number_or_null(found, 4)? {
        None => Moving::Counter,
        Some(period) => Moving::Time(
            u32::try_from(period).ok().and_then(|period| Period::new(period).ok()).ok_or_else(invalid)?,
        ),
    };
    let digits = u8::try_from(row::number(found, 3)?).map_err(|_| invalid())?;
    let seed = Seed {
        secret: Secret::from_bytes(&plain).map_err(|_| invalid())?,
        algorithm: row::text(found, 2)?.parse().map_err(|_| invalid())?,
        digits: Digits::new(digits).map_err(|_| invalid())?,
        moving,
    };
    Ok(Token { id, seed, last: row::number(found, 5)?, drift: row::number(found, 6)? })
}

/// The row a seed is bound to.
fn sealed_row(id: &str) -> Vec<u8> {
    format!("otp_token {id}").into_bytes()
}

/// A serial number as it is compared: case, spaces and hyphens mean nothing.
pub fn canonical_serial(serial: &str) -> String {
    serial
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

fn serial_index(keys: &Keys, serial: &str) -> Vec<u8> {
    keys.index(Index::Serial, canonical_serial(serial).as_bytes()).to_vec()
}

/// Adds a token, of which steps up to `last` are used up and whose clock is known to be `drift` steps ahead. `None` when there
/// is one of this serial number already; then nothing is changed.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    center: &Center,
    serial: Option<&str>,
    seed: &Seed,
    last: i64,
    drift: i64,
) -> Result<Option<String>, StoreError> {
    let id = center.new_id()?;
    // The seed is kept sealed; computing codes is what it is for.
    let sealed =
        center.keys.seal(&*center.random, Seal::OtpSeed, &sealed_row(&id), seed.secret.expose_secret())?;
    let label = serial
        .map(|serial| center.keys.seal(&*center.random, Seal::Label, &sealed_row(&id), serial.as_bytes()))
        .transpose()?;
    let period = match seed.moving {
        Moving::Time(period) => Some(i64::from(period.get())),
        Moving::Counter => None,
    };
    let done = sqlx::query(
        "INSERT INTO otp_token (id, serial, serial_index, seed, algorithm, digits, period, last_step, drift, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(id.as_str())
    .bind(label)
    .bind(serial.map(|serial| serial_index(&center.keys, serial)))
    .bind(sealed)
    .bind(seed.algorithm.name())
    .bind(i64::from(seed.digits.get()))
    .bind(period)
    .bind(last)
    .bind(drift)
    .bind(center.now())
    .execute(tx.on())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// The token of a serial number.
///
/// # Errors
/// When the database is away.
pub async fn by_serial(tx: &mut Tx, keys: &Keys, serial: &str) -> Result<Option<Token>, StoreError> {
    let found =
        sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM otp_token WHERE serial_index = $1")))
            .bind(serial_index(keys, serial))
            .fetch_optional(tx.on())
            .await?;
    found.map(|found| read(keys, &found)).transpose()
}

/// Accepts a step or counter: true for the one caller to whom it is new. Whatever comes at once, it happens once, and
/// nothing that lies before it is accepted later.
///
/// # Errors
/// When the database is away.
pub async fn accept(tx: &mut Tx, id: &str, step: i64, drift: i64) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE otp_token SET last_step = $2, drift = $3 WHERE id = $1 AND last_step < $2")
            .bind(id)
            .bind(step)
            .bind(drift)
            .execute(tx.on())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Opens a serial number for its owner.
///
/// # Errors
/// When it does not open with the keys at hand.
pub fn open_serial(keys: &Keys, id: &str, sealed: &[u8]) -> Result<String, StoreError> {
    let plain = keys
        .open(Seal::Label, &sealed_row(id), sealed)
        .map_err(|_| StoreError::Sealed("otp_token.serial"))?;
    String::from_utf8(plain.to_vec()).map_err(|_| StoreError::Invalid("otp_token.serial"))
}

//! Connections and transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::any::{AnyArguments, AnyPoolOptions, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{Any, AnyPool, Connection as _, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::kept::{Kept, Lent};

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// The type of a column of bytes.
    pub const fn blob(self) -> &'static str {
        match self {
            Self::Sqlite => "BLOB",
            Self::Postgres => "BYTEA",
        }
    }
}

/// The database could not do it. Nothing of the transaction stands.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is away, busy, full or broke off; the same may work later.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// It answered, but not as the code expects.
    #[error("the database refused: {0}")]
    Refused(#[source] sqlx::Error),
    /// A newer program changed the schema so that this one does not work with it, or cannot do this with all of it.
    #[error("the database has schema {found}, this program knows {known}: run the newer tessera-center")]
    Newer {
        /// What stands in the database.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A step of the schema would break servers that run.
    #[error(
        "the database cannot go to schema {step} while servers run that would not work with it ({servers}): stop them or bring them up to date, then start this one again"
    )]
    OlderServers {
        /// The step.
        step: i64,
        /// Their names and versions.
        servers: String,
    },
    /// A sealed value does not open.
    #[error("a sealed value in {0} does not open: is the key file the right one?")]
    Sealed(&'static str),
    /// A value is not what only this program writes.
    #[error("a value in {0} is not valid")]
    Invalid(&'static str),
    /// A value could not be sealed.
    #[error(transparent)]
    NotSealed(#[from] crate::keys::SealError),
    /// The system gave no random bytes.
    #[error(transparent)]
    NoRandomness(#[from] crate::clock::NoRandomness),
}

/// Statements of this process that failed, for the metrics.
static ERRORS: AtomicU64 = AtomicU64::new(0);

/// How many statements of this process failed.
pub(crate) fn errors_seen() -> u64 {
    ERRORS.load(Ordering::Relaxed)
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        ERRORS.fetch_add(1, Ordering::Relaxed);
        let passing = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            // SQLite: busy 5, locked 6, I/O 10, full 13; PostgreSQL: serialization 40, resources 53, operator 57, system 58, connection 08.
            sqlx::Error::Database(database) => database.code().is_some_and(|code| {
                let primary = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
                primary.is_some_and(|code| matches!(code, 5 | 6 | 10 | 13))
                    || (code.len() == 5
                        && ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class)))
            }),
            _ => false,
        };
        if passing { Self::Unavailable(error) } else { Self::Refused(error) }
    }
}

/// An open transaction. Dropped without [`Tx::commit`], it never was.
pub struct Tx {
    inner: Inner,
    _turn: Option<OwnedSemaphorePermit>,
}

enum Inner {
    Writing(Transaction<'static, Any>),
    Reading(PoolConnection<Any>),
}

impl Tx {
    /// Makes it stand.
    ///
    /// # Errors
    /// When the database could not; then nothing of it stands, or the connection broke and it is unknown.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Writing(transaction) => Ok(transaction.commit().await?),
            Inner::Reading(_) => Ok(()),
        }
    }

    /// What queries run on.
    pub fn on(&mut self) -> &mut sqlx::AnyConnection {
        match &mut self.inner {
            Inner::Writing(transaction) => transaction,
            Inner::Reading(connection) => connection,
        }
    }
}

/// One in so many connections is kept at hand for single reads. The other half is for what writes: a connection that is kept
/// is not the pool's to give.
const KEPT: u32 = 2;

/// How long a request waits for a connection: for one of the others to be free, or for a database that is away to be back.
const CONNECTION: Duration = Duration::from_secs(10);

/// The pool.
#[derive(Clone)]
pub struct Db {
    pool: AnyPool,
    dialect: Dialect,
    kept: Arc<Kept>,
    /// SQLite has one writer at a time; waiting here is fair, and waiting there is polling.
    writer: Option<Arc<Semaphore>>,
}

impl Db {
    /// Connects, and prepares each connection.
    ///
    /// # Errors
    /// When the address cannot be meant or the database cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let dialect = if url.starts_with("sqlite:") { Dialect::Sqlite } else { Dialect::Postgres };
        let connections = connections.max(2);
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(CONNECTION)
            // On a full disk SQLite ends a transaction by itself, and its driver does not notice: such a connection is closed.
            .before_acquire(|connection, _| {
                let usable = !connection.is_in_transaction();
                Box::pin(async move { Ok(usable) })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if dialect == Dialect::Sqlite {
                        for pragma in [
                            "PRAGMA busy_timeout = 15000",
                            "PRAGMA journal_mode = WAL",
                            // FULL: an acknowledged request survives the loss of power.
                            "PRAGMA synchronous = FULL",
                            "PRAGMA foreign_keys = ON",
                            "PRAGMA secure_delete = ON",
                            "PRAGMA cache_size = -16000",
                            // What no cache holds is read where the system has it already (ADR 0082).
                            "PRAGMA mmap_size = 1073741824",
                        ] {
                            sqlx::query(pragma).execute(&mut *connection).await?;
                        }
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await?;
        let writer = (dialect == Dialect::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        let kept = Arc::new(Kept::new(usize::try_from(connections / KEPT).unwrap_or(usize::MAX)));
        Ok(Self { pool, dialect, kept, writer })
    }

    /// Which database speaks.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A transaction that may write. On SQLite it has the write lock from its start, so that no upgrade can fail halfway.
    ///
    /// # Errors
    /// When no connection is free in time or the database is away.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let turn = match &self.writer {
            Some(writer) => {
                Some(Arc::clone(writer).acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?)
            }
            None => None,
        };
        let statement = match self.dialect {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        Ok(Tx { inner: Inner::Writing(self.pool.begin_with(statement).await?), _turn: turn })
    }

    /// A connection for reading: each query sees what is committed when it runs, and waits for no writer. What must agree
    /// with each other belongs into one query, or into [`Db::begin`].
    ///
    /// # Errors
    /// When no connection is free in time or the database is away.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(Tx { inner: Inner::Reading(self.pool.acquire().await?), _turn: None })
    }

    /// The rows of one query that only reads, outside of any transaction: the quick way, for what almost every request asks.
    /// `query` makes the query; it may be sent a second time, when the connection turns out to be gone.
    ///
    /// # Errors
    /// When no connection is free in time or the database is away.
    pub async fn rows<'q>(
        &self,
        query: impl Fn() -> Query<'q, Any, AnyArguments>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        if let Some(mut lent) = self.kept.take()
            && let Ok(rows) = query().fetch_all(&mut *lent.connection).await
        {
            self.kept.give_back(lent);
            return Ok(rows);
        }
        let mut lent = Lent::new(self.pool.acquire().await?);
        let rows = query().fetch_all(&mut *lent.connection).await?;
        self.kept.give_back(lent);
        Ok(rows)
    }

    /// A transaction that sees one moment of the database, whatever is written meanwhile. It is for reading.
    ///
    /// # Errors
    /// When no connection is free in time or the database is away.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let statement = match self.dialect {
            // In WAL mode the first read fixes what is seen.
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(Tx { inner: Inner::Writing(self.pool.begin_with(statement).await?), _turn: None })
    }

    /// For single reads outside a transaction.
    pub const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Lets the connections go.
    pub async fn close(&self) {
        self.kept.let_go();
        self.pool.close().await;
    }
}

/// Reads columns of a row by place, with one kind of error for what cannot be there.
pub mod row {
    use sqlx::Row as _;

    use super::{AnyRow, StoreError};

    /// A number.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number(row: &AnyRow, place: usize) -> Result<i64, StoreError> {
        Ok(row.try_get::<i64, _>(place)?)
    }

    /// A number or NULL.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number_or_null(row: &AnyRow, place: usize) -> Result<Option<i64>, StoreError> {
        Ok(row.try_get::<Option<i64>, _>(place)?)
    }

    /// A flag, stored as 0 or 1.
    ///
    /// # Errors
    /// When it is something else.
    pub fn flag(row: &AnyRow, place: usize) -> Result<bool, StoreError> {
        Ok(number(row, place)? != 0)
    }

    /// A text.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(row: &AnyRow, place: usize) -> Result<String, StoreError> {
        Ok(row.try_get::<String, _>(place)?)
    }

    /// A text or NULL.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text_or_null(row: &AnyRow, place: usize) -> Result<Option<String>, StoreError> {
        Ok(row.try_get::<Option<String>, _>(place)?)
    }

    /// Bytes.
    ///
    /// # Errors
    /// When it is something else.
    pub fn bytes(row: &AnyRow, place: usize) -> Result<Vec<u8>, StoreError> {
        Ok(row.try_get::<Vec<u8>, _>(place)?)
    }

    /// Bytes or NULL.
    ///
    /// # Errors
    /// When it is something else.
    pub fn bytes_or_null(row: &AnyRow, place: usize) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(row.try_get::<Option<Vec<u8>>, _>(place)?)
    }
}

//! What every request and every worker of one server shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::clock::{Bell, Clock, NoRandomness, Randomness, SystemClock, SystemRandomness, Unix};
use crate::config::Config;
use crate::documents::{DocumentError, DocumentStore};
use crate::keys::{KeyFileError, Keys};
use crate::metrics::Metrics;
use crate::password::{HashError, Hasher};
use crate::store::{Db, StoreError, Tx};

/// One running center. It keeps no state that another would need: any number of them serve one database.
pub struct Center {
    /// What tells this start of a server from every other.
    pub id: String,
    /// The configuration.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The keys outside it.
    pub keys: Keys,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Randomness>,
    /// Password hashing.
    pub hasher: Hasher,
    /// Where sealed documents lie.
    pub documents: DocumentStore,
    /// Rung when a message was written.
    pub outbox_bell: Bell,
    /// Rung when a newer program made the database into what this one does not work with.
    pub outgrown: Bell,
    /// What is counted.
    pub metrics: Metrics,
    stopping: AtomicBool,
    /// The newest place that [`Center::new_id_in_order`] gave away.
    last_in_order: AtomicU64,
}

/// Why a center did not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("the data folder {0} cannot be made: {1}")]
    Folder(std::path::PathBuf, #[source] std::io::Error),
    /// The key file.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store of documents.
    #[error(transparent)]
    Documents(#[from] DocumentError),
    /// Password hashing.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl Center {
    /// Opens the data folder, keys and database, and brings the schema up to date.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub async fn open(config: Config) -> Result<Arc<Self>, OpenError> {
        Self::open_with(config, Arc::new(SystemClock), Arc::new(SystemRandomness)).await
    }

    /// The same with another clock and randomness.
    ///
    /// # Errors
    /// As [`Center::open`].
    pub async fn open_with(
        config: Config,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Randomness>,
    ) -> Result<Arc<Self>, OpenError> {
        private_folder(&config.data).map_err(|error| OpenError::Folder(config.data.clone(), error))?;
        let keys = Keys::load_or_generate(&config.key_file(), &*random)?;
        let db = Db::connect(&config.database_url(), config.database.connections).await?;
        db.migrate(clock.now()).await?;
        let documents = DocumentStore::open(&config)?;
        let metrics = Metrics::default();
        let hasher = Hasher::new(&config.passwords, &*random)?.counted_by(metrics.password_hashes());
        crate::contact::warm_up();
        let mut id = [0; 16];
        random.fill(&mut id).map_err(StoreError::from)?;
        Ok(Arc::new(Self {
            id: data_encoding::HEXLOWER.encode(&id),
            config,
            db,
            keys,
            clock,
            random,
            hasher,
            documents,
            outbox_bell: Bell::default(),
            outgrown: Bell::default(),
            metrics,
            stopping: AtomicBool::new(false),
            last_in_order: AtomicU64::new(0),
        }))
    }

    /// Now, in Unix seconds.
    pub fn now(&self) -> Unix {
        self.clock.now()
    }

    /// Says to whoever asks whether the server is ready that it soon will not be.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it was told to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// A transaction that may write.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.db.begin().await
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.db.read().await
    }

    /// A new random name of 128 bits, in hexadecimal, for rows that have no other.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new_id(&self) -> Result<String, NoRandomness> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes)?;
        Ok(data_encoding::HEXLOWER.encode(&bytes))
    }

    /// A new name that sorts after those this run of the server gave before, and among several servers by their clocks: for lists in
    /// which what happened within one second keeps its order. 64 bits of microseconds, 64 random ones, in hexadecimal; it
    /// tells when it was made, so it may not be a secret.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new_id_in_order(&self) -> Result<String, NoRandomness> {
        let now = self.clock.microseconds();
        let after = |last: u64| now.max(last.saturating_add(1));
        let place = after(self.last_in_order.update(Ordering::Relaxed, Ordering::Relaxed, after));
        let mut random = [0; 8];
        self.random.fill(&mut random)?;
        Ok(format!("{place:016x}{}", data_encoding::HEXLOWER.encode(&random)))
    }

    /// A uniformly random number below a bound.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random_below(&self, bound: u64) -> Result<u64, NoRandomness> {
        let bound = bound.max(1);
        // The largest multiple of the bound: what lies above it would make small numbers likelier.
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let mut bytes = [0; 8];
            self.random.fill(&mut bytes)?;
            let drawn = u64::from_le_bytes(bytes);
            if drawn < fair {
                return Ok(drawn % bound);
            }
        }
    }
}

#[cfg(unix)]
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private_folder(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

//! Connections that are kept at hand for single reads.
//!
//! sqlx's pool asks a connection whether it still answers when it is taken and again when it is given back: two more trips to
//! the database around a query that takes one. A kept connection comes back only after its query went well; one that failed
//! goes back to the pool, which asks it, and the query is sent again on another.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::Any;
use sqlx::pool::PoolConnection;
use tokio::time::Instant;

/// How long one is kept. Then the pool, which has limits of its own, decides over it.
const LIFE: Duration = Duration::from_mins(10);

/// A connection, and since when it is kept.
pub(super) struct Lent {
    pub(super) connection: PoolConnection<Any>,
    since: Instant,
}

impl Lent {
    /// One that was just taken from the pool.
    pub(super) fn new(connection: PoolConnection<Any>) -> Self {
        Self { connection, since: Instant::now() }
    }
}

/// Those that wait. They count among the pool's connections.
pub(super) struct Kept(Mutex<Shelf>);

struct Shelf {
    idle: Vec<Lent>,
    most: usize,
}

impl Kept {
    /// Keeps so many at most.
    pub(super) fn new(most: usize) -> Self {
        Self(Mutex::new(Shelf { idle: Vec::with_capacity(most), most }))
    }

    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one that was used last.
    pub(super) fn take(&self) -> Option<Lent> {
        self.shelf().idle.pop()
    }

    /// Keeps one whose query went well, if there is room and it is not due.
    pub(super) fn give_back(&self, lent: Lent) {
        if lent.since.elapsed() >= LIFE {
            return;
        }
        let mut shelf = self.shelf();
        if shelf.idle.len() < shelf.most {
            shelf.idle.push(lent);
        }
    }

    /// Gives all of them back to the pool, and keeps none any more.
    pub(super) fn let_go(&self) {
        let idle = {
            let mut shelf = self.shelf();
            shelf.most = 0;
            std::mem::take(&mut shelf.idle)
        };
        drop(idle);
    }
}

//! Says that this server runs, which keys it has and which schema it knows, after looking whether the key file brought another
//! key, and whether a newer program took a step after which this one does not work with the database any more.

use std::sync::Arc;

use crate::Center;
use crate::clock::HOUR;
use crate::store::tables::server::{self, Server};
use crate::store::{StoreError, schema_version};

/// One round.
///
/// # Errors
/// When the database is away.
pub async fn tell(center: Arc<Center>) -> Result<(), StoreError> {
    if let Err(error) = center.keys.reload() {
        tracing::error!(%error, "the key file cannot be read again; the keys stay as they were");
    }
    let now = center.now();
    let server = Server {
        id: center.id.clone(),
        name: format!("{} at {}", machine(), center.config.server.listen),
        version: env!("CARGO_PKG_VERSION").into(),
        knows_key: center.keys.newest().into(),
        seals_with: center.keys.seals().into(),
        knows_schema: schema_version(),
        seen_at: now,
    };
    server::seen(center.db.pool(), &server).await?;
    // Said first and looked after: a step that did not see this server is seen here, in the next round at the latest.
    if let Err(outgrown @ StoreError::Newer { .. }) = center.db.admits().await {
        tracing::error!(%outgrown, "this server ends: a newer one took over the database");
        center.outgrown.notify_one();
    }
    server::sweep(center.db.pool(), now - HOUR).await
}

fn machine() -> String {
    let named = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    named
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map_or_else(|| "a machine".into(), |name| name.trim().to_owned())
}

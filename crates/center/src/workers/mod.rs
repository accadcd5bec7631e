//! Work beside the requests: messages out, old rows away, what becomes due. Any number of servers do it side by side; what
//! must happen once is claimed by a statement of the rule itself, never by a server of its own.

pub mod audit_head;
mod presence;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::Center;
use crate::outbox::{Carriers, deliver};
use crate::store::StoreError;
use crate::store::tables::message;

pub use presence::tell;
pub use sweep::sweep;

/// Something that every server does again and again.
pub struct Duty {
    /// Its name in logs and metrics.
    pub name: &'static str,
    /// The pause between two rounds.
    pub every: Duration,
    /// One round. It must not mind another server doing the same at the same time.
    pub round: fn(Arc<Center>) -> BoxFuture<'static, Result<(), StoreError>>,
}

/// All of them. What becomes due by a rule (an approved ticket, a document past its time) is a line here.
pub const DUTIES: &[Duty] = &[
    Duty { name: "sweep", every: Duration::from_mins(10), round: |center| Box::pin(sweep::sweep(center)) },
    Duty {
        name: "presence",
        every: Duration::from_secs(10),
        round: |center| Box::pin(presence::tell(center)),
    },
    Duty {
        name: "audit head",
        every: Duration::from_hours(1),
        round: |center| Box::pin(audit_head::sign(center)),
    },
    Duty { name: "tickets", every: Duration::from_mins(1), round: |center| Box::pin(tickets(center)) },
    Duty { name: "documents", every: Duration::from_mins(10), round: |center| Box::pin(documents(center)) },
    Duty { name: "outbox depth", every: Duration::from_secs(15), round: |center| Box::pin(depth(center)) },
];

/// Deliveries under way at once, so that one slow mail server does not hold up a text message.
const DELIVERIES: usize = 8;
/// How long the outbox is left alone when nothing rings.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A message rings before its transaction is committed.
const COMMITTED: Duration = Duration::from_millis(30);

/// Starts them; they end when `stopped` says so, each after the round it is in.
pub(crate) fn start(
    center: &Arc<Center>,
    carriers: &Arc<Carriers>,
    stopped: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let mut started: Vec<_> = DUTIES
        .iter()
        .map(|duty| tokio::spawn(again_and_again(duty, Arc::clone(center), stopped.clone())))
        .collect();
    started.push(tokio::spawn(carry(Arc::clone(center), Arc::clone(carriers), stopped.clone())));
    started
}

async fn again_and_again(duty: &'static Duty, center: Arc<Center>, mut stopped: watch::Receiver<bool>) {
    loop {
        if let Err(error) = (duty.round)(Arc::clone(&center)).await {
            center.metrics.worker_failed(duty.name);
            tracing::error!(worker = duty.name, %error, "a round of background work failed; it is done again");
        }
        tokio::select! {
            () = tokio::time::sleep(duty.every) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn tickets(center: Arc<Center>) -> Result<(), StoreError> {
    crate::rules::ticket::execute_due(&center).await?;
    Ok(())
}

async fn documents(center: Arc<Center>) -> Result<(), StoreError> {
    crate::rules::document::delete_due(&center).await?;
    Ok(())
}

async fn depth(center: Arc<Center>) -> Result<(), StoreError> {
    let (waiting, oldest) = message::depth(center.db.pool()).await?;
    center.metrics.outbox(waiting, oldest, center.now());
    Ok(())
}

/// Delivers messages as they come.
async fn carry(center: Arc<Center>, carriers: Arc<Carriers>, mut stopped: watch::Receiver<bool>) {
    let turns = Arc::new(Semaphore::new(DELIVERIES));
    let mut under_way = JoinSet::new();
    loop {
        while under_way.try_join_next().is_some() {}
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
        if *stopped.borrow() {
            break;
        }
        match deliver::take(&center).await {
            Ok(Some(due)) => {
                let (center, carriers) = (Arc::clone(&center), Arc::clone(&carriers));
                under_way.spawn(async move {
                    if let Err(error) = deliver::deliver(&center, &carriers, &due).await {
                        center.metrics.worker_failed("outbox");
                        tracing::error!(id = due.id, %error, "a message stays leased and is tried again");
                    }
                    drop(turn);
                });
                continue;
            }
            Ok(None) => {}
            Err(error) => {
                center.metrics.worker_failed("outbox");
                tracing::error!(%error, "the outbox cannot be read");
            }
        }
        drop(turn);
        tokio::select! {
            () = async {
                center.outbox_bell.notified().await;
                tokio::time::sleep(COMMITTED).await;
            } => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stopped.wait_for(|stopped| *stopped) => break,
        }
    }
    // What was handed to a mail server must still be noted as delivered.
    while under_way.join_next().await.is_some() {}
}

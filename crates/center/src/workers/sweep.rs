//! Rows that no rule asks for any more.

use std::sync::Arc;

use crate::Center;
use crate::clock::DAY;
use crate::store::StoreError;
use crate::store::tables::{
    answer, contact, contact_change, flow, identity_check, message, session, staff_session, tally,
};

/// Removes what is over: sessions, flows with their codes, closed windows of counters, kept answers, identity checks,
/// changes of contacts that can no longer be undone with the addresses they held back, messages.
///
/// # Errors
/// When the database is away.
pub async fn sweep(center: Arc<Center>) -> Result<(), StoreError> {
    let (now, rules) = (center.now(), &center.config.rules);
    // One short transaction each, so that no request waits for all of them. A day of grace, since clocks step.
    let mut tx = center.begin().await?;
    session::sweep(&mut tx, now - rules.session_idle, now - rules.session_life).await?;
    staff_session::sweep(&mut tx, now - rules.staff_session_idle, now - rules.staff_session_life).await?;
    tx.commit().await?;
    let mut tx = center.begin().await?;
    flow::sweep(&mut tx, now - DAY).await?;
    tx.commit().await?;
    let mut tx = center.begin().await?;
    tally::sweep(&mut tx, now - DAY).await?;
    tx.commit().await?;
    let mut tx = center.begin().await?;
    answer::sweep(&mut tx, now - rules.idempotency).await?;
    identity_check::sweep(&mut tx, now - rules.identity_check - DAY).await?;
    tx.commit().await?;
    let mut tx = center.begin().await?;
    contact_change::sweep(&mut tx, now - DAY).await?;
    contact::sweep(&mut tx, now - DAY).await?;
    tx.commit().await?;
    let mut tx = center.begin().await?;
    message::sweep(&mut tx, now - rules.messages_kept, now - rules.local_messages_kept).await?;
    tx.commit().await
}

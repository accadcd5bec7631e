//! Delivery: each due message is leased, handed over, and its row says what came of it. A server that dies in between leaves
//! a lease that ends; another then delivers the message again, under the same id.

use std::sync::Arc;

use super::carrier::Carriers;
use super::{Template, open};
use crate::Center;
use crate::clock::{DAY, HOUR, MINUTE, Unix};
use crate::contact::AddressKind;
use crate::store::StoreError;
use crate::store::tables::message::{self, Due};
use crate::store::tables::tally::{self, TallyId};

/// How long a message is one worker's. Longer than a mail server can make one wait, answer by answer.
pub const LEASE: Unix = 5 * MINUTE;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Unix = 4 * HOUR;

/// What came of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Handed over.
    Delivered,
    /// Nobody is configured to take it: it can be read in the local outbox.
    KeptHere,
    /// It will be tried again.
    Later,
    /// It will not be tried again.
    GivenUp,
}

/// Takes the next due message on, if there is one.
///
/// # Errors
/// When the database is away.
pub async fn take(center: &Center) -> Result<Option<Due>, StoreError> {
    // Asked without a lock first: a server with nothing to do writes nothing. Where another was quicker, the next is tried.
    while message::any_due(center.db.pool(), center.now()).await? {
        let mut tx = center.begin().await?;
        let due = message::take_due(&mut tx, center.now(), LEASE).await?;
        tx.commit().await?;
        if due.is_some() {
            return Ok(due);
        }
    }
    Ok(None)
}

/// Delivers a message that was taken on.
///
/// # Errors
/// When the database is away; the message then stays leased and is tried again.
pub async fn deliver(center: &Center, carriers: &Carriers, due: &Due) -> Result<Outcome, StoreError> {
    let rules = &center.config.rules;
    let opened = match open(center, &due.id, &due.channel, &due.address, &due.body) {
        Ok(opened) => opened,
        // Another key file may open it; until its patience ends it waits for that.
        Err(StoreError::Sealed(_)) => {
            return after_failure(center, due, false, "the key file does not open it").await;
        }
        Err(StoreError::Invalid(_)) => {
            return give_up(center, due, "it is from another version of this program").await;
        }
        Err(other) => return Err(other),
    };
    let is_code = opened.message.template() == Template::Code;
    if is_code && center.now() - due.created_at >= rules.code_life {
        return give_up(center, due, "the code in it is no longer good").await;
    }
    let said = match opened.message.render(&center.config.name) {
        Ok(said) => said,
        Err(error) => {
            tracing::error!(id = due.id, template = ?opened.message.template(), %error, "a message cannot be put into words");
            return give_up(center, due, "it cannot be put into words").await;
        }
    };
    let kind = opened.to.kind();
    if !carriers.takes(kind) {
        let mut tx = center.begin().await?;
        message::kept_here(&mut tx, &due.id, center.now()).await?;
        tx.commit().await?;
        return Ok(Outcome::KeptHere);
    }
    // Counted once, at the first attempt. Beyond the day's messages only notices go out: those nobody can ask for at will.
    if due.attempts == 0
        && let Some(opens_at) = count(center).await?
        && is_code
    {
        let mut tx = center.begin().await?;
        message::wait(&mut tx, &due.id, "more messages than messages-in-all today", opens_at).await?;
        tx.commit().await?;
        tracing::warn!("messages-in-all is reached: codes wait until the day's window closes");
        return Ok(Outcome::Later);
    }
    match carriers.carry(&opened, &said, due.created_at).await {
        Ok(()) => {
            let mut tx = center.begin().await?;
            message::delivered(&mut tx, &due.id, center.now()).await?;
            tx.commit().await?;
            center.metrics.delivered(kind);
            Ok(Outcome::Delivered)
        }
        Err(error) => {
            center.metrics.not_delivered(kind);
            after_failure(center, due, is_code, &error.0).await
        }
    }
}

/// Delivers all that is due, one after another; says how many messages were taken on.
///
/// # Errors
/// When the database is away.
pub async fn deliver_due(center: &Arc<Center>, carriers: &Carriers) -> Result<usize, StoreError> {
    let mut taken = 0;
    while let Some(due) = take(center).await? {
        deliver(center, carriers, &due).await?;
        taken += 1;
    }
    Ok(taken)
}

async fn after_failure(
    center: &Center,
    due: &Due,
    is_code: bool,
    words: &str,
) -> Result<Outcome, StoreError> {
    let (now, rules) = (center.now(), &center.config.rules);
    let again_at = now + pause(due.attempts, is_code);
    let patience = if is_code { rules.code_life } else { rules.message_patience };
    if again_at - due.created_at >= patience {
        return give_up(center, due, words).await;
    }
    tracing::warn!(id = due.id, channel = due.channel, attempt = due.attempts + 1, words, "not delivered");
    let mut tx = center.begin().await?;
    message::failed(&mut tx, &due.id, words, Some(again_at), now).await?;
    tx.commit().await?;
    Ok(Outcome::Later)
}

async fn give_up(center: &Center, due: &Due, words: &str) -> Result<Outcome, StoreError> {
    tracing::error!(
        id = due.id,
        channel = due.channel,
        attempts = due.attempts + 1,
        words,
        "a message was given up"
    );
    let mut tx = center.begin().await?;
    message::failed(&mut tx, &due.id, words, None, center.now()).await?;
    tx.commit().await?;
    center.metrics.given_up(if due.channel == AddressKind::Phone.channel() {
        AddressKind::Phone
    } else {
        AddressKind::Email
    });
    Ok(Outcome::GivenUp)
}

/// Doubles from 10 seconds on; a code that somebody waits for comes again sooner.
fn pause(attempts: i64, is_code: bool) -> Unix {
    let doubled = 10_i64 << attempts.clamp(0, 20);
    doubled.min(if is_code { MINUTE } else { LONGEST_PAUSE })
}

/// Counts a message against the day's; when they are used up, says when the next day opens.
async fn count(center: &Center) -> Result<Option<Unix>, StoreError> {
    let id = TallyId::new(&center.keys, "messages in all", b"");
    let now = center.now();
    let mut tx = center.begin().await?;
    let taken = tally::take(&mut tx, &id, center.config.rules.messages_in_all, DAY, now).await?;
    let opens_at = match taken {
        Some(_) => None,
        None => tally::read_now(&mut tx, &id, now).await?.map(|tally| tally.closes_at),
    };
    tx.commit().await?;
    Ok(opens_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!([0, 1, 2, 3].map(|attempt| pause(attempt, false)), [10, 20, 40, 80]);
        assert_eq!((pause(30, false), pause(i64::MAX, false)), (LONGEST_PAUSE, LONGEST_PAUSE));
        assert_eq!(pause(5, true), MINUTE);
    }
}

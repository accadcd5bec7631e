//! Requests under way: each can be called off, the same one is not made twice at a time, and one whose answer never came is
//! repeated as the same intent.

use std::{
    any::Any,
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex},
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tessera_center_client::Intent;
use tokio::sync::oneshot;

use crate::{
    clock,
    dto::{ErrorCode, Failure},
    shell::held,
};

/// What tells one request from another: all that it says, as a digest.
pub(crate) type Key = [u8; 32];

type Answer<T> = Shared<BoxFuture<'static, Result<T, Failure>>>;
type Waiting<T> = WeakShared<BoxFuture<'static, Result<T, Failure>>>;

/// The requests of the page.
#[derive(Default)]
pub(crate) struct Requests {
    /// By the page's number: whose drop calls the request off.
    stops: Mutex<HashMap<u32, oneshot::Sender<()>>>,
    /// A [`Waiting`] of its own type each.
    running: Mutex<HashMap<Key, Box<dyn Any + Send>>>,
    intents: Mutex<HashMap<Key, Intent>>,
}

/// The key of a request: its name and its arguments.
pub(crate) fn key(says: &impl Serialize) -> Key {
    // What cannot be written as JSON is no argument of a command; equal keys would only join two requests.
    Sha256::digest(serde_json::to_vec(says).unwrap_or_default()).into()
}

impl Requests {
    /// Waits for the answer, or until the page calls it off. The same request under way is joined; when nobody waits for it
    /// any more, it is dropped.
    pub(crate) async fn run<T, F>(
        &self,
        number: u32,
        key: Key,
        work: impl FnOnce() -> F,
    ) -> Result<T, Failure>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let (stop, stopped) = oneshot::channel();
        held(&self.stops).insert(number, stop);
        let answer = self.join(key, work);
        let result = tokio::select! {
            result = answer => result,
            // Called off, or the vault was locked.
            _ = stopped => Err(cancelled()),
        };
        held(&self.stops).remove(&number);
        result
    }

    fn join<T, F>(&self, key: Key, work: impl FnOnce() -> F) -> Answer<T>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let mut running = held(&self.running);
        let under_way = running.get(&key).and_then(|waiting| waiting.downcast_ref::<Waiting<T>>());
        if let Some(answer) = under_way.and_then(Waiting::upgrade).filter(|answer| answer.peek().is_none()) {
            return answer;
        }
        // Those that ended, while we are here.
        let answer = work().boxed().shared();
        if let Some(waiting) = answer.downgrade() {
            running.insert(key, Box::new(waiting));
        }
        answer
    }

    /// Calls a request off.
    pub(crate) fn cancel(&self, number: u32) {
        held(&self.stops).remove(&number);
    }

    /// Calls all of them off and forgets what they meant: the vault is locked.
    pub(crate) fn forget(&self) {
        held(&self.stops).clear();
        held(&self.running).clear();
        held(&self.intents).clear();
    }

    /// The intent of a request: the one from before, if its answer never came.
    pub(crate) fn intent(&self, key: Key) -> Intent {
        held(&self.intents).entry(key).or_insert_with(|| Intent::generate(&mut clock::randomness())).clone()
    }

    /// After an answer. A definite one ends the intent: the same again is meant anew.
    pub(crate) fn answered<T>(&self, key: Key, result: &Result<T, Failure>) {
        held(&self.running).remove(&key);
        let is_open = result.as_ref().is_err_and(|failure| {
            matches!(
                failure.code,
                ErrorCode::CenterTimedOut | ErrorCode::CenterUnreachable | ErrorCode::CenterTrouble
            )
        });
        if !is_open {
            held(&self.intents).remove(&key);
        }
    }
}

fn cancelled() -> Failure {
    Failure::new(ErrorCode::CenterCancelled, "The request was called off.")
}

/// Runs `work` as the request of that key and notes its answer.
pub(crate) async fn noted<T>(
    shell: Arc<crate::shell::Shell>,
    key: Key,
    work: impl Future<Output = Result<T, Failure>> + Send,
) -> Result<T, Failure> {
    let result = work.await;
    shell.center.requests.answered(key, &result);
    result
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn the_same_request_under_way_is_made_once_and_answers_both() {
        let (requests, made, go) = (Requests::default(), AtomicU32::new(0), Arc::new(Notify::new()));
        let ask = |number| {
            let (made, go) = (&made, Arc::clone(&go));
            requests.run(number, key(&"same"), move || {
                made.fetch_add(1, Ordering::SeqCst);
                async move {
                    go.notified().await;
                    Ok(7_u32)
                }
            })
        };
        let open = async {
            tokio::task::yield_now().await;
            go.notify_one();
        };
        let (first, second, ()) = tokio::join!(ask(1), ask(2), open);
        assert_eq!((first.unwrap(), second.unwrap()), (7, 7));
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_request_that_is_called_off_ends_and_one_who_still_waits_gets_the_answer() {
        let (requests, go) = (Requests::default(), Arc::new(Notify::new()));
        let ask = |number| {
            let go = Arc::clone(&go);
            requests.run(number, key(&"same"), move || async move {
                go.notified().await;
                Ok(7_u32)
            })
        };
        let steps = async {
            tokio::task::yield_now().await;
            requests.cancel(1);
            tokio::task::yield_now().await;
            go.notify_one();
        };
        let (first, second, ()) = tokio::join!(ask(1), ask(2), steps);
        assert_eq!(first.unwrap_err().code, ErrorCode::CenterCancelled);
        assert_eq!(second.unwrap(), 7);
    }

    #[tokio::test]
    async fn nobody_waiting_drops_the_request() {
        struct Dropped(Arc<AtomicU32>);
        impl Drop for Dropped {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let (requests, dropped) = (Requests::default(), Arc::new(AtomicU32::new(0)));
        let guard = Dropped(Arc::clone(&dropped));
        let ask = requests.run(1, key(&"x"), move || async move {
            std::future::pending::<()>().await;
            drop(guard);
            Ok(())
        });
        let stop = async {
            tokio::task::yield_now().await;
            requests.cancel(1);
        };
        let (result, ()) = tokio::join!(ask, stop);
        assert_eq!(result.unwrap_err().code, ErrorCode::CenterCancelled);
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn an_intent_lasts_until_there_is_an_answer() {
        let requests = Requests::default();
        let first = requests.intent(key(&"x"));
        assert_ne!(first, requests.intent(key(&"y")));
        let lost = Err::<(), _>(Failure::new(ErrorCode::CenterTimedOut, ""));
        requests.answered(key(&"x"), &lost);
        assert_eq!(first, requests.intent(key(&"x")), "the same, repeated");
        let refused = Err::<(), _>(Failure::new(ErrorCode::CenterWrongCode, ""));
        requests.answered(key(&"x"), &refused);
        let second = requests.intent(key(&"x"));
        assert_ne!(first, second);
        requests.answered(key(&"x"), &Ok(()));
        assert_ne!(second, requests.intent(key(&"x")));
    }
}

//! Account centers in the shell: connections, sessions and steps that go on over several commands.
//!
//! What must outlive the program is in the vault; the rest is here and goes when the vault is locked. A request runs as a
//! [`Call`], which knows the shell and the key that the request is told by.

pub(crate) mod connections;
pub(crate) mod desk;
pub(crate) mod documents;
mod failures;
pub(crate) mod flows;
pub(crate) mod last_known;
pub(crate) mod requests;
pub(crate) mod sessions;
pub(crate) mod tickets;
pub(crate) mod trial;
pub(crate) mod vault_codes;

use std::{collections::HashMap, future::Future, sync::Arc, sync::Mutex};

use tessera_center_client::{Authority, Center, ClientError, Intent, Session};
use tessera_vault::{EntryId, RecordId};

use crate::{
    dto::{AccountRef, ErrorCode, Failure},
    session::OpenVault,
    shell::{App, Shell, held},
};
use flows::Flows;
use requests::{Key, Requests};

/// What the shell holds of centers while it runs.
#[derive(Default)]
pub(crate) struct Centers {
    pub(crate) requests: Requests,
    pub(crate) flows: Flows,
    /// Of the centers that were asked since the vault was opened.
    clients: Mutex<HashMap<RecordId, Center>>,
    /// Certificates that were picked for a center that is being added.
    picked: Mutex<HashMap<String, Authority>>,
    /// Of each entry, the step whose code went to a center last: none takes a code twice.
    used: Mutex<HashMap<EntryId, u64>>,
    pub(crate) documents: documents::Documents,
    pub(crate) desk: desk::Desk,
    /// A new device after an approved ticket, until it is bound.
    pub(crate) pending_device: Mutex<Option<PendingDevice>>,
    /// Filings of tickets without an account, by the draft's record.
    pub(crate) filings: Mutex<HashMap<RecordId, flows::Flow>>,
    pub(crate) trial: trial::Place,
}

/// A device whose secret a center gave and whose two codes it waits for.
#[derive(Clone)]
pub(crate) struct PendingDevice {
    pub(crate) client: Center,
    pub(crate) flow: tessera_center_api::Hidden,
    pub(crate) uri: tessera_center_api::Hidden,
}

impl Centers {
    /// The vault is locked: nothing of it stays. The trial center, which holds nothing of a vault, goes on.
    pub(crate) fn forget(&self) {
        self.requests.forget();
        self.flows.forget();
        held(&self.clients).clear();
        held(&self.picked).clear();
        held(&self.used).clear();
        held(&self.filings).clear();
        self.documents.forget();
        self.desk.forget();
        *held(&self.pending_device) = None;
    }
}

/// A request of the page while it runs.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) shell: Arc<Shell>,
    key: Key,
}

impl Call {
    /// What goes along so that the request, repeated, is done once.
    pub(crate) fn intent(&self) -> Intent {
        self.shell.center.requests.intent(self.key)
    }

    /// Works with the vault, on a thread that may block.
    pub(crate) async fn vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut OpenVault) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.blocking(move |shell| shell.with_vault(work)).await
    }

    /// Does what may block on a thread that may.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shell) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let shell = Arc::clone(&self.shell);
        tauri::async_runtime::spawn_blocking(move || work(&shell)).await.unwrap_or_else(|_| {
            Err(Failure::new(ErrorCode::Internal, "The work was broken off by a fault of the program."))
        })
    }

    /// The time, Unix seconds, as the center writes it.
    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.shell.clock.unix()).unwrap_or(i64::MAX)
    }
}

/// The intent of a further step within a request.
pub(crate) fn new_intent() -> Intent {
    Intent::generate(&mut crate::clock::randomness())
}

/// A call for what asks nobody, or goes by itself.
pub(crate) fn call(shell: &App<'_>) -> Call {
    Call { shell: Arc::clone(shell.inner()), key: Key::default() }
}

/// Runs a command's request: it can be called off by the page's number, and the same one under way is joined.
pub(crate) async fn request<T, F>(
    shell: &App<'_>,
    number: u32,
    key: Key,
    work: impl FnOnce(Call) -> F,
) -> Result<T, Failure>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let shell = Arc::clone(shell.inner());
    let call = Call { shell: Arc::clone(&shell), key };
    let noted = Arc::clone(&shell);
    shell.center.requests.run(number, key, move || requests::noted(noted, key, work(call))).await
}

/// The same for what one request of a signed-in account answers.
pub(crate) async fn ask<T, A, F>(
    shell: &App<'_>,
    number: u32,
    key: Key,
    who: AccountRef,
    ask: impl FnOnce(Session, Intent) -> F + Send + 'static,
    into: impl FnOnce(A) -> T + Send + 'static,
) -> Result<T, Failure>
where
    T: Clone + Send + Sync + 'static,
    A: Send,
    F: Future<Output = Result<A, ClientError>> + Send,
{
    request(shell, number, key, move |call| async move {
        let session = call.session(&who).await?;
        let answer = ask(session, call.intent()).await;
        Ok(into(call.heed(&who, answer).await?))
    })
    .await
}

#[cfg(test)]
mod tests;

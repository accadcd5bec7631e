//! The account that a command is about, and its session.

use std::future::Future;

use tessera_center_api::ErrorCode as Reason;
use tessera_center_api::account::Account;
use tessera_center_api::identity::Action;
use tessera_center_client::{Begun, ClientError, Intent, Session, SessionToken};
use tessera_vault::{CenterAccount, KeptSecret, RecordId};

use super::failure::client_failure;
use super::prove::{self, ProveArgs};
use super::{At, Centers, choose, number, once};
use crate::commands::Context;
use crate::failure::Failure;

/// How often an identity is proven for one action: once for it, and once more where the first proof only thawed the account.
const CHECKS: u32 = 2;

/// A signed-in account.
pub(crate) struct Signed<'a> {
    pub(crate) centers: Centers<'a>,
    pub(crate) center: RecordId,
    pub(crate) account: u64,
    session: Session,
}

impl<'a> Signed<'a> {
    /// Unlocks the vault and takes the session of the account that is meant.
    pub(crate) fn open(context: &'a Context, at: &'a At) -> Result<Self, Failure> {
        Self::of(Centers::open(context, at)?)
    }

    /// The same in a vault that is open.
    pub(crate) fn of(centers: Centers<'a>) -> Result<Self, Failure> {
        let (center, account) = choose::account(&centers.vault, centers.at)?;
        let record = centers.record(center)?;
        let kept = record.account(account).and_then(|account| account.session.as_ref());
        // It goes to its center with each request.
        let token = SessionToken::new(kept.ok_or_else(choose::not_signed_in)?.expose_secret());
        let session = centers.client(center)?.as_account(token);
        Ok(Self { centers, center, account, session })
    }

    /// What the vault keeps of it.
    pub(crate) fn kept(&self) -> Option<&CenterAccount> {
        self.centers.vault.center(self.center)?.account(self.account)
    }

    /// The session.
    pub(crate) fn session(&self) -> Session {
        self.session.clone()
    }

    /// Asks as this account. A session that turns out to have ended is dropped.
    pub(crate) fn ask<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        ask: impl FnOnce(Session) -> F,
    ) -> Result<T, Failure> {
        let answer = self.centers.runtime().block_on(ask(self.session()));
        self.heed(answer)
    }

    /// The same for what is meant to happen once.
    pub(crate) fn ask_once<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        ask: impl Fn(Session, Intent) -> F,
    ) -> Result<T, Failure> {
        let session = self.session();
        let answer = self.centers.runtime().block_on(once(|intent| ask(session.clone(), intent)));
        self.heed(answer)
    }

    /// The same for an action that may need an identity check, which is then made.
    pub(crate) fn sensitive<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        action: Action,
        by: &ProveArgs,
        ask: impl Fn(Session) -> F,
    ) -> Result<T, Failure> {
        for _ in 0..CHECKS {
            match self.centers.runtime().block_on(ask(self.session())) {
                Err(error)
                    if matches!(error.code(), Some(Reason::IdentityCheckRequired | Reason::Frozen)) =>
                {
                    prove::identity(self, action, by)?;
                }
                answer => return self.heed(answer),
            }
        }
        self.ask(ask)
    }

    /// The same for what is meant to happen once.
    pub(crate) fn sensitive_once<T, F: Future<Output = Result<T, ClientError>>>(
        &mut self,
        action: Action,
        by: &ProveArgs,
        ask: impl Fn(Session, Intent) -> F,
    ) -> Result<T, Failure> {
        let ask = &ask;
        self.sensitive(action, by, |session| once(move |intent| ask(session.clone(), intent)))
    }

    /// What an answer came to.
    pub(crate) fn heed<T>(&mut self, answer: Result<T, ClientError>) -> Result<T, Failure> {
        answer.map_err(|error| {
            if error.code() == Some(Reason::NotSignedIn) {
                // A vault that cannot be written keeps a token that is good for nothing.
                let _ = self.drop_session();
            }
            client_failure(&error)
        })
    }

    /// The session is over.
    pub(crate) fn drop_session(&mut self) -> Result<(), Failure> {
        let account = self.account;
        self.centers.edit(self.center, |record| record.account_mut(account).session = None)
    }

    /// Notes what the account looks like now.
    pub(crate) fn saw(&mut self, account: &Account) -> Result<(), Failure> {
        saw(&mut self.centers, self.center, account)
    }

    /// An MFA device was bound: a session that waited for it does everything now.
    pub(crate) fn bound(&mut self) -> Result<(), Failure> {
        let account = self.account;
        self.centers.edit(self.center, |record| record.account_mut(account).bind_mfa_first = false)
    }
}

fn saw(centers: &mut Centers<'_>, center: RecordId, account: &Account) -> Result<(), Failure> {
    centers.edit(center, |record| {
        let kept = record.account_mut(number(account.id));
        kept.name.clone_from(&account.name);
        account.kind.text().clone_into(&mut kept.kind);
        kept.verified = account.verified_at.is_some();
        kept.bind_mfa_first = false;
    })
}

/// Keeps a session that has begun, ends the one that it replaces, and notes the account's name and kind.
pub(crate) fn begun(
    centers: &mut Centers<'_>,
    center: RecordId,
    begun: &Begun,
    login_name: &str,
) -> Result<(), Failure> {
    let account = number(begun.account);
    let client = centers.client(center)?;
    let mut replaced = None;
    centers.edit(center, |record| {
        let kept = record.account_mut(account);
        // From here on the vault keeps both.
        replaced = kept.session.replace(KeptSecret::new(begun.session.expose_secret()));
        kept.bind_mfa_first = begun.bind_mfa_first;
        login_name.clone_into(&mut kept.login_name);
        if let Some(token) = &begun.trusted_device {
            kept.trusted_device = Some(KeptSecret::new(token.expose_secret()));
        }
    })?;
    let runtime = centers.runtime();
    if let Some(replaced) = replaced {
        // It goes to its center, to be ended there; what the center does not hear of ends by itself.
        let token = SessionToken::new(replaced.expose_secret());
        let _ = runtime.block_on(client.as_account(token).sign_out());
    }
    if !begun.bind_mfa_first {
        // For the list; signing in does not fail for want of them.
        if let Ok(seen) = runtime.block_on(client.as_account(begun.session.clone()).account()) {
            saw(centers, center, &seen.value)?;
        }
    }
    Ok(())
}

//! The window of wrong passwords: three without a code, ten in all, 24 hours from the first one on.
//!
//! An account has one window for everybody, and each device that it trusts has one of its own. A name that nobody bears has
//! one too, so that it answers like any other.

use tessera_center_api::security::EventKind;
use tessera_center_api::{ErrorCode, Hidden};

use super::anonymous_code::{self, Errand};
use super::login_name::LoginName;
use super::security_log::{self, Detail};
use super::{notices, pending_login};
use crate::Center;
use crate::clock::Unix;
use crate::http::{Peer, Refusal};
use crate::outbox::{Message, Template};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::tally::{self, Tally, TallyId};
use crate::store::{StoreError, Tx};
use crate::token::TokenHash;

/// One window.
pub struct Window {
    subject: String,
    device: Option<TokenHash>,
    id: TallyId,
}

/// A verification code, the flow it was sent in, and for whom it is shown.
pub struct Code<'a> {
    /// The name of the attempt.
    pub name: &'a LoginName,
    /// The account it names.
    pub account: Option<AccountId>,
    /// The flow.
    pub flow: &'a Hidden,
    /// The code.
    pub code: &'a Hidden,
}

impl Window {
    /// The window of attempts on this account or name; the device's own when it is trusted.
    pub fn of_attempt(
        center: &Center,
        name: &LoginName,
        account: Option<AccountId>,
        device: Option<TokenHash>,
    ) -> Self {
        let unknown = || format!("name {}", name.canonical());
        Self::new(center, account.map_or_else(unknown, |account| format!("account {account}")), device)
    }

    /// The window of an account's pending login.
    pub fn of_account(center: &Center, account: AccountId, device: Option<TokenHash>) -> Self {
        Self::new(center, format!("account {account}"), device)
    }

    fn new(center: &Center, subject: String, device: Option<TokenHash>) -> Self {
        let id = match &device {
            Some(device) => TallyId::new(&center.keys, "wrong passwords on device", device.as_bytes()),
            None => TallyId::new(&center.keys, "wrong passwords", subject.as_bytes()),
        };
        Self { subject, device, id }
    }

    /// Takes the place of one attempt, before anything is computed. What refuses it was not counted; commit in any case, for
    /// a wrong code was.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take(
        &self,
        tx: &mut Tx,
        center: &Center,
        code: Option<&Code<'_>>,
    ) -> Result<Result<Tally, Refusal>, Refusal> {
        let (now, rules) = (center.now(), &center.config.rules);
        let (free, most) = (rules.wrong_passwords_without_code, rules.wrong_passwords_until_lock);
        if let Some(taken) = tally::take(tx, &self.id, free.min(most), rules.login_window, now).await? {
            return Ok(Ok(taken));
        }
        if let Some(until) = self.locked_until(tx, center).await? {
            return Ok(Err(locked(until)));
        }
        let Some(code) = code else { return Ok(Err(code_required())) };
        if let Err(refusal) = use_code(tx, center, code).await? {
            return Ok(Err(refusal));
        }
        match tally::take(tx, &self.id, most, rules.login_window, now).await? {
            Some(taken) => Ok(Ok(taken)),
            // The last place went to another attempt meanwhile. The code is gone with it; nothing could use it before the
            // window ends.
            None => Ok(Err(locked(self.locked_until(tx, center).await?.unwrap_or(now + rules.login_window)))),
        }
    }

    /// Until when it is locked, if it is.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn locked_until(&self, tx: &mut Tx, center: &Center) -> Result<Option<Unix>, StoreError> {
        let most = center.config.rules.wrong_passwords_until_lock;
        let standing = tally::read_now(tx, &self.id, center.now()).await?;
        Ok(standing.filter(|tally| tally.count >= most).map(|tally| tally.closes_at))
    }

    /// What follows the place that made the window full, once its password was wrong: pending logins end, the owner is told
    /// once a window. Gives the refusal of the attempt: another one when the window is not full after all, because a right
    /// password gave its place back. For a name that nobody bears a row is written as well.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn lock(
        &self,
        tx: &mut Tx,
        center: &Center,
        account: Option<&Account>,
        peer: Peer,
    ) -> Result<Refusal, StoreError> {
        let Some(until) = self.locked_until(tx, center).await? else { return Ok(wrong_credentials()) };
        let (now, rules) = (center.now(), &center.config.rules);
        let window = format!("{until} {}", self.subject);
        let whom = [window.as_bytes(), self.device.as_ref().map_or(&[][..], TokenHash::as_bytes)].concat();
        let told = TallyId::new(&center.keys, "lock told", &whom);
        let first = tally::take(tx, &told, 1, rules.login_window, now).await?.is_some();
        if let Some(account) = account {
            // The account before its flows, as everywhere.
            account::lock(tx, account.id).await?;
            pending_login::end_all_on(tx, account.id, self.device.is_some(), now).await?;
            if first {
                let detail = Detail::none()
                    .with("until", until.to_string())
                    .with("on_trusted_device", self.device.is_some().to_string());
                security_log::note(tx, center, account.id, EventKind::Locked, &peer.to_string(), &detail)
                    .await?;
                let message = Message::new(Template::AccountLocked, &account.language)
                    .with("count", rules.wrong_passwords_until_lock)
                    .with("until", notices::moment(until))
                    .with("trusted", self.device.is_some());
                notices::tell(tx, center, account.id, &message, &[]).await?;
            }
        }
        Ok(locked(until))
    }

    /// Gives the place back: the password was right.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn give_back(&self, tx: &mut Tx, taken: &Tally) -> Result<(), StoreError> {
        tally::give_back(tx, &self.id, taken.opened_at).await
    }

    /// Closes it after a full success.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn close(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tally::clear(tx, &self.id).await
    }
}

async fn use_code(tx: &mut Tx, center: &Center, code: &Code<'_>) -> Result<Result<(), Refusal>, Refusal> {
    let open = match anonymous_code::open(tx, center, Errand::Login, code.flow).await {
        Ok((open, _)) if open.state.is_of(code.name) && open.account == code.account => open,
        Ok(_) => return Ok(Err(anonymous_code::over())),
        Err(refusal) => return Ok(Err(refusal)),
    };
    anonymous_code::try_code(tx, center, Errand::Login, &open, code.code).await
}

/// One answer for a wrong password, no password and no account.
pub fn wrong_credentials() -> Refusal {
    Refusal::new(
        ErrorCode::WrongCredentials,
        "There is no account of this name with this password. A phone number that several accounts share names none of them: use the account e-mail or the account ID.",
    )
}

fn code_required() -> Refusal {
    Refusal::new(
        ErrorCode::CodeRequired,
        "After several wrong passwords each further attempt needs a verification code. Ask for one: it goes to the account's security contact.",
    )
}

fn locked(until: Unix) -> Refusal {
    Refusal::new(
        ErrorCode::AccountLocked,
        "Too many wrong passwords. No password is looked at before the time given, and nobody opens the account earlier.",
    )
    .until(until)
}

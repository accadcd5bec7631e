//! Accounts that are signed in: their sessions and trusted-device tokens are kept in the vault and go from there to their
//! center and nowhere else.

use tessera_center_api::{ErrorCode as Reason, account::AccountKind};
use tessera_center_client::{
    Begun, Center, ClientError, Session, SessionToken, StaffToken, TrustedDeviceToken,
};
use tessera_vault::{CenterAccount, CenterRecord, KeptSecret, RecordId, Vault};

use super::{
    Call,
    connections::{no_center, record_id},
};
use crate::{
    dto::{AccountRef, AccountRow, ErrorCode, Failure, SignInOutcome},
    shell::{Notice, Shell},
};

/// The number as the vault keeps it.
pub(crate) fn number(account: i64) -> u64 {
    u64::try_from(account).unwrap_or_default()
}

/// The account of a record.
pub(crate) fn account_of(record: &CenterRecord, account: i64) -> Option<&CenterAccount> {
    record.account(number(account))
}

/// The account of a record, to be changed; a new one when it is not known yet.
pub(crate) fn account_mut(record: &mut CenterRecord, account: i64) -> &mut CenterAccount {
    record.account_mut(number(account))
}

fn not_signed_in() -> Failure {
    Failure::new(ErrorCode::CenterNotSignedIn, "Nobody is signed in there. Sign in again.")
}

/// Ends all sessions of a record that the center can be asked to end. What it does not hear of ends by itself.
pub(super) async fn sign_out_all(client: &Center, record: &CenterRecord) {
    for session in record.accounts.iter().filter_map(|account| account.session.as_ref()) {
        // It goes to its center, to be ended there.
        let token = SessionToken::new(session.expose_secret());
        let _ = client.as_account(token).sign_out().await;
    }
    for session in record.staff.iter().filter_map(|staff| staff.session.as_ref()) {
        // As above.
        let _ = client.as_staff(StaffToken::new(session.expose_secret())).sign_out().await;
    }
}

/// By which an account knows this device, if one with such a name was signed in from here.
pub(crate) fn trusted_device(record: &CenterRecord, login_name: &str) -> Option<TrustedDeviceToken> {
    // It goes to the center that gave it out.
    record
        .account_named(login_name)?
        .trusted_device
        .as_ref()
        .map(|token| TrustedDeviceToken::new(token.expose_secret()))
}

impl Shell {
    /// The accounts of all centers.
    pub(crate) fn account_rows(&self) -> Result<Vec<AccountRow>, Failure> {
        self.with_vault(|open| {
            let rows = open.vault.centers().flat_map(|(id, record)| {
                record.accounts.iter().map(move |account| AccountRow {
                    center: id.to_string(),
                    account: i64::try_from(account.number).unwrap_or(i64::MAX),
                    name: account.name.clone(),
                    kind: AccountKind::from_text(&account.kind).unwrap_or(AccountKind::Individual),
                    verified: account.verified,
                    signed_in: account.session.is_some(),
                    bind_mfa_first: account.bind_mfa_first,
                    login_name: account.login_name.clone(),
                })
            });
            Ok(rows.collect())
        })
    }

    fn session_of(&self, vault: &Vault, id: RecordId, account: i64) -> Result<Session, Failure> {
        let record = vault.center(id).ok_or_else(no_center)?;
        let session = account_of(record, account).and_then(|account| account.session.as_ref());
        // It goes to its center with each request.
        let token = SessionToken::new(session.ok_or_else(not_signed_in)?.expose_secret());
        Ok(self.client(vault, id)?.as_account(token))
    }
}

impl Call {
    /// The session of an account.
    pub(crate) async fn session(&self, who: &AccountRef) -> Result<Session, Failure> {
        let (id, account) = (record_id(&who.center)?, who.account);
        self.blocking(move |shell| shell.with_vault(|open| shell.session_of(&open.vault, id, account))).await
    }

    /// What a request of an account came to. A session that turned out to have ended is dropped.
    pub(crate) async fn heed<T>(
        &self,
        who: &AccountRef,
        answer: Result<T, ClientError>,
    ) -> Result<T, Failure> {
        let error = match answer {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.code() == Some(Reason::NotSignedIn) {
            self.drop_session(who).await?;
        }
        Err(error.into())
    }

    async fn drop_session(&self, who: &AccountRef) -> Result<(), Failure> {
        let (id, account) = (record_id(&who.center)?, who.account);
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| account_mut(record, account).session = None)?)
        })
        .await?;
        self.shell.tell(Notice::CenterAccounts);
        Ok(())
    }

    /// Keeps a session that has begun.
    pub(crate) async fn begun(
        &self,
        id: RecordId,
        begun: Begun,
        login_name: String,
    ) -> Result<SignInOutcome, Failure> {
        let Begun { account, session, trusted_device, bind_mfa_first } = begun;
        // From here on the vault keeps both.
        let session = KeptSecret::new(session.expose_secret());
        let trusted_device = trusted_device.map(|token| KeptSecret::new(token.expose_secret()));
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| {
                let kept = account_mut(record, account);
                kept.session = Some(session);
                kept.bind_mfa_first = bind_mfa_first;
                kept.login_name = login_name;
                if trusted_device.is_some() {
                    kept.trusted_device = trusted_device;
                }
            })?)
        })
        .await?;
        let who = AccountRef { center: id.to_string(), account };
        if !bind_mfa_first {
            // Its name and kind, for the list; signing in does not fail for want of them.
            let _ = self.look_at(&who).await;
        }
        self.shell.tell(Notice::CenterAccounts);
        Ok(SignInOutcome::SignedIn { who, bind_mfa_first })
    }

    async fn look_at(&self, who: &AccountRef) -> Result<(), Failure> {
        let session = self.session(who).await?;
        let seen = self.heed(who, session.account().await).await?;
        self.saw(who, &seen.value).await
    }

    /// Notes what an account looks like now.
    pub(crate) async fn saw(
        &self,
        who: &AccountRef,
        account: &tessera_center_api::account::Account,
    ) -> Result<(), Failure> {
        let (id, name, kind) =
            (record_id(&who.center)?, account.name.clone(), account.kind.text().to_owned());
        let (account, verified) = (account.id, account.verified_at.is_some());
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| {
                let kept = account_mut(record, account);
                kept.name = name;
                kept.kind = kind;
                kept.verified = verified;
                kept.bind_mfa_first = false;
            })?)
        })
        .await
    }

    /// Signs out. A center that cannot be reached ends the session by itself; here it is gone in any case.
    pub(crate) async fn sign_out(&self, who: &AccountRef) -> Result<(), Failure> {
        if let Ok(session) = self.session(who).await {
            let _ = session.sign_out().await;
        }
        self.drop_session(who).await
    }

    /// Takes a signed-out account off the list.
    pub(crate) async fn forget_account(&self, who: &AccountRef) -> Result<(), Failure> {
        let (id, account) = (record_id(&who.center)?, number(who.account));
        self.vault(move |open| {
            let is_signed_in = open.vault.center(id).is_some_and(|record| {
                record.accounts.iter().any(|kept| kept.number == account && kept.session.is_some())
            });
            if is_signed_in {
                return Err(Failure::new(ErrorCode::InvalidRequest, "Sign out first."));
            }
            Ok(open.vault.edit_center(id, |record| record.accounts.retain(|kept| kept.number != account))?)
        })
        .await?;
        self.shell.tell(Notice::CenterAccounts);
        Ok(())
    }
}

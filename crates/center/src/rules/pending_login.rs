//! Logins whose password was right and that wait for the second credential.

use serde::{Deserialize, Serialize};
use tessera_center_api::identity::Factor;
use tessera_center_api::login::{Method, SecondStep, SignedIn};
use tessera_center_api::security::EventKind;
use tessera_center_api::{ErrorCode, Hidden};

use super::login_window::Window;
use super::second_factor::{self, Try};
use super::security_log::{self, Detail};
use super::session_start::{self, Device, DeviceLabel, Occasion};
use super::{codes, freeze};
use crate::Center;
use crate::clock::Unix;
use crate::http::{Peer, Refusal};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::flow::{self, Flow, Owner};
use crate::store::{StoreError, Tx};
use crate::token::{PlainToken, TokenHash};

/// Its kind of flow. One that was begun on a trusted device has its own, because strangers' failures end only the others.
const KIND: &str = "login";
const KIND_TRUSTED: &str = "login-trusted";

const fn kind(trusted: bool) -> &'static str {
    if trusted { KIND_TRUSTED } else { KIND }
}

/// What it remembers.
#[derive(Serialize, Deserialize)]
struct State {
    label: DeviceLabel,
    /// The hash of the trusted device's token.
    trusted: Option<Vec<u8>>,
    remember: bool,
    methods: Vec<Factor>,
}

impl State {
    fn trusted(&self) -> Option<TokenHash> {
        self.trusted.as_deref().and_then(TokenHash::from_bytes)
    }
}

/// Begins to wait for the second step, if the account has one; else there is nothing to wait for.
///
/// # Errors
/// When the database is away.
pub async fn begin(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    device: &Device<'_>,
) -> Result<Option<SecondStep>, StoreError> {
    if account.login_protection == "off" && !account.mfa_required {
        return Ok(None);
    }
    let factors = second_factor::has_factors(tx, center, account.id).await?;
    let methods = factors.for_login(account);
    // A protected account none of whose credentials is left gets a second step that nothing passes, not a free one.
    if methods.is_empty() && account.login_protection == "off" {
        return Ok(None);
    }
    let state = State {
        label: device.label.clone(),
        trusted: device.trusted.map(|trusted| trusted.as_bytes().to_vec()),
        remember: device.remember,
        methods: methods.clone(),
    };
    let life = center.config.rules.login_flow;
    let owner = Owner { account: Some(account.id), session: None };
    let token = flow::begin(tx, center, kind(device.trusted.is_some()), owner, &state, life).await?;
    let methods = methods
        .into_iter()
        .map(|factor| Method { factor, to: factors.contact(factor).map(|contact| contact.address.masked()) })
        .collect();
    Ok(Some(SecondStep {
        // The client goes on with it.
        flow: Hidden::new(token.expose_secret().as_str()),
        expires_at: center.now().saturating_add(life),
        methods,
    }))
}

/// Sends the code of a factor to its contact; gives back when another may be sent.
///
/// # Errors
/// `FlowEnded`, `InvalidValue` for a factor that is not listed, and what [`codes::send`] refuses. Roll back then.
pub async fn send(tx: &mut Tx, center: &Center, flow: &Hidden, factor: Factor) -> Result<Unix, Refusal> {
    let (pending, account) = open(tx, center, flow).await?;
    listed(&pending.state, factor)?;
    let factors = second_factor::has_factors(tx, center, account.id).await?;
    let contact = factors.contact(factor).ok_or_else(|| {
        Refusal::invalid("/factor", "Codes of this factor are not sent: its holder has them already.")
    })?;
    // Whoever is here knows the password: strangers' requests do not use up these codes.
    let asker = codes::Asker::SignedIn;
    codes::send(tx, center, &pending.id, factor.text(), Some(&contact.address), &account.language, asker)
        .await
}

/// Takes the second step. Commit whatever it came to: a wrong code is counted.
///
/// # Errors
/// When the flow is over, or the database is away: nothing was counted.
pub async fn take(
    tx: &mut Tx,
    center: &Center,
    flow: &Hidden,
    factor: Factor,
    code: &Hidden,
    peer: Peer,
) -> Result<Result<SignedIn, Refusal>, Refusal> {
    // The account before its flow, its counters and whatever proving may thaw. The token is looked up by its hash.
    if let Some(token) = PlainToken::from_text(flow.expose_secret())
        && let Some(account) = flow::account_of(tx, &token).await?
    {
        account::lock(tx, account).await?;
    }
    let (pending, account) = open(tx, center, flow).await?;
    listed(&pending.state, factor)?;
    let trusted = pending.state.trusted();
    // Codes are compared by HMAC or within the token's own computation.
    let code = code.expose_secret();
    let peer_text = peer.to_string();
    let tried = Try { account: account.id, trusted, peer: &peer_text };
    let judged = match factor {
        Factor::Mfa => second_factor::try_totp(tx, center, &tried, code).await?.accepted(),
        Factor::RecoveryCode => second_factor::try_recovery_code(tx, center, &tried, code).await?.accepted(),
        Factor::Phone | Factor::Email => {
            match codes::try_code(tx, center, &pending.id, factor.text(), code).await? {
                codes::Verdict::Right => Ok(()),
                codes::Verdict::Wrong => {
                    Err(Refusal::new(ErrorCode::WrongCode, "The code is wrong. Look at the latest message."))
                }
                codes::Verdict::Over => Err(Refusal::new(
                    ErrorCode::FlowEnded,
                    "There is no code that could still be right. Ask for another one.",
                )),
            }
        }
    };
    if let Err(refusal) = judged {
        if refusal.code() != ErrorCode::WrongCode {
            return Ok(Err(refusal));
        }
        let wrong = flow::count_wrong(tx, &pending.id).await?;
        if wrong < center.config.rules.wrong_codes_per_flow {
            return Ok(Err(refusal));
        }
        let detail = Detail::none().with("factor", factor.text()).with("device", pending.state.label.text());
        let kind = EventKind::SecondStepFailed;
        security_log::note(tx, center, account.id, kind, &peer.to_string(), &detail).await?;
        return Ok(Err(over("Too many wrong codes. Sign in again with the password.")));
    }
    if !flow::end(tx, &pending.id, center.now()).await? {
        return Ok(Err(over("This login was finished already.")));
    }
    if account.frozen_since.is_some() {
        let factors = second_factor::has_factors(tx, center, account.id).await?;
        let address = factors.contact(factor).map(|contact| &contact.address);
        freeze::proven(tx, center, &account, factor, address, &peer.to_string()).await?;
    }
    Window::of_account(center, account.id, trusted).close(tx).await?;
    let device = Device { label: &pending.state.label, peer, trusted, remember: pending.state.remember };
    Ok(Ok(session_start::begin(tx, center, &account, &device, Occasion::Login).await?))
}

/// Ends every pending login of an account, as when its password was changed.
///
/// # Errors
/// When the database is away.
pub async fn end_all(tx: &mut Tx, account: AccountId, now: Unix) -> Result<(), StoreError> {
    end_all_on(tx, account, false, now).await?;
    end_all_on(tx, account, true, now).await
}

/// Ends those that were begun on trusted devices, or those that were not.
///
/// # Errors
/// When the database is away.
pub async fn end_all_on(tx: &mut Tx, account: AccountId, trusted: bool, now: Unix) -> Result<(), StoreError> {
    flow::end_all(tx, kind(trusted), account, now).await.map(drop)
}

async fn open(tx: &mut Tx, center: &Center, flow: &Hidden) -> Result<(Flow<State>, Account), Refusal> {
    let ended = || over("This login is over. Sign in again with the password.");
    // The token is looked up by its hash.
    let token = PlainToken::from_text(flow.expose_secret()).ok_or_else(ended)?;
    let found = match flow::open(tx, center, KIND, None, &token).await? {
        None => flow::open(tx, center, KIND_TRUSTED, None, &token).await?,
        found => found,
    };
    let pending: Flow<State> = found.ok_or_else(ended)?;
    let id = pending.account.ok_or_else(ended)?;
    let account = account::find(tx, id).await?.ok_or_else(ended)?;
    Ok((pending, account))
}

fn listed(state: &State, factor: Factor) -> Result<(), Refusal> {
    if state.methods.contains(&factor) {
        return Ok(());
    }
    Err(Refusal::invalid("/factor", "Take one of the methods that the login listed."))
}

fn over(detail: &str) -> Refusal {
    Refusal::new(ErrorCode::FlowEnded, detail)
}

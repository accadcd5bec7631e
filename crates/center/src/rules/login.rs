//! The password step of a login.
//!
//! Counted first, hashed after, outside any transaction; then, if the password was right, the place is given back and the
//! session or the second step begins. What was counted is finished even when the client has gone: else a lost connection
//! would cost its owner a wrong password.

use tessera_center_api::Hidden;
use tessera_center_api::login::{Login, LoginOutcome};
use tessera_center_api::security::EventKind;

use super::login_name::LoginName;
use super::login_window::{Code, Window, wrong_credentials};
use super::pending_login;
use super::security_log::{self, Detail};
use super::session_start::{self, Device, DeviceLabel, Occasion};
use crate::Center;
use crate::http::{Peer, Refusal, Shared};
use crate::password::Password;
use crate::store::tables::account::{self, Account};
use crate::store::tables::tally::Tally;
use crate::token::TokenHash;

/// Attempts a login.
///
/// # Errors
/// `WrongCredentials`, `CodeRequired`, `WrongCode`, `FlowEnded`, `AccountLocked`; the same for names that nobody bears.
pub async fn attempt(center: Shared, login: Login, peer: Peer) -> Result<LoginOutcome, Refusal> {
    let label = DeviceLabel::read(&login.device)?;
    // Waiting in the line counts nothing and ends with the request; from here on the attempt is finished in any case.
    let place = center.hasher.stand_in_line().await?;
    let finished = tokio::spawn(async move {
        let _place = place;
        let counted = count(&center, &login).await?;
        judge(&center, &login, counted, &label, peer).await
    });
    finished.await.map_err(Refusal::internal)?
}

/// An attempt that has its place in the window.
struct Counted {
    window: Window,
    taken: Tally,
    account: Option<Account>,
    trusted: Option<TokenHash>,
}

async fn count(center: &Center, login: &Login) -> Result<Counted, Refusal> {
    // The name is compared by its fingerprint.
    let name = LoginName::read(login.name.expose_secret());
    let mut tx = center.begin().await?;
    let account = name.account(&mut tx, center).await?;
    let id = account.as_ref().map(|account| account.id);
    let device = login.trusted_device.as_ref();
    let trusted = session_start::trusted(&mut tx, center, id.unwrap_or_default(), device).await?;
    let window = Window::of_attempt(center, &name, id, trusted);
    let code = login.flow.as_ref().zip(login.code.as_ref());
    let code = code.map(|(flow, code)| Code { name: &name, account: id, flow, code });
    let taken = window.take(&mut tx, center, code.as_ref()).await?;
    tx.commit().await?;
    Ok(Counted { window, taken: taken?, account, trusted })
}

async fn judge(
    center: &Center,
    login: &Login,
    counted: Counted,
    label: &DeviceLabel,
    peer: Peer,
) -> Result<LoginOutcome, Refusal> {
    let Counted { window, taken, account, trusted } = counted;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let right = center.hasher.verify(password(&login.password), stored).await?;
    let Some(account) = account.as_ref().filter(|_| right) else {
        return Err(wrong(center, &window, &taken, account.as_ref(), label, peer).await?);
    };
    let renewed = if center.hasher.is_outdated(&account.password_hash) {
        Some(center.hasher.hash(password(&login.password), &center.random).await?)
    } else {
        None
    };
    let mut tx = center.begin().await?;
    // A password that was changed while this one was hashed is another one: this was a wrong one.
    let stored = &account.password_hash;
    let held = account::hold(&mut tx, account.id, stored, renewed.as_ref().unwrap_or(stored)).await?;
    let Some(account) = held else {
        drop(tx);
        return Err(wrong(center, &window, &taken, Some(account), label, peer).await?);
    };
    window.give_back(&mut tx, &taken).await?;
    let device = Device { label, peer, trusted, remember: login.remember };
    let outcome = if let Some(second) = pending_login::begin(&mut tx, center, &account, &device).await? {
        LoginOutcome::SecondStep(second)
    } else {
        window.close(&mut tx).await?;
        let begun = session_start::begin(&mut tx, center, &account, &device, Occasion::Login).await?;
        LoginOutcome::SignedIn(begun)
    };
    tx.commit().await?;
    Ok(outcome)
}

/// The refusal of a wrong password, which the account's log tells of; the one that made the window full locks it.
async fn wrong(
    center: &Center,
    window: &Window,
    taken: &Tally,
    account: Option<&Account>,
    label: &DeviceLabel,
    peer: Peer,
) -> Result<Refusal, Refusal> {
    let detail = Detail::none().with("device", label.text()).with("count", taken.count.to_string());
    let mut tx = center.begin().await?;
    let id = account.map(|account| account.id);
    let kind = EventKind::WrongPassword;
    security_log::note_or_pretend(&mut tx, center, id, kind, &peer.to_string(), &detail).await?;
    let refusal = if taken.count < center.config.rules.wrong_passwords_until_lock {
        wrong_credentials()
    } else {
        window.lock(&mut tx, center, account, peer).await?
    };
    tx.commit().await?;
    Ok(refusal)
}

/// Only its hash is computed.
fn password(text: &Hidden) -> Password {
    Password::new(text.expose_secret())
}

//! What the link of an executed ticket does: it asks the account's password and then lets its holder bind the new contact,
//! or bind a new MFA device in place of the old ones. It sets no password and begins no session.

use serde::{Deserialize, Serialize};
use tessera_center_api::security::EventKind;
use tessera_center_api::ticket::TicketKind;
use tessera_center_api::{ErrorCode, Hidden};
use tessera_otp::{Algorithm, Credential, Digits, Generator, Period, Secret};
use zeroize::Zeroizing;

use super::{open_statement, statement};
use crate::Center;
use crate::clock::MINUTE;
use crate::contact::AddressKind;
use crate::http::{Peer, Refusal};
use crate::password::Password;
use crate::rules::audit::{self, Entry};
use crate::rules::security_log::{self, Detail};
use crate::rules::{contacts, mfa_devices, second_factor};
use crate::store::tables::account::{self, Account};
use crate::store::tables::contact::ContactKind;
use crate::store::tables::flow::{self, Owner};
use crate::store::tables::mfa_device::{self, DeviceKind};
use crate::store::tables::otp_token::{self, Moving, Seed, Token};
use crate::store::tables::tally::{self, TallyId};
use crate::store::tables::ticket::{self, Ticket};
use crate::store::tables::ticket_link::{self, Purpose};
use crate::store::tables::{recovery_code, session, trusted_device};
use crate::store::{StoreError, Tx};
use crate::token::PlainToken;

const FLOW: &str = "ticket-binding";
const FLOW_LIFE: i64 = 30 * MINUTE;
/// RFC 4226 §4, R6 recommends 160 bits.
const SECRET_BYTES: usize = 20;
/// What a device that was bound by a link is called until its owner renames it.
const DEVICE: &str = "Authenticator";

/// What a link would bind; `None` when it is over or was never given out. Changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn bindable(tx: &mut Tx, center: &Center, token: &str) -> Result<Option<Ticket>, StoreError> {
    let Some(token) = PlainToken::from_text(token) else { return Ok(None) };
    let Some(id) = ticket_link::find(tx, &token.hash(), Purpose::Binding, center.now()).await? else {
        return Ok(None);
    };
    ticket::find(tx, &id).await
}

/// What the right password came to.
pub enum Opened {
    /// The new contact is bound; the link is used up.
    Bound,
    /// Two codes of this secret bind the device; until then the link stays good.
    Device {
        /// Goes with the codes.
        flow: PlainToken,
        /// The secret, base32.
        secret: Zeroizing<String>,
        /// As an otpauth URI.
        uri: Zeroizing<String>,
    },
}

#[derive(Serialize, Deserialize)]
struct Pending {
    link: Hidden,
    secret: Hidden,
}

/// Opens a link with the account's password. A try counts before it is judged: five a link.
///
/// # Errors
/// `LinkEnded`, `WrongCredentials`, `AddressTaken`.
pub async fn open(center: &Center, token: &str, password: &str, peer: Peer) -> Result<Opened, Refusal> {
    let link = PlainToken::from_text(token.trim()).ok_or_else(over)?;
    let rules = &center.config.rules;
    let mut tx = center.begin().await?;
    let found = bindable(&mut tx, center, token.trim()).await?.ok_or_else(over)?;
    let owner = owner(&mut tx, &found).await?;
    let tries = TallyId::new(&center.keys, "ticket link", link.hash().as_bytes());
    let taken =
        tally::take(&mut tx, &tries, rules.wrong_codes_per_flow, rules.ticket_link, center.now()).await?;
    tx.commit().await?;
    let Some(taken) = taken else { return Err(over()) };
    if !center.hasher.verify(Password::new(password), Some(owner.password_hash)).await? {
        return Err(Refusal::new(
            ErrorCode::WrongCredentials,
            "The password is wrong. After five wrong ones the link is over.",
        ));
    }
    let mut tx = center.begin().await?;
    tally::give_back(&mut tx, &tries, taken.opened_at).await?;
    let owner = account::lock(&mut tx, owner.id).await?.ok_or_else(over)?;
    let stated = open_statement(center, &found)?;
    let opened = match statement::new_contact(&stated) {
        Some(new) => {
            if !ticket_link::use_up(&mut tx, &link.hash(), Purpose::Binding, center.now()).await? {
                return Err(over());
            }
            let kind = match new.kind() {
                AddressKind::Phone => ContactKind::SecurePhone,
                AddressKind::Email => ContactKind::AccountEmail,
            };
            let peer = peer.to_string();
            let by = contacts::By { proven_by: &["ticket".into()], session: None, peer: &peer };
            contacts::change(&mut tx, center, &owner, kind, Some(&new), by).await?;
            finish(&mut tx, center, &found, &owner, &peer).await?;
            Opened::Bound
        }
        None => pending_device(&mut tx, center, &owner, token.trim()).await?,
    };
    tx.commit().await?;
    Ok(opened)
}

async fn pending_device(
    tx: &mut Tx,
    center: &Center,
    owner: &Account,
    link: &str,
) -> Result<Opened, Refusal> {
    let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
    center.random.fill(bytes.as_mut())?;
    let secret = Secret::from_bytes(bytes.as_ref()).map_err(Refusal::internal)?;
    let base32 = secret.to_base32();
    let uri =
        Credential::new(&center.config.name, &owner.id.to_string(), secret, Generator::default()).to_uri();
    let pending = Pending { link: Hidden::new(link), secret: Hidden::new(base32.as_str()) };
    let about = Owner { account: Some(owner.id), session: None };
    let flow = flow::begin(tx, center, FLOW, about, &pending, FLOW_LIFE).await?;
    Ok(Opened::Device { flow, secret: base32, uri })
}

/// Binds the new device by two consecutive codes; the old devices and recovery codes go, sessions and trust end, all in one
/// transaction.
///
/// # Errors
/// `FlowEnded`, `LinkEnded`, `WrongCode`.
pub async fn bind_device(
    center: &Center,
    flow_token: &str,
    codes: [&str; 2],
    peer: Peer,
) -> Result<(), Refusal> {
    let ended = || Refusal::new(ErrorCode::FlowEnded, "This step is over. Open the link again.");
    let flow_token = PlainToken::from_text(flow_token).ok_or_else(ended)?;
    let mut tx = center.begin().await?;
    // The account before its flow, as everywhere.
    let owner = flow::account_of(&mut tx, &flow_token).await?.ok_or_else(ended)?;
    let owner = account::lock(&mut tx, owner).await?.ok_or_else(ended)?;
    let flow = flow::open::<Pending>(&mut tx, center, FLOW, None, &flow_token).await?.ok_or_else(ended)?;
    // Codes are computed from it.
    let secret = Secret::from_base32(flow.state.secret.expose_secret()).map_err(Refusal::internal)?;
    let moving = Moving::Time(Period::THIRTY);
    let seed = Seed { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, moving };
    let token = Token { id: String::new(), seed, last: -1, drift: 0 };
    let Some(place) = second_factor::find_two(&token, center, codes[0], codes[1]) else {
        flow::count_wrong(&mut tx, &flow.id).await?;
        tx.commit().await?;
        return Err(Refusal::new(
            ErrorCode::WrongCode,
            "These are not two codes in a row. Wait for a new code, then type it and the next one.",
        ));
    };
    if !flow::end(&mut tx, &flow.id, center.now()).await? {
        return Err(ended());
    }
    // The hash of it names the link; the token itself was in the sealed flow only.
    let link = flow.state.link.expose_secret();
    let found = bindable(&mut tx, center, link).await?.ok_or_else(over)?;
    let link = PlainToken::from_text(link).ok_or_else(over)?;
    if found.target_account != Some(owner.id)
        || !ticket_link::use_up(&mut tx, &link.hash(), Purpose::Binding, center.now()).await?
    {
        return Err(over());
    }
    let peer = peer.to_string();
    let mut old = mfa_device::of_account(&mut tx, &center.keys, owner.id).await?.into_iter();
    // The new one first, so that protection by MFA never falls to something weaker; but it needs a place.
    if i64::try_from(old.len()).unwrap_or(i64::MAX) >= center.config.rules.mfa_devices
        && let Some(first) = old.next()
    {
        unbind(&mut tx, center, &owner, &first.id, &peer).await?;
    }
    let id = otp_token::insert(&mut tx, center, None, &token.seed, place.step, place.drift)
        .await?
        .ok_or_else(|| Refusal::internal("a new token is already there"))?;
    mfa_devices::bind(&mut tx, center, &owner, &peer, DeviceKind::Virtual, DEVICE, &id).await?;
    for device in old {
        unbind(&mut tx, center, &owner, &device.id, &peer).await?;
    }
    recovery_code::clear(&mut tx, owner.id).await?;
    session::end_others(&mut tx, owner.id, None).await?;
    trusted_device::forget(&mut tx, owner.id, None).await?;
    finish(&mut tx, center, &found, &owner, &peer).await?;
    tx.commit().await?;
    Ok(())
}

async fn unbind(
    tx: &mut Tx,
    center: &Center,
    owner: &Account,
    device: &str,
    peer: &str,
) -> Result<(), StoreError> {
    if let Some(gone) = mfa_devices::unbind(tx, center, owner.id, device).await? {
        let detail = Detail::none().with("device", gone.name).with("by", "ticket");
        security_log::note(tx, center, owner.id, EventKind::MfaDeviceUnbound, peer, &detail).await?;
    }
    Ok(())
}

async fn owner(tx: &mut Tx, found: &Ticket) -> Result<Account, Refusal> {
    let id = found.target_account.ok_or_else(over)?;
    account::find(tx, id).await?.ok_or_else(over)
}

async fn finish(
    tx: &mut Tx,
    center: &Center,
    found: &Ticket,
    owner: &Account,
    peer: &str,
) -> Result<(), StoreError> {
    let detail =
        Detail::none().with("ticket", &*found.id).with("kind", found.kind.text()).with("link", "used");
    security_log::note(tx, center, owner.id, EventKind::TicketExecuted, peer, &detail).await?;
    audit::append(tx, center, None, &Entry::new("ticket-link-used").ticket(&found.id)).await
}

/// Whether a ticket's link binds a device.
pub const fn binds_device(kind: TicketKind) -> bool {
    matches!(kind, TicketKind::MfaUnbindingIndividual | TicketKind::MfaUnbindingEnterprise)
}

fn over() -> Refusal {
    Refusal::new(
        ErrorCode::LinkEnded,
        "This link was used or has expired. File the ticket again if you still need it.",
    )
}

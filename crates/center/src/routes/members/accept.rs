//! `POST /v1/sub-accounts/accept`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tessera_center_api::ErrorCode;
use tessera_center_api::members::{AcceptSubAccount, SubAccountAccepted};
use tessera_center_api::security::EventKind;

use crate::Center;
use crate::clock::DAY;
use crate::contact::{Address, AddressKind};
use crate::http::{Body, Peer, Refusal, Refusals, Shared};
use crate::outbox::{Message, Template};
use crate::rules::new_password;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::contact::{self, ContactKind};
use crate::store::tables::flow::{self, Owner};
use crate::store::tables::sub_account;
use crate::store::{StoreError, Tx};
use crate::token::PlainToken;

/// The kind of the flow between invitation and acceptance.
pub(super) const FLOW: &str = "sub-account-invitation";

/// What an invitation remembers.
#[derive(Serialize, Deserialize)]
struct Invited {
    /// The address that it went to, which the one who has it has proven by it.
    email: String,
}

/// Sends an invitation; earlier ones are over.
pub(super) async fn invite(
    tx: &mut Tx,
    center: &Center,
    owner: AccountId,
    member: &Account,
    address: &Address,
) -> Result<(), StoreError> {
    let life = center.config.rules.sub_account_invitation;
    flow::end_all(tx, FLOW, member.id, center.now()).await?;
    let state = Invited { email: address.text().into() };
    let flow_owner = Owner { account: Some(member.id), session: None };
    let token = flow::begin(tx, center, FLOW, flow_owner, &state, life).await?;
    Message::new(Template::SubAccountInvited, &member.language)
        .with("account", member.id)
        .with("owner", owner)
        // The message is what carries the invitation to its reader; it lies sealed until it is sent.
        .with("invitation", token.expose_secret().as_str())
        .with("days", life / DAY)
        .send(tx, center, address)
        .await
        .map(drop)
}

/// Takes the invitation to a sub-account: the member sets the password, and the invited address is bound. Then one signs in.
#[utoipa::path(post, path = "/v1/sub-accounts/accept", tag = "members", request_body = AcceptSubAccount,
    responses((status = 200, body = SubAccountAccepted), Refusals))]
pub(super) async fn accept(
    State(center): State<Shared>,
    peer: Peer,
    Body(body): Body<AcceptSubAccount>,
) -> Result<Json<SubAccountAccepted>, Refusal> {
    let over = || {
        Refusal::new(
            ErrorCode::LinkEnded,
            "This invitation was used, has expired or is not complete. Ask the owner of the account for another.",
        )
    };
    // Only its hash is compared.
    let token = PlainToken::from_text(body.invitation.expose_secret()).ok_or_else(over)?;
    let mut tx = center.begin().await?;
    let open = flow::open::<Invited>(&mut tx, &center, FLOW, None, &token).await?.ok_or_else(over)?;
    let id = open.account.ok_or_else(over)?;
    let invited = account::find(&mut tx, id).await?.ok_or_else(over)?;
    let mut words = new_password::own_words(&mut tx, &center, &invited).await?;
    words.extend(open.state.email.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase));
    drop(tx);
    let hash = new_password::hash(&center, &body.password, words).await?;
    let mut tx = center.begin().await?;
    let account = account::lock(&mut tx, id).await?.ok_or_else(over)?;
    let open = flow::open::<Invited>(&mut tx, &center, FLOW, None, &token).await?.ok_or_else(over)?;
    if !flow::end(&mut tx, &open.id, center.now()).await?
        || !sub_account::activate(&mut tx, id, center.now()).await?
    {
        return Err(over());
    }
    account::set_password(&mut tx, id, &hash, center.now()).await?;
    let address = Address::stored(AddressKind::Email, &open.state.email);
    for kind in [ContactKind::AccountEmail, ContactKind::SecurityEmail] {
        // They come with the account, so they prove from the start.
        if !contact::bind(&mut tx, &center, id, kind, &address, account.created_at).await? {
            return Err(Refusal::new(
                ErrorCode::AddressTaken,
                "This address is the login name of another account. Ask the owner to invite another address of yours.",
            ));
        }
    }
    let detail = Detail::none().with("address", address.masked());
    security_log::note(&mut tx, &center, id, EventKind::Registered, &peer.to_string(), &detail).await?;
    tx.commit().await?;
    Ok(Json(SubAccountAccepted { account: id }))
}

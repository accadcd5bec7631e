//! Codes that go to an account's security contact because somebody without a session asked: to be let in after wrong
//! passwords, or to set a new one. For a name that nobody bears all is done but the sending.

use serde::{Deserialize, Serialize};
use tessera_center_api::login::{CodeSent, SendCode};
use tessera_center_api::{ErrorCode, Hidden};

use super::codes::{self, Asker, Verdict};
use super::login_name::LoginName;
use super::security_contact::{self, Purpose};
use super::session_start;
use crate::Center;
use crate::http::{Peer, Refusal};
use crate::store::Tx;
use crate::store::tables::flow::{self, Flow, Owner};
use crate::token::PlainToken;

/// What the code is for. One that was sent for one errand is good for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// It admits one attempt to sign in.
    Login,
    /// It lets a new password be set.
    Reset,
}

impl Errand {
    /// Its kind of flow, and the slot of its code.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Login => "login-code",
            Self::Reset => "password-reset",
        }
    }

    const fn purpose(self) -> Purpose {
        match self {
            Self::Login => Purpose::Admit,
            Self::Reset => Purpose::Change,
        }
    }
}

/// What the flow remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// The canonical name that was given. The flow goes on with no other, not even of the same account: else two names could
    /// be told to belong together.
    pub asked: String,
    /// Whether the code of a reset was right.
    pub proven: bool,
}

impl State {
    /// Whether it was begun with this name.
    pub fn is_of(&self, name: &LoginName) -> bool {
        self.asked == name.canonical()
    }
}

/// Sends a code, in a new flow or in the one of an earlier code.
///
/// # Errors
/// `SentLately`, `TooManyMessages`, or `FlowEnded` for a flow that is over or would end before its next code. Roll back then.
pub async fn send(
    tx: &mut Tx,
    center: &Center,
    errand: Errand,
    request: &SendCode,
    peer: Peer,
) -> Result<CodeSent, Refusal> {
    let rules = &center.config.rules;
    // The name is compared by its fingerprint.
    let name = LoginName::read(request.name.expose_secret());
    let account = name.account(tx, center).await?;
    let id = account.as_ref().map(|account| account.id);
    let device = request.trusted_device.as_ref();
    let trusted = session_start::trusted(tx, center, id.unwrap_or_default(), device).await?;
    let flow = if let Some(flow) = &request.flow {
        let (open, token) = open(tx, center, errand, flow).await?;
        let lives_on = open.expires_at - center.now() >= rules.code_life;
        if !open.state.is_of(&name) || open.account != id || !lives_on {
            return Err(over());
        }
        token
    } else {
        let state = State { asked: name.canonical().to_owned(), proven: false };
        // A code that is sent again in the flow is good for as long as its message says.
        let life = rules.login_flow + rules.code_life;
        flow::begin(tx, center, errand.kind(), Owner { account: id, session: None }, &state, life).await?
    };
    let to = security_contact::of(tx, center, account.as_ref(), errand.purpose()).await?;
    let asker = match trusted {
        Some(_) => Asker::SignedIn,
        None => Asker::Anonymous { peer, asked: name.canonical() },
    };
    let language = account.as_ref().map_or("en", |account| &account.language);
    let again_at = codes::send(tx, center, &flow.hash(), errand.kind(), to.as_ref(), language, asker).await?;
    // The client goes on with it.
    Ok(CodeSent { flow: Hidden::new(flow.expose_secret().as_str()), again_at })
}

/// Tries the code of a flow. Commit whatever it came to; of what is refused, a wrong code was counted.
///
/// # Errors
/// When the database is away.
pub async fn try_code(
    tx: &mut Tx,
    center: &Center,
    errand: Errand,
    flow: &Flow<State>,
    code: &Hidden,
) -> Result<Result<(), Refusal>, Refusal> {
    // Compared by its HMAC.
    match codes::try_code(tx, center, &flow.id, errand.kind(), code.expose_secret()).await? {
        Verdict::Right => Ok(Ok(())),
        Verdict::Over => Ok(Err(Refusal::new(
            ErrorCode::FlowEnded,
            "There is no code that could still be right. Ask for another one.",
        ))),
        Verdict::Wrong => {
            flow::count_wrong(tx, &flow.id).await?;
            Ok(Err(Refusal::new(
                ErrorCode::WrongCode,
                "The code is wrong. Look at the latest message; nothing else was looked at.",
            )))
        }
    }
}

/// The open flow of a token.
///
/// # Errors
/// `FlowEnded`.
pub async fn open(
    tx: &mut Tx,
    center: &Center,
    errand: Errand,
    flow: &Hidden,
) -> Result<(Flow<State>, PlainToken), Refusal> {
    // The token is looked up by its hash.
    let token = PlainToken::from_text(flow.expose_secret()).ok_or_else(over)?;
    let open = flow::open(tx, center, errand.kind(), None, &token).await?.ok_or_else(over)?;
    Ok((open, token))
}

/// The refusal of a flow that is over.
pub fn over() -> Refusal {
    Refusal::new(ErrorCode::FlowEnded, "This step is over. Begin it again.")
}

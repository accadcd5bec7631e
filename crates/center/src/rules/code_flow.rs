//! Flows that go on with a code which was sent: what their steps have in common.

use tessera_center_api::account::CodeFlow;
use tessera_center_api::{ErrorCode, Hidden};

use super::codes::{self, Verdict};
use crate::Center;
use crate::clock::Unix;
use crate::http::Refusal;
use crate::store::Tx;
use crate::store::tables::flow;
use crate::token::{PlainToken, TokenHash};

/// The slot of such a flow's one code.
pub const SLOT: &str = "code";

/// The token of a flow, as a client sent it.
///
/// # Errors
/// `FlowEnded` for anything that no token looks like.
pub fn token(flow: &Hidden) -> Result<PlainToken, Refusal> {
    // It is looked up by its hash.
    PlainToken::from_text(flow.expose_secret()).ok_or_else(over)
}

/// What the client goes on with.
pub fn begun(center: &Center, flow: &PlainToken, again_at: Unix) -> CodeFlow {
    // The client goes on with it; it is handed out here and nowhere else.
    let token = Hidden::new(flow.expose_secret().as_str());
    CodeFlow { flow: token, again_at, expires_at: center.now() + center.config.rules.code_flow }
}

/// Goes on only with the right code, which is used up by it. A wrong one is counted, which stands whatever the caller does:
/// the transaction is committed here then.
///
/// # Errors
/// `WrongCode`, `FlowEnded`.
pub async fn prove(mut tx: Tx, center: &Center, flow: &TokenHash, code: &Hidden) -> Result<Tx, Refusal> {
    // It is compared by its HMAC.
    match codes::try_code(&mut tx, center, flow, SLOT, code.expose_secret()).await? {
        Verdict::Right => Ok(tx),
        Verdict::Wrong => {
            flow::count_wrong(&mut tx, flow).await?;
            tx.commit().await?;
            Err(Refusal::new(
                ErrorCode::WrongCode,
                "The code is wrong. Look at the latest message; nothing else was looked at.",
            ))
        }
        Verdict::Over => Err(Refusal::new(
            ErrorCode::FlowEnded,
            "There is no code that could still be right. Ask for another one, or begin again.",
        )),
    }
}

/// The refusal of a flow that is over, of another session, or was never begun.
pub fn over() -> Refusal {
    Refusal::new(ErrorCode::FlowEnded, "This step is over. Begin it again.")
}

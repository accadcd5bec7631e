//! Setting a new password without the old one: a code to the security contact, then the password. It neither opens a locked
//! account nor begins a session, so that the window and the second step stay what they are.

use tessera_center_api::{ErrorCode, Hidden};

use super::anonymous_code::{self, Errand, State};
use crate::Center;
use crate::http::Refusal;
use crate::store::Tx;
use crate::store::tables::account::{self, Account};
use crate::store::tables::flow::{self, Flow};

/// Tries the code. Commit whatever it came to.
///
/// # Errors
/// `FlowEnded`, when nothing was counted.
pub async fn prove(
    tx: &mut Tx,
    center: &Center,
    flow: &Hidden,
    code: &Hidden,
) -> Result<Result<(), Refusal>, Refusal> {
    let (open, _) = anonymous_code::open(tx, center, Errand::Reset, flow).await?;
    let tried = anonymous_code::try_code(tx, center, Errand::Reset, &open, code).await?;
    if tried.is_ok() {
        flow::save(tx, center, &open.id, &State { proven: true, ..open.state }).await?;
    }
    Ok(tried)
}

/// The account whose reset was proven, and its flow. For a name that nobody bears no code was sent: whoever hit it guessed,
/// and learns nothing here.
///
/// # Errors
/// `FlowEnded`, or `WrongState` when the code is still to be proven.
pub async fn proven(tx: &mut Tx, center: &Center, flow: &Hidden) -> Result<(Flow<State>, Account), Refusal> {
    let (open, _) = anonymous_code::open(tx, center, Errand::Reset, flow).await?;
    if !open.state.proven {
        return Err(Refusal::new(ErrorCode::WrongState, "Prove the code that was sent first."));
    }
    let found = match open.account {
        Some(id) => account::find(tx, id).await?,
        None => None,
    };
    Ok((open, found.ok_or_else(anonymous_code::over)?))
}

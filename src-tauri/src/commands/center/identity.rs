//! Identity checks.

use tauri::{command, ipc::Channel};
use tessera_center_api::{
    Hidden,
    identity::{Action, Factor, IdentityProven},
};

use super::{code, hidden};
use crate::{
    center::{
        Call,
        connections::record_id,
        flows::{Flow, Purpose, gone},
        request,
        requests::key,
    },
    convert,
    dto::{AccountRef, CodeOut, EntryId, Failure, FlowId, IdentityCheck, Sealed},
    shell::App,
};

#[command]
pub(crate) async fn center_begin_identity_check(
    shell: App<'_>,
    who: AccountRef,
    action: Action,
    request: u32,
) -> Result<IdentityCheck, Failure> {
    let key = key(&("identity", &who, action));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let begun = call.heed(&who, session.begin_identity_check(action, &call.intent()).await).await?;
        let center = record_id(&who.center)?;
        let vault = call.offers(center, Some(who.account), who.account.to_string()).await?;
        let flow = Flow { center, token: begun.flow, purpose: Purpose::Identity { who } };
        Ok(IdentityCheck {
            flow: call.shell.center.flows.keep(flow),
            factors: begun.factors,
            expires_at: begun.expires_at,
            frozen: begun.frozen,
            vault,
        })
    })
    .await
}

impl Call {
    fn check(&self, flow: &FlowId) -> Result<(Hidden, AccountRef), Failure> {
        match self.shell.center.flows.get(flow)? {
            Flow { token, purpose: Purpose::Identity { who }, .. } => Ok((token, who)),
            _ => Err(gone()),
        }
    }

    async fn prove(&self, flow: &FlowId, factor: Factor, code: Hidden) -> Result<IdentityProven, Failure> {
        let (token, who) = self.check(flow)?;
        let session = self.session(&who).await?;
        let proven = self.heed(&who, session.prove_identity(token, factor, code).await).await?;
        self.shell.center.flows.end(flow);
        Ok(proven)
    }
}

#[command]
pub(crate) async fn center_send_identity_code(
    shell: App<'_>,
    flow: FlowId,
    factor: Factor,
    request: u32,
) -> Result<CodeOut, Failure> {
    let key = key(&("send-identity", &flow, factor));
    self::request(&shell, request, key, move |call| async move {
        let (token, who) = call.check(&flow)?;
        let session = call.session(&who).await?;
        let sent = call.heed(&who, session.send_identity_code(token, factor).await).await?;
        Ok(CodeOut { again_at: sent.again_at })
    })
    .await
}

#[command]
pub(crate) async fn center_prove_identity(
    shell: App<'_>,
    flow: FlowId,
    factor: Factor,
    code: Sealed,
    request: u32,
) -> Result<IdentityProven, Failure> {
    let code =
        if factor == Factor::RecoveryCode { hidden(&shell, &code)? } else { self::code(&shell, &code)? };
    let key = key(&("prove-identity", &flow, factor, &code));
    self::request(&shell, request, key, move |call| async move { call.prove(&flow, factor, code).await })
        .await
}

#[command]
pub(crate) async fn center_prove_identity_from_vault(
    shell: App<'_>,
    flow: FlowId,
    entry: EntryId,
    wait: Channel<u64>,
    request: u32,
) -> Result<IdentityProven, Failure> {
    let key = key(&("prove-identity-from-vault", &flow, &entry));
    self::request(&shell, request, key, move |call| async move {
        let code = call.fresh_code(convert::entry_id(&entry)?, &wait).await?;
        call.prove(&flow, Factor::Mfa, code).await
    })
    .await
}

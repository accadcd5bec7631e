//! Addresses bound to an account, and how they change.

use tauri::command;
use tessera_center_api::{
    Hidden,
    contact::{ContactChanged, ContactKind},
};

use super::code;
use crate::{
    center::{
        Call, ask,
        connections::record_id,
        flows::{Flow, Purpose, gone},
        request,
        requests::key,
    },
    dto::{AccountRef, CodeFlow, CodeOut, Failure, FlowId, Sealed},
    shell::App,
};

#[command]
pub(crate) async fn center_begin_contact_change(
    shell: App<'_>,
    who: AccountRef,
    kind: ContactKind,
    address: String,
    request: u32,
) -> Result<CodeFlow, Failure> {
    let key = key(&("change-contact", &who, kind, &address));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let address = Hidden::new(address);
        let begun = session.begin_contact_change(kind, address, &call.intent()).await;
        let begun = call.heed(&who, begun).await?;
        let center = record_id(&who.center)?;
        let flow = Flow { center, token: begun.flow, purpose: Purpose::Contact { who, kind } };
        Ok(CodeFlow {
            flow: call.shell.center.flows.keep(flow),
            again_at: begun.again_at,
            expires_at: Some(begun.expires_at),
        })
    })
    .await
}

impl Call {
    fn change(&self, flow: &FlowId) -> Result<(Hidden, AccountRef, ContactKind), Failure> {
        match self.shell.center.flows.get(flow)? {
            Flow { token, purpose: Purpose::Contact { who, kind }, .. } => Ok((token, who, kind)),
            _ => Err(gone()),
        }
    }
}

#[command]
pub(crate) async fn center_resend_contact_code(
    shell: App<'_>,
    flow: FlowId,
    request: u32,
) -> Result<CodeOut, Failure> {
    let key = key(&("resend-contact", &flow));
    self::request(&shell, request, key, move |call| async move {
        let (token, who, kind) = call.change(&flow)?;
        let session = call.session(&who).await?;
        let sent = call.heed(&who, session.resend_contact_code(kind, token).await).await?;
        Ok(CodeOut { again_at: sent.again_at })
    })
    .await
}

#[command]
pub(crate) async fn center_confirm_contact_change(
    shell: App<'_>,
    flow: FlowId,
    code: Sealed,
    request: u32,
) -> Result<ContactChanged, Failure> {
    let code = self::code(&shell, &code)?;
    let key = key(&("confirm-contact", &flow, &code));
    self::request(&shell, request, key, move |call| async move {
        let (token, who, kind) = call.change(&flow)?;
        let session = call.session(&who).await?;
        let changed = call.heed(&who, session.confirm_contact_change(kind, token, code).await).await?;
        call.shell.center.flows.end(&flow);
        Ok(changed)
    })
    .await
}

#[command]
pub(crate) async fn center_remove_contact(
    shell: App<'_>,
    who: AccountRef,
    kind: ContactKind,
    request: u32,
) -> Result<ContactChanged, Failure> {
    let key = key(&("remove-contact", &who, kind));
    ask(
        &shell,
        request,
        key,
        who,
        move |session, _| async move { session.remove_contact(kind).await },
        |changed| changed,
    )
    .await
}

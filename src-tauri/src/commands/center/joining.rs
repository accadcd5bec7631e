//! Registering, retrieving accounts, resetting a password, taking an invitation to a sub-account.

use serde::{Deserialize, Serialize};
use tauri::command;
use tessera_center_api::{
    Hidden,
    account::{AccountKind, Language, RegistrationBegin, RegistrationComplete, RetrievalBegin, Retrieved},
};
use tessera_center_client::device_name;

use super::{code, hidden};
use crate::{
    center::{
        Call,
        flows::{Flow, Purpose, gone},
        request,
        requests::key,
    },
    dto::{CenterId, CodeFlow, CodeOut, Failure, FlowId, Sealed, SignInOutcome},
    shell::App,
};

/// The address that an account is registered by.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Address {
    /// An e-mail address.
    Email(String),
    /// A mobile number with its country code.
    Phone(String),
}

impl Call {
    fn flow(&self, id: &FlowId) -> Result<Flow, Failure> {
        self.shell.center.flows.get(id)
    }

    /// The client of a flow's center, and the flow's token.
    async fn at_flow(&self, id: &FlowId) -> Result<(tessera_center_client::Center, Hidden), Failure> {
        let flow = self.flow(id)?;
        let (_, client) = self.center(&flow.center.to_string()).await?;
        Ok((client, flow.token))
    }

    fn kept(&self, flow: Flow, again_at: i64, expires_at: Option<i64>) -> CodeFlow {
        CodeFlow { flow: self.shell.center.flows.keep(flow), again_at, expires_at }
    }
}

#[command]
pub(crate) async fn center_begin_registration(
    shell: App<'_>,
    center: CenterId,
    kind: AccountKind,
    address: Address,
    language: Language,
    request: u32,
) -> Result<CodeFlow, Failure> {
    let key = key(&("register", &center, kind, &address, language));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let (email, phone, login_name) = match address {
            Address::Email(address) => (Some(Hidden::new(address.as_str())), None, address),
            Address::Phone(address) => (None, Some(Hidden::new(address.as_str())), address),
        };
        let wish = RegistrationBegin { kind, email, phone, language };
        let begun = client.begin_registration(&wish, &call.intent()).await?;
        let flow = Flow { center: id, token: begun.flow, purpose: Purpose::Registration { login_name } };
        Ok(call.kept(flow, begun.again_at, Some(begun.expires_at)))
    })
    .await
}

#[command]
pub(crate) async fn center_resend_registration_code(
    shell: App<'_>,
    flow: FlowId,
    request: u32,
) -> Result<CodeOut, Failure> {
    let key = key(&("resend-registration", &flow));
    self::request(&shell, request, key, move |call| async move {
        let (client, token) = call.at_flow(&flow).await?;
        Ok(CodeOut { again_at: client.resend_registration(token).await?.again_at })
    })
    .await
}

#[command]
pub(crate) async fn center_complete_registration(
    shell: App<'_>,
    flow: FlowId,
    code: Sealed,
    password: Sealed,
    name: String,
    remember: bool,
    request: u32,
) -> Result<SignInOutcome, Failure> {
    let (code, password) = (self::code(&shell, &code)?, hidden(&shell, &password)?);
    let key = key(&("complete-registration", &flow, &code, &password, &name, remember));
    self::request(&shell, request, key, move |call| async move {
        let Flow { center, token, purpose } = call.flow(&flow)?;
        let Purpose::Registration { login_name } = purpose else { return Err(gone()) };
        let (_, client) = call.center(&center.to_string()).await?;
        let account =
            RegistrationComplete { flow: token, code, password, name, device: device_name(), remember };
        let begun = client.complete_registration(&account, &call.intent()).await?;
        call.shell.center.flows.end(&flow);
        call.begun(center, begun, login_name).await
    })
    .await
}

#[command]
pub(crate) async fn center_begin_retrieval(
    shell: App<'_>,
    center: CenterId,
    phone: String,
    request: u32,
) -> Result<CodeFlow, Failure> {
    let key = key(&("retrieve", &center, &phone));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let wish = RetrievalBegin { phone: Hidden::new(phone), language: Language::English };
        let begun = client.begin_retrieval(&wish, &call.intent()).await?;
        let flow = Flow { center: id, token: begun.flow, purpose: Purpose::Retrieval };
        Ok(call.kept(flow, begun.again_at, Some(begun.expires_at)))
    })
    .await
}

#[command]
pub(crate) async fn center_resend_retrieval_code(
    shell: App<'_>,
    flow: FlowId,
    request: u32,
) -> Result<CodeOut, Failure> {
    let key = key(&("resend-retrieval", &flow));
    self::request(&shell, request, key, move |call| async move {
        let (client, token) = call.at_flow(&flow).await?;
        Ok(CodeOut { again_at: client.resend_retrieval(token).await?.again_at })
    })
    .await
}

#[command]
pub(crate) async fn center_prove_retrieval(
    shell: App<'_>,
    flow: FlowId,
    code: Sealed,
    request: u32,
) -> Result<Vec<Retrieved>, Failure> {
    let code = self::code(&shell, &code)?;
    let key = key(&("prove-retrieval", &flow, &code));
    self::request(&shell, request, key, move |call| async move {
        let (client, token) = call.at_flow(&flow).await?;
        let found = client.prove_retrieval(token, code).await?;
        call.shell.center.flows.end(&flow);
        Ok(found)
    })
    .await
}

#[command]
pub(crate) async fn center_begin_password_reset(
    shell: App<'_>,
    center: CenterId,
    name: String,
    flow: Option<FlowId>,
    request: u32,
) -> Result<CodeFlow, Failure> {
    let key = key(&("reset", &center, &name, &flow));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let wish = call.code_wish(id, &name, flow.as_ref()).await?;
        let sent = client.begin_password_reset(&wish, &call.intent()).await?;
        if let Some(earlier) = flow {
            call.shell.center.flows.end(&earlier);
        }
        let flow =
            Flow { center: id, token: sent.flow, purpose: Purpose::PasswordReset { login_name: name } };
        Ok(call.kept(flow, sent.again_at, None))
    })
    .await
}

#[command]
pub(crate) async fn center_prove_password_reset(
    shell: App<'_>,
    flow: FlowId,
    code: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let code = self::code(&shell, &code)?;
    let key = key(&("prove-reset", &flow, &code));
    self::request(&shell, request, key, move |call| async move {
        let (client, token) = call.at_flow(&flow).await?;
        Ok(client.prove_password_reset(token, code).await?)
    })
    .await
}

#[command]
pub(crate) async fn center_finish_password_reset(
    shell: App<'_>,
    flow: FlowId,
    password: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let password = hidden(&shell, &password)?;
    let key = key(&("finish-reset", &flow, &password));
    self::request(&shell, request, key, move |call| async move {
        let Flow { center, token, purpose } = call.flow(&flow)?;
        let Purpose::PasswordReset { login_name } = purpose else { return Err(gone()) };
        let (_, client) = call.center(&center.to_string()).await?;
        let trusted = call.trusted_of(center, login_name).await?;
        client.finish_password_reset(token, password, trusted.as_ref()).await?;
        call.shell.center.flows.end(&flow);
        Ok(())
    })
    .await
}

/// The invitation is the bare token, or the link or message that it stands at the end of.
#[command]
pub(crate) async fn center_accept_sub_account(
    shell: App<'_>,
    center: CenterId,
    invitation: Sealed,
    password: Sealed,
    request: u32,
) -> Result<i64, Failure> {
    let text = shell.unseal(&invitation)?;
    let token = text.trim().rsplit(['/', '=', ' ']).next().unwrap_or_default();
    let (invitation, password) = (Hidden::new(token), hidden(&shell, &password)?);
    let key = key(&("accept-sub-account", &center, &invitation, &password));
    self::request(&shell, request, key, move |call| async move {
        let (_, client) = call.center(&center).await?;
        Ok(client.accept_sub_account(invitation, password).await?.account)
    })
    .await
}

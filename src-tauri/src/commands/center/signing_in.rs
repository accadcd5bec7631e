//! Signing in and out.

use serde::Deserialize;
use tauri::{command, ipc::Channel};
use tessera_center_api::{Hidden, identity::Factor, login::SendCode};
use tessera_center_client::{LoginAttempt, SignIn, device_name};
use tessera_vault::RecordId;

use super::{code, hidden};
use crate::{
    center::{
        Call, call,
        connections::no_center,
        flows::{Flow, Purpose, gone},
        request,
        requests::key,
        sessions::trusted_device,
        vault_codes,
    },
    convert,
    dto::{
        AccountRef, AccountRow, CenterId, CodeFlow, CodeOut, EntryId, Failure, FlowId, Sealed, SignInOutcome,
    },
    shell::{App, Shell, run},
};

/// An attempt to sign in, as the page sends it.
#[derive(Deserialize)]
pub(crate) struct SignInAttempt {
    name: String,
    password: Sealed,
    code: Option<Sealed>,
    flow: Option<FlowId>,
    remember: bool,
}

#[command]
pub(crate) async fn center_accounts(shell: App<'_>) -> Result<Vec<AccountRow>, Failure> {
    run(&shell, Shell::account_rows).await
}

#[command]
pub(crate) async fn center_sign_in(
    shell: App<'_>,
    center: CenterId,
    attempt: SignInAttempt,
    request: u32,
) -> Result<SignInOutcome, Failure> {
    let SignInAttempt { name, password, code: typed, flow, remember } = attempt;
    let password = hidden(&shell, &password)?;
    let typed = typed.map(|typed| code(&shell, &typed)).transpose()?;
    let key = key(&("sign-in", &center, &name, &password, &typed, &flow, remember));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let code = match (flow, typed) {
            (Some(flow), Some(code)) => Some((call.shell.center.flows.get(&flow)?.token, code)),
            _ => None,
        };
        let trusted_device = call.trusted(id, &name).await?;
        let attempt = LoginAttempt {
            name: Hidden::new(name.as_str()),
            password,
            code,
            trusted_device,
            remember,
            device: device_name(),
        };
        match client.sign_in(attempt).await? {
            SignIn::Begun(begun) => call.begun(id, begun, name).await,
            SignIn::SecondStep { flow, expires_at, methods } => {
                let vault = call.offers(id, None, name.clone()).await?;
                let purpose = Purpose::SecondStep { login_name: name };
                let flow = call.shell.center.flows.keep(Flow { center: id, token: flow, purpose });
                Ok(SignInOutcome::SecondStep { flow, expires_at, methods, vault })
            }
        }
    })
    .await
}

impl Call {
    pub(super) async fn trusted_of(
        &self,
        id: RecordId,
        name: String,
    ) -> Result<Option<tessera_center_client::TrustedDeviceToken>, Failure> {
        self.trusted(id, &name).await
    }

    async fn trusted(
        &self,
        id: RecordId,
        name: &str,
    ) -> Result<Option<tessera_center_client::TrustedDeviceToken>, Failure> {
        let name = name.to_owned();
        self.vault(move |open| Ok(trusted_device(open.vault.center(id).ok_or_else(no_center)?, &name))).await
    }

    /// The entries that may be an account's MFA device.
    pub(crate) async fn offers(
        &self,
        id: RecordId,
        account: Option<i64>,
        login_name: String,
    ) -> Result<Vec<crate::dto::VaultOffer>, Failure> {
        let about = self.shell.last_about(id);
        self.vault(move |open| {
            open.vault.center(id).ok_or_else(no_center)?;
            let name = about.as_ref().map(|about| about.name.as_str());
            Ok(vault_codes::offers(&open.vault, id, name, account, &login_name))
        })
        .await
    }

    /// What a request for a code without a session says.
    pub(super) async fn code_wish(
        &self,
        id: RecordId,
        name: &str,
        flow: Option<&FlowId>,
    ) -> Result<SendCode, Failure> {
        let flow = flow.map(|flow| self.shell.center.flows.get(flow)).transpose()?;
        let trusted = self.trusted(id, name).await?;
        Ok(SendCode {
            name: Hidden::new(name),
            flow: flow.map(|flow| flow.token),
            // It goes to the center that gave it out.
            trusted_device: trusted.map(|token| Hidden::new(token.expose_secret())),
        })
    }

    async fn take_second_step(
        &self,
        flow: &FlowId,
        factor: Factor,
        code: Hidden,
    ) -> Result<SignInOutcome, Failure> {
        let Flow { center, token, purpose } = self.shell.center.flows.get(flow)?;
        let Purpose::SecondStep { login_name } = purpose else { return Err(gone()) };
        let (_, client) = self.center(&center.to_string()).await?;
        let begun = client.take_second_step(token, factor, code).await?;
        self.shell.center.flows.end(flow);
        self.begun(center, begun, login_name).await
    }
}

#[command]
pub(crate) async fn center_send_sign_in_code(
    shell: App<'_>,
    center: CenterId,
    name: String,
    flow: Option<FlowId>,
    request: u32,
) -> Result<CodeFlow, Failure> {
    let key = key(&("sign-in-code", &center, &name, &flow));
    self::request(&shell, request, key, move |call| async move {
        let (id, client) = call.center(&center).await?;
        let wish = call.code_wish(id, &name, flow.as_ref()).await?;
        let sent = client.send_login_code(&wish, &call.intent()).await?;
        if let Some(earlier) = flow {
            call.shell.center.flows.end(&earlier);
        }
        let flow = Flow { center: id, token: sent.flow, purpose: Purpose::SignInCode };
        let flow = call.shell.center.flows.keep(flow);
        Ok(CodeFlow { flow, again_at: sent.again_at, expires_at: None })
    })
    .await
}

#[command]
pub(crate) async fn center_send_second_step(
    shell: App<'_>,
    flow: FlowId,
    factor: Factor,
    request: u32,
) -> Result<CodeOut, Failure> {
    let key = key(&("send-second-step", &flow, factor));
    self::request(&shell, request, key, move |call| async move {
        let Flow { center, token, .. } = call.shell.center.flows.get(&flow)?;
        let (_, client) = call.center(&center.to_string()).await?;
        let sent = client.send_second_step(token, factor).await?;
        Ok(CodeOut { again_at: sent.again_at })
    })
    .await
}

#[command]
pub(crate) async fn center_second_step(
    shell: App<'_>,
    flow: FlowId,
    factor: Factor,
    code: Sealed,
    request: u32,
) -> Result<SignInOutcome, Failure> {
    let code =
        if factor == Factor::RecoveryCode { hidden(&shell, &code)? } else { self::code(&shell, &code)? };
    let key = key(&("second-step", &flow, factor, &code));
    self::request(&shell, request, key, move |call| async move {
        call.take_second_step(&flow, factor, code).await
    })
    .await
}

#[command]
pub(crate) async fn center_second_step_from_vault(
    shell: App<'_>,
    flow: FlowId,
    entry: EntryId,
    wait: Channel<u64>,
    request: u32,
) -> Result<SignInOutcome, Failure> {
    let key = key(&("second-step-from-vault", &flow, &entry));
    self::request(&shell, request, key, move |call| async move {
        let code = call.fresh_code(convert::entry_id(&entry)?, &wait).await?;
        call.take_second_step(&flow, Factor::Mfa, code).await
    })
    .await
}

#[command]
pub(crate) async fn center_sign_out(shell: App<'_>, who: AccountRef, request: u32) -> Result<(), Failure> {
    let key = key(&("sign-out", &who));
    self::request(&shell, request, key, move |call| async move { call.sign_out(&who).await }).await
}

#[command]
pub(crate) async fn center_forget_account(shell: App<'_>, who: AccountRef) -> Result<(), Failure> {
    call(&shell).forget_account(&who).await
}

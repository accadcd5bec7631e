//! MFA devices and recovery codes.

use tauri::{AppHandle, command, ipc::Channel};
use tessera_center_api::mfa::{BindHardwareDevice, MfaDevice};

use super::code;
use crate::{
    center::{
        Call, ask,
        connections::{no_center, record_id},
        flows::{Flow, Purpose, gone},
        new_intent, request,
        requests::key,
        sessions::{account_mut, account_of},
        vault_codes::entry_of_device,
    },
    commands::codes::qr,
    dto::{
        AccountRef, BindProgress, DeviceRow, ErrorCode, Failure, FlowId, QrBinding, RecoveryCodesState,
        Sealed,
    },
    shell::{App, run},
    window,
};

impl Call {
    /// Devices, each with the entry that it is.
    async fn with_entries(
        &self,
        who: &AccountRef,
        devices: Vec<MfaDevice>,
    ) -> Result<Vec<DeviceRow>, Failure> {
        let (id, account) = (record_id(&who.center)?, who.account);
        self.vault(move |open| {
            let record = open.vault.center(id).ok_or_else(no_center)?;
            let row = |device: MfaDevice| DeviceRow {
                entry: entry_of_device(&open.vault, record, account, &device.id),
                device,
            };
            Ok(devices.into_iter().map(row).collect())
        })
        .await
    }

    async fn with_entry(&self, who: &AccountRef, device: MfaDevice) -> Result<DeviceRow, Failure> {
        let rows = self.with_entries(who, vec![device]).await?;
        rows.into_iter().next().ok_or_else(|| Failure::new(ErrorCode::Internal, "The device was not kept."))
    }

    /// An MFA device was bound: a session that waited for it does everything now.
    async fn bound(&self, who: &AccountRef) -> Result<(), Failure> {
        let (id, account) = (record_id(&who.center)?, who.account);
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| account_mut(record, account).bind_mfa_first = false)?)
        })
        .await?;
        self.shell.tell(crate::shell::Notice::CenterAccounts);
        Ok(())
    }
}

#[command]
pub(crate) async fn center_mfa_devices(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Vec<DeviceRow>, Failure> {
    let key = key(&("devices", &who));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let devices = call.heed(&who, session.mfa_devices().await).await?;
        call.with_entries(&who, devices).await
    })
    .await
}

/// Binds a virtual device: the center's secret goes straight into the vault, and two consecutive codes of it to the center.
#[command]
pub(crate) async fn center_bind_into_vault(
    shell: App<'_>,
    who: AccountRef,
    name: String,
    progress: Channel<BindProgress>,
    request: u32,
) -> Result<DeviceRow, Failure> {
    let key = key(&("bind-into-vault", &who, &name));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let intent = call.intent();
        let pending = call.heed(&who, session.new_virtual_device(&name, &intent).await).await?;
        let entry = call.store_secret(&pending.uri).await?;
        let guard = Unfinished::new(&call, entry);
        let [first, second] = call.two_codes(entry, &progress).await?;
        let bound = session.bind_virtual_device(pending.flow, first, second, &new_intent()).await;
        let device = call.heed(&who, bound).await?;
        guard.done();
        call.link(record_id(&who.center)?, who.account, entry, device.id.clone()).await?;
        call.bound(&who).await?;
        call.with_entry(&who, device).await
    })
    .await
}

/// An entry whose binding is not done: it goes to the trash when the binding fails or is called off.
pub(crate) struct Unfinished {
    call: Option<Call>,
    entry: tessera_vault::EntryId,
}

impl Unfinished {
    pub(crate) fn new(call: &Call, entry: tessera_vault::EntryId) -> Self {
        Self { call: Some(call.clone()), entry }
    }

    pub(crate) fn done(mut self) {
        self.call = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            let entry = self.entry;
            tauri::async_runtime::spawn(async move { call.discard(entry).await });
        }
    }
}

#[command]
pub(crate) async fn center_begin_qr_binding(
    shell: App<'_>,
    who: AccountRef,
    name: String,
    request: u32,
) -> Result<QrBinding, Failure> {
    let key = key(&("qr-binding", &who, &name));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let pending = call.heed(&who, session.new_virtual_device(&name, &call.intent()).await).await?;
        // The person asked to see it, for another authenticator.
        let (svg, secret) =
            (qr(pending.uri.expose_secret())?.svg.clone(), pending.secret.expose_secret().to_owned());
        let center = record_id(&who.center)?;
        let flow = Flow { center, token: pending.flow, purpose: Purpose::Device { who } };
        let flow = call.shell.center.flows.keep(flow);
        Ok(QrBinding { flow, svg, secret, expires_at: pending.expires_at })
    })
    .await
}

#[command]
pub(crate) async fn center_finish_qr_binding(
    shell: App<'_>,
    flow: FlowId,
    first: Sealed,
    second: Sealed,
    request: u32,
) -> Result<DeviceRow, Failure> {
    let (first, second) = (code(&shell, &first)?, code(&shell, &second)?);
    let key = key(&("finish-qr-binding", &flow, &first, &second));
    self::request(&shell, request, key, move |call| async move {
        let Flow { token, purpose: Purpose::Device { who }, .. } = call.shell.center.flows.get(&flow)? else {
            return Err(gone());
        };
        let session = call.session(&who).await?;
        let bound = session.bind_virtual_device(token, first, second, &call.intent()).await;
        let device = call.heed(&who, bound).await?;
        call.shell.center.flows.end(&flow);
        call.bound(&who).await?;
        call.with_entry(&who, device).await
    })
    .await
}

#[command]
pub(crate) async fn center_bind_hardware(
    shell: App<'_>,
    who: AccountRef,
    name: String,
    serial: String,
    first: Sealed,
    second: Sealed,
    request: u32,
) -> Result<DeviceRow, Failure> {
    let (first, second) = (code(&shell, &first)?, code(&shell, &second)?);
    let key = key(&("bind-hardware", &who, &name, &serial, &first, &second));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let device = BindHardwareDevice { serial, first, second, name };
        let bound = session.bind_hardware_device(&device, &call.intent()).await;
        let device = call.heed(&who, bound).await?;
        call.bound(&who).await?;
        call.with_entry(&who, device).await
    })
    .await
}

#[command]
pub(crate) async fn center_rename_mfa_device(
    shell: App<'_>,
    who: AccountRef,
    device: String,
    name: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("rename-device", &who, &device, &name));
    let rename = move |session: tessera_center_client::Session, _| async move {
        session.rename_mfa_device(&device, &name).await
    };
    ask(&shell, request, key, who, rename, |()| ()).await
}

#[command]
pub(crate) async fn center_resync_mfa_device(
    shell: App<'_>,
    who: AccountRef,
    device: String,
    first: Sealed,
    second: Sealed,
    request: u32,
) -> Result<(), Failure> {
    let (first, second) = (code(&shell, &first)?, code(&shell, &second)?);
    let key = key(&("resync-device", &who, &device, &first, &second));
    let resync = move |session: tessera_center_client::Session, _| async move {
        session.resync_mfa_device(&device, first, second).await
    };
    ask(&shell, request, key, who, resync, |()| ()).await
}

#[command]
pub(crate) async fn center_unbind_mfa_device(
    shell: App<'_>,
    who: AccountRef,
    device: String,
    request: u32,
) -> Result<(), Failure> {
    let key = key(&("unbind-device", &who, &device));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        call.heed(&who, session.unbind_mfa_device(&device).await).await?;
        call.unlink_device(record_id(&who.center)?, who.account, device).await
    })
    .await
}

#[command]
pub(crate) async fn center_recovery_codes(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<RecoveryCodesState, Failure> {
    let key = key(&("recovery-codes", &who));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let state = call.heed(&who, session.recovery_codes_left().await).await?;
        let (id, account) = (record_id(&who.center)?, who.account);
        let kept_at = call
            .vault(move |open| {
                let record = open.vault.center(id).ok_or_else(no_center)?;
                Ok(account_of(record, account).and_then(|account| account.codes_kept))
            })
            .await?;
        Ok(RecoveryCodesState { left: state.left, made_at: state.made_at, kept_at })
    })
    .await
}

/// A new set. They go to the page this once, which shows and prints them.
#[command]
pub(crate) async fn center_make_recovery_codes(
    shell: App<'_>,
    who: AccountRef,
    request: u32,
) -> Result<Vec<String>, Failure> {
    let key = key(&("make-recovery-codes", &who));
    self::request(&shell, request, key, move |call| async move {
        let session = call.session(&who).await?;
        let made = call.heed(&who, session.new_recovery_codes(&call.intent()).await).await?;
        call.codes_kept(&who, None).await?;
        // The person asked for them, to put them on paper.
        Ok(made.codes.iter().map(|code| code.expose_secret().to_owned()).collect())
    })
    .await
}

impl Call {
    async fn codes_kept(&self, who: &AccountRef, at: Option<u64>) -> Result<(), Failure> {
        let (id, account) = (record_id(&who.center)?, who.account);
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| account_mut(record, account).codes_kept = at)?)
        })
        .await
    }
}

#[command]
pub(crate) async fn center_kept_recovery_codes(shell: App<'_>, who: AccountRef) -> Result<(), Failure> {
    let call = crate::center::call(&shell);
    let now = shell.clock.unix();
    call.codes_kept(&who, Some(now)).await
}

#[command]
pub(crate) async fn center_print_page(app: AppHandle, shell: App<'_>) -> Result<(), Failure> {
    run(&shell, move |shell| {
        shell.with_vault(|_| Ok(()))?;
        window::print(&app)
            .map_err(|error| Failure::with(ErrorCode::Io, "The print dialog could not be opened.", error))
    })
    .await
}

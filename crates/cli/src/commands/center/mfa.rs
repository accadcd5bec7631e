//! MFA devices and recovery codes.

use std::future::Future;

use serde::Serialize;
use tessera_center_api::Hidden;
use tessera_center_api::identity::Action;
use tessera_center_api::mfa::{BindHardwareDevice, MfaDevice, MfaDeviceKind};
use tessera_center_client::{ClientError, Session};
use tessera_vault::EntryId;

use super::super::Name;
use super::sessions::by_id;
use super::{Context, done};
use crate::center::failure::{client_failure, time_words};
use crate::center::prove::ProveArgs;
use crate::center::signed::Signed;
use crate::center::{At, ask_code, once, vault_codes};
use crate::clock;
use crate::failure::{Code, Failure};
use crate::open;
use crate::query;
use crate::text::{columns, safe};

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Mfa {
    /// List the devices
    List,
    /// Bind a virtual device: its secret goes straight into this vault, and two codes of it to the center
    Bind(BindArgs),
    /// Bind a hardware token by its serial number and two codes
    BindHardware(HardwareArgs),
    /// Give a device another name
    Rename(RenameArgs),
    /// Bring a device back into step by two successive codes
    Resync(ResyncArgs),
    /// Unbind a device
    Unbind(UnbindArgs),
    /// Note that an entry of this vault is a device of the account, so that its codes are offered
    Link(LinkArgs),
    /// Forget whose device an entry is; at the center nothing changes
    Unlink(UnlinkArgs),
}

/// What to call it.
#[derive(Debug, clap::Args)]
pub(crate) struct BindArgs {
    /// What to call it at the center
    #[arg(long, default_value = "Tessera")]
    name: String,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which token.
#[derive(Debug, clap::Args)]
pub(crate) struct HardwareArgs {
    /// The serial number on it
    serial: String,
    /// What to call it at the center [default: the serial number]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which device, and its new name.
#[derive(Debug, clap::Args)]
pub(crate) struct RenameArgs {
    /// The device: its name, or the beginning of its id
    device: String,
    /// The new name
    name: String,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which device.
#[derive(Debug, clap::Args)]
pub(crate) struct ResyncArgs {
    /// The device: its name, or the beginning of its id
    device: String,
    /// Type the two codes, also when the device is an entry of this vault
    #[arg(long)]
    type_codes: bool,
}

/// Which device, and what becomes of its entry.
#[derive(Debug, clap::Args)]
pub(crate) struct UnbindArgs {
    /// The device: its name, or the beginning of its id
    device: String,
    /// Move its entry in this vault to the trash, without asking
    #[arg(long, conflicts_with = "keep_entry")]
    trash_entry: bool,
    /// Keep its entry, without asking
    #[arg(long)]
    keep_entry: bool,
    #[command(flatten)]
    by: ProveArgs,
}

/// Which device, and which entry.
#[derive(Debug, clap::Args)]
pub(crate) struct LinkArgs {
    /// The device: its name, or the beginning of its id
    device: String,
    /// The entry, as for `tessera code`
    query: String,
}

/// Which entry.
#[derive(Debug, clap::Args)]
pub(crate) struct UnlinkArgs {
    /// The entry, as for `tessera code`
    query: String,
}

/// What to do with them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum RecoveryCodes {
    /// Say how many are left
    Left,
    /// Make a new set, which ends the old one, and print it this once
    New(NewCodesArgs),
    /// Note that they are on paper
    Kept,
}

/// How to prove that it is you.
#[derive(Debug, clap::Args)]
pub(crate) struct NewCodesArgs {
    #[command(flatten)]
    by: ProveArgs,
}

#[derive(Serialize)]
struct DeviceRow {
    #[serde(flatten)]
    device: MfaDevice,
    entry: Option<Name>,
}

#[derive(Serialize)]
struct Unbound<'a> {
    unbound: &'a str,
    trashed: Option<Name>,
}

#[derive(Serialize)]
struct CodesLeft {
    left: i64,
    made_at: Option<i64>,
    kept_at: Option<u64>,
}

#[derive(Serialize)]
struct NewCodes<'a> {
    codes: Vec<&'a str>,
}

/// Does it.
pub(crate) fn run(args: &Mfa, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    match args {
        Mfa::List => {
            let devices = signed.ask(|session| async move { session.mfa_devices().await })?;
            let rows: Vec<DeviceRow> =
                devices.into_iter().map(|device| with_entry(&signed, device)).collect();
            if context.out.is_json() {
                return context.out.value(&rows);
            }
            let rows: Vec<Vec<String>> = rows.iter().map(words).collect();
            context.out.lines(&columns(&rows))
        }
        Mfa::Bind(args) => bind(args, &mut signed, context),
        Mfa::BindHardware(args) => bind_hardware(args, &mut signed, context),
        Mfa::Rename(args) => {
            let id = device(&mut signed, &args.device)?.id;
            let id = id.as_str();
            signed.sensitive(Action::UnbindMfaDevice, &args.by, |session| async move {
                session.rename_mfa_device(id, &args.name).await
            })?;
            done(context, "renamed", "The device has another name.")
        }
        Mfa::Resync(args) => resync(args, &mut signed, context),
        Mfa::Unbind(args) => unbind(args, &mut signed, context),
        Mfa::Link(args) => {
            let entry = query::one(signed.centers.vault.entries(), &args.query)?;
            let device = device(&mut signed, &args.device)?;
            let account = signed.account;
            signed.centers.edit(signed.center, |record| record.link(account, entry, device.id.as_str()))?;
            let row = with_entry(&signed, device);
            if context.out.is_json() {
                context.out.value(&row)
            } else {
                context.out.lines(&columns(&[words(&row)]))
            }
        }
        Mfa::Unlink(args) => {
            let entry = query::one(signed.centers.vault.entries(), &args.query)?;
            signed.centers.edit(signed.center, |record| record.unlink(entry))?;
            done(context, "unlinked", "The entry is no device of the account here any more.")
        }
    }
}

fn entry_of(signed: &Signed<'_>, device: &str) -> Option<EntryId> {
    let linked = signed.kept()?.devices.iter().find(|linked| linked.device == device)?;
    signed.centers.vault.entry(linked.entry).filter(|found| found.entry.deleted.is_none())?;
    Some(linked.entry)
}

fn with_entry(signed: &Signed<'_>, device: MfaDevice) -> DeviceRow {
    let entry = entry_of(signed, &device.id).and_then(|id| signed.centers.vault.entry(id)).map(Name::of);
    DeviceRow { device, entry }
}

fn words(row: &DeviceRow) -> Vec<String> {
    let device = &row.device;
    let what = match (device.kind, &row.entry) {
        (MfaDeviceKind::Hardware, _) => {
            format!("token {}", safe(device.serial.as_deref().unwrap_or_default()))
        }
        (MfaDeviceKind::Virtual, Some(entry)) => format!("entry {}", entry.words()),
        (MfaDeviceKind::Virtual, None) => "in another authenticator".to_owned(),
    };
    let used =
        device.used_at.map_or_else(|| "not used yet".to_owned(), |at| format!("used {}", time_words(at)));
    vec![safe(&device.id), safe(&device.name), what, format!("since {}", time_words(device.created_at)), used]
}

/// The device that is meant, by its name or the beginning of its id.
fn device(signed: &mut Signed<'_>, wanted: &str) -> Result<MfaDevice, Failure> {
    let all = signed.ask(|session| async move { session.mfa_devices().await })?;
    let named: Vec<&MfaDevice> = all.iter().filter(|device| device.name == wanted).collect();
    match named.as_slice() {
        [one] => Ok((*one).clone()),
        [] => by_id(&all, |device| &device.id, wanted, "MFA device").cloned(),
        several => Err(Failure::new(
            Code::Ambiguous,
            format!(
                "{} devices have this name; their ids: {}.",
                several.len(),
                several.iter().map(|device| safe(&device.id)).collect::<Vec<_>>().join(", ")
            ),
        )),
    }
}

fn tell_bound(context: &Context, row: &DeviceRow) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.value(row);
    }
    let entry = row.entry.as_ref().map(|entry| format!(": {}", entry.words())).unwrap_or_default();
    context.out.line(&format!("{} is bound{entry}", safe(&row.device.name)))?;
    context.out.note(
        "`tessera center protection --login mfa` asks for it when you sign in; `tessera center recovery-codes new` makes codes for the day it is lost.",
    );
    Ok(())
}

/// A new secret into the vault, and two codes of it to whoever waits for them. The entry is kept right before they are sent: what
/// is broken off earlier leaves nothing behind, and what the center may have bound is in the vault in any case.
pub(super) fn bind_into_vault<T, F: Future<Output = Result<T, ClientError>>>(
    centers: &mut crate::center::Centers<'_>,
    uri: &Hidden,
    send: impl FnOnce([Hidden; 2]) -> F,
) -> Result<(EntryId, Result<T, ClientError>), Failure> {
    let credential = vault_codes::credential_from(uri)?;
    let codes = vault_codes::two_codes(centers.context, &credential)?;
    let entry = vault_codes::store(&mut centers.vault, credential)?;
    let answer = centers.runtime().block_on(send(codes));
    match &answer {
        Ok(_) => {}
        Err(error) if error.may_pass() => centers.context.out.warning(
            "Whether the device is bound is not known: its entry stays in the vault until you have looked.",
        ),
        Err(_) => centers.vault.move_to_trash(&[entry]).map_err(open::vault_failure)?,
    }
    Ok((entry, answer))
}

fn bind(args: &BindArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let pending = signed.sensitive_once(Action::BindMfaDevice, &args.by, |session, intent| async move {
        session.new_virtual_device(&args.name, &intent).await
    })?;
    let session = signed.session();
    let (entry, bound) = bind_into_vault(&mut signed.centers, &pending.uri, |[first, second]| async move {
        once(|intent| {
            let (session, flow) = (session.clone(), pending.flow.clone());
            let (first, second) = (first.clone(), second.clone());
            async move { session.bind_virtual_device(flow, first, second, &intent).await }
        })
        .await
    })?;
    let device = signed.heed(bound)?;
    let account = signed.account;
    signed.centers.edit(signed.center, |record| record.link(account, entry, device.id.as_str()))?;
    signed.bound()?;
    tell_bound(context, &with_entry(signed, device))
}

fn two_typed(context: &Context) -> Result<[Hidden; 2], Failure> {
    Ok([ask_code(context, "Code of the device: ")?, ask_code(context, "The code right after it: ")?])
}

fn bind_hardware(args: &HardwareArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let [first, second] = two_typed(context)?;
    let name = args.name.clone().unwrap_or_else(|| args.serial.clone());
    let wish = BindHardwareDevice { serial: args.serial.trim().to_owned(), first, second, name };
    let device = signed.sensitive_once(Action::BindMfaDevice, &args.by, |session, intent| {
        let wish = wish.clone();
        async move { session.bind_hardware_device(&wish, &intent).await }
    })?;
    signed.bound()?;
    tell_bound(context, &with_entry(signed, device))
}

fn resync(args: &ResyncArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let id = device(signed, &args.device)?.id;
    let [first, second] = match entry_of(signed, &id).filter(|_| !args.type_codes) {
        Some(entry) => {
            let words = vault_codes::entry_words(&signed.centers.vault, entry);
            context.out.note(&format!("Taking two codes of {words} from this vault."));
            vault_codes::two_of_entry(context, &mut signed.centers.vault, entry)?
        }
        None => two_typed(context)?,
    };
    signed.ask(|session| async move { session.resync_mfa_device(&id, first, second).await })?;
    done(context, "resynced", "The device is in step again.")
}

fn unbind(args: &UnbindArgs, signed: &mut Signed<'_>, context: &Context) -> Result<(), Failure> {
    let device = device(signed, &args.device)?;
    let entry = entry_of(signed, &device.id);
    let id = device.id.as_str();
    signed.sensitive(Action::UnbindMfaDevice, &args.by, |session: Session| async move {
        session.unbind_mfa_device(id).await
    })?;
    let account = signed.account;
    signed.centers.edit(signed.center, |record| record.unlink_device(account, id))?;
    let mut trashed = None;
    if let Some(entry) = entry.filter(|_| !args.keep_entry) {
        let words = vault_codes::entry_words(&signed.centers.vault, entry);
        let question = format!("Its codes are good for nothing now. Move {words} to the trash?");
        // The device is unbound: a question that nobody answers leaves the entry where it is.
        let yes = args.trash_entry
            || context.input.confirm(&context.out, &question, true, "--trash-entry").unwrap_or(false);
        if yes {
            trashed = signed.centers.vault.entry(entry).map(Name::of);
            signed.centers.vault.move_to_trash(&[entry]).map_err(open::vault_failure)?;
        }
    }
    if context.out.is_json() {
        return context.out.value(&Unbound { unbound: id, trashed });
    }
    context.out.line(&format!("{} is unbound.", safe(&device.name)))?;
    if let Some(entry) = trashed {
        context.out.line(&format!("{} is in the trash.", entry.words()))?;
    }
    Ok(())
}

/// The account's recovery codes.
pub(crate) fn recovery_codes(args: &RecoveryCodes, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    match args {
        RecoveryCodes::Left => {
            let state = signed.ask(|session| async move { session.recovery_codes_left().await })?;
            let kept_at = signed.kept().and_then(|kept| kept.codes_kept);
            if context.out.is_json() {
                return context.out.value(&CodesLeft { left: state.left, made_at: state.made_at, kept_at });
            }
            let made = state.made_at.map(|at| format!(", made {}", time_words(at))).unwrap_or_default();
            let paper = if kept_at.is_some() { "" } else { "; nobody said that they are on paper" };
            context.out.line(&format!("{} are left{made}{paper}.", state.left))
        }
        RecoveryCodes::New(args) => {
            let made =
                signed.sensitive_once(Action::NewRecoveryCodes, &args.by, |session, intent| async move {
                    session.new_recovery_codes(&intent).await
                })?;
            codes_kept(&mut signed, None)?;
            // The person asked for them, to put them on paper.
            let codes: Vec<&str> = made.codes.iter().map(Hidden::expose_secret).collect();
            if context.out.is_json() {
                return context.out.value(&NewCodes { codes });
            }
            context.out.lines(&codes)?;
            context.out.flush()?;
            context.out.say(
                "Each is good once, instead of a code of an MFA device, and they are not shown again. Write them down and keep them away from this computer.",
            );
            if context.input.has_person()
                && context.input.confirm(&context.out, "Are they on paper?", false, "recovery-codes kept")?
            {
                codes_kept(&mut signed, Some(clock::unix_now()))?;
            }
            Ok(())
        }
        RecoveryCodes::Kept => {
            codes_kept(&mut signed, Some(clock::unix_now()))?;
            done(context, "kept", "Noted: the recovery codes are on paper.")
        }
    }
}

fn codes_kept(signed: &mut Signed<'_>, at: Option<u64>) -> Result<(), Failure> {
    let account = signed.account;
    signed.centers.edit(signed.center, |record| record.account_mut(account).codes_kept = at)
}

/// Why a binding came to nothing.
pub(super) fn refused<T>(answer: Result<T, ClientError>) -> Result<T, Failure> {
    answer.map_err(|error| client_failure(&error))
}

//! The account center, as the page sees it: what the shell adds to the center's own shapes. No token is among it.

use serde::{Deserialize, Serialize};
use tessera_center_api::about::About;
use tessera_center_api::account::{Account, AccountKind, Language};
use tessera_center_api::identity::FactorOffer;
use tessera_center_api::login::Method;
use tessera_center_api::mfa::MfaDevice;
use ts_rs::TS;

use super::EntryId;

/// Names a connection to a center.
pub(crate) type CenterId = String;
/// A handle for what goes on over several steps. It ends with the vault's lock.
pub(crate) type FlowId = String;

/// An account at a center.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct AccountRef {
    /// The connection.
    pub(crate) center: CenterId,
    /// The account's number.
    pub(crate) account: i64,
}

/// A center that this vault knows.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct CenterRow {
    /// Names the connection.
    pub(crate) id: CenterId,
    /// Its address, without a slash at the end.
    pub(crate) address: String,
    /// What the person calls it, else the name it gave itself.
    pub(crate) name: String,
    /// Pinned with the address; without it no document is ever sealed for it.
    pub(crate) root_fingerprint: Option<String>,
    /// Whom the private authority's certificate names that it was added with.
    pub(crate) ca: Option<String>,
    /// The built-in one.
    pub(crate) trial: bool,
    /// When it was added.
    pub(crate) added_at: u64,
    /// What it said of itself last, since this vault was unlocked.
    pub(crate) about: Option<About>,
    /// When.
    pub(crate) about_at: Option<u64>,
    /// A reviewer's identity or staff session for it is kept here.
    pub(crate) staff: bool,
}

/// What a center's link or QR holds, or what was typed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct CenterForm {
    /// The address.
    pub(crate) address: String,
    /// The fingerprint of its staff root key; empty: none.
    pub(crate) root_fingerprint: String,
    /// The handle of a certificate that was picked.
    pub(crate) ca: Option<String>,
}

/// A private authority's certificate that was picked.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct CertificateFile {
    /// For adding a center with it.
    pub(crate) handle: String,
    /// Whom it names.
    pub(crate) name: String,
    /// Until when it is good.
    pub(crate) expires_at: i64,
}

/// Where a center's QR code is looked for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QrSource {
    /// On the screens.
    Screen,
    /// On the clipboard.
    Clipboard,
    /// In a file that is asked for.
    File,
}

/// An account that this vault signed in to.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct AccountRow {
    /// The connection.
    pub(crate) center: CenterId,
    /// Its number.
    pub(crate) account: i64,
    /// Its name, as it was seen last.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: AccountKind,
    /// Whether its identity was verified when it was seen last.
    pub(crate) verified: bool,
    /// Whether a session is kept; it may have ended at the center meanwhile.
    pub(crate) signed_in: bool,
    /// The owner requires an MFA device: nothing else works until one is bound.
    pub(crate) bind_mfa_first: bool,
    /// What was typed as name at the last sign-in.
    pub(crate) login_name: String,
}

/// What a center last told of an account, as the page put it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct LastKnown {
    /// The account.
    pub(crate) who: AccountRef,
    /// What was asked.
    pub(crate) name: String,
    /// When it was answered, Unix seconds.
    pub(crate) at: u64,
    /// The answer as JSON.
    pub(crate) text: String,
}

/// The trial center.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TrialState {
    /// Whether it runs.
    pub(crate) running: bool,
    /// Accounts to sign in with.
    pub(crate) accounts: Vec<TrialAccount>,
    /// Staff to play, each with the invitation of its first sign-in. Empty while it does not run.
    pub(crate) staff: Vec<TrialStaff>,
    /// Messages that nobody read.
    pub(crate) unread: u32,
}

/// An account of the trial center. Its password is public.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TrialAccount {
    /// What to sign in with.
    pub(crate) login_name: String,
    /// Its password.
    pub(crate) password: String,
    /// Its name.
    pub(crate) name: String,
}

/// A reviewer of the trial center.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct TrialStaff {
    /// What to sign in with.
    pub(crate) email: String,
    /// The person's name.
    pub(crate) name: String,
    /// The token of the first sign-in. It guards nothing but the trial.
    pub(crate) invitation: String,
}

/// An e-mail or text message that the trial center sent.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct DemoMessage {
    /// Names it.
    pub(crate) id: String,
    /// When.
    pub(crate) sent_at: i64,
    /// How.
    pub(crate) channel: DemoChannel,
    /// To whom.
    pub(crate) to: String,
    /// What it is about.
    pub(crate) subject: String,
    /// What it says.
    pub(crate) body: String,
    /// Addresses of the trial center that stand in the body.
    pub(crate) links: Vec<String>,
    /// Whether it was read.
    pub(crate) read: bool,
}

/// How a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "center/")]
pub(crate) enum DemoChannel {
    /// By e-mail.
    Email,
    /// By text message.
    Phone,
}

/// What came of signing in.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
#[ts(export_to = "center/")]
pub(crate) enum SignInOutcome {
    /// A session, kept in the vault.
    SignedIn {
        /// Whose.
        who: AccountRef,
        /// An MFA device must be bound first.
        bind_mfa_first: bool,
    },
    /// A second credential is asked.
    SecondStep {
        /// To go on with.
        flow: FlowId,
        /// When it ends.
        expires_at: i64,
        /// Any one of these.
        methods: Vec<Method>,
        /// Entries of this vault that may be the account's MFA device.
        vault: Vec<VaultOffer>,
    },
}

/// An entry of this vault that is an MFA device of the account in question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct VaultOffer {
    /// The entry.
    pub(crate) entry: EntryId,
    /// Its issuer.
    pub(crate) issuer: String,
    /// Its account name.
    pub(crate) account: String,
}

/// A code was sent.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct CodeOut {
    /// When another may be.
    pub(crate) again_at: i64,
}

/// A code was sent, and a flow waits for it.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct CodeFlow {
    /// To go on with.
    pub(crate) flow: FlowId,
    /// When another code may be sent.
    pub(crate) again_at: i64,
    /// When it ends, if the center says so.
    pub(crate) expires_at: Option<i64>,
}

/// The account with the version that an edit must name.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct AccountSeen {
    /// The account.
    pub(crate) account: Account,
    /// Its version.
    pub(crate) version: String,
}

/// An identity check that was begun.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct IdentityCheck {
    /// To go on with.
    pub(crate) flow: FlowId,
    /// What serves.
    pub(crate) factors: Vec<FactorOffer>,
    /// When it ends.
    pub(crate) expires_at: i64,
    /// Sensitive actions are frozen; one of these factors makes them go on.
    pub(crate) frozen: bool,
    /// Entries of this vault that may be the account's MFA device.
    pub(crate) vault: Vec<VaultOffer>,
}

/// An MFA device, and the entry that it is.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct DeviceRow {
    /// The device.
    #[serde(flatten)]
    #[ts(flatten)]
    pub(crate) device: MfaDevice,
    /// The entry of this vault that it is.
    pub(crate) entry: Option<VaultOffer>,
}

/// What binding straight into the vault tells while it goes on.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "stage", rename_all = "snake_case")]
#[ts(export_to = "center/")]
pub(crate) enum BindProgress {
    /// The secret is in the vault.
    Stored {
        /// As this entry.
        entry: EntryId,
    },
    /// The first code was computed.
    First {
        /// When.
        at: u64,
    },
    /// The code after the first one is waited for.
    Waiting {
        /// Until when.
        until: u64,
    },
    /// The second code was computed.
    Second {
        /// When.
        at: u64,
    },
}

/// A device for another authenticator: its secret is on the screen.
#[derive(Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct QrBinding {
    /// To go on with.
    pub(crate) flow: FlowId,
    /// The QR code.
    pub(crate) svg: String,
    /// Base32, for typing.
    pub(crate) secret: String,
    /// When it must be bound.
    pub(crate) expires_at: i64,
}

/// How recovery codes stand.
#[derive(Debug, Clone, Copy, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct RecoveryCodesState {
    /// How many are left.
    pub(crate) left: i64,
    /// When they were made.
    pub(crate) made_at: Option<i64>,
    /// When the person said that they are on paper.
    pub(crate) kept_at: Option<u64>,
}

/// A sub-account to be made.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct NewSubAccount {
    /// The member's name.
    pub(crate) name: String,
    /// Where the invitation goes.
    pub(crate) email: String,
    /// The language of its messages.
    pub(crate) language: Language,
    /// Whether an MFA device must be bound first.
    pub(crate) mfa_required: bool,
}

/// An entry that belongs to an account at a center.
#[derive(Debug, Clone, Serialize, TS)]
#[ts(export_to = "center/")]
pub(crate) struct EntryLink {
    /// The entry.
    pub(crate) entry: EntryId,
    /// The account.
    pub(crate) who: AccountRef,
    /// The MFA device's name there.
    pub(crate) device: Option<String>,
    /// The account's name.
    pub(crate) account_name: String,
    /// The center's name.
    pub(crate) center_name: String,
}

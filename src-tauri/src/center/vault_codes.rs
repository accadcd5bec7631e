//! Codes of this vault's own entries for a center: on request, never by themselves.

use std::time::Duration;

use tauri::ipc::Channel;
use tessera_center_api::Hidden;
use tessera_otp::{Code, Credential, Entry, Generator};
use tessera_vault::{CenterRecord, EntryId, RecordId, Vault};
use zeroize::Zeroizing;

use super::{
    Call,
    sessions::{account_of, number},
};
use crate::{
    clock, convert,
    dto::{BindProgress, ErrorCode, Failure, VaultOffer},
    shell::{Notice, held},
};

/// How often the clock is looked at while a code is waited for.
const LOOK: Duration = Duration::from_millis(200);

/// The entries that may be an MFA device of an account: those that are linked to it, else those that carry the center's
/// and the account's name.
pub(crate) fn offers(
    vault: &Vault,
    center: RecordId,
    center_name: Option<&str>,
    account: Option<i64>,
    login_name: &str,
) -> Vec<VaultOffer> {
    let own = vault.own_devices(center, center_name, account.map(number), login_name).into_iter();
    own.filter_map(|own| {
        let found = vault.entry(own.entry)?;
        let credential = &found.entry.credential;
        Some(VaultOffer {
            entry: convert::id(own.entry),
            issuer: credential.issuer.clone(),
            account: credential.account.clone(),
        })
    })
    .collect()
}

/// The entry that a device is.
pub(crate) fn entry_of_device(
    vault: &Vault,
    record: &CenterRecord,
    account: i64,
    device: &str,
) -> Option<VaultOffer> {
    let linked = account_of(record, account)?.devices.iter().find(|linked| linked.device == device)?;
    let found = vault.entry(linked.entry)?;
    Some(VaultOffer {
        entry: convert::id(linked.entry),
        issuer: found.entry.credential.issuer.clone(),
        account: found.entry.credential.account.clone(),
    })
}

fn hidden(code: &Code) -> Hidden {
    Hidden::new(code.text())
}

impl Call {
    /// A code of an entry that did not go to a center yet. When this period's did, the next one is waited for, and `wait` is
    /// told until when.
    pub(crate) async fn fresh_code(&self, id: EntryId, wait: &Channel<u64>) -> Result<Hidden, Failure> {
        let mut told = false;
        loop {
            let now = self.shell.clock.unix();
            let code = self.code_at(id, now).await?;
            let (from, until) = (code.valid_from().unwrap_or(now), code.valid_until().unwrap_or(now));
            let used = held(&self.shell.center.used).get(&id).copied();
            if used.is_none_or(|used| used < from) {
                held(&self.shell.center.used).insert(id, from);
                self.vault(move |open| {
                    open.vault.record_use(id);
                    Ok(())
                })
                .await?;
                return Ok(hidden(&code));
            }
            if !told {
                // The page may be gone; the code is computed all the same.
                let _ = wait.send(until);
                told = true;
            }
            self.wait_until(until).await;
        }
    }

    async fn code_at(&self, id: EntryId, at: u64) -> Result<Code, Failure> {
        self.vault(move |open| {
            let found = open.vault.entry(id).filter(|found| found.entry.deleted.is_none());
            let found = found.ok_or_else(|| {
                Failure::new(ErrorCode::CenterNoEntry, "This entry is not in the vault (any more).")
            })?;
            if !matches!(found.entry.credential.generator, Generator::Totp { .. }) {
                return Err(Failure::new(
                    ErrorCode::CenterNoEntry,
                    "A center takes codes of TOTP entries only.",
                ));
            }
            Ok(found.entry.credential.code_at(at)?)
        })
        .await
    }

    pub(crate) async fn wait_until(&self, unix: u64) {
        while self.shell.clock.unix() < unix {
            clock::pause(LOOK).await;
        }
    }

    /// Takes a center's secret into the vault as an entry.
    pub(crate) async fn store_secret(&self, uri: &Hidden) -> Result<EntryId, Failure> {
        // From here on the vault keeps the secret that stands in it.
        let credential = Credential::from_uri(uri.expose_secret()).map_err(|_| {
            Failure::new(ErrorCode::CenterBadAnswer, "The center gave a secret that is none.")
        })?;
        let now = self.shell.clock.unix();
        let ids = self.vault(move |open| Ok(open.vault.add(vec![Entry::new(credential, now)])?)).await?;
        // The page did not add it, so it has to learn of it.
        self.shell.tell(Notice::VaultChanged);
        ids.first().copied().ok_or_else(|| Failure::new(ErrorCode::Internal, "The entry was not kept."))
    }

    /// Two consecutive codes of a new entry: the one of now and, when its time has come, the next.
    pub(crate) async fn two_codes(
        &self,
        id: EntryId,
        progress: &Channel<BindProgress>,
    ) -> Result<[Hidden; 2], Failure> {
        // The page may be gone; the binding goes on all the same.
        let tell = |stage| drop(progress.send(stage));
        tell(BindProgress::Stored { entry: convert::id(id) });
        let at = self.shell.clock.unix();
        let first = self.code_at(id, at).await?;
        tell(BindProgress::First { at });
        let until = first.valid_until().unwrap_or(at);
        tell(BindProgress::Waiting { until });
        self.wait_until(until).await;
        let second = self.code_at(id, until).await?;
        tell(BindProgress::Second { at: self.shell.clock.unix() });
        held(&self.shell.center.used).insert(id, until);
        Ok([hidden(&first), hidden(&second)])
    }

    /// Moves an entry whose binding came to nothing to the trash.
    pub(crate) async fn discard(&self, id: EntryId) {
        // A vault that was locked meanwhile keeps it; the person sees it there.
        let _ = self.vault(move |open| Ok(open.vault.move_to_trash(&[id])?)).await;
        self.shell.tell(Notice::VaultChanged);
    }

    /// Notes that an entry is an MFA device of an account.
    pub(crate) async fn link(
        &self,
        id: RecordId,
        account: i64,
        entry: EntryId,
        device: String,
    ) -> Result<(), Failure> {
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| record.link(number(account), entry, device))?)
        })
        .await
    }

    /// A device that is bound no longer belongs to no entry.
    pub(crate) async fn unlink_device(
        &self,
        id: RecordId,
        account: i64,
        device: String,
    ) -> Result<(), Failure> {
        self.vault(move |open| {
            Ok(open.vault.edit_center(id, |record| record.unlink_device(number(account), &device))?)
        })
        .await
    }
}

/// What a person typed as a code: digits, whatever was put between them.
pub(crate) fn typed_code(text: &Zeroizing<String>) -> Hidden {
    let code: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect());
    Hidden::new(code.as_str())
}

//! Which entries are MFA devices of an account at a center.

use tessera_otp::Generator;

use super::Vault;
use crate::{EntryId, RecordId};

/// An entry that may be an MFA device of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDevice {
    /// The entry.
    pub entry: EntryId,
    /// The device's name at the center; none when only the entry's names speak for it.
    pub device: Option<String>,
}

impl Vault {
    /// The entries that may be an MFA device of an account, by its number or by the name that is typed for it: those that are
    /// linked to it, else those that carry the center's name (as it is called here, or as it calls itself) and the account's.
    pub fn own_devices(
        &self,
        id: RecordId,
        center_name: Option<&str>,
        account: Option<u64>,
        login_name: &str,
    ) -> Vec<OwnDevice> {
        let Some(record) = self.center(id) else { return Vec::new() };
        let typed = login_name.trim();
        let known = match account {
            Some(number) => record.account(number),
            None => record.account_named(typed),
        };
        let is_there = |entry: EntryId| {
            let found = self.entry(entry).filter(|found| found.entry.deleted.is_none());
            found.is_some_and(|found| matches!(found.entry.credential.generator, Generator::Totp { .. }))
        };
        let linked: Vec<OwnDevice> = known
            .into_iter()
            .flat_map(|account| &account.devices)
            .filter(|linked| is_there(linked.entry))
            .map(|linked| OwnDevice {
                entry: linked.entry,
                device: Some(linked.device.clone()).filter(|device| !device.is_empty()),
            })
            .collect();
        if !linked.is_empty() {
            return linked;
        }
        let number = account.map(|account| account.to_string());
        let is_name = |label: &str| {
            label.eq_ignore_ascii_case(typed)
                || number.as_deref() == Some(label)
                || known.is_some_and(|known| label.eq_ignore_ascii_case(&known.login_name))
        };
        let is_center = |issuer: &str| issuer == record.name || center_name == Some(issuer);
        self.entries()
            .filter(|found| {
                let credential = &found.entry.credential;
                !credential.account.is_empty()
                    && is_name(&credential.account)
                    && is_center(&credential.issuer)
                    && is_there(found.id)
            })
            .map(|found| OwnDevice { entry: found.id, device: None })
            .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::center::CenterRecord;
    use crate::testing::Scene;

    fn center() -> CenterRecord {
        CenterRecord {
            address: "https://one/".into(),
            root: None,
            authority: None,
            name: "Example".into(),
            list_version: 0,
            accounts: Vec::new(),
            staff: Vec::new(),
            identities: Vec::new(),
            added: 1,
            trial: false,
        }
    }

    #[test]
    fn an_account_s_devices_are_its_linked_entries_else_those_with_its_names() {
        let (_scene, mut vault) = Scene::with(0);
        let id = vault.add_center(center()).unwrap();
        let uri = |issuer: &str, account: &str| {
            let uri = format!(
                "otpauth://totp/{issuer}:{account}?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer={issuer}"
            );
            tessera_otp::Entry::new(tessera_otp::Credential::from_uri(&uri).unwrap(), 1)
        };
        let added = vault
            .add(vec![
                uri("Example", "alice@example.com"),
                uri("Other", "alice@example.com"),
                uri("Example", "7"),
            ])
            .unwrap();
        let found = |vault: &crate::Vault, account, name: &str| -> Vec<_> {
            vault.own_devices(id, Some("Other"), account, name).into_iter().map(|own| own.entry).collect()
        };
        let mut alike = found(&vault, None, " ALICE@example.com ");
        alike.sort_by_key(|entry| added.iter().position(|one| one == entry));
        assert_eq!(alike, added[..2], "by the name here and by the center's own");
        assert_eq!(found(&vault, Some(7), ""), [added[2]], "an account's number is a name, too");
        assert!(found(&vault, None, "").is_empty() && found(&vault, None, "bob").is_empty());

        vault
            .edit_center(id, |record| {
                record.account_mut(7).login_name = "alice@example.com".into();
                record.link(7, added[1], "d1");
            })
            .unwrap();
        assert_eq!(found(&vault, None, "Alice@example.com"), [added[1]], "a link speaks louder than names");
        vault.move_to_trash(&[added[1]]).unwrap();
        assert_eq!(found(&vault, Some(7), "").len(), 2, "what is in the trash is no device");
        vault
            .edit_center(id, |record| {
                record.link(8, added[1], "d2");
                record.unlink_device(8, "d1");
            })
            .unwrap();
        let record = vault.center(id).unwrap();
        assert!(record.account(7).unwrap().devices.is_empty(), "an entry is the device of one account");
        assert_eq!(record.account_named("8").unwrap().devices.len(), 1);
    }
}

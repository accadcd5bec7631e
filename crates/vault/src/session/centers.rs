//! Connections to centers, tickets that are written or followed, and what a center last told of an account.

use super::{Ground, Vault};
use crate::center::{CenterRecord, KnownRecord, TicketRecord};
use crate::content::center::Kept;
use crate::{RecordId, VaultError};

impl Vault {
    /// The connections, in the order of their ids.
    pub fn centers(&self) -> impl Iterator<Item = (RecordId, &CenterRecord)> {
        self.state.kept_records.iter().filter_map(|(id, held)| match &held.value {
            Kept::Center(center) => Some((*id, center)),
            Kept::Ticket(_) | Kept::Known(_) | Kept::Target(_) => None,
        })
    }

    /// One connection.
    pub fn center(&self, id: RecordId) -> Option<&CenterRecord> {
        self.centers().find(|(other, _)| *other == id).map(|(_, center)| center)
    }

    /// The record of a ticket that is followed by its query code.
    pub fn followed_ticket(&self, center: RecordId, ticket: &str) -> Option<(RecordId, &TicketRecord)> {
        self.ticket_records().find(|(_, record)| {
            record.center == center && record.query_code.is_some() && record.ticket.as_deref() == Some(ticket)
        })
    }

    /// Keeps a connection.
    ///
    /// # Errors
    /// What any change may meet.
    pub fn add_center(&mut self, center: CenterRecord) -> Result<RecordId, VaultError> {
        self.add_kept(Kept::Center(center))
    }

    /// Changes a connection, as the file has it now.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what any change may meet.
    pub fn edit_center<T>(
        &mut self,
        id: RecordId,
        edit: impl FnOnce(&mut CenterRecord) -> T,
    ) -> Result<T, VaultError> {
        self.commit(|ground, change, _| {
            let Some(Kept::Center(old)) = kept(ground, id) else { return Err(VaultError::NotFound) };
            let mut center = old.clone();
            let result = edit(&mut center);
            if center != *old {
                change.put_kept(id, Kept::Center(center));
            }
            Ok(result)
        })
    }

    /// Forgets a connection, the tickets that were kept of it, and what is known of its accounts.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what any change may meet.
    pub fn remove_center(&mut self, id: RecordId) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let Some(Kept::Center(_)) = kept(ground, id) else { return Err(VaultError::NotFound) };
            let of_it = ground.state.kept_records.iter().filter(|(_, held)| match &held.value {
                Kept::Ticket(ticket) => ticket.center == id,
                Kept::Known(known) => known.center == id,
                Kept::Center(_) | Kept::Target(_) => false,
            });
            of_it.for_each(|(kept, _)| change.drop_kept(*kept));
            change.drop_kept(id);
            Ok(())
        })
    }

    /// The tickets that are written or followed, in the order of their ids.
    pub fn ticket_records(&self) -> impl Iterator<Item = (RecordId, &TicketRecord)> {
        self.state.kept_records.iter().filter_map(|(id, held)| match &held.value {
            Kept::Ticket(ticket) => Some((*id, ticket)),
            Kept::Center(_) | Kept::Known(_) | Kept::Target(_) => None,
        })
    }

    /// Keeps a ticket, in place of an earlier record of it if one is named.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when that record or its center is gone, and what any change may meet.
    pub fn put_ticket_record(
        &mut self,
        id: Option<RecordId>,
        ticket: TicketRecord,
    ) -> Result<RecordId, VaultError> {
        self.commit(|ground, change, rng| {
            let Some(Kept::Center(_)) = kept(ground, ticket.center) else { return Err(VaultError::NotFound) };
            let id = match id {
                None => RecordId::generate(rng),
                Some(id) => match kept(ground, id) {
                    Some(Kept::Ticket(_)) => id,
                    _ => return Err(VaultError::NotFound),
                },
            };
            change.put_kept(id, Kept::Ticket(ticket));
            Ok(id)
        })
    }

    /// Forgets a ticket here. At the center nothing changes.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], and what any change may meet.
    pub fn remove_ticket_record(&mut self, id: RecordId) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let Some(Kept::Ticket(_)) = kept(ground, id) else { return Err(VaultError::NotFound) };
            change.drop_kept(id);
            Ok(())
        })
    }

    /// What centers last told of accounts.
    pub fn known_records(&self) -> impl Iterator<Item = (RecordId, &KnownRecord)> {
        self.state.kept_records.iter().filter_map(|(id, held)| match &held.value {
            Kept::Known(known) => Some((*id, known)),
            Kept::Center(_) | Kept::Ticket(_) | Kept::Target(_) => None,
        })
    }

    /// Keeps of each account what its center last told, in place of all that was kept of any account before. Of an account
    /// whose connection is gone nothing is kept. Nothing is written when that is what stands there.
    ///
    /// # Errors
    /// What any change may meet.
    pub fn replace_known_records(&mut self, mut wanted: Vec<KnownRecord>) -> Result<(), VaultError> {
        wanted.retain(|known| self.center(known.center).is_some());
        let is_same = self.known_records().count() == wanted.len()
            && self.known_records().all(|(_, known)| wanted.contains(known));
        if is_same {
            return Ok(());
        }
        self.commit(|ground, change, rng| {
            let old: Vec<_> = ground
                .state
                .kept_records
                .iter()
                .filter_map(|(id, held)| match &held.value {
                    Kept::Known(known) => Some((*id, known)),
                    Kept::Center(_) | Kept::Ticket(_) | Kept::Target(_) => None,
                })
                .collect();
            for (id, known) in &old {
                let goes_on =
                    wanted.iter().any(|one| (one.center, one.account) == (known.center, known.account));
                if !goes_on {
                    change.drop_kept(*id);
                }
            }
            for known in wanted {
                let place =
                    old.iter().find(|(_, one)| (one.center, one.account) == (known.center, known.account));
                match place {
                    Some((_, before)) if **before == known => {}
                    Some((id, _)) => change.put_kept(*id, Kept::Known(known)),
                    None => change.put_kept(RecordId::generate(rng), Kept::Known(known)),
                }
            }
            Ok(())
        })
    }

    fn add_kept(&mut self, value: Kept) -> Result<RecordId, VaultError> {
        self.commit(|_, change, rng| {
            let id = RecordId::generate(rng);
            change.put_kept(id, value);
            Ok(id)
        })
    }
}

fn kept<'g>(ground: &'g Ground<'_>, id: RecordId) -> Option<&'g Kept> {
    ground.state.kept_records.get(&id).map(|held| &held.value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::center::{CenterAccount, CenterRecord, KeptSecret, KnownAnswer, KnownRecord, TicketRecord};
    use crate::testing::{Scene, password, weak};
    use crate::{RecordId, UnlockWith, VaultError};

    fn center(address: &str) -> CenterRecord {
        CenterRecord {
            address: address.into(),
            root: Some([1; 20]),
            authority: None,
            name: "Example".into(),
            list_version: 0,
            accounts: Vec::new(),
            staff: Vec::new(),
            identities: vec![KeptSecret::new("AGE-SECRET-KEY-1")],
            added: 1,
            trial: false,
        }
    }

    fn ticket(center: RecordId) -> TicketRecord {
        TicketRecord {
            center,
            account: None,
            ticket: Some("t".into()),
            query_code: Some(KeptSecret::new("CODE")),
            kind: "question".into(),
            draft: Some(KeptSecret::new("x".repeat(3000))),
            changed: 2,
            seen: None,
        }
    }

    fn account(number: u64) -> CenterAccount {
        let session = Some(KeptSecret::new("token-of-a-session"));
        CenterAccount { name: "Alice".into(), session, ..CenterAccount::new(number) }
    }

    #[test]
    fn connections_and_tickets_are_kept_changed_and_forgotten() {
        let (scene, mut vault) = Scene::with(3);
        let one = vault.add_center(center("https://one/")).unwrap();
        let two = vault.add_center(center("https://two/")).unwrap();
        let draft = vault.put_ticket_record(None, ticket(one)).unwrap();
        let other = vault.put_ticket_record(None, ticket(two)).unwrap();
        vault.edit_center(one, |center| center.accounts.push(account(7))).unwrap();
        vault.put_ticket_record(Some(draft), TicketRecord { changed: 3, ..ticket(one) }).unwrap();
        drop(vault);

        let mut vault = scene.open();
        assert_eq!(vault.center(one).unwrap().accounts, [account(7)]);
        assert_eq!(vault.ticket_records().find(|(id, _)| *id == draft).unwrap().1.changed, 3);
        assert!(vault.check().unwrap().is_clean());
        vault.remove_center(one).unwrap();
        assert_eq!(vault.centers().map(|(id, _)| id).collect::<Vec<_>>(), [two]);
        assert_eq!(vault.ticket_records().map(|(id, _)| id).collect::<Vec<_>>(), [other]);
        vault.remove_ticket_record(other).unwrap();
        assert!(matches!(vault.remove_ticket_record(other), Err(VaultError::NotFound)));
        assert!(matches!(vault.put_ticket_record(None, ticket(one)), Err(VaultError::NotFound)));
        assert!(matches!(vault.edit_center(one, |_| ()), Err(VaultError::NotFound)));
        assert_eq!(vault.entries().count(), 3);
        drop(vault);
        assert_eq!(scene.open().centers().count(), 1);
    }

    fn known(center: RecordId, account: u64, text: &str) -> KnownRecord {
        let answer = KnownAnswer { name: "account".into(), at: 5, text: KeptSecret::new(text) };
        KnownRecord { center, account, writer: "1".into(), answers: vec![answer] }
    }

    #[test]
    fn what_is_known_of_accounts_is_replaced_as_a_whole_and_goes_with_its_connection() {
        let (scene, mut vault) = Scene::with(1);
        let one = vault.add_center(center("https://one/")).unwrap();
        let two = vault.add_center(center("https://two/")).unwrap();
        vault.replace_known_records(vec![known(one, 7, "a"), known(two, 8, "b")]).unwrap();
        vault
            .replace_known_records(vec![known(one, 7, "c"), known(two, 8, "b"), known(two, 9, "d")])
            .unwrap();
        let written = std::fs::read(&scene.path).unwrap();
        vault
            .replace_known_records(vec![known(two, 9, "d"), known(two, 8, "b"), known(one, 7, "c")])
            .unwrap();
        assert_eq!(std::fs::read(&scene.path).unwrap(), written, "nothing new, nothing written");
        drop(vault);

        let mut vault = scene.open();
        let kept = |vault: &crate::Vault| {
            let mut kept: Vec<_> =
                vault.known_records().map(|(_, one)| (one.account, one.answers[0].text.clone())).collect();
            kept.sort_by_key(|(account, _)| *account);
            kept
        };
        assert_eq!(
            kept(&vault),
            [(7, KeptSecret::new("c")), (8, KeptSecret::new("b")), (9, KeptSecret::new("d"))]
        );
        vault.remove_center(two).unwrap();
        assert_eq!(kept(&vault), [(7, KeptSecret::new("c"))]);
        vault.replace_known_records(vec![known(two, 8, "b")]).unwrap();
        assert_eq!(kept(&vault), [], "its connection is gone");
        assert!(vault.check().unwrap().is_clean());
    }

    #[test]
    fn two_programs_change_one_connection_and_both_changes_stand() {
        let (scene, mut first) = Scene::with(0);
        let id = first.add_center(center("https://one/")).unwrap();
        let mut second = scene.open();
        first.edit_center(id, |center| center.accounts.push(account(1))).unwrap();
        second.edit_center(id, |center| center.accounts.push(account(2))).unwrap();
        let numbers: Vec<u64> =
            scene.open().center(id).unwrap().accounts.iter().map(|account| account.number).collect();
        assert_eq!(numbers, [1, 2]);
    }

    #[test]
    fn a_token_is_not_readable_in_the_file_and_stays_through_rekeying() {
        let (scene, mut vault) = Scene::with(2);
        let id = vault.add_center(center("https://one/")).unwrap();
        vault.edit_center(id, |center| center.accounts.push(account(7))).unwrap();
        let ticket = vault.put_ticket_record(None, ticket(id)).unwrap();
        vault.change_password(&password(), weak(), true).unwrap();
        assert!(vault.check().unwrap().is_clean());
        drop(vault);
        let bytes = std::fs::read(&scene.path).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"token-of" || window == b"https://"));
        let vault = scene.unlock(&UnlockWith::Password(&password())).unwrap();
        assert_eq!(vault.center(id).unwrap().accounts, [account(7)]);
        assert_eq!(vault.ticket_records().next().unwrap().0, ticket);
    }
}

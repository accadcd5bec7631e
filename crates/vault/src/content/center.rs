//! The content of private records about centers.
//!
//! A record that says more than this version understands is not understood at all: it is kept as it is, so that rewriting it
//! loses nothing.

use minicbor::Decoder;
use zeroize::Zeroizing;

use super::{Malformed, MapWriter, Wiped, always, array_length, backup, read_map};
use crate::backup::BackupTarget;
use crate::center::{
    CenterAccount, CenterDevice, CenterRecord, CenterStaff, KeptSecret, KnownAnswer, KnownRecord,
    TicketRecord, TicketSeen,
};
use crate::{EntryId, RecordId};

/// What key 0 says of these records.
pub(crate) const CENTER: u64 = 20;
pub(crate) const TICKET: u64 = 21;
pub(crate) const KNOWN: u64 = 22;

/// Any of the kinds of which there may be many, in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    Center(CenterRecord),
    Ticket(TicketRecord),
    Target(BackupTarget),
    Known(KnownRecord),
}

type Encoder = minicbor::Encoder<Wiped>;

pub(crate) fn write(kept: &Kept) -> Zeroizing<Vec<u8>> {
    match kept {
        Kept::Center(center) => write_center(center),
        Kept::Ticket(ticket) => write_ticket(ticket),
        Kept::Target(target) => backup::write(target),
        Kept::Known(known) => write_known(known),
    }
}

fn write_center(center: &CenterRecord) -> Zeroizing<Vec<u8>> {
    let mut map = MapWriter::new(4096);
    map.uint(0, CENTER);
    map.text(1, &center.address);
    if let Some(root) = &center.root {
        map.bytes(2, root);
    }
    if let Some(authority) = &center.authority {
        map.text(3, authority);
    }
    map.text(4, &center.name);
    map.uint(5, center.list_version);
    if !center.accounts.is_empty() {
        let accounts = map.key(6);
        always(accounts.array(center.accounts.len() as u64).map(|_| ()));
        center.accounts.iter().for_each(|account| write_account(accounts, account));
    }
    let (last, earlier) =
        center.staff.split_first().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
    if let Some(staff) = last {
        write_staff(map.key(7), staff);
    }
    if !center.identities.is_empty() {
        let identities = map.key(8);
        always(identities.array(center.identities.len() as u64).map(|_| ()));
        for identity in &center.identities {
            // To be stored encrypted: the buffer is wiped, and sealed as it is.
            always(identities.str(identity.expose_secret()).map(|_| ()));
        }
    }
    map.uint(9, center.added);
    if center.trial {
        always(map.key(10).bool(true).map(|_| ()));
    }
    // Apart from the last one, so that a record with one staff member is what it always was.
    if !earlier.is_empty() {
        let encoder = map.key(11);
        always(encoder.array(earlier.len() as u64).map(|_| ()));
        for staff in earlier {
            write_staff(encoder, staff);
        }
    }
    map.finish()
}

fn write_staff(encoder: &mut Encoder, staff: &CenterStaff) {
    let present = 5
        + u64::from(staff.session.is_some())
        + u64::from(staff.entry.is_some())
        + u64::from(staff.key.is_some());
    always(encoder.map(present).map(|_| ()));
    text(encoder, 0, &staff.id);
    text(encoder, 1, &staff.name);
    secret(encoder, 2, staff.session.as_ref());
    if let Some(entry) = &staff.entry {
        always(encoder.u8(3).and_then(|e| e.bytes(entry.as_bytes())).map(|_| ()));
    }
    text(encoder, 4, &staff.email);
    always(encoder.u8(5).and_then(|e| e.array(staff.roles.len() as u64)).map(|_| ()));
    staff.roles.iter().for_each(|role| always(encoder.str(role).map(|_| ())));
    always(encoder.u8(6).and_then(|e| e.u64(staff.decides_from)).map(|_| ()));
    if let Some(key) = &staff.key {
        text(encoder, 7, key);
    }
}

fn write_account(encoder: &mut Encoder, account: &CenterAccount) {
    let present = 4
        + u64::from(account.session.is_some())
        + u64::from(account.trusted_device.is_some())
        + u64::from(!account.devices.is_empty())
        + u64::from(account.verified)
        + u64::from(account.bind_mfa_first)
        + u64::from(account.codes_kept.is_some());
    always(encoder.map(present).map(|_| ()));
    always(encoder.u8(0).and_then(|e| e.u64(account.number)).map(|_| ()));
    text(encoder, 1, &account.name);
    secret(encoder, 2, account.session.as_ref());
    secret(encoder, 3, account.trusted_device.as_ref());
    if !account.devices.is_empty() {
        always(encoder.u8(4).and_then(|e| e.array(account.devices.len() as u64)).map(|_| ()));
        for device in &account.devices {
            let pair = encoder.array(2).and_then(|e| e.bytes(device.entry.as_bytes()));
            always(pair.and_then(|e| e.str(&device.device)).map(|_| ()));
        }
    }
    text(encoder, 5, &account.login_name);
    text(encoder, 6, &account.kind);
    for (key, flag) in [(7, account.verified), (8, account.bind_mfa_first)] {
        if flag {
            always(encoder.u8(key).and_then(|e| e.bool(true)).map(|_| ()));
        }
    }
    if let Some(kept) = account.codes_kept {
        always(encoder.u8(9).and_then(|e| e.u64(kept)).map(|_| ()));
    }
}

fn text(encoder: &mut Encoder, key: u8, value: &str) {
    always(encoder.u8(key).and_then(|e| e.str(value)).map(|_| ()));
}

fn secret(encoder: &mut Encoder, key: u8, value: Option<&KeptSecret>) {
    if let Some(value) = value {
        // To be stored encrypted: the buffer is wiped, and sealed as it is.
        text(encoder, key, value.expose_secret());
    }
}

fn write_ticket(ticket: &TicketRecord) -> Zeroizing<Vec<u8>> {
    // To be stored encrypted, both: the buffer is wiped, and sealed as it is.
    let draft = ticket.draft.as_ref().map(KeptSecret::expose_secret);
    let code = ticket.query_code.as_ref().map(KeptSecret::expose_secret);
    let mut map = MapWriter::new(draft.map_or(0, str::len) + 512);
    map.uint(0, TICKET);
    map.bytes(1, ticket.center.as_bytes());
    if let Some(account) = ticket.account {
        map.uint(2, account);
    }
    if let Some(number) = &ticket.ticket {
        map.text(3, number);
    }
    if let Some(code) = code {
        map.text(4, code);
    }
    map.text(5, &ticket.kind);
    if let Some(draft) = draft {
        map.text(6, draft);
    }
    map.uint(7, ticket.changed);
    if let Some(seen) = &ticket.seen {
        let encoder = map.key(8);
        always(encoder.array(3).and_then(|e| e.str(&seen.state)).map(|_| ()));
        always(encoder.u64(seen.created).and_then(|e| e.u64(seen.at)).map(|_| ()));
    }
    map.finish()
}

fn write_known(known: &KnownRecord) -> Zeroizing<Vec<u8>> {
    // To be stored encrypted, all of them: the buffer is wiped, and sealed as it is.
    let texts = known.answers.iter().map(|answer| answer.text.expose_secret().len() + 64);
    let mut map = MapWriter::new(texts.sum::<usize>() + 256);
    map.uint(0, KNOWN);
    map.bytes(1, known.center.as_bytes());
    map.uint(2, known.account);
    map.text(3, &known.writer);
    let encoder = map.key(4);
    always(encoder.array(known.answers.len() as u64).map(|_| ()));
    for answer in &known.answers {
        always(encoder.array(3).and_then(|e| e.str(&answer.name)).map(|_| ()));
        // As above.
        always(encoder.u64(answer.at).and_then(|e| e.str(answer.text.expose_secret())).map(|_| ()));
    }
    map.finish()
}

/// Reads a center's record; `None` when it says more than this version understands.
pub(crate) fn read_center(content: &[u8]) -> Result<Option<CenterRecord>, Malformed> {
    let mut center = CenterRecord {
        address: String::new(),
        root: None,
        authority: None,
        name: String::new(),
        list_version: 0,
        accounts: Vec::new(),
        staff: Vec::new(),
        identities: Vec::new(),
        added: 0,
        trial: false,
    };
    let mut more = false;
    read_map(content, |key, value| {
        match key {
            0 => value.skip()?,
            1 => value.str()?.clone_into(&mut center.address),
            2 => center.root = Some(value.bytes()?.try_into().map_err(|_| Malformed)?),
            3 => center.authority = Some(value.str()?.to_owned()),
            4 => value.str()?.clone_into(&mut center.name),
            5 => center.list_version = value.u64()?,
            6 => {
                for _ in 0..array_length(value)? {
                    center.accounts.push(read_account(value, &mut more)?);
                }
            }
            7 => center.staff.insert(0, read_staff(value, &mut more)?),
            8 => {
                for _ in 0..array_length(value)? {
                    center.identities.push(KeptSecret::new(value.str()?));
                }
            }
            9 => center.added = value.u64()?,
            10 => center.trial = value.bool()?,
            11 => {
                for _ in 0..array_length(value)? {
                    center.staff.push(read_staff(value, &mut more)?);
                }
            }
            _ => skip(value, &mut more)?,
        }
        Ok(())
    })?;
    if center.address.is_empty() {
        return Err(Malformed);
    }
    Ok((!more).then_some(center))
}

fn skip(value: &mut Decoder<'_>, more: &mut bool) -> Result<(), Malformed> {
    *more = true;
    Ok(value.skip()?)
}

fn read_account(value: &mut Decoder<'_>, more: &mut bool) -> Result<CenterAccount, Malformed> {
    let mut account = CenterAccount::new(0);
    for _ in 0..value.map()?.ok_or(Malformed)? {
        match value.u64()? {
            0 => account.number = value.u64()?,
            1 => value.str()?.clone_into(&mut account.name),
            2 => account.session = Some(KeptSecret::new(value.str()?)),
            3 => account.trusted_device = Some(KeptSecret::new(value.str()?)),
            4 => {
                for _ in 0..array_length(value)? {
                    if array_length(value)? != 2 {
                        return Err(Malformed);
                    }
                    let entry = EntryId::from_bytes(sixteen(value)?);
                    account.devices.push(CenterDevice { entry, device: value.str()?.to_owned() });
                }
            }
            5 => value.str()?.clone_into(&mut account.login_name),
            6 => value.str()?.clone_into(&mut account.kind),
            7 => account.verified = value.bool()?,
            8 => account.bind_mfa_first = value.bool()?,
            9 => account.codes_kept = Some(value.u64()?),
            _ => skip(value, more)?,
        }
    }
    Ok(account)
}

fn read_staff(value: &mut Decoder<'_>, more: &mut bool) -> Result<CenterStaff, Malformed> {
    let mut staff = CenterStaff {
        id: String::new(),
        name: String::new(),
        session: None,
        entry: None,
        email: String::new(),
        roles: Vec::new(),
        decides_from: 0,
        key: None,
    };
    for _ in 0..value.map()?.ok_or(Malformed)? {
        match value.u64()? {
            0 => value.str()?.clone_into(&mut staff.id),
            1 => value.str()?.clone_into(&mut staff.name),
            2 => staff.session = Some(KeptSecret::new(value.str()?)),
            3 => staff.entry = Some(EntryId::from_bytes(sixteen(value)?)),
            4 => value.str()?.clone_into(&mut staff.email),
            5 => {
                for _ in 0..array_length(value)? {
                    staff.roles.push(value.str()?.to_owned());
                }
            }
            6 => staff.decides_from = value.u64()?,
            7 => staff.key = Some(value.str()?.to_owned()),
            _ => skip(value, more)?,
        }
    }
    Ok(staff)
}

fn sixteen(value: &mut Decoder<'_>) -> Result<[u8; 16], Malformed> {
    value.bytes()?.try_into().map_err(|_| Malformed)
}

/// Reads a ticket's record; `None` when it says more than this version understands.
pub(crate) fn read_ticket(content: &[u8]) -> Result<Option<TicketRecord>, Malformed> {
    let mut center = None;
    let mut ticket = TicketRecord {
        center: RecordId::from_bytes([0; 16]),
        account: None,
        ticket: None,
        query_code: None,
        kind: String::new(),
        draft: None,
        changed: 0,
        seen: None,
    };
    let mut more = false;
    read_map(content, |key, value| {
        match key {
            0 => value.skip()?,
            1 => center = Some(RecordId::from_bytes(sixteen(value)?)),
            2 => ticket.account = Some(value.u64()?),
            3 => ticket.ticket = Some(value.str()?.to_owned()),
            4 => ticket.query_code = Some(KeptSecret::new(value.str()?)),
            5 => value.str()?.clone_into(&mut ticket.kind),
            6 => ticket.draft = Some(KeptSecret::new(value.str()?)),
            7 => ticket.changed = value.u64()?,
            8 => {
                if array_length(value)? != 3 {
                    return Err(Malformed);
                }
                let state = value.str()?.to_owned();
                ticket.seen = Some(TicketSeen { state, created: value.u64()?, at: value.u64()? });
            }
            _ => skip(value, &mut more)?,
        }
        Ok(())
    })?;
    ticket.center = center.ok_or(Malformed)?;
    Ok((!more).then_some(ticket))
}

/// Reads what is known of an account; `None` when it says more than this version understands.
pub(crate) fn read_known(content: &[u8]) -> Result<Option<KnownRecord>, Malformed> {
    let (mut center, mut account) = (None, None);
    let (mut writer, mut answers) = (String::new(), Vec::new());
    let mut more = false;
    read_map(content, |key, value| {
        match key {
            0 => value.skip()?,
            1 => center = Some(RecordId::from_bytes(sixteen(value)?)),
            2 => account = Some(value.u64()?),
            3 => value.str()?.clone_into(&mut writer),
            4 => {
                for _ in 0..array_length(value)? {
                    if array_length(value)? != 3 {
                        return Err(Malformed);
                    }
                    let name = value.str()?.to_owned();
                    answers.push(KnownAnswer { name, at: value.u64()?, text: KeptSecret::new(value.str()?) });
                }
            }
            _ => skip(value, &mut more)?,
        }
        Ok(())
    })?;
    let (center, account) = (center.ok_or(Malformed)?, account.ok_or(Malformed)?);
    Ok((!more).then_some(KnownRecord { center, account, writer, answers }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::private::{self, Private};

    fn center() -> CenterRecord {
        let entry = EntryId::from_bytes([3; 16]);
        CenterRecord {
            address: "https://center.example/".into(),
            root: Some([7; 20]),
            authority: Some("-----BEGIN CERTIFICATE-----".into()),
            name: "Example".into(),
            list_version: 4,
            accounts: vec![
                CenterAccount {
                    number: 100_000_001,
                    name: "Alice".into(),
                    session: Some(KeptSecret::new("session")),
                    trusted_device: Some(KeptSecret::new("device")),
                    devices: vec![CenterDevice { entry, device: "d1".into() }],
                    login_name: "alice@example.com".into(),
                    kind: "individual".into(),
                    verified: true,
                    bind_mfa_first: true,
                    codes_kept: Some(9),
                },
                CenterAccount::new(2),
            ],
            staff: vec![
                CenterStaff {
                    id: "s1".into(),
                    name: "Rita".into(),
                    session: Some(KeptSecret::new("staff")),
                    entry: Some(entry),
                    email: "rita@example.com".into(),
                    roles: vec!["reviewer".into()],
                    decides_from: 3,
                    key: Some("age1rita".into()),
                },
                CenterStaff {
                    id: "s2".into(),
                    name: "Sam".into(),
                    session: None,
                    entry: None,
                    email: "sam@example.com".into(),
                    roles: Vec::new(),
                    decides_from: 0,
                    key: None,
                },
            ],
            identities: vec![KeptSecret::new("AGE-SECRET-KEY-1A"), KeptSecret::new("AGE-SECRET-KEY-1B")],
            added: 1_700_000_000,
            trial: true,
        }
    }

    fn ticket() -> TicketRecord {
        TicketRecord {
            center: RecordId::from_bytes([9; 16]),
            account: Some(1),
            ticket: Some("t".into()),
            query_code: Some(KeptSecret::new("ABCD")),
            kind: "question".into(),
            draft: Some(KeptSecret::new("{}")),
            changed: 5,
            seen: Some(TicketSeen { state: "draft".into(), created: 1, at: 2 }),
        }
    }

    fn known() -> KnownRecord {
        KnownRecord {
            center: RecordId::from_bytes([9; 16]),
            account: 100_000_001,
            writer: "0.1.0".into(),
            answers: vec![
                KnownAnswer { name: "account".into(), at: 7, text: KeptSecret::new("{}") },
                KnownAnswer { name: "devices".into(), at: 8, text: KeptSecret::new("[]") },
            ],
        }
    }

    #[test]
    fn what_was_kept_comes_back() {
        let bare = CenterRecord {
            root: None,
            authority: None,
            accounts: Vec::new(),
            staff: Vec::new(),
            identities: Vec::new(),
            trial: false,
            ..center()
        };
        let one = CenterRecord { staff: center().staff[..1].to_vec(), ..center() };
        for center in [center(), bare, one] {
            let Private::Kept(read) = private::read(&write_center(&center)).unwrap() else { unreachable!() };
            assert_eq!(*read, Kept::Center(center));
        }
        let bare = TicketRecord {
            account: None,
            ticket: None,
            query_code: None,
            draft: None,
            seen: None,
            ..ticket()
        };
        for ticket in [ticket(), bare] {
            let Private::Kept(read) = private::read(&write_ticket(&ticket)).unwrap() else { unreachable!() };
            assert_eq!(*read, Kept::Ticket(ticket));
        }
        let bare = KnownRecord { writer: String::new(), answers: Vec::new(), ..known() };
        for known in [known(), bare] {
            let Private::Kept(read) = private::read(&write_known(&known)).unwrap() else { unreachable!() };
            assert_eq!(*read, Kept::Known(known));
        }
    }

    #[test]
    fn a_record_that_says_more_is_kept_and_not_shown() {
        let mut content = write_center(&center()).to_vec();
        content[0] += 1;
        content.extend([0x17, 0xf5]);
        assert!(matches!(private::read(&content).unwrap(), Private::Other));
        let mut content = write_ticket(&ticket()).to_vec();
        content[0] += 1;
        content.extend([0x17, 0xf5]);
        assert!(matches!(private::read(&content).unwrap(), Private::Other));
        let mut content = write_known(&known()).to_vec();
        content[0] += 1;
        content.extend([0x17, 0xf5]);
        assert!(matches!(private::read(&content).unwrap(), Private::Other));
    }

    #[test]
    fn a_record_without_an_address_or_a_center_is_malformed() {
        assert!(private::read(&[0xa1, 0, 20]).is_err());
        assert!(private::read(&[0xa1, 0, 21]).is_err());
        assert!(private::read(&[0xa1, 0, 22]).is_err());
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?} {:?}", center(), ticket());
        for secret in ["session\"", "AGE-SECRET", "ABCD", "{}\""] {
            assert!(!shown.contains(secret), "{secret}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(content in proptest::collection::vec(any::<u8>(), 0..512), what in 20_u8..22) {
            let mut shaped = vec![0xa3, 0, what, 1];
            shaped.extend(content);
            let _ = private::read(&shaped);
        }

        #[test]
        fn damaged_records_never_panic(at in 0_usize..400, with in any::<u8>()) {
            let mut content = write_center(&center()).to_vec();
            let at = at % content.len();
            content[at] = with;
            let _ = private::read(&content);
        }
    }
}

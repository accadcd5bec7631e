//! What protects the account, in order of worth, and what is missing. The app's overview has the same list
//! (ui/src/features/overview).

use serde::Serialize;
use tessera_center_api::account::Account;
use tessera_center_api::contact::{Contact, ContactKind};
use tessera_center_api::mfa::{Protection, RecoveryCodesLeft};

use super::Context;
use crate::center::choose::center_words;
use crate::center::signed::Signed;
use crate::center::{At, now};
use crate::failure::Failure;
use crate::text::safe;

/// After a year without a look, a number may belong to someone else.
const LATELY: i64 = 365 * 86_400;
/// Fewer recovery codes than this are soon none.
const FEW: i64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Item {
    Device,
    LoginProtection,
    SecondDevice,
    RecoveryCodes,
    SecurityEmail,
    EmailsDiffer,
    Phone,
    PhoneLately,
    OperationProtection,
    Verified,
}

impl Item {
    /// What it says when it is in place, what when it is missing, and what to do then.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Device => ("an MFA device is bound", "no MFA device is bound", "tessera center mfa bind"),
            Self::LoginProtection => (
                "signing in asks for a second credential",
                "signing in asks for the password alone",
                "tessera center protection --login mfa",
            ),
            Self::SecondDevice => (
                "another MFA device takes over when one is lost",
                "there is one MFA device: when it is lost, only recovery codes or a ticket help",
                "tessera center mfa bind, with another vault or a hardware token",
            ),
            Self::RecoveryCodes => (
                "recovery codes are on paper",
                "there are no recovery codes on paper, or few are left",
                "tessera center recovery-codes new",
            ),
            Self::SecurityEmail => (
                "there is a security e-mail",
                "there is no security e-mail, where identity is checked",
                "tessera center contacts set security-email ADDRESS",
            ),
            Self::EmailsDiffer => (
                "security e-mail and account e-mail differ",
                "security e-mail and account e-mail are one mailbox: who has it has both",
                "tessera center contacts set security-email ADDRESS",
            ),
            Self::Phone => (
                "a secure phone is bound",
                "no secure phone is bound",
                "tessera center contacts set phone NUMBER",
            ),
            Self::PhoneLately => (
                "the secure phone was confirmed within a year",
                "the secure phone was confirmed more than a year ago: is it still yours?",
                "tessera center contacts set phone NUMBER",
            ),
            Self::OperationProtection => (
                "sensitive actions ask for a second credential",
                "sensitive actions ask for no credential of their own",
                "tessera center protection --operation mfa",
            ),
            Self::Verified => (
                "the identity is verified, so that documents can prove it",
                "the identity is not verified: documents prove nothing on the day all else is lost",
                "tessera center ticket new identity-verification-individual",
            ),
        }
    }
}

#[derive(Serialize)]
struct Row {
    item: Item,
    in_place: bool,
    message: &'static str,
    #[serde(rename = "do")]
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct Codes {
    left: i64,
    made_at: Option<i64>,
    kept_at: Option<u64>,
}

#[derive(Serialize)]
struct Status<'a> {
    center: String,
    account: &'a Account,
    mfa_devices: usize,
    recovery_codes: Codes,
    protection: Vec<Row>,
}

fn protection(
    account: &Account,
    devices: usize,
    codes: RecoveryCodesLeft,
    kept: bool,
    now: i64,
) -> Vec<(Item, bool)> {
    let contact = |kind| account.contacts.iter().find(|contact| contact.kind == kind);
    let (login, security, phone) = (
        contact(ContactKind::AccountEmail),
        contact(ContactKind::SecurityEmail),
        contact(ContactKind::SecurePhone),
    );
    let mut list = vec![
        (Item::Device, devices > 0),
        (Item::LoginProtection, account.login_protection != Protection::Off),
    ];
    // Each of these asks for the one before it: nothing is asked twice.
    if devices > 0 {
        list.push((Item::SecondDevice, devices > 1));
        list.push((Item::RecoveryCodes, codes.left >= FEW && kept));
    }
    let same = |one: &Contact, other: &Contact| one.address.eq_ignore_ascii_case(&other.address);
    list.push(match security {
        Some(security) => (Item::EmailsDiffer, !login.is_some_and(|login| same(login, security))),
        None => (Item::SecurityEmail, false),
    });
    list.push(match phone {
        Some(phone) => (Item::PhoneLately, now - phone.since < LATELY),
        None => (Item::Phone, false),
    });
    list.push((Item::OperationProtection, account.operation_protection != Protection::Off));
    list.push((Item::Verified, account.verified_at.is_some()));
    list
}

/// Asks the center, and prints it.
pub(crate) fn run(context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    let account = signed.ask(|session| async move { session.account().await })?.value;
    signed.saw(&account)?;
    let devices = signed.ask(|session| async move { session.mfa_devices().await })?.len();
    let codes = signed.ask(|session| async move { session.recovery_codes_left().await })?;
    let kept_at = signed.kept().and_then(|kept| kept.codes_kept);
    let rows: Vec<Row> = protection(&account, devices, codes, kept_at.is_some(), now())
        .into_iter()
        .map(|(item, in_place)| {
            let (good, bad, advice) = item.words();
            Row {
                item,
                in_place,
                message: if in_place { good } else { bad },
                advice: (!in_place).then_some(advice),
            }
        })
        .collect();
    if context.out.is_json() {
        return context.out.value(&Status {
            center: signed.center.to_string(),
            account: &account,
            mfa_devices: devices,
            recovery_codes: Codes { left: codes.left, made_at: codes.made_at, kept_at },
            protection: rows,
        });
    }
    let center = center_words(signed.centers.record(signed.center)?);
    context.out.line(&format!("{} ({}) at {center}", safe(&account.name), account.id))?;
    if account.frozen_since.is_some() {
        context
            .out
            .warning("Sensitive actions rest after an undo, until a factor that was not involved is proven.");
    }
    for row in rows {
        context.out.line(&format!("  {} {}", if row.in_place { "+" } else { "-" }, row.message))?;
        if let Some(advice) = row.advice {
            context.out.line(&format!("      {advice}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tessera_center_api::account::{AccountKind, Language};

    use super::*;

    fn contact(kind: ContactKind, address: &str, since: i64) -> Contact {
        Contact { kind, address: address.into(), masked: String::new(), since, proves_from: since }
    }

    fn account(now: i64) -> Account {
        Account {
            id: 1,
            kind: AccountKind::Individual,
            name: "Lena".into(),
            language: Language::English,
            owner: None,
            created_at: 0,
            password_since: 0,
            verified_at: Some(1),
            login_protection: Protection::Mfa,
            operation_protection: Protection::Mfa,
            mfa_required: false,
            frozen_since: None,
            contacts: vec![
                contact(ContactKind::AccountEmail, "lena@example.com", 0),
                contact(ContactKind::SecurityEmail, "Lena@example.com", 0),
                contact(ContactKind::SecurePhone, "+4915123456789", now),
            ],
        }
    }

    fn missing(account: &Account, devices: usize, left: i64, kept: bool, now: i64) -> Vec<Item> {
        let codes = RecoveryCodesLeft { left, made_at: None };
        let all = protection(account, devices, codes, kept, now).into_iter();
        all.filter(|(_, in_place)| !in_place).map(|(item, _)| item).collect()
    }

    const NOW: i64 = 1_790_000_000;

    #[test]
    fn a_shared_mailbox_and_codes_that_nobody_has_on_paper_are_missing() {
        let lena = account(NOW);
        assert_eq!(missing(&lena, 2, 0, false, NOW), [Item::RecoveryCodes, Item::EmailsDiffer]);
        assert_eq!(missing(&lena, 2, 10, true, NOW), [Item::EmailsDiffer]);
        assert!(missing(&lena, 2, 2, true, NOW).contains(&Item::RecoveryCodes), "few are left");
    }

    #[test]
    fn the_first_device_comes_before_what_builds_on_it() {
        let bare = Account { login_protection: Protection::Off, ..account(NOW) };
        let missing = missing(&bare, 0, 0, false, NOW);
        assert_eq!(missing[..2], [Item::Device, Item::LoginProtection]);
        assert!(!missing.contains(&Item::SecondDevice) && !missing.contains(&Item::RecoveryCodes));
    }

    #[test]
    fn a_phone_wants_a_look_after_a_year() {
        let mut old = account(NOW - LATELY);
        assert!(missing(&old, 2, 10, true, NOW).contains(&Item::PhoneLately));
        old.contacts.retain(|contact| contact.kind != ContactKind::SecurePhone);
        assert!(missing(&old, 2, 10, true, NOW).contains(&Item::Phone));
    }
}

//! Identity checks: whether a session has proven who it is, for one sensitive action, at most ten minutes ago, and by what it
//! may prove it.
//!
//! Never by the password alone; by MFA if a device is bound, for which a recovery code stands in; never by the factor that is
//! being changed if another serves; by no contact that was changed in the last 72 hours; else as operation protection says.

use tessera_center_api::ErrorCode;
use tessera_center_api::identity::{Action, Factor};

use crate::Center;
use crate::clock::Unix;
use crate::http::{Refusal, SignedIn};
use crate::rules::second_factor::{self, Factors};
use crate::rules::{contacts, freeze};
use crate::store::Tx;
use crate::store::tables::account::{self, Account};
use crate::store::tables::contact::Contact;
use crate::store::tables::{identity_check, session};

/// Every factor, in the order in which they are offered.
const FACTORS: [Factor; 4] = [Factor::Mfa, Factor::RecoveryCode, Factor::Phone, Factor::Email];

/// Lets a sensitive action go on only when this session proved itself for it, and nothing is frozen. The account's row stays
/// locked until the transaction ends, so that an undo comes before it or after it.
///
/// # Errors
/// `IdentityCheckRequired`, or `Frozen` while sensitive actions rest after an undo.
pub async fn require(tx: &mut Tx, center: &Center, caller: &SignedIn, action: Action) -> Result<(), Refusal> {
    not_frozen(tx, caller).await?;
    let since = center.now() - center.config.rules.identity_check;
    if identity_check::find(tx, &caller.0.id, action.text(), since).await?.is_none() {
        return Err(Refusal::new(
            ErrorCode::IdentityCheckRequired,
            "Prove that it is you: this action needs an identity check, at most ten minutes old.",
        ));
    }
    Ok(())
}

/// Lets a sensitive action go on only when nothing is frozen, for steps whose check was made when they began. Locks the
/// account's row as [`require`] does, and gives the account as it is now: what happened since the request came counts, an
/// undo that froze it, a change in another session that ended this one.
///
/// # Errors
/// `Frozen` while sensitive actions rest after an undo, `NotSignedIn` when the session was ended meanwhile.
pub async fn not_frozen(tx: &mut Tx, caller: &SignedIn) -> Result<Account, Refusal> {
    let ended = || Refusal::new(ErrorCode::NotSignedIn, "This session has just ended. Sign in again.");
    let account = account::lock(tx, caller.id()).await?.ok_or_else(ended)?;
    if !session::is_open(tx, &caller.0.id).await? {
        return Err(ended());
    }
    if account.frozen_since.is_some() {
        return Err(Refusal::new(
            ErrorCode::Frozen,
            "A change was undone by a link that went to an earlier address. Prove a factor that was not involved, then go on.",
        ));
    }
    Ok(account)
}

/// Notes that this session proved itself for the action.
///
/// # Errors
/// When the database is away.
pub async fn proven(
    tx: &mut Tx,
    center: &Center,
    caller: &SignedIn,
    action: Action,
    factor: Factor,
) -> Result<(), Refusal> {
    Ok(identity_check::put(tx, &caller.0.id, action.text(), factor.text(), center.now()).await?)
}

/// By what an account may prove itself for an action.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Any of these.
    pub factors: Vec<Factor>,
    /// Sensitive actions are frozen, and these make them go on.
    pub thaws: bool,
    /// All that the account has.
    pub all: Factors,
    /// What serves the action itself; while nothing is frozen, the same as `factors`.
    pub for_action: Vec<Factor>,
}

/// By what the account may prove itself for this action, as things are now.
///
/// # Errors
/// `ContactTooNew` when the only contact that could was changed too lately, `WrongState` when the account has nothing to prove
/// itself with, `Frozen` when every factor was involved in what was undone.
pub async fn offer(
    tx: &mut Tx,
    center: &Center,
    account: &Account,
    action: Action,
) -> Result<Offer, Refusal> {
    let all = second_factor::has_factors(tx, center, account.id).await?;
    let proves_from = |contact: &Contact| contacts::proves_from(center, account, contact);
    let serving = serving(&all, account, action, center.now(), &proves_from);
    if account.frozen_since.is_none() {
        let factors = serving.map_err(TooNew::refusal)?;
        return Ok(Offer { for_action: factors.clone(), factors, thaws: false, all });
    }
    let mut factors = Vec::new();
    for factor in FACTORS {
        let contact = all.contact(factor);
        if !all.has(factor) || contact.is_some_and(|contact| proves_from(contact) > center.now()) {
            continue;
        }
        let address = contact.map(|contact| &contact.address);
        if freeze::would_thaw(tx, center, account.id, factor, address).await? {
            factors.push(factor);
        }
    }
    if factors.is_empty() {
        return Err(Refusal::new(
            ErrorCode::Frozen,
            "Every factor of this account was involved in the change that was undone. A ticket to our staff can help.",
        ));
    }
    Ok(Offer { factors, thaws: true, all, for_action: serving.unwrap_or_default() })
}

/// Nothing serves: until a contact is old enough, or at all.
#[derive(Debug, PartialEq, Eq)]
struct TooNew(Option<Unix>);

impl TooNew {
    fn refusal(self) -> Refusal {
        match self.0 {
            Some(until) => Refusal::new(
                ErrorCode::ContactTooNew,
                "The contact that could prove this was changed lately. It proves no other change before the time given.",
            )
            .until(until),
            None => Refusal::new(
                ErrorCode::WrongState,
                "This account has nothing to prove itself with. A ticket to our staff can help.",
            ),
        }
    }
}

/// The factors that an action changes.
fn changed(all: &Factors, action: Action) -> &'static [Factor] {
    match action {
        Action::ChangeSecurePhone => &[Factor::Phone],
        Action::ChangeSecurityEmail => &[Factor::Email],
        // Where both e-mails are one mailbox, it would prove its own change.
        Action::ChangeAccountEmail => {
            let one = |contact: &Option<Contact>| contact.as_ref().map(|contact| contact.address.canonical());
            if one(&all.email).is_some() && one(&all.email) == one(&all.account_email) {
                &[Factor::Email]
            } else {
                &[]
            }
        }
        Action::UnbindMfaDevice => &[Factor::Mfa],
        Action::NewRecoveryCodes => &[Factor::RecoveryCode],
        Action::ChangePassword
        | Action::BindMfaDevice
        | Action::ChangeProtection
        | Action::ManageMembers
        | Action::ExportData
        | Action::EraseAccount => &[],
    }
}

fn serving(
    all: &Factors,
    account: &Account,
    action: Action,
    now: Unix,
    proves_from: &dyn Fn(&Contact) -> Unix,
) -> Result<Vec<Factor>, TooNew> {
    let changed = changed(all, action);
    let usable = |factor: Factor| {
        all.has(factor) && all.contact(factor).is_none_or(|contact| proves_from(contact) <= now)
    };
    let others: Vec<Factor> =
        FACTORS.into_iter().filter(|factor| usable(*factor) && !changed.contains(factor)).collect();
    let only = |wanted: &[Factor]| -> Vec<Factor> {
        others.iter().copied().filter(|factor| wanted.contains(factor)).collect()
    };
    let mfa = [Factor::Mfa, Factor::RecoveryCode];
    if others.contains(&Factor::Mfa) {
        return Ok(only(&mfa));
    }
    let others = match account.operation_protection.as_str() {
        "phone" if others.contains(&Factor::Phone) => only(&[Factor::Phone, Factor::RecoveryCode]),
        "email" if others.contains(&Factor::Email) => only(&[Factor::Email, Factor::RecoveryCode]),
        _ => others,
    };
    if !others.is_empty() {
        return Ok(others);
    }
    // No other serves: the factor proves its own change.
    let own: Vec<Factor> = changed.iter().copied().filter(|factor| usable(*factor)).collect();
    if !own.is_empty() {
        return Ok(own);
    }
    let contacts = [&all.phone, &all.email];
    Err(TooNew(contacts.into_iter().flatten().map(proves_from).min()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, HOUR};
    use crate::contact::Address;
    use crate::store::tables::contact::ContactKind;

    const NOW: Unix = 1_700_000_000;

    /// 72 hours after it was set.
    fn old_enough(contact: &Contact) -> Unix {
        contact.since + 72 * HOUR
    }

    fn account(operation: &str) -> Account {
        Account {
            id: 100_000_000,
            kind: "individual".into(),
            owner: None,
            name: Vec::new(),
            password_hash: String::new(),
            password_since: 0,
            language: "en".into(),
            verified_at: None,
            login_protection: "off".into(),
            operation_protection: operation.into(),
            mfa_required: false,
            frozen_since: None,
            created_at: NOW - 365 * DAY,
            version: 1,
        }
    }

    fn contact(kind: ContactKind, text: &str, age: Unix) -> Contact {
        let address = Address::of_kind(kind.takes(), text).unwrap();
        Contact { account: 100_000_000, kind, address, since: NOW - age }
    }

    fn phone(age: Unix) -> Contact {
        contact(ContactKind::SecurePhone, "+4915123456789", age)
    }

    fn email(age: Unix) -> Contact {
        contact(ContactKind::SecurityEmail, "alice@example.com", age)
    }

    const OLD: Unix = 100 * DAY;

    #[test]
    fn a_bound_device_is_asked_and_recovery_codes_stand_in_for_it_alone() {
        let all = Factors {
            mfa_devices: 1,
            recovery_codes: 3,
            phone: Some(phone(OLD)),
            email: Some(email(OLD)),
            ..Factors::default()
        };
        for operation in ["off", "mfa", "phone", "email"] {
            for action in Action::ALL {
                let wanted: &[Factor] = match (action, operation) {
                    (Action::NewRecoveryCodes, _) => &[Factor::Mfa],
                    (Action::UnbindMfaDevice, "phone") => &[Factor::RecoveryCode, Factor::Phone],
                    (Action::UnbindMfaDevice, "email") => &[Factor::RecoveryCode, Factor::Email],
                    (Action::UnbindMfaDevice, _) => &[Factor::RecoveryCode, Factor::Phone, Factor::Email],
                    _ => &[Factor::Mfa, Factor::RecoveryCode],
                };
                assert_eq!(
                    serving(&all, &account(operation), action, NOW, &old_enough).unwrap(),
                    wanted,
                    "{action:?} {operation}"
                );
            }
        }
    }

    #[test]
    fn a_contact_does_not_prove_its_own_change_while_another_serves() {
        let all = Factors { phone: Some(phone(OLD)), email: Some(email(OLD)), ..Factors::default() };
        let serves = |all: &Factors, action| serving(all, &account("off"), action, NOW, &old_enough);
        assert_eq!(serves(&all, Action::ChangeSecurePhone), Ok(vec![Factor::Email]));
        assert_eq!(serves(&all, Action::ChangeSecurityEmail), Ok(vec![Factor::Phone]));
        assert_eq!(serves(&all, Action::ChangePassword), Ok(vec![Factor::Phone, Factor::Email]));
        let alone = Factors { email: Some(email(OLD)), ..Factors::default() };
        assert_eq!(serves(&alone, Action::ChangeSecurityEmail), Ok(vec![Factor::Email]));
        let one_mailbox = Factors {
            account_email: Some(contact(ContactKind::AccountEmail, "Alice@example.com", OLD)),
            ..all.clone()
        };
        assert_eq!(serves(&one_mailbox, Action::ChangeAccountEmail), Ok(vec![Factor::Phone]));
        assert_eq!(serves(&all, Action::ChangeAccountEmail), Ok(vec![Factor::Phone, Factor::Email]));
        let unbind = Factors { mfa_devices: 1, phone: Some(phone(OLD)), ..Factors::default() };
        assert_eq!(serves(&unbind, Action::UnbindMfaDevice), Ok(vec![Factor::Phone]));
        assert_eq!(
            serves(&Factors { mfa_devices: 1, ..Factors::default() }, Action::UnbindMfaDevice),
            Ok(vec![Factor::Mfa])
        );
    }

    #[test]
    fn a_young_contact_proves_no_other_change_until_the_second_it_is_old_enough() {
        let young = 72 * HOUR;
        let all = Factors { phone: Some(phone(young - 1)), email: Some(email(OLD)), ..Factors::default() };
        let serves = |all: &Factors, action| serving(all, &account("phone"), action, NOW, &old_enough);
        assert_eq!(serves(&all, Action::ChangeSecurityEmail), Ok(vec![Factor::Email]));
        assert_eq!(serves(&all, Action::ChangePassword), Ok(vec![Factor::Email]));
        let old = Factors { phone: Some(phone(young)), ..all.clone() };
        assert_eq!(serves(&old, Action::ChangePassword), Ok(vec![Factor::Phone]));
        let alone = Factors { phone: Some(phone(young - 1)), ..Factors::default() };
        assert_eq!(serves(&alone, Action::ChangePassword), Err(TooNew(Some(NOW + 1))));
        assert_eq!(serves(&alone, Action::ChangeSecurePhone), Err(TooNew(Some(NOW + 1))));
        assert_eq!(serves(&Factors::default(), Action::ChangePassword), Err(TooNew(None)));
    }
}

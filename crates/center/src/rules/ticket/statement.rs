//! What an applicant states, read once: names cleaned, addresses checked, numbers of a shape that documents have.

use tessera_center_api::Hidden;
use tessera_center_api::ticket::Statement;

use crate::contact::{Address, AddressKind};
use crate::http::Refusal;
use crate::label;

/// A statement that can be meant, with its addresses in the form in which they are stored.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The statement.
    pub statement: Statement,
    /// The account e-mail of the account it is about; none for the own account and for questions.
    pub target: Option<Address>,
    /// The contact it asks to bind.
    pub new_contact: Option<Address>,
}

/// Reads a statement.
///
/// # Errors
/// `InvalidValue`, naming the field.
pub fn check(statement: Statement) -> Result<Checked, Refusal> {
    let statement = match statement {
        Statement::IdentityVerificationIndividual { name, document_type, document_number } => {
            Statement::IdentityVerificationIndividual {
                name: self::name(&name, "name")?,
                document_type,
                document_number: number(&document_number, "document_number")?,
            }
        }
        Statement::IdentityVerificationEnterprise {
            company_name,
            company_id,
            representative_name,
            representative_document_number,
        } => Statement::IdentityVerificationEnterprise {
            company_name: name(&company_name, "company_name")?,
            company_id: number(&company_id, "company_id")?,
            representative_name: name(&representative_name, "representative_name")?,
            representative_document_number: number(
                &representative_document_number,
                "representative_document_number",
            )?,
        },
        Statement::PhoneChangeIndividual { login_email, name, document_number, new_phone } => {
            Statement::PhoneChangeIndividual {
                login_email: email(&login_email, "login_email")?,
                name: self::name(&name, "name")?,
                document_number: number(&document_number, "document_number")?,
                new_phone: phone(&new_phone, "new_phone")?,
            }
        }
        Statement::PhoneChangeEnterprise {
            login_email,
            company_name,
            company_id,
            representative_name,
            representative_document_number,
            new_phone,
        } => Statement::PhoneChangeEnterprise {
            login_email: email(&login_email, "login_email")?,
            company_name: name(&company_name, "company_name")?,
            company_id: number(&company_id, "company_id")?,
            representative_name: name(&representative_name, "representative_name")?,
            representative_document_number: number(
                &representative_document_number,
                "representative_document_number",
            )?,
            new_phone: phone(&new_phone, "new_phone")?,
        },
        Statement::PhoneChangeUnverified { login_email, recovery_phone, recovery_email } => {
            Statement::PhoneChangeUnverified {
                login_email: email(&login_email, "login_email")?,
                recovery_phone: phone(&recovery_phone, "recovery_phone")?,
                recovery_email: email(&recovery_email, "recovery_email")?,
            }
        }
        Statement::AccountEmailChange { login_email, name, document_number, new_email } => {
            Statement::AccountEmailChange {
                login_email: email(&login_email, "login_email")?,
                name: self::name(&name, "name")?,
                document_number: number(&document_number, "document_number")?,
                new_email: email(&new_email, "new_email")?,
            }
        }
        Statement::MfaUnbindingIndividual { login_email, name, document_number, current_phone } => {
            Statement::MfaUnbindingIndividual {
                login_email: email(&login_email, "login_email")?,
                name: self::name(&name, "name")?,
                document_number: number(&document_number, "document_number")?,
                current_phone: phone(&current_phone, "current_phone")?,
            }
        }
        Statement::MfaUnbindingEnterprise {
            login_email,
            company_name,
            company_id,
            applicant_name,
            applicant_document_number,
            current_phone,
        } => Statement::MfaUnbindingEnterprise {
            login_email: email(&login_email, "login_email")?,
            company_name: name(&company_name, "company_name")?,
            company_id: number(&company_id, "company_id")?,
            applicant_name: name(&applicant_name, "applicant_name")?,
            applicant_document_number: number(&applicant_document_number, "applicant_document_number")?,
            current_phone: phone(&current_phone, "current_phone")?,
        },
        Statement::Question { subject, text } => Statement::Question {
            subject: name(&subject, "subject")?,
            // Words for a person to read: they go into the sealed statement.
            text: Hidden::new(question(text.expose_secret())?),
        },
    };
    Ok(Checked { target: target(&statement), new_contact: new_contact(&statement), statement })
}

/// The account e-mail that a statement names.
pub fn target(statement: &Statement) -> Option<Address> {
    let (Statement::PhoneChangeIndividual { login_email, .. }
    | Statement::PhoneChangeEnterprise { login_email, .. }
    | Statement::PhoneChangeUnverified { login_email, .. }
    | Statement::AccountEmailChange { login_email, .. }
    | Statement::MfaUnbindingIndividual { login_email, .. }
    | Statement::MfaUnbindingEnterprise { login_email, .. }) = statement
    else {
        return None;
    };
    // By it the account is looked up.
    Some(Address::stored(AddressKind::Email, login_email.expose_secret()))
}

/// The contact that a statement asks to bind.
pub fn new_contact(statement: &Statement) -> Option<Address> {
    let (kind, text) = match statement {
        Statement::PhoneChangeIndividual { new_phone: phone, .. }
        | Statement::PhoneChangeEnterprise { new_phone: phone, .. }
        | Statement::PhoneChangeUnverified { recovery_phone: phone, .. } => (AddressKind::Phone, phone),
        Statement::AccountEmailChange { new_email, .. } => (AddressKind::Email, new_email),
        _ => return None,
    };
    // A code and, much later, the link are sent to it.
    Some(Address::stored(kind, text.expose_secret()))
}

fn pointer(field: &str) -> String {
    format!("/statement/{field}")
}

fn name(text: &Hidden, field: &str) -> Result<Hidden, Refusal> {
    // Cleaned, then sealed with the rest.
    label::read(text.expose_secret(), &pointer(field)).map(Hidden::new)
}

fn email(text: &Hidden, field: &str) -> Result<Hidden, Refusal> {
    // Read into its stored form.
    let address = Address::email(text.expose_secret());
    address
        .map(|address| Hidden::new(address.text()))
        .map_err(|error| Refusal::invalid(&pointer(field), error.to_string()))
}

fn phone(text: &Hidden, field: &str) -> Result<Hidden, Refusal> {
    // Read into E.164.
    let address = Address::phone(text.expose_secret());
    address
        .map(|address| Hidden::new(address.text()))
        .map_err(|error| Refusal::invalid(&pointer(field), error.to_string()))
}

/// Letters and digits, with what people put between them; 4 to 40 of them count.
fn number(text: &Hidden, field: &str) -> Result<Hidden, Refusal> {
    // Checked, then sealed with the rest.
    let text = label::read(text.expose_secret(), &pointer(field))?;
    let counted = text.chars().filter(|letter| letter.is_alphanumeric()).count();
    let plain = text.chars().all(|letter| letter.is_alphanumeric() || " -./()".contains(letter));
    if plain && (4..=40).contains(&counted) {
        return Ok(Hidden::new(text));
    }
    Err(Refusal::invalid(&pointer(field), "A document number has 4 to 40 letters and digits."))
}

fn question(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let plain = !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r'));
    if plain && (1..=4000).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Refusal::invalid(&pointer("text"), "A question has 1 to 4000 characters."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unbinding(email: &str, name: &str, number: &str, phone: &str) -> Result<Checked, Refusal> {
        check(Statement::MfaUnbindingIndividual {
            login_email: Hidden::new(email),
            name: Hidden::new(name),
            document_number: Hidden::new(number),
            current_phone: Hidden::new(phone),
        })
    }

    #[test]
    fn a_statement_is_kept_in_the_form_in_which_it_is_compared() {
        let read =
            unbinding(" Alice@EXAMPLE.com", " Alice  Example ", "X 1234-567", "+49 151 23456789").unwrap();
        assert_eq!(read.target.unwrap().text(), "Alice@example.com");
        assert!(read.new_contact.is_none());
        let Statement::MfaUnbindingIndividual { current_phone, .. } = read.statement else { panic!() };
        assert_eq!(current_phone.expose_secret(), "+4915123456789");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_field() {
        let (email, name, number, phone) = ("a@example.com", "Alice", "X1234", "+4915123456789");
        for (result, field) in [
            (unbinding("a", name, number, phone), "login_email"),
            (unbinding(email, "", number, phone), "name"),
            (unbinding(email, "A\u{202e}b", number, phone), "name"),
            (unbinding(email, &"a".repeat(101), number, phone), "name"),
            (unbinding(email, name, "123", phone), "document_number"),
            (unbinding(email, name, "'; DROP TABLE ticket; --", phone), "document_number"),
            (unbinding(email, name, &"1".repeat(41), phone), "document_number"),
            (unbinding(email, name, number, "0151 23456789"), "current_phone"),
        ] {
            assert_eq!(result.unwrap_err().problem().field.as_deref(), Some(&*format!("/statement/{field}")));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,120}") {
            let _ = unbinding(&text, &text, &text, &text);
            let _ = check(Statement::Question { subject: Hidden::new(&*text), text: Hidden::new(&*text) });
        }
    }
}

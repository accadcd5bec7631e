//! What is stated beside what is on file, field by field, and the filing of identities.

use tessera_center_api::Hidden;
use tessera_center_api::ticket::{Compared, Field, Match, Obstacle, Statement};
use unicode_normalization::UnicodeNormalization as _;

use super::statement;
use crate::Center;
use crate::contact::{Address, AddressKind};
use crate::keys::{Index, Seal};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::contact::{self, Contact, ContactKind};
use crate::store::tables::filed_identity;
use crate::store::tables::ticket::Ticket;
use crate::store::tables::ticket_mark::Mark;
use crate::store::{StoreError, Tx};

/// The account a ticket is about, with what is on file of it.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The account.
    pub account: Option<Account>,
    /// The identity on file, as the verification stated it.
    pub identity: Option<Statement>,
    /// Its contacts.
    pub contacts: Vec<Contact>,
}

impl Subject {
    /// Finds it: by the stated account e-mail, or the applicant's own account.
    ///
    /// # Errors
    /// When the database is away or a sealed value does not open.
    pub async fn find(
        tx: &mut Tx,
        center: &Center,
        ticket: &Ticket,
        stated: &Statement,
    ) -> Result<Self, StoreError> {
        let id = match statement::target(stated) {
            Some(email) => contact::accounts_with(tx, &center.keys, ContactKind::AccountEmail, &email)
                .await?
                .first()
                .copied(),
            None => ticket.account,
        };
        match id {
            Some(id) => Self::of(tx, center, id).await,
            None => Ok(Self::default()),
        }
    }

    /// The same by its number.
    ///
    /// # Errors
    /// When the database is away or a sealed value does not open.
    pub async fn of(tx: &mut Tx, center: &Center, id: AccountId) -> Result<Self, StoreError> {
        let Some(account) = account::find(tx, id).await? else { return Ok(Self::default()) };
        let identity = filed_identity::find(tx, id)
            .await?
            .map(|filed| open_identity(center, id, &filed.data))
            .transpose()?;
        let contacts = contact::of_account(tx, &center.keys, id).await?;
        Ok(Self { account: Some(account), identity, contacts })
    }

    fn addresses(&self, kinds: &[ContactKind]) -> Vec<Hidden> {
        let wanted = self.contacts.iter().filter(|contact| kinds.contains(&contact.kind));
        wanted.map(|contact| Hidden::new(contact.address.text())).collect()
    }
}

fn open_identity(center: &Center, account: AccountId, data: &[u8]) -> Result<Statement, StoreError> {
    let plain = center
        .keys
        .open(Seal::Identity, &filed_identity::sealed_row(account), data)
        .map_err(|_| StoreError::Sealed("filed_identity.data"))?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Invalid("filed_identity.data"))
}

/// Files what a verification stated. False when the account has an identity already.
///
/// # Errors
/// When the database is away.
pub async fn file(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    stated: &Statement,
    ticket: &str,
) -> Result<bool, StoreError> {
    let number = match stated {
        Statement::IdentityVerificationIndividual { document_number, .. } => document_number,
        Statement::IdentityVerificationEnterprise { company_id, .. } => company_id,
        _ => return Err(StoreError::Invalid("filed_identity.data")),
    };
    let plain = zeroize::Zeroizing::new(
        serde_json::to_vec(stated).map_err(|_| StoreError::Invalid("filed_identity.data"))?,
    );
    let data =
        center.keys.seal(&*center.random, Seal::Identity, &filed_identity::sealed_row(account), &plain)?;
    // Only its keyed fingerprint is kept beside the sealed data.
    let fingerprint = center.keys.index(Index::Identity, plain_number(number.expose_secret()).as_bytes());
    let now = center.now();
    if !filed_identity::insert(tx, account, &data, &fingerprint, ticket, now).await? {
        return Ok(false);
    }
    account::set_verified(tx, account, now).await?;
    Ok(true)
}

/// Whether two accounts have the same document number on file; unknown where one has none.
///
/// # Errors
/// When the database is away.
pub async fn same_person(tx: &mut Tx, one: AccountId, other: AccountId) -> Result<Option<bool>, StoreError> {
    let (one, other) = (filed_identity::find(tx, one).await?, filed_identity::find(tx, other).await?);
    Ok(one.zip(other).map(|(one, other)| one.number_fingerprint == other.number_fingerprint))
}

/// How two texts are held against each other.
#[derive(Clone, Copy)]
enum How {
    Name,
    Number,
    Email,
    Phone,
}

/// Compares every stated field with what is on file. A mark counts only where something differs.
pub fn compare(stated: &Statement, subject: &Subject, marks: &[Mark]) -> Vec<Compared> {
    rows(stated, subject)
        .into_iter()
        .map(|(field, how, stated, filed)| {
            let mark = marks.iter().find(|mark| mark.field == field);
            let result = if filed.is_empty() {
                Match::Missing
            } else if filed.iter().any(|filed| is_same(how, stated, filed)) {
                Match::Matches
            } else {
                match mark {
                    None => Match::Differs,
                    Some(Mark { confirmed_by: None, .. }) => Match::VariantMarked,
                    Some(_) => Match::VariantConfirmed,
                }
            };
            Compared { field, stated: stated.clone(), filed: filed.into_iter().next(), result }
        })
        .collect()
}

/// What keeps a ticket from being approved: `second` asks also that every mark is confirmed.
pub fn obstacles(
    stated: &Statement,
    subject: &Subject,
    compared: &[Compared],
    second: bool,
) -> Vec<Obstacle> {
    if !stated.kind().is_guarded() {
        return Vec::new();
    }
    if subject.account.is_none() {
        return vec![Obstacle::NoAccount];
    }
    let verified = matches!(stated, Statement::PhoneChangeUnverified { .. }) && subject.identity.is_some();
    let fields = compared.iter().filter_map(|&Compared { field, result, .. }| match result {
        // A contact that the account does not have contradicts nothing; an identity that is not on file proves nothing.
        Match::Missing if !matches!(field, Field::CurrentPhone | Field::RecoveryEmail) => {
            Some(Obstacle::Missing { field })
        }
        Match::Differs => Some(Obstacle::Differs { field }),
        Match::VariantMarked if second => Some(Obstacle::Unconfirmed { field }),
        Match::Missing | Match::Matches | Match::VariantMarked | Match::VariantConfirmed => None,
    });
    verified.then_some(Obstacle::Verified).into_iter().chain(fields).collect()
}

type Row<'a> = (Field, How, &'a Hidden, Vec<Hidden>);

#[allow(clippy::too_many_lines, reason = "one table: what each kind states and what it is held against")]
fn rows<'a>(stated: &'a Statement, subject: &Subject) -> Vec<Row<'a>> {
    let phone = || subject.addresses(&[ContactKind::SecurePhone]);
    let login = |email: &'a Hidden| {
        (Field::LoginEmail, How::Email, email, subject.addresses(&[ContactKind::AccountEmail]))
    };
    let person = |name: &'a Hidden, number: &'a Hidden| {
        let filed = match &subject.identity {
            Some(Statement::IdentityVerificationIndividual { name, document_number, .. }) => {
                Some((name.clone(), document_number.clone()))
            }
            // A company is spoken for by its legal representative.
            Some(Statement::IdentityVerificationEnterprise {
                representative_name,
                representative_document_number,
                ..
            }) if matches!(stated, Statement::AccountEmailChange { .. }) => {
                Some((representative_name.clone(), representative_document_number.clone()))
            }
            _ => None,
        };
        let (filed_name, filed_number) = filed.unzip();
        vec![
            (Field::Name, How::Name, name, filed_name.into_iter().collect()),
            (Field::DocumentNumber, How::Number, number, filed_number.into_iter().collect()),
        ]
    };
    let company = |given: [&'a Hidden; 4]| {
        let filed = match &subject.identity {
            Some(Statement::IdentityVerificationEnterprise {
                company_name,
                company_id,
                representative_name,
                representative_document_number,
            }) => [company_name, company_id, representative_name, representative_document_number]
                .map(|one| vec![one.clone()]),
            _ => [const { Vec::new() }; 4],
        };
        let fields = [
            (Field::CompanyName, How::Name),
            (Field::CompanyId, How::Number),
            (Field::RepresentativeName, How::Name),
            (Field::RepresentativeDocumentNumber, How::Number),
        ];
        let rows = fields.into_iter().zip(given).zip(filed);
        rows.map(|(((field, how), given), filed)| (field, how, given, filed)).collect::<Vec<Row<'a>>>()
    };
    match stated {
        Statement::IdentityVerificationIndividual { name, document_number, .. } => {
            person(name, document_number)
        }
        Statement::IdentityVerificationEnterprise {
            company_name,
            company_id,
            representative_name,
            representative_document_number,
        } => company([company_name, company_id, representative_name, representative_document_number]),
        Statement::PhoneChangeIndividual { login_email, name, document_number, .. }
        | Statement::AccountEmailChange { login_email, name, document_number, .. } => {
            let mut rows = vec![login(login_email)];
            rows.extend(person(name, document_number));
            rows
        }
        Statement::PhoneChangeEnterprise {
            login_email,
            company_name,
            company_id,
            representative_name,
            representative_document_number,
            ..
        } => {
            let mut rows = vec![login(login_email)];
            rows.extend(company([
                company_name,
                company_id,
                representative_name,
                representative_document_number,
            ]));
            rows
        }
        Statement::PhoneChangeUnverified { login_email, recovery_email, .. } => {
            let filed = subject.addresses(&[ContactKind::SecurityEmail, ContactKind::AccountEmail]);
            vec![login(login_email), (Field::RecoveryEmail, How::Email, recovery_email, filed)]
        }
        Statement::MfaUnbindingIndividual { login_email, name, document_number, current_phone } => {
            let mut rows = vec![login(login_email)];
            rows.extend(person(name, document_number));
            rows.push((Field::CurrentPhone, How::Phone, current_phone, phone()));
            rows
        }
        Statement::MfaUnbindingEnterprise {
            login_email,
            company_name,
            company_id,
            applicant_name,
            applicant_document_number,
            current_phone,
        } => {
            let mut rows = vec![login(login_email)];
            rows.extend(company([company_name, company_id, applicant_name, applicant_document_number]));
            rows.push((Field::CurrentPhone, How::Phone, current_phone, phone()));
            rows
        }
        Statement::Question { .. } => Vec::new(),
    }
}

fn is_same(how: How, left: &Hidden, right: &Hidden) -> bool {
    // Both are compared and go nowhere else.
    let (left, right) = (left.expose_secret(), right.expose_secret());
    match how {
        How::Name => plain_name(left) == plain_name(right),
        How::Number => plain_number(left) == plain_number(right),
        How::Email => canonical(AddressKind::Email, left) == canonical(AddressKind::Email, right),
        How::Phone => canonical(AddressKind::Phone, left) == canonical(AddressKind::Phone, right),
    }
}

fn canonical(kind: AddressKind, text: &str) -> String {
    Address::stored(kind, text).canonical()
}

/// Letters alone, in one case and width: spaces, points and hyphens are put into names as people like.
fn plain_name(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).nfc().collect()
}

/// Letters and digits alone, in one case and width.
fn plain_number(text: &str) -> String {
    text.nfkc().flat_map(char::to_uppercase).filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_the_same_however_they_are_written_and_not_otherwise() {
        for (one, other) in
            [("Zoë Müller", "ZOE\u{308} MU\u{308}LLER"), ("Jean-Luc", "jean luc"), ("张 伟", "张伟")]
        {
            assert_eq!(plain_name(one), plain_name(other), "{one}");
        }
        for (one, other) in [("Müller", "Mueller"), ("Müller", "Muller"), ("Li Wei", "Li Wie"), ("А", "A")]
        {
            assert_ne!(plain_name(one), plain_name(other), "{one}");
        }
        assert_eq!(plain_number("x 12-34.5"), plain_number("X12345"));
        assert_eq!(plain_number("Ｘ１２"), plain_number("x12"));
        assert_ne!(plain_number("X12345"), plain_number("X12354"));
        assert_ne!(plain_number("O1234"), plain_number("01234"));
    }
}

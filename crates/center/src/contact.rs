//! E-mail addresses and phone numbers, read once and never as bare strings again.

use std::sync::LazyLock;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};
use unicode_normalization::UnicodeNormalization as _;

/// Which kind of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressKind {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

impl AddressKind {
    /// The channel that reaches it, as the outbox stores it.
    pub const fn channel(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "sms",
        }
    }
}

/// An e-mail address or an E.164 phone number.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    kind: AddressKind,
    text: String,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not of the shape of an e-mail address, or longer than mail takes.
    #[error("this is not an e-mail address")]
    NotAnEmail,
    /// No number of any country, or without its country code.
    #[error("this is not a phone number: begin with + and the country code")]
    NotAPhone,
}

/// The longest address that mail takes (RFC 5321 §4.5.3.1.3, less the angle brackets).
const EMAIL_MAX: usize = 254;

impl Address {
    /// Reads an e-mail address: composed (NFC), trimmed, the domain as lower-case ASCII (IDNA). The part before the `@`
    /// stays as typed; for comparing, its case is folded, because no provider of note tells addresses apart by it.
    /// Dots and `+` tags stay: they mean something at some providers.
    ///
    /// # Errors
    /// When it is none.
    pub fn email(text: &str) -> Result<Self, AddressError> {
        let text: String = text.trim().nfc().collect();
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NotAnEmail)?;
        let domain = idna::domain_to_ascii_strict(domain.trim_end_matches('.'))
            .map_err(|_| AddressError::NotAnEmail)?;
        let whole = format!("{local}@{domain}");
        let plain = !whole.chars().any(|letter| {
            letter.is_control()
                || letter.is_whitespace()
                || matches!(letter, '"' | '<' | '>' | ',' | ';' | '\\')
        });
        let options = email_address::Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if whole.len() > EMAIL_MAX
            || !plain
            || email_address::EmailAddress::parse_with_options(&whole, options).is_err()
        {
            return Err(AddressError::NotAnEmail);
        }
        Ok(Self { kind: AddressKind::Email, text: whole })
    }

    /// Reads a phone number with its country code, as people write it, into E.164.
    ///
    /// # Errors
    /// When no country has such a number.
    pub fn phone(text: &str) -> Result<Self, AddressError> {
        let text: String = text.trim().nfkc().collect();
        // Letters would be read as the digits of a keypad, and extensions dropped: neither is a number to send a code to.
        let plain = text
            .chars()
            .all(|letter| letter.is_ascii_digit() || " ()-./+".contains(letter) || letter == '\u{a0}');
        if !plain || text.len() > 40 || !text.starts_with('+') || text.matches('+').count() != 1 {
            return Err(AddressError::NotAPhone);
        }
        let number = PHONE_NUMBER_UTIL.parse(&text, None).map_err(|_| AddressError::NotAPhone)?;
        if !number.is_valid() {
            return Err(AddressError::NotAPhone);
        }
        Ok(Self { kind: AddressKind::Phone, text: number.format_as(PhoneNumberFormat::E164).to_string() })
    }

    /// Reads one or the other, by the kind that is wanted.
    ///
    /// # Errors
    /// When it is none.
    pub fn of_kind(kind: AddressKind, text: &str) -> Result<Self, AddressError> {
        match kind {
            AddressKind::Email => Self::email(text),
            AddressKind::Phone => Self::phone(text),
        }
    }

    /// What the database gives back: it was read before, and rules for reading may have changed since.
    pub(crate) fn stored(kind: AddressKind, text: &str) -> Self {
        Self { kind, text: text.into() }
    }

    /// Which kind.
    pub const fn kind(&self) -> AddressKind {
        self.kind
    }

    /// The address to send to.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The form by which equal addresses are equal.
    pub fn canonical(&self) -> String {
        match self.kind {
            AddressKind::Email => format!("email:{}", self.text.to_lowercase()),
            AddressKind::Phone => format!("phone:{}", self.text),
        }
    }

    /// What may be shown to someone who has not proven the address: `a•••e@e•••.com`, `+49•••••89`.
    pub fn masked(&self) -> String {
        const DOTS: &str = "•••";
        let ends = |text: &str| {
            let letters: Vec<char> = text.chars().collect();
            match letters.as_slice() {
                [] | [_] => DOTS.to_owned(),
                [first, _] | [first, _, _] => format!("{first}{DOTS}"),
                [first, .., last] => format!("{first}{DOTS}{last}"),
            }
        };
        match self.kind {
            AddressKind::Email => match self.text.rsplit_once('@') {
                Some((local, domain)) => {
                    let (name, ending) = domain.rsplit_once('.').unwrap_or((domain, ""));
                    let first = name.chars().next().map(String::from).unwrap_or_default();
                    format!("{}@{first}{DOTS}.{ending}", ends(local))
                }
                None => DOTS.into(),
            },
            AddressKind::Phone => {
                let (head, tail) = (
                    self.text.get(..3).unwrap_or("+"),
                    self.text.get(self.text.len().saturating_sub(2)..).unwrap_or(""),
                );
                format!("{head}{DOTS}{DOTS}{tail}")
            }
        }
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Address({:?}, ..)", self.kind)
    }
}

/// Reads the phone metadata now rather than in the first request.
pub fn warm_up() {
    LazyLock::force(&PHONE_NUMBER_UTIL);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let one = Address::email(" Alice.Smith+x@EXAMPLE.com ").unwrap();
        assert_eq!(one.text(), "Alice.Smith+x@example.com");
        assert_eq!(one.canonical(), Address::email("alice.smith+x@example.COM.").unwrap().canonical());
        assert_ne!(one.canonical(), Address::email("alicesmith@example.com").unwrap().canonical());
        assert_eq!(Address::email("a@bücher.example").unwrap().text(), "a@xn--bcher-kva.example");
        assert_eq!(Address::phone("+49 (151) 2345-6789").unwrap().text(), "+4915123456789");
        assert_eq!(Address::phone("＋49 151 23456789").unwrap().text(), "+4915123456789");
        assert_eq!(Address::phone("+86 138 0013 8000").unwrap().text(), "+8613800138000");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b.example",
            "a b@example.com",
            "a@localhost",
            "a@[127.0.0.1]",
            "Alice <a@example.com>",
            "a@example.com\r\nBcc: b@example.com",
            "\"a b\"@example.com",
            "a@exa mple.com",
            "a@b@example.com@",
            &format!("{}@example.com", "a".repeat(65)),
            "a,b@example.com",
        ] {
            assert_eq!(Address::email(text), Err(AddressError::NotAnEmail), "{text}");
        }
        for text in [
            "",
            "+",
            "0151 23456789",
            "+999 123456",
            "+49",
            "+1 800 FLOWERS",
            "+49 151 23456789 ext. 5",
            "+49151234567890123",
            "++4915123456789",
        ] {
            assert_eq!(Address::phone(text), Err(AddressError::NotAPhone), "{text}");
        }
    }

    #[test]
    fn a_mask_leaves_a_hint_and_no_more() {
        assert_eq!(Address::email("alice@example.com").unwrap().masked(), "a•••e@e•••.com");
        assert_eq!(Address::email("al@example.com").unwrap().masked(), "a•••@e•••.com");
        assert_eq!(Address::email("a@example.com").unwrap().masked(), "•••@e•••.com");
        assert_eq!(Address::phone("+4915123456789").unwrap().masked(), "+49••••••89");
    }

    proptest! {
        #[test]
        fn no_text_makes_them_panic(text in "\\PC{0,60}", number in "\\+?[0-9 ()a-z-]{0,30}") {
            for text in [&text, &number] {
                for address in [Address::email(text), Address::phone(text)].into_iter().flatten() {
                    let _ = (address.masked(), address.canonical());
                }
            }
        }

        #[test]
        fn reading_what_was_read_changes_nothing(local in "[a-zA-Z0-9.+_-]{1,20}", domain in "[a-z0-9]{1,10}\\.(com|example)") {
            if let Ok(address) = Address::email(&format!("{local}@{domain}")) {
                prop_assert_eq!(Address::email(address.text()), Ok(address));
            }
        }
    }
}

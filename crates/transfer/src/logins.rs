//! What password managers keep for codes beside a login: an otpauth URI, `steam://` and a secret, or the secret alone.

use tessera_otp::{Credential, Entry, Generator, Secret};

use crate::Reason;

/// Reads one. Names that a URI lacks are those of the login: its title and its user name.
pub(crate) fn entry(text: &str, title: &str, user: &str, now: u64) -> Result<Entry, Reason> {
    let text = text.trim();
    let credential = match text.split_once("://") {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("steam") => {
            Credential::new(title, user, Secret::from_base32(secret)?, Generator::Steam)
        }
        Some(_) => {
            let mut read = Credential::from_uri(text)?;
            if read.issuer.is_empty() {
                title.clone_into(&mut read.issuer);
            }
            if read.account.is_empty() {
                user.clone_into(&mut read.account);
            }
            read
        }
        None => Credential::new(title, user, Secret::from_base32(text)?, Generator::default()),
    };
    Ok(Entry::new(credential, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_steam_and_bare_secrets_are_read_and_names_filled_in() {
        let read = |text: &str| entry(text, "Example", "alice", 1).map(|entry| entry.credential);
        let secret = || Secret::from_base32("GEZDGNBV").unwrap();
        let with = |issuer, account, generator| Ok(Credential::new(issuer, account, secret(), generator));
        assert_eq!(read("gezd gnbv"), with("Example", "alice", Generator::default()));
        assert_eq!(read("Steam://GEZDGNBV"), with("Example", "alice", Generator::Steam));
        assert_eq!(read("otpauth://totp/?secret=GEZDGNBV"), with("Example", "alice", Generator::default()));
        assert_eq!(read("otpauth://totp/A:b?secret=GEZDGNBV "), with("A", "b", Generator::default()));
        assert!(matches!(read("https://example.org"), Err(Reason::Uri(_))));
        assert!(matches!(read("1"), Err(Reason::Secret(_))));
        assert!(matches!(read(""), Err(Reason::Secret(_))));
    }
}

//! `otpauth://` links that other programs open with us.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use zeroize::Zeroizing;

use crate::config::{VAULT_VARIABLE, portable_folder};

/// The longest link that is taken: what `otp` reads at most.
const LONGEST: usize = 64 * 1024;

/// The link among the program's arguments.
pub(crate) fn in_arguments(arguments: impl IntoIterator<Item = String>) -> Option<Zeroizing<String>> {
    let is_link = |text: &String| {
        let start = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("otpauth"));
        start && text.contains("://") && text.len() <= LONGEST
    };
    arguments.into_iter().skip(1).map(Zeroizing::new).find(|text| is_link(text))
}

/// Under which name a second start finds the first; nothing for the usual one. A portable program is one of its own.
pub(crate) fn instance_name() -> Option<String> {
    let named = std::env::var_os(VAULT_VARIABLE).filter(|path| !path.is_empty());
    let vault = named.or_else(|| portable_folder().map(Into::into))?;
    let mut hash = DefaultHasher::new();
    vault.hash(&mut hash);
    Some(format!("app.tessera.desktop.v{:016x}", hash.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arguments: &[&str]) -> Option<String> {
        in_arguments(arguments.iter().map(|text| (*text).to_owned())).map(|link| link.to_string())
    }

    #[test]
    fn a_link_is_found_among_other_arguments() {
        assert_eq!(
            found(&["tessera-desktop", "--x", "OTPAUTH://totp/a?secret=B"]).as_deref(),
            Some("OTPAUTH://totp/a?secret=B")
        );
        assert_eq!(found(&["otpauth://the-program"]), None);
        assert_eq!(found(&["tessera-desktop", "https://example.com", "otp"]), None);
        assert_eq!(found(&["tessera-desktop", &format!("otpauth://{}", "x".repeat(LONGEST))]), None);
    }
}

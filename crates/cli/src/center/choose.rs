//! Which center and which account a person means.

use tessera_vault::{CenterAccount, CenterRecord, RecordId, Vault};

use super::{At, no_center};
use crate::failure::{Code, Failure};
use crate::text::safe;

/// The shortest beginning of an id that counts as one.
const SHORTEST_ID: usize = 4;

/// The one center that is meant: by the beginning of its id, its name, or its address; without any of it, the only one.
pub(crate) fn center(vault: &Vault, wanted: Option<&str>) -> Result<RecordId, Failure> {
    let found = centers(vault, wanted);
    match found.as_slice() {
        [] => Err(no_center()),
        [(id, _)] => Ok(*id),
        several => Err(Failure::new(
            Code::Ambiguous,
            format!(
                "{} centers could be meant; --center NAME says which: {}.",
                several.len(),
                several.iter().map(|(_, record)| center_words(record)).collect::<Vec<_>>().join(", ")
            ),
        )),
    }
}

/// The one account that is meant, and its center.
pub(crate) fn account(vault: &Vault, at: &At) -> Result<(RecordId, u64), Failure> {
    let centers = centers(vault, at.center.as_deref());
    if centers.is_empty() {
        return Err(no_center());
    }
    let all: Vec<(RecordId, &CenterRecord, &CenterAccount)> = centers
        .iter()
        .flat_map(|(id, record)| record.accounts.iter().map(move |account| (*id, *record, account)))
        .filter(|(_, _, account)| at.account.as_deref().is_none_or(|wanted| is_account(account, wanted)))
        .collect();
    let signed_in: Vec<_> = all.iter().filter(|(_, _, account)| account.session.is_some()).collect();
    match (signed_in.as_slice(), at.account.as_deref(), all.as_slice()) {
        ([(id, _, account)], _, _) => Ok((*id, account.number)),
        ([], Some(wanted), []) => Err(Failure::new(
            Code::NotFound,
            format!("This vault knows no account \"{}\" there.", safe(wanted)),
        )
        .with_advice("`tessera center list` shows those it knows.")),
        ([], _, _) => Err(not_signed_in()),
        (several, _, _) => Err(Failure::new(
            Code::Ambiguous,
            format!(
                "{} accounts are signed in; --account and --center say which: {}.",
                several.len(),
                several
                    .iter()
                    .map(|(_, record, account)| format!(
                        "{} at {}",
                        account_words(account),
                        center_words(record)
                    ))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        )),
    }
}

/// Nobody is signed in there.
pub(crate) fn not_signed_in() -> Failure {
    Failure::new(Code::NotSignedIn, "Nobody is signed in there.")
        .with_advice("`tessera center sign-in` begins a session.")
}

/// An account by its name and number, safe for a terminal.
pub(crate) fn account_words(account: &CenterAccount) -> String {
    if account.name.is_empty() {
        account.number.to_string()
    } else {
        format!("{} ({})", safe(&account.name), account.number)
    }
}

/// A center by its name, safe for a terminal.
pub(crate) fn center_words(record: &CenterRecord) -> String {
    if record.name.is_empty() { safe(shown(&record.address)) } else { safe(&record.name) }
}

/// An address as people write it.
pub(crate) fn shown(address: &str) -> &str {
    address.trim_end_matches('/')
}

fn centers<'v>(vault: &'v Vault, wanted: Option<&str>) -> Vec<(RecordId, &'v CenterRecord)> {
    let all: Vec<(RecordId, &CenterRecord)> = vault.centers().collect();
    let Some(wanted) = wanted.map(str::trim) else { return all };
    let by = |matches: &dyn Fn(RecordId, &CenterRecord) -> bool| -> Vec<_> {
        all.iter().filter(|(id, record)| matches(*id, record)).copied().collect()
    };
    let found = by(&|_, record| record.name == wanted);
    if !found.is_empty() {
        return found;
    }
    let found = by(&|_, record| is_address(&record.address, wanted));
    if !found.is_empty() {
        return found;
    }
    let prefix = wanted.to_ascii_lowercase();
    let found = by(&|id, _| prefix.len() >= SHORTEST_ID && id.to_string().starts_with(&prefix));
    if !found.is_empty() || wanted.is_empty() {
        return found;
    }
    by(&|_, record| record.name.to_lowercase().contains(&wanted.to_lowercase()))
}

/// The whole address, or its host with or without port.
fn is_address(address: &str, wanted: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let wanted = wanted.trim_end_matches('/');
    let host_and_port = rest.split('/').next().unwrap_or_default();
    [shown(address), shown(rest), host_and_port].iter().any(|one| one.eq_ignore_ascii_case(wanted))
}

fn is_account(account: &CenterAccount, wanted: &str) -> bool {
    let wanted = wanted.trim();
    account.number.to_string() == wanted
        || account.login_name.eq_ignore_ascii_case(wanted)
        || (!wanted.is_empty() && account.name == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_meant_whole_or_by_its_host() {
        for wanted in ["https://center.example:8443/base", "center.example:8443", "CENTER.example:8443/base/"]
        {
            assert!(is_address("https://center.example:8443/base/", wanted), "{wanted}");
        }
        for other in ["center", "", "https://center.example", "enter.example:8443"] {
            assert!(!is_address("https://center.example:8443/base/", other), "{other}");
        }
    }
}

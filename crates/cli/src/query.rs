//! Which entry a person means.

use tessera_vault::{EntryId, EntryRef};

use crate::failure::{Code, Failure, Match};
use crate::text::safe;

/// The shortest beginning of an id that counts as one; shorter ones are words.
const SHORTEST_ID: usize = 4;

/// The one entry that `query` names: by the beginning of its id, by "issuer:account" exactly (or the one name it has), or by words that its names
/// contain, in any order and case. The first of the three that hits anything decides.
pub(crate) fn one<'a>(entries: impl Iterator<Item = EntryRef<'a>>, query: &str) -> Result<EntryId, Failure> {
    let entries: Vec<EntryRef<'a>> = entries.collect();
    let names: Vec<Names<'_>> = entries
        .iter()
        .map(|known| Names {
            id: known.id.to_string(),
            issuer: &known.entry.credential.issuer,
            account: &known.entry.credential.account,
        })
        .collect();
    let hits = find(&names, query);
    match hits.as_slice() {
        [] => Err(Failure::new(Code::NotFound, format!("No entry matches \"{}\".", safe(query)))
            .with_advice("`tessera list` shows what there is.")),
        [hit] => entries
            .get(*hit)
            .map(|known| known.id)
            .ok_or_else(|| Failure::new(Code::NotFound, "The entry is gone.")),
        several => {
            let message =
                format!("\"{}\" matches {} entries; add a word, or use an id:", safe(query), several.len());
            let mut failure = Failure::new(Code::Ambiguous, message);
            failure.matches = several.iter().filter_map(|hit| names.get(*hit)).map(Names::to_match).collect();
            Err(failure)
        }
    }
}

/// Every entry that a filter keeps: words as in [`one`], or all of them for none.
pub(crate) fn matches_words(issuer: &str, account: &str, query: &str) -> bool {
    let names = format!("{issuer} {account}").to_lowercase();
    query.to_lowercase().split_whitespace().all(|word| names.contains(word))
}

struct Names<'a> {
    id: String,
    issuer: &'a str,
    account: &'a str,
}

impl Names<'_> {
    /// "issuer:account", or the one name that there is.
    fn is_exactly(&self, query: &str) -> bool {
        match (self.issuer, self.account) {
            (issuer, "") if query == issuer => true,
            ("", account) if query == account => true,
            (issuer, account) => {
                let rest = query.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':'));
                rest.is_some_and(|rest| rest.trim_start() == account)
            }
        }
    }

    fn to_match(&self) -> Match {
        Match { id: self.id.clone(), issuer: self.issuer.to_owned(), account: self.account.to_owned() }
    }
}

fn find(names: &[Names<'_>], query: &str) -> Vec<usize> {
    let query = query.trim();
    let hits = |matches: &dyn Fn(&Names<'_>) -> bool| -> Vec<usize> {
        names.iter().enumerate().filter(|(_, names)| matches(names)).map(|(index, _)| index).collect()
    };
    if query.is_empty() {
        return Vec::new();
    }
    if query.len() >= SHORTEST_ID && query.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let prefix = query.to_ascii_lowercase();
        let by_id = hits(&|names| names.id.starts_with(&prefix));
        if !by_id.is_empty() {
            return by_id;
        }
    }
    let exactly = hits(&|names| names.is_exactly(query));
    if !exactly.is_empty() {
        return exactly;
    }
    hits(&|names| matches_words(names.issuer, names.account, query))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<Names<'static>> {
        let make = |id: &str, issuer, account| Names { id: id.repeat(32 / id.len()), issuer, account };
        vec![
            make("abcd", "GitHub", "alice"),
            make("abce", "GitHub", "bob"),
            make("0123", "GitHub", "alice@work"),
            make("4567", "Größe & Söhne", "مريم"),
            make("89ab", "", "face"),
            make("cdef", "Hub", ""),
        ]
    }

    #[test]
    fn the_beginning_of_an_id_comes_first() {
        assert_eq!(find(&sample(), "abcd"), [0]);
        assert_eq!(find(&sample(), "ABCEABCE"), [1]);
    }

    #[test]
    fn hex_digits_that_are_no_id_are_words() {
        assert_eq!(find(&sample(), "face"), [4]);
    }

    #[test]
    fn issuer_and_account_exactly_beat_words() {
        assert_eq!(find(&sample(), "GitHub:alice"), [0]);
        assert_eq!(find(&sample(), "GitHub: alice"), [0]);
        assert_eq!(find(&sample(), ":face"), [4]);
        assert_eq!(find(&sample(), "Hub"), [5]);
    }

    #[test]
    fn words_match_in_any_order_and_case() {
        assert_eq!(find(&sample(), "WORK github"), [2]);
        assert_eq!(find(&sample(), "github"), [0, 1, 2]);
        assert_eq!(find(&sample(), "GRÖSSE"), Vec::<usize>::new());
        assert_eq!(find(&sample(), "GRÖßE"), [3]);
        assert_eq!(find(&sample(), "مريم"), [3]);
    }

    #[test]
    fn nothing_matches_nothing() {
        assert!(find(&sample(), "  ").is_empty());
        assert!(find(&sample(), "gitlab").is_empty());
    }
}

//! What names may hold.
//!
//! Names come from QR codes that strangers made. Right-to-left letters, emoji, joiners and the bidirectional marks
//! that belong to them are kept, since they are how people write; whoever shows a name isolates it (`<bdi>`, or
//! U+2068 and U+2069 around it), so that it cannot turn the text beside it around. Control characters say nothing in a
//! name and can command a terminal: they are taken out where a name comes in.

/// The most characters of an issuer or an account name.
pub const NAME_MAX: usize = 1024;

/// Turns what a stranger calls a name into one: a line break or tab becomes a space, other control characters go, and
/// spaces at both ends go. The length is not touched.
pub fn clean_name(text: &str) -> String {
    let cleaned: String = text
        .chars()
        .map(|character| if is_line_or_tab(character) { ' ' } else { character })
        .filter(|character| !character.is_control())
        .collect();
    cleaned.trim().to_owned()
}

/// As [`clean_name`], for notes: line breaks and tabs stay, ends are not trimmed.
pub fn clean_text(text: &str) -> String {
    text.chars().filter(|character| matches!(character, '\n' | '\t') || !character.is_control()).collect()
}

/// Whether [`clean_name`] would leave the name as it is.
pub(crate) fn is_clean_name(text: &str) -> bool {
    text.trim().len() == text.len()
        && !text.chars().any(|character| character.is_control() || is_line_or_tab(character))
}

fn is_line_or_tab(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\u{0B}' | '\u{0C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn scripts_emoji_and_their_joiners_stay() {
        for name in [
            "\u{628}\u{646}\u{643}",
            "\u{202E}reversed\u{202C}",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            "Cafe\u{301}",
            "a\u{A0}b",
        ] {
            assert_eq!(clean_name(name), name);
            assert!(is_clean_name(name));
        }
    }

    #[test]
    fn control_characters_go_and_line_breaks_become_spaces() {
        assert_eq!(clean_name("\u{1B}[2J\u{0}Bank\u{9B}\u{7F}"), "[2JBank");
        assert_eq!(clean_name(" one\ntwo\u{2028}three\tfour \r\n"), "one two three four");
        assert_eq!(clean_text("one\r\n\ttwo\u{7}"), "one\n\ttwo");
    }

    proptest! {
        #[test]
        fn a_cleaned_name_is_clean_and_only_a_clean_name_stays_as_it_is(text in any::<String>()) {
            let cleaned = clean_name(&text);
            prop_assert!(is_clean_name(&cleaned));
            prop_assert_eq!(is_clean_name(&text), cleaned == text);
        }
    }
}

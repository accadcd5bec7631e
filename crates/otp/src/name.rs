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

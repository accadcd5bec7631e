//! Names that people give: to an account, to a device.

use unicode_normalization::UnicodeNormalization as _;

use crate::http::Refusal;

/// The longest name, in characters.
pub const LABEL_MAX: usize = 100;

/// Reads a name: composed (NFC), trimmed, 1 to [`LABEL_MAX`] characters. Text of any script is taken, but neither control
/// characters nor those that make a name look like another one: a name is shown in lists and messages.
///
/// # Errors
/// `InvalidValue`, naming the field.
pub fn read(text: &str, field: &str) -> Result<String, Refusal> {
    // Composing is never asked of more than could be taken.
    let name: String = text.chars().take(4 * LABEL_MAX).nfc().collect();
    let name = name.trim();
    let count = name.chars().count();
    if count == 0 || count > LABEL_MAX || name.chars().any(deceives) {
        return Err(Refusal::invalid(
            field,
            "A name has 1 to 100 characters, no line breaks and no invisible direction marks.",
        ));
    }
    Ok(name.to_owned())
}

/// Control characters, line and paragraph separators, marks and overrides of direction, and what has no width.
fn deceives(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_script_is_taken_and_what_deceives_is_not() {
        for name in ["Zoë", "李雷", "علي", "O'Brien; DROP TABLE account--", "<b>"] {
            assert_eq!(read(name, "/name").unwrap(), name);
        }
        assert_eq!(read("  Zoe\u{308} ", "/name").unwrap(), "Zo\u{eb}");
        let long = "x".repeat(LABEL_MAX + 1);
        for name in ["", "  ", "a\nb", "a\0", "evil\u{202e}gpj", "a\u{200b}b", &long, &"x".repeat(10_000)] {
            assert!(read(name, "/name").is_err(), "{name}");
        }
    }
}

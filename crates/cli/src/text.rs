//! Names from QR codes and files on their way to a terminal: what they hold must not move the cursor, change colors, or
//! reorder the words around them.

use unicode_width::UnicodeWidthStr;

/// Whether a character is shown as its escape instead of itself.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' // marks and a space without width
            | '\u{2028}' | '\u{2029}' // line and paragraph separators
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // embeddings, overrides, isolates
            | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether a character is written from right to left (Hebrew to Arabic Extended, their presentation forms, and the historic scripts).
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The text with control and direction characters as `\u{..}`, and right-to-left text in an isolate of its own.
pub(crate) fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let isolate = text.chars().any(is_right_to_left);
    if isolate {
        shown.push('\u{2068}');
    }
    for letter in text.chars() {
        if is_unsafe(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    if isolate {
        shown.push('\u{2069}');
    }
    shown
}

/// The same for a text of several lines, whose line breaks are kept.
pub(crate) fn safe_lines(text: &str) -> Vec<String> {
    text.lines().map(safe).collect()
}

/// Issuer and account as one name.
pub(crate) fn name(issuer: &str, account: &str) -> String {
    match (issuer.is_empty(), account.is_empty()) {
        (false, false) => format!("{} ({})", safe(issuer), safe(account)),
        (false, true) => safe(issuer),
        (true, false) => safe(account),
        (true, true) => "an entry without a name".to_owned(),
    }
}

/// Columns under each other, two spaces apart, the last one ragged.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; count];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                let padding = width.saturating_sub(cell.width()) + 2;
                line.extend(std::iter::repeat_n(' ', padding));
            }
            line.truncate(line.trim_end().len());
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_move_the_cursor_or_color_the_terminal() {
        assert_eq!(safe("a\x1b[31mb\r\nc\u{9b}2J"), "a\\u{1b}[31mb\\u{d}\\u{a}c\\u{9b}2J");
    }

    #[test]
    fn direction_characters_are_shown_as_escapes() {
        assert_eq!(safe("bank\u{202e}moc"), "bank\\u{202e}moc");
    }

    #[test]
    fn a_right_to_left_name_is_isolated_and_unchanged() {
        assert_eq!(safe("בנק"), "\u{2068}בנק\u{2069}");
    }

    #[test]
    fn emoji_with_joiners_stay_as_they_are() {
        assert_eq!(safe("👩‍💻 Müller 中文"), "👩‍💻 Müller 中文");
    }

    #[test]
    fn columns_are_aligned_by_shown_width() {
        let rows = vec![vec!["中".to_owned(), "a".to_owned()], vec!["xyz".to_owned(), String::new()]];
        assert_eq!(columns(&rows), ["中   a", "xyz"]);
    }
}

//! The sheet as one HTML page without scripts and without anything that a browser would fetch.

use std::fmt::Write as _;

use qrcode::render::svg;
use tessera_otp::Entry;
use zeroize::Zeroizing;

use super::{Row, TITLE, code, heading, introduction, rows};
use crate::export::{Making, WriteError};

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Tessera recovery sheet</title>
<style>
body { font: 11pt/1.4 system-ui, sans-serif; color: #000; background: #fff; max-width: 190mm; margin: 10mm auto; }
h1 { font-size: 16pt; margin: 0 0 2mm; }
article { display: flex; gap: 6mm; align-items: center; border-top: 0.3mm solid #000; padding: 4mm 0; break-inside: avoid; }
svg { width: 36mm; height: 36mm; flex: none; }
h2 { font-size: 12pt; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 4mm; margin: 1mm 0 0; }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.secret { font-family: ui-monospace, monospace; }
</style>
</head>
<body>
"#;

#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the shape of every format's writer"
)]
pub(super) fn write(entries: &[&Entry], making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let articles: Vec<Zeroizing<String>> = entries.iter().map(|entry| article(entry)).collect();
    let start = format!("<h1>{TITLE}</h1>\n<p>{}</p>\n", introduction(entries.len(), &making));
    let room = HEAD.len() + start.len() + articles.iter().map(|article| article.len()).sum::<usize>() + 32;
    let mut page = Zeroizing::new(Vec::with_capacity(room));
    page.extend_from_slice(HEAD.as_bytes());
    page.extend_from_slice(start.as_bytes());
    for article in &articles {
        page.extend_from_slice(article.as_bytes());
    }
    page.extend_from_slice(b"</body>\n</html>\n");
    Ok(page)
}

fn article(entry: &Entry) -> Zeroizing<String> {
    let drawn = code(entry).map(|code| {
        Zeroizing::new(code.render::<svg::Color<'_>>().quiet_zone(true).min_dimensions(200, 200).build())
    });
    let drawn = drawn.unwrap_or_default();
    // The picture comes with the declaration of a file of its own.
    let picture = drawn.find("<svg").and_then(|start| drawn.get(start..)).unwrap_or("<svg></svg>");
    let rows = rows(entry);
    let texts: usize = rows.iter().map(|(_, _, text)| 6 * text.len() + 64).sum();
    let mut html = Zeroizing::new(String::with_capacity(picture.len() + texts + 8 * 1024));
    html.push_str("<article>\n");
    html.push_str(picture);
    html.push_str("\n<div>\n<h2><bdi>");
    escape(&mut html, heading(entry));
    html.push_str("</bdi></h2>\n<dl>\n");
    for (name, row, text) in &rows {
        let _ = match row {
            Row::Text => write!(html, "<dt>{name}</dt><dd><bdi>"),
            Row::Secret => write!(html, "<dt>{name}</dt><dd class=\"secret\"><bdi>"),
        };
        escape(&mut html, text);
        html.push_str("</bdi></dd>\n");
    }
    html.push_str("</dl>\n</div>\n</article>\n");
    html
}

/// What a name from a stranger's QR code holds is text, never markup.
fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use tessera_testkit::{SeededRng, sample};

    use super::*;
    use crate::export::sheet::HTML;
    use crate::testing::NOW;

    fn sheet() -> String {
        let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(1) };
        let page = HTML.write(&sample::entries(30), making).unwrap();
        String::from_utf8(page.to_vec()).unwrap()
    }

    #[test]
    fn every_entry_is_on_it_with_its_secret_in_groups_of_four() {
        let page = sheet();
        assert_eq!(page.matches("<article>").count(), 30);
        assert_eq!(page.matches("<svg ").count(), 30);
        for entry in sample::entries(30) {
            let secret = entry.credential.secret.to_base32();
            let grouped: Vec<&str> =
                secret.as_bytes().chunks(4).map(|four| core::str::from_utf8(four).unwrap()).collect();
            assert!(page.contains(&grouped.join(" ")));
        }
        assert!(page.contains("30 entries, 2027-01-15."));
    }

    #[test]
    fn a_hostile_name_is_text() {
        let page = sheet();
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(!page.contains("<script") && !page.contains("<img"));
    }
}

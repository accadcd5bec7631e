//! The sheet as a PDF of A4 pages: text that can be searched and copied, codes as drawings, nothing that a viewer would run or fetch.

use krilla::Document;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use qrcode::{Color, QrCode};
use tessera_otp::Entry;
use zeroize::Zeroizing;

use super::fonts::{Fonts, Piece};
use super::{TITLE, code, heading, introduction, rows};
use crate::export::{Making, WriteError};

// Lengths are in points, 72 to an inch.
const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 48.0;
/// Between codes, texts and lines; as wide as the quiet zone of the coarsest code.
const GAP: f32 = 18.0;
/// The narrowest a code is drawn, and how wide one of its modules is at least: half a millimeter, which phones read from paper.
const CODE_MIN: f32 = 104.0;
const MODULE_MIN: f32 = 1.45;
const LABELS: f32 = 50.0;
const TITLE_SIZE: f32 = 16.0;
const NAME_SIZE: f32 = 12.0;
const TEXT_SIZE: f32 = 10.0;
const SMALL: f32 = 8.0;
/// From one line to the next, for letters of size 1.
const LEADING: f32 = 1.4;
/// What is said where characters stand by their numbers.
const NUMBERS: &str = "[U+...] is the number of a character that cannot be seen or that no font of the computer draws on which this \
                       sheet was made; the code beside it has the character.";

#[allow(clippy::needless_pass_by_value, reason = "the shape of every format's writer")]
pub(super) fn write(entries: &[&Entry], making: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let introduction = introduction(entries.len(), &making);
    let texts: Vec<Zeroizing<String>> =
        entries.iter().flat_map(|entry| rows(entry)).map(|(_, _, text)| text).collect();
    let all = texts.iter().map(|text| text.as_str()).chain(entries.iter().map(|entry| heading(entry)));
    let drawn = Fonts::for_texts(all).and_then(|fonts| draw(&fonts, entries, &introduction));
    // A font of the computer's may be such that it cannot be put into a file; without any of them the sheet still has all codes.
    let drawn = drawn.or_else(|| draw(&Fonts::own()?, entries, &introduction));
    drawn.map(Zeroizing::new).ok_or(WriteError::NotDrawn)
}

fn draw(fonts: &Fonts, entries: &[&Entry], introduction: &str) -> Option<Vec<u8>> {
    let mut layout = Layout { fonts, pages: vec![Vec::new()], y: MARGIN };
    layout.text(MARGIN, WIDTH - 2.0 * MARGIN, TITLE_SIZE, TITLE);
    layout.text(MARGIN, WIDTH - 2.0 * MARGIN, TEXT_SIZE, introduction);
    if entries.iter().any(|entry| has_numbers(fonts, entry)) {
        layout.text(MARGIN, WIDTH - 2.0 * MARGIN, TEXT_SIZE, NUMBERS);
    }
    layout.y += GAP;
    for entry in entries {
        layout.entry(entry)?;
    }
    let count = layout.pages.len();
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new().title(TITLE.to_owned()).creator("Tessera".to_owned()).language("en".to_owned()),
    );
    for (index, items) in layout.pages.iter().enumerate() {
        let mut page = document.start_page_with(PageSettings::from_wh(WIDTH, HEIGHT)?);
        let mut surface = page.surface();
        let foot = fonts.shape(&format!("{TITLE}, page {} of {count}", index + 1));
        let foot = Item::Line { x: MARGIN, y: HEIGHT - MARGIN / 2.0, size: SMALL, pieces: foot };
        for item in items.iter().chain([&foot]) {
            match item {
                Item::Shape(rects) => {
                    let mut path = PathBuilder::new();
                    for rect in rects {
                        path.push_rect(*rect);
                    }
                    surface.draw_path(&path.finish()?);
                }
                Item::Line { x, y, size, pieces } => {
                    let mut x = *x;
                    for piece in pieces {
                        let start = Point::from_xy(x, *y);
                        surface.draw_glyphs(
                            start,
                            &piece.glyphs,
                            piece.font.clone(),
                            &piece.text,
                            *size,
                            false,
                        );
                        x += piece.width * size;
                    }
                }
            }
        }
        surface.finish();
        page.finish();
    }
    document.finish().ok()
}

/// Whether a character of an entry stands on the sheet by its number.
fn has_numbers(fonts: &Fonts, entry: &Entry) -> bool {
    !fonts.writes(heading(entry)) || rows(entry).iter().any(|(_, _, text)| !fonts.writes(text))
}

/// Something on a page.
enum Item {
    /// Filled with black: a rule, or the dark modules of a code.
    Shape(Vec<Rect>),
    /// A line of text on its base line.
    Line { x: f32, y: f32, size: f32, pieces: Vec<Piece> },
}

/// Pages in the making, from top to bottom.
struct Layout<'f> {
    fonts: &'f Fonts,
    pages: Vec<Vec<Item>>,
    /// Where the next thing begins.
    y: f32,
}

impl Layout<'_> {
    fn entry(&mut self, entry: &Entry) -> Option<()> {
        let code = code(entry);
        let side = match &code {
            Some(code) => (modules(code)? * MODULE_MIN).max(CODE_MIN),
            None => 0.0,
        };
        let left = MARGIN + side + if code.is_some() { GAP } else { 0.0 };
        let width = WIDTH - MARGIN - left;
        let name = self.wrapped(heading(entry), NAME_SIZE, width);
        let rows: Vec<(&str, Vec<Zeroizing<String>>)> = rows(entry)
            .iter()
            .map(|(label, _, text)| (*label, self.wrapped(text, TEXT_SIZE, width - LABELS)))
            .collect();
        let lines: usize = rows.iter().map(|(_, lines)| lines.len()).sum();
        let text = (count(name.len()) * NAME_SIZE + count(lines) * TEXT_SIZE) * LEADING;
        self.room_for(side.max(text) + GAP);
        let rule = Rect::from_xywh(MARGIN, self.y, WIDTH - 2.0 * MARGIN, 0.7)?;
        self.put(Item::Shape(vec![rule]));
        self.y += GAP;
        let (page, top) = (self.pages.len(), self.y);
        if let Some(code) = &code {
            self.put(Item::Shape(squares(code, MARGIN, self.y, side)?));
        }
        for line in &name {
            self.line(left, NAME_SIZE, line);
        }
        for (label, lines) in &rows {
            for (index, line) in lines.iter().enumerate() {
                self.room_for(TEXT_SIZE * LEADING);
                let y = self.y;
                if index == 0 {
                    self.line(left, TEXT_SIZE, label);
                    self.y = y;
                }
                self.line(left + LABELS, TEXT_SIZE, line);
            }
        }
        // A short text leaves the code room; a long one may have gone on to the next page.
        if page == self.pages.len() {
            self.y = self.y.max(top + side);
        }
        self.y += GAP;
        Some(())
    }

    fn text(&mut self, x: f32, width: f32, size: f32, text: &str) {
        for line in self.wrapped(text, size, width) {
            self.line(x, size, &line);
        }
    }

    /// A line of writable text.
    fn line(&mut self, x: f32, size: f32, text: &str) {
        self.room_for(size * LEADING);
        let pieces = self.fonts.shape(text);
        let y = self.y + size;
        self.y += size * LEADING;
        self.put(Item::Line { x, y, size, pieces });
    }

    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(item);
        }
    }

    /// Goes on on a new page if so much does not fit on this one, but would on a whole one.
    fn room_for(&mut self, height: f32) {
        if self.y + height > HEIGHT - MARGIN && self.y > MARGIN {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    /// Lines of writable text, broken between words, and within those that are wider than a line.
    fn wrapped(&self, text: &str, size: f32, width: f32) -> Vec<Zeroizing<String>> {
        let most = width / size;
        let mut lines = Vec::new();
        for part in text.split('\n') {
            let part = self.fonts.writable(part);
            let mut line = Zeroizing::new(String::with_capacity(part.len()));
            let mut taken = 0.0;
            for word in part.split_inclusive(' ') {
                // The space at its end may hang over.
                let (wide, bare) = (self.fonts.width(word), self.fonts.width(word.trim_end()));
                if taken + bare <= most {
                    line.push_str(word);
                    taken += wide;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(core::mem::take(&mut line));
                    taken = 0.0;
                }
                for character in word.chars() {
                    let wide = self.fonts.width(character.encode_utf8(&mut [0; 4]));
                    if taken + wide > most && !line.is_empty() && character != ' ' {
                        lines.push(core::mem::take(&mut line));
                        taken = 0.0;
                    }
                    line.push(character);
                    taken += wide;
                }
            }
            lines.push(line);
        }
        lines
    }
}

/// How many modules a code is wide.
fn modules(code: &QrCode) -> Option<f32> {
    u16::try_from(code.width()).ok().map(f32::from)
}

/// The dark modules of a code, those beside each other as one.
fn squares(code: &QrCode, x: f32, y: f32, side: f32) -> Option<Vec<Rect>> {
    let module = side / modules(code)?;
    let colors = code.to_colors();
    let mut rects = Vec::new();
    for (row, colors) in colors.chunks(code.width()).enumerate() {
        let mut column = 0;
        for run in colors.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let (left, top) = (x + count(column) * module, y + count(row) * module);
                rects.push(Rect::from_xywh(left, top, count(run.len()) * module, module)?);
            }
            column += run.len();
        }
    }
    Some(rects)
}

/// A number of things on a page.
fn count(number: usize) -> f32 {
    f32::from(u16::try_from(number).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma};
    use proptest::prelude::*;
    use tessera_otp::{Credential, Generator, Secret};
    use tessera_testkit::{SeededRng, sample};

    use super::*;
    use crate::export::sheet::PDF;
    use crate::testing::NOW;

    fn layout<'f>(fonts: &'f Fonts, entries: &[Entry]) -> Layout<'f> {
        let mut layout = Layout { fonts, pages: vec![Vec::new()], y: MARGIN };
        for entry in entries {
            layout.entry(entry).unwrap();
        }
        layout
    }

    /// The lines of all pages, from top to bottom, without white space.
    fn letters(layout: &Layout<'_>) -> String {
        let mut letters = String::new();
        for item in layout.pages.iter().flatten() {
            let Item::Line { pieces, .. } = item else { continue };
            letters.extend(pieces.iter().flat_map(|piece| piece.text.chars()).filter(|c| !c.is_whitespace()));
        }
        letters
    }

    /// What a scanner reads of a drawn code, at four dots a point.
    fn scanned(rects: &[Rect]) -> Option<String> {
        const DOTS: f32 = 4.0;
        let (left, top) = (rects[0].left() - GAP, rects[0].top() - GAP);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places on a page")]
        let dot = |length: f32| (length * DOTS).round() as u32;
        let side = dot(rects.iter().map(|rect| rect.right() - left).fold(0.0, f32::max) + GAP);
        let mut picture = GrayImage::from_pixel(side, side, Luma([255]));
        for rect in rects {
            for y in dot(rect.top() - top)..dot(rect.bottom() - top) {
                for x in dot(rect.left() - left)..dot(rect.right() - left) {
                    picture.put_pixel(x, y, Luma([0]));
                }
            }
        }
        let mut prepared = rqrr::PreparedImage::prepare(picture);
        prepared.detect_grids().first()?.decode().ok().map(|(_, text)| text)
    }

    /// The drawn codes of all pages, in their order.
    fn codes<'l>(layout: &'l Layout<'_>) -> Vec<&'l [Rect]> {
        let shapes = layout.pages.iter().flatten().filter_map(|item| match item {
            Item::Shape(rects) if rects.len() > 1 => Some(rects.as_slice()),
            _ => None,
        });
        shapes.collect()
    }

    #[test]
    fn every_entry_has_its_code_its_names_and_its_secret_be_it_one_or_three_hundred() {
        let fonts = Fonts::own().unwrap();
        for count in [1, 300] {
            let entries = sample::entries(count);
            let layout = layout(&fonts, &entries);
            let codes = codes(&layout);
            assert_eq!(codes.len(), count);
            // Scanning takes its time; `cargo xtask interop sheet` scans them all off the pages.
            for (entry, rects) in entries.iter().zip(codes).step_by(13) {
                assert_eq!(scanned(rects).unwrap(), entry.credential.to_uri().as_str());
            }
            let all = letters(&layout);
            let mut from = 0;
            for entry in &entries {
                // In the order of the entries, each line of each of them.
                let rows = rows(entry);
                let texts = rows.iter().map(|(_, _, text)| text.as_str());
                for text in core::iter::once(heading(entry)).chain(texts) {
                    for line in text.split('\n') {
                        let line = fonts.writable(line).replace(' ', "");
                        let at = all[from..].find(&line);
                        from += at.unwrap_or_else(|| panic!("{line} is not on the sheet")) + line.len();
                    }
                }
            }
            let pages = layout.pages.len();
            assert_eq!(pages == 1, count == 1);
            assert!(pages <= count.div_ceil(3), "{pages} pages");
        }
    }

    #[test]
    fn numbers_in_the_place_of_characters_are_explained_and_only_where_there_are_some() {
        let fonts = Fonts::own().unwrap();
        let mut entry = sample::entries(1).remove(0);
        for (issuer, numbers) in
            [("Caf\u{E9} \u{2764}\u{FE0F}", true), ("\u{6A2A}", true), ("Caf\u{E9}", false)]
        {
            entry.credential.issuer = issuer.to_owned();
            entry.credential.account = "alice".to_owned();
            assert_eq!(has_numbers(&fonts, &entry), numbers, "{issuer}");
            // The sheet is drawn either way.
            assert!(draw(&fonts, &[&entry], "").is_some());
        }
    }

    #[test]
    fn nothing_lies_outside_of_a_page_and_a_long_note_goes_on_on_the_next() {
        let fonts = Fonts::own().unwrap();
        let mut entries = sample::entries(40);
        entries[3].note = "a line that says something\n".repeat(150);
        entries[4].note = "w".repeat(4_000);
        entries[5].credential.issuer = "Aktiengesellschaft ".repeat(13).trim_end().to_owned();
        entries[5].credential.account = "\u{9F8D}".repeat(120);
        let layout = layout(&fonts, &entries);
        let mut lines = 0;
        for item in layout.pages.iter().flatten() {
            match item {
                Item::Line { x, y, size, pieces } => {
                    lines += 1;
                    let end = x + size * pieces.iter().map(|piece| piece.width).sum::<f32>();
                    assert!(*x >= MARGIN && end <= WIDTH - MARGIN / 2.0, "{end}");
                    assert!(*y >= MARGIN && *y <= HEIGHT - MARGIN, "{y}");
                }
                Item::Shape(rects) => {
                    for rect in rects {
                        assert!(rect.left() >= MARGIN && rect.right() <= WIDTH - MARGIN, "{rect:?}");
                        assert!(rect.top() >= MARGIN && rect.bottom() <= HEIGHT - MARGIN, "{rect:?}");
                    }
                }
            }
        }
        assert!(lines > 400, "{lines}");
        assert_eq!(letters(&layout).matches("[U+9F8D]").count(), 120);
        assert_eq!(letters(&layout).matches("Aktiengesellschaft").count(), 13);
    }

    #[test]
    fn a_sheet_is_a_pdf() {
        let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(1) };
        let pdf = PDF.write(&sample::entries(2), making).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn any_names_are_drawn(issuer in any::<String>(), account in "\\PC{0,60}", note in any::<String>()) {
            let mut entry = sample::entries(1).remove(0);
            entry.credential.issuer = issuer;
            entry.credential.account = account;
            entry.note = note;
            prop_assert!(draw(&Fonts::own().unwrap(), &[&entry], "any").is_some());
        }
    }

    #[test]
    fn no_line_is_drawn_over_another_and_no_code_over_a_text() {
        let fonts = Fonts::own().unwrap();
        for page in &layout(&fonts, &sample::entries(60)).pages {
            let mut below = 0.0;
            for item in page {
                let Item::Line { x, y, size, .. } = item else { continue };
                // The label of a row stands beside its first line.
                assert!(*y > below || (*y - below).abs() < 0.01, "{y} after {below}");
                below = *y;
                for rect in page.iter().flat_map(|item| match item {
                    Item::Shape(rects) if rects.len() > 1 => rects.as_slice(),
                    _ => &[],
                }) {
                    let beside = rect.right() + 4.0 * MODULE_MIN <= *x;
                    assert!(beside || rect.bottom() < y - size || rect.top() > *y, "a text in a code");
                }
            }
        }
    }

    #[test]
    fn a_link_too_long_for_a_code_stands_there_as_text_alone() {
        let mut entry = sample::entries(1).remove(0);
        let secret = Secret::from_bytes(&[0x5A; 1024]).unwrap();
        entry.credential =
            Credential::new(&"i".repeat(200), &"\u{6A2A}".repeat(200), secret, Generator::default());
        let fonts = Fonts::own().unwrap();
        let layout = layout(&fonts, core::slice::from_ref(&entry));
        assert!(codes(&layout).is_empty());
        assert!(letters(&layout).contains(&*entry.credential.secret.to_base32()));
    }
}

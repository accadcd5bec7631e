//! The fonts of a PDF: the one that comes with this program, and for what it lacks those of the computer (ADR 0172).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fontdb::{Database, FaceInfo, Source, Stretch, Style};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Permissions;
use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_bidi::BidiInfo;
use zeroize::Zeroizing;

/// Latin, Greek and Cyrillic.
const OWN: &[u8] = include_bytes!("../../../assets/NotoSans-Sheet.ttf");
/// The largest file of a font that is looked at, in bytes.
const FILE_MAX: u64 = 64 * 1024 * 1024;
/// So many of the computer's fonts are looked at.
const FACES_MAX: usize = 4_000;

/// Fonts, and which of them writes which character.
pub(super) struct Fonts {
    /// The first is our own.
    loaded: Vec<Loaded>,
    others: BTreeMap<char, usize>,
    /// How far each measured character moves the next, with letters of size 1.
    advances: BTreeMap<char, f32>,
}

struct Loaded {
    data: Arc<Vec<u8>>,
    index: u32,
    font: Font,
}

/// A part of a line that one font writes in one direction.
pub(super) struct Piece {
    pub(super) font: Font,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) text: Zeroizing<String>,
    /// How wide it is with letters of size 1.
    pub(super) width: f32,
}

impl Fonts {
    /// Our own alone. `None` if this program was built with something else in its place.
    pub(super) fn own() -> Option<Self> {
        let loaded = vec![Loaded::new(Arc::new(OWN.to_vec()), 0)?];
        let mut fonts = Self { loaded, others: BTreeMap::new(), advances: BTreeMap::new() };
        fonts.measure(&(' '..='~').collect());
        Some(fonts)
    }

    /// Our own, and of the computer's those that write what it cannot.
    pub(super) fn for_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut fonts = Self::own()?;
        let all: BTreeSet<char> = texts.flat_map(str::chars).collect();
        let missing: BTreeSet<char> = {
            let own = fonts.face(0)?;
            let lacks = |character: &&char| {
                own.glyph_index(**character).is_none()
                    && !is_invisible(**character)
                    && !is_variation(**character)
            };
            all.iter().filter(lacks).copied().collect()
        };
        if !missing.is_empty() {
            let mut database = Database::new();
            database.load_system_fonts();
            fonts.add_from(&database, missing);
        }
        fonts.measure(&all);
        Some(fonts)
    }

    fn face(&self, font: usize) -> Option<Face<'_>> {
        let loaded = self.loaded.get(font)?;
        Face::from_slice(&loaded.data, loaded.index)
    }

    /// Keeps how far each character moves the next, so that lines are broken without shaping every word.
    fn measure(&mut self, characters: &BTreeSet<char>) {
        let mut advances = BTreeMap::new();
        for font in 0..self.loaded.len() {
            let Some(face) = self.face(font) else { continue };
            let of_font = characters.iter().filter(|character| self.font_of(**character) == font);
            for character in of_font {
                let advance = face.glyph_index(*character).and_then(|glyph| face.glyph_hor_advance(glyph));
                let em = self.loaded.get(font).map_or(1.0, |loaded| loaded.font.units_per_em());
                advances.insert(*character, f32::from(advance.unwrap_or_default()) / em);
            }
        }
        self.advances.append(&mut advances);
    }

    fn font_of(&self, character: char) -> usize {
        self.others.get(&character).copied().unwrap_or_default()
    }

    fn add_from(&mut self, database: &Database, mut missing: BTreeSet<char>) {
        let mut faces: Vec<&FaceInfo> =
            database.faces().filter(|face| face.style == Style::Normal && !draws_boxes(face)).collect();
        faces.sort_by_key(|face| plainness(face));
        let mut last: Option<(PathBuf, Arc<Vec<u8>>)> = None;
        for face in faces.into_iter().take(FACES_MAX) {
            let Source::File(path) = &face.source else { continue };
            let data = match &last {
                Some((known, data)) if known == path => Arc::clone(data),
                _ => {
                    let Some(data) = read(path) else { continue };
                    let data = Arc::new(data);
                    last = Some((path.clone(), Arc::clone(&data)));
                    data
                }
            };
            let found = written(&data, face.index, &missing);
            if found.is_empty() {
                continue;
            }
            let Some(loaded) = Loaded::new(data, face.index) else { continue };
            for character in found {
                missing.remove(&character);
                self.others.insert(character, self.loaded.len());
            }
            self.loaded.push(loaded);
            if missing.is_empty() {
                break;
            }
        }
    }

    /// The text as it can be written: what no font writes, and what would be invisible, stands there by its number.
    pub(super) fn writable(&self, text: &str) -> Zeroizing<String> {
        // Each character becomes at most ten.
        let mut writable = Zeroizing::new(String::with_capacity(10 * text.len()));
        let own = self.face(0);
        // A variation is drawn by an outline whichever look it asks for.
        for character in text.chars().filter(|character| !is_variation(*character)) {
            if character.is_whitespace() {
                writable.push(' ');
            } else if self.has(own.as_ref(), character) {
                writable.push(character);
            } else {
                let _ = write!(writable, "[U+{:04X}]", u32::from(character));
            }
        }
        writable
    }

    /// Whether nothing of a text stands there by its number.
    pub(super) fn writes(&self, text: &str) -> bool {
        let own = self.face(0);
        text.chars().all(|character| {
            character.is_whitespace() || is_variation(character) || self.has(own.as_ref(), character)
        })
    }

    fn has(&self, own: Option<&Face<'_>>, character: char) -> bool {
        !is_invisible(character)
            && (own.is_some_and(|face| face.glyph_index(character).is_some())
                || self.others.contains_key(&character))
    }

    /// A line of writable text in the order in which it is drawn, from left to right.
    pub(super) fn shape(&self, line: &str) -> Vec<Piece> {
        let bidi = BidiInfo::new(line, None);
        let mut pieces = Vec::new();
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let is_rtl = levels.get(run.start).is_some_and(unicode_bidi::Level::is_rtl);
                let mut of_run = self.shape_run(line.get(run).unwrap_or_default(), is_rtl);
                if is_rtl {
                    of_run.reverse();
                }
                pieces.append(&mut of_run);
            }
        }
        pieces
    }

    /// About how wide a line of writable text is with letters of size 1: without what neighbors do to each other.
    pub(super) fn width(&self, line: &str) -> f32 {
        // What was not measured is about as wide as a capital.
        line.chars().map(|character| self.advances.get(&character).copied().unwrap_or(0.7)).sum()
    }

    fn shape_run(&self, run: &str, is_rtl: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut begin = 0;
        let mut current = None;
        for (at, character) in run.char_indices() {
            let wanted = self.font_of(character);
            if current.is_some_and(|current| current != wanted) {
                pieces.extend(self.piece(current, run.get(begin..at), is_rtl));
                begin = at;
            }
            current = Some(wanted);
        }
        pieces.extend(self.piece(current, run.get(begin..), is_rtl));
        pieces
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "advances within a font's units are far below what an f32 counts"
    )]
    fn piece(&self, font: Option<usize>, text: Option<&str>, is_rtl: bool) -> Option<Piece> {
        let (font, text) = (font?, text?);
        let (loaded, face) = (self.loaded.get(font)?, self.face(font)?);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(&face, &[], buffer);
        let begins = |cluster: u32| usize::try_from(cluster).unwrap_or(usize::MAX);
        let mut clusters: Vec<usize> = shaped.glyph_infos().iter().map(|info| begins(info.cluster)).collect();
        clusters.sort_unstable();
        clusters.dedup();
        let em = loaded.font.units_per_em();
        let mut width = 0.0;
        let mut glyphs = Vec::with_capacity(shaped.len());
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let begin = begins(info.cluster);
            let next = clusters.partition_point(|cluster| *cluster <= begin);
            let end = clusters.get(next).copied().unwrap_or(text.len());
            let advance = position.x_advance as f32 / em;
            width += advance;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                position.x_offset as f32 / em,
                position.y_offset as f32 / em,
                position.y_advance as f32 / em,
                begin..end,
                None,
            ));
        }
        Some(Piece { font: loaded.font.clone(), glyphs, text: Zeroizing::new(text.to_owned()), width })
    }
}

impl Loaded {
    fn new(data: Arc<Vec<u8>>, index: u32) -> Option<Self> {
        let font = Font::new(Arc::clone(&data).into(), index)?;
        Face::from_slice(&data, index).is_some().then_some(Self { data, index, font })
    }
}

/// The plain ones first, and always in the same order.
fn plainness(face: &FaceInfo) -> (bool, u16, bool, bool, &str, u32) {
    let name = face.post_script_name.as_str();
    let narrow_or_wide = face.stretch != Stretch::Normal;
    (narrow_or_wide, face.weight.0.abs_diff(400), face.monospaced, !name.contains("Sans"), name, face.index)
}

/// Whether a font has a frame for every character there is, in place of the character.
fn draws_boxes(face: &FaceInfo) -> bool {
    face.post_script_name.contains("LastResort")
}

/// Whether it says only how the character before it is drawn, in color or not.
fn is_variation(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}')
}

/// What has no look of its own but changes that of its neighbors.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Which of the characters a face draws with outlines, if it may be put into a file at all.
fn written(data: &[u8], index: u32, missing: &BTreeSet<char>) -> Vec<char> {
    let Some(face) = Face::from_slice(data, index) else { return Vec::new() };
    if face.permissions() == Some(Permissions::Restricted) {
        return Vec::new();
    }
    let draws = |character: &&char| {
        face.glyph_index(**character).is_some_and(|glyph| face.glyph_bounding_box(glyph).is_some())
    };
    missing.iter().filter(draws).copied().collect()
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    if length > FILE_MAX {
        return None;
    }
    let mut data = Vec::with_capacity(usize::try_from(length).ok()? + 1);
    file.take(FILE_MAX).read_to_end(&mut data).ok()?;
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_font_writes_latin_greek_and_cyrillic_with_their_marks() {
        let fonts = Fonts::own().unwrap();
        for text in [
            "Example 42",
            "Cafe\u{301} \u{130}\u{131}\u{1E9E}",
            "\u{391}\u{3B8}\u{3AE}\u{3BD}\u{3B1}",
            "\u{416}\u{451}\u{407} \u{2116}",
            "\u{20AC} \u{2026} \u{201C}x\u{201D}",
        ] {
            assert_eq!(*fonts.writable(text), text);
            assert!(fonts.width(text) > 1.0, "{text}");
        }
    }

    #[test]
    fn what_no_font_writes_and_what_is_invisible_stands_there_by_its_number() {
        let fonts = Fonts::own().unwrap();
        assert_eq!(*fonts.writable("a\u{1F511}\u{202E}b\tc"), "a[U+1F511][U+202E]b c");
        assert_eq!(*fonts.writable("\u{2764}\u{FE0F}"), "[U+2764]");
    }

    /// As a computer's fonts come: the plainest that has a character writes it, and never one that has frames for all.
    #[test]
    fn a_computers_fonts_are_asked_the_plainest_first() {
        let face = |name: &str, weight, stretch| FaceInfo {
            id: fontdb::ID::dummy(),
            source: Source::Binary(Arc::new(Vec::<u8>::new())),
            index: 0,
            families: Vec::new(),
            post_script_name: name.to_owned(),
            style: Style::Normal,
            weight: fontdb::Weight(weight),
            stretch,
            monospaced: name.contains("Mono"),
        };
        let faces = [
            face("ASerif", 400, Stretch::Normal),
            face("DejaVuSans", 400, Stretch::Normal),
            face("ASans-Bold", 700, Stretch::Normal),
            face("ASansCondensed", 400, Stretch::Condensed),
            face("ASansMono", 400, Stretch::Normal),
        ];
        let mut order: Vec<&FaceInfo> = faces.iter().collect();
        order.sort_by_key(|face| plainness(face));
        let names: Vec<&str> = order.iter().map(|face| face.post_script_name.as_str()).collect();
        assert_eq!(names, ["DejaVuSans", "ASerif", "ASansMono", "ASans-Bold", "ASansCondensed"]);
        assert!(draws_boxes(&face(".LastResort", 400, Stretch::Normal)));
    }

    #[test]
    fn a_line_is_in_the_order_of_the_eye() {
        // Without a font for it, Hebrew is numbers; the numbers and Latin stay from left to right.
        let fonts = Fonts::own().unwrap();
        let line = fonts.writable("ab \u{5D3} cd");
        let shown: String = fonts.shape(&line).iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(shown, "ab [U+05D3] cd");
        // As if the second font of a computer wrote Hebrew: its letters are drawn from right to left, between the others.
        let mut fonts = Fonts::own().unwrap();
        fonts.loaded.push(Loaded::new(Arc::new(OWN.to_vec()), 0).unwrap());
        fonts.others.extend([('\u{5D3}', 1), ('\u{5E0}', 1)]);
        let pieces = fonts.shape("ab \u{5D3}\u{5E0} cd");
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts, ["ab ", "\u{5D3}\u{5E0}", " cd"]);
        let hebrew: Vec<_> = pieces[1].glyphs.iter().map(krilla::text::Glyph::text_range).collect();
        assert_eq!(hebrew, [2..4, 0..2]);
    }
}

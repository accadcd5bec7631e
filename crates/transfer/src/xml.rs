//! XML as a tree of elements with their texts; attributes are not kept.
//!
//! Entities that a document defines itself are refused, so that nothing expands, and so is nesting deeper than any export's.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use zeroize::{Zeroize as _, Zeroizing};

/// The deepest nesting.
const DEPTH_MAX: usize = 128;
/// The most elements of a document.
const ELEMENTS_MAX: usize = 3_000_000;

/// An element; its text is wiped when dropped.
#[derive(Default)]
pub(crate) struct Element {
    name: String,
    text: Zeroizing<String>,
    children: Vec<Element>,
}

impl Element {
    /// Reads a document. `None` if it is none, or not whole.
    pub(crate) fn read(document: &str) -> Option<Self> {
        let mut reader = Reader::from_str(document);
        // The elements that are open; the first is the document itself.
        let mut open = vec![Self::default()];
        let mut count = 0;
        loop {
            let event = reader.read_event().ok()?;
            match event {
                Event::Start(tag) | Event::Empty(tag) if open.len() > DEPTH_MAX || count > ELEMENTS_MAX => {
                    drop(tag);
                    return None;
                }
                Event::Start(tag) => {
                    count += 1;
                    let name = core::str::from_utf8(tag.name().as_ref()).ok()?.to_owned();
                    open.push(Self { name, ..Self::default() });
                }
                Event::Empty(tag) => {
                    count += 1;
                    let name = core::str::from_utf8(tag.name().as_ref()).ok()?.to_owned();
                    open.last_mut()?.children.push(Self { name, ..Self::default() });
                }
                Event::End(_) => {
                    let closed = open.pop()?;
                    open.last_mut()?.children.push(closed);
                }
                Event::Text(part) => open.last_mut()?.push(&part.xml_content().ok()?),
                Event::CData(part) => open.last_mut()?.push(&part.decode().ok()?),
                Event::GeneralRef(reference) => {
                    let mut buffer = [0; 4];
                    open.last_mut()?.push(resolve(&reference)?.encode_utf8(&mut buffer));
                }
                Event::DocType(_) => return None,
                Event::Eof => break,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        let mut document = open.pop().filter(|_| open.is_empty())?;
        if document.children.len() == 1 { document.children.pop() } else { None }
    }

    /// Its name as it stands in the tag.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The text in it, without that of its children.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub(crate) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Adds to the text. A buffer that would have to grow is copied and wiped, not moved.
    fn push(&mut self, part: &str) {
        if self.text.len() + part.len() > self.text.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity((self.text.len() + part.len()) * 2));
            larger.push_str(&self.text);
            self.text.zeroize();
            self.text = larger;
        }
        self.text.push_str(part);
    }
}

/// The character of a reference; only those that XML itself defines have one.
pub(crate) fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character);
    }
    let name: &[u8] = reference;
    Some(match name {
        b"lt" => '<',
        b"gt" => '>',
        b"amp" => '&',
        b"quot" => '"',
        b"apos" => '\'',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_texts_and_references_are_read() {
        let root = Element::read(
            "<?xml version='1.0'?><!-- x --><a><b c='d'>1&amp;&#50;<![CDATA[<3>]]></b><e/><b>4</b></a>",
        )
        .unwrap();
        assert_eq!(root.name(), "a");
        assert_eq!(root.child("b").map(Element::text), Some("1&2<3>"));
        assert_eq!(root.children("b").count(), 2);
        assert_eq!(root.child("e").map(Element::text), Some(""));
        assert!(root.child("c").is_none());
    }

    #[test]
    fn own_entities_too_deep_nesting_and_what_is_cut_are_refused() {
        assert!(Element::read("<!DOCTYPE a [<!ENTITY b 'cc'>]><a>&b;</a>").is_none());
        assert!(Element::read("<a>&b;</a>").is_none());
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Element::read(&nested(128)).is_some());
        assert!(Element::read(&nested(129)).is_none());
        for cut in ["", "<a>", "<a><b></a>", "<a></a><b></b>", "text"] {
            assert!(Element::read(cut).is_none(), "{cut}");
        }
    }
}

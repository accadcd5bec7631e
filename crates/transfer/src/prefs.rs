//! The "shared preferences" of Android apps: an XML file with one flat map of named values. Several authenticators keep
//! their entries there, and people bring it from a rooted phone or an `adb` backup.
//!
//! Entities that a document defines itself are refused, so that nothing expands.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zeroize::{Zeroize as _, Zeroizing};

/// The names and values of such a map, in the file's order. Values are wiped when dropped.
pub(crate) struct Prefs(Vec<(String, Zeroizing<String>)>);

impl Prefs {
    /// Reads one. `None` if the text is no such file, or a damaged one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut values = Vec::new();
        let mut open: Option<(String, Zeroizing<String>)> = None;
        let mut inside = false;
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) if tag.name().as_ref() == b"map" && !inside => inside = true,
                Event::Start(tag) if tag.name().as_ref() == b"string" && inside && open.is_none() => {
                    // Room for the whole from the start: a buffer that grows leaves copies behind.
                    let room = text.len().saturating_sub(usize::try_from(reader.buffer_position()).ok()?);
                    open = Some((
                        attribute(&tag, "name")?,
                        Zeroizing::new(String::with_capacity(room.min(1 << 16))),
                    ));
                }
                Event::Empty(tag) if inside && open.is_none() => {
                    if let Some(name) = attribute(&tag, "name") {
                        let value = attribute(&tag, "value").unwrap_or_default();
                        values.push((name, Zeroizing::new(value)));
                    }
                }
                Event::Text(part) => {
                    if let Some((_, value)) = &mut open {
                        value.push_str(&part.xml_content().ok()?);
                    }
                }
                Event::CData(part) => {
                    if let Some((_, value)) = &mut open {
                        value.push_str(&part.decode().ok()?);
                    }
                }
                Event::GeneralRef(reference) => {
                    let character = crate::xml::resolve(&reference)?;
                    if let Some((_, value)) = &mut open {
                        value.push(character);
                    }
                }
                Event::End(tag) if tag.name().as_ref() == b"string" => values.extend(open.take()),
                Event::End(tag) if tag.name().as_ref() == b"map" => return Some(Self(values)),
                Event::DocType(_) | Event::Eof => return None,
                _ => {}
            }
        }
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// All names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Drop for Prefs {
    fn drop(&mut self) {
        // Names may be those of a person's accounts.
        self.0.iter_mut().for_each(|(name, _)| name.zeroize());
    }
}

/// Whether a text looks like such a file, before it is read as one.
pub(crate) fn looks_like(text: &str) -> bool {
    let start = text.trim_start();
    (start.starts_with("<?xml") || start.starts_with("<map")) && text.contains("<map")
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    Some(found.unescape_value().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="a&amp;b">[{&quot;x&quot;:&#49;}] &lt;&#x1F511;&gt; 'y'</string>
    <int name="n" value="121" />
    <boolean name="flag" value="false" />
    <string name="empty"></string>
    <set name="many"><string>one</string></set>
    <string name="raw"><![CDATA[<&>]]></string>
</map>"#;

    #[test]
    fn values_are_read_with_what_was_escaped_in_them() {
        let prefs = Prefs::read(&FILE.replace("<set name=\"many\"><string>one</string></set>", "")).unwrap();
        assert_eq!(prefs.get("a&b"), Some("[{\"x\":1}] <\u{1F511}> 'y'"));
        assert_eq!((prefs.get("n"), prefs.get("flag")), (Some("121"), Some("false")));
        assert_eq!((prefs.get("empty"), prefs.get("raw"), prefs.get("none")), (Some(""), Some("<&>"), None));
        assert!(looks_like(FILE) && !looks_like("<html>") && !looks_like("{}"));
    }

    #[test]
    fn entities_of_the_document_s_own_are_refused() {
        let bomb = "<?xml version='1.0'?><!DOCTYPE m [<!ENTITY a \"aaaa\">]><map><string name='x'>&a;</string></map>";
        assert!(Prefs::read(bomb).is_none());
        assert!(Prefs::read("<map><string name='x'>&nbsp;</string></map>").is_none());
    }

    #[test]
    fn what_is_cut_short_is_no_map() {
        for end in 0..FILE.len() {
            if FILE.is_char_boundary(end) {
                assert!(Prefs::read(&FILE[..end]).is_none(), "{end}");
            }
        }
    }
}

//! KeePass's and KeePassXC's XML export: a whole database in clear.

use tessera_otp::Entry;

use super::keepass::login::Login;
use super::{Format, Likeness};
use crate::collector::Collector;
use crate::xml::Element;
use crate::{Answers, Found, Input, Place, ReadError, base64};

pub(super) static FORMAT: Format = Format { id: "keepass-xml", name: "KeePass (XML)", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let text = input.text()?.trim_start();
    let certain =
        (text.starts_with("<?xml") || text.starts_with("<KeePassFile")) && text.contains("<KeePassFile");
    certain.then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let text = input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let file = Element::read(text).ok_or_else(|| FORMAT.damaged("it is no whole XML file"))?;
    if file.name() != "KeePassFile" {
        return Err(ReadError::OtherFormat { format: &FORMAT });
    }
    let meta = file.child("Meta");
    let mut collector = Collector::new();
    let mut walk = Walk {
        bin: meta.and_then(|meta| meta.child("RecycleBinUUID")).map(Element::text),
        icons: meta.and_then(|meta| meta.child("CustomIcons")),
        now: answers.now,
        collector: &mut collector,
        count: 0,
    };
    // The root is one group around all others, whose name says nothing.
    for root in file.child("Root").into_iter().flat_map(|root| root.children("Group")) {
        walk.group(root, "", false);
    }
    collector.finish(&FORMAT)
}

struct Walk<'a> {
    bin: Option<&'a str>,
    icons: Option<&'a Element>,
    now: u64,
    collector: &'a mut Collector,
    count: usize,
}

impl Walk<'_> {
    /// How deep elements lie within each other is bounded where they are read.
    fn group(&mut self, group: &Element, path: &str, deleted: bool) {
        let uuid = group.child("UUID").map(Element::text);
        let deleted = deleted || uuid.is_some() && uuid == self.bin;
        for entry in group.children("Entry") {
            self.entry(entry, path, deleted);
        }
        for inner in group.children("Group") {
            let name = inner.child("Name").map(Element::text).unwrap_or_default();
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            self.group(inner, &path, deleted);
        }
    }

    fn entry(&mut self, entry: &Element, path: &str, deleted: bool) {
        let field = |wanted: &str| {
            let mut strings = entry.children("String");
            let string =
                strings.find(|string| string.child("Key").is_some_and(|key| key.text() == wanted))?;
            string.child("Value").map(Element::text)
        };
        let login = Login::new(field);
        for made in login.credentials() {
            let place = Place::entry(self.count).with_names(path, login.title());
            let made = made.map(|credential| {
                let mut made = Entry::new(credential, self.now);
                login.notes().clone_into(&mut made.note);
                made.group = Some(path.to_owned());
                let tags = entry.child("Tags").map(Element::text).unwrap_or_default();
                made.tags = tags.split([';', ',']).map(str::to_owned).collect();
                made.icon = self.icon(entry);
                made.deleted = deleted.then_some(self.now);
                made
            });
            self.collector.take(place, made);
        }
        self.count += 1;
    }

    fn icon(&self, entry: &Element) -> Option<Vec<u8>> {
        let wanted = entry.child("CustomIconUUID")?.text();
        let is_it = |icon: &&Element| icon.child("UUID").is_some_and(|uuid| uuid.text() == wanted);
        let icon = self.icons?.children("Icon").find(is_it)?;
        base64::decode(icon.child("Data")?.text()).map(|data| data.to_vec())
    }
}

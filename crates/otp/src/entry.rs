//! One credential as the vault keeps it.

use core::fmt;

use crate::name::is_clean_name;
use crate::yandex::{self, YandexSecretError};
use crate::{Credential, Generator, NAME_MAX, clean_name, clean_text};

/// The most tags of an entry.
pub const TAGS_MAX: usize = 64;
/// The most characters of a group or a tag.
const LABEL_MAX: usize = 256;
/// The most characters of a note.
const NOTE_MAX: usize = 10_000;
/// The largest icon file in bytes.
pub const ICON_BYTES_MAX: usize = 256 * 1024;
/// The most pixels of an icon in each direction.
pub const ICON_SIDE_MAX: u32 = 128;

/// A credential and what a person adds to it. The vault gives it an id and counts its uses.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Names, secret and type.
    pub credential: Credential,
    /// The one group it is in.
    pub group: Option<String>,
    /// Its tags, each once, in the person's order.
    pub tags: Vec<String>,
    /// A free text of up to 10,000 characters; may have several lines.
    pub note: String,
    /// A PNG of at most 128 x 128 pixels.
    pub icon: Option<Vec<u8>>,
    /// Shown before the others.
    pub favorite: bool,
    /// When it was made, in Unix seconds.
    pub created: u64,
    /// When it was last changed, in Unix seconds.
    pub modified: u64,
    /// When it was moved to the trash, in Unix seconds; `None` outside the trash.
    pub deleted: Option<u64>,
}

impl Entry {
    /// A new entry around a credential, with nothing added yet.
    pub const fn new(credential: Credential, now: u64) -> Self {
        Self {
            credential,
            group: None,
            tags: Vec::new(),
            note: String::new(),
            icon: None,
            favorite: false,
            created: now,
            modified: now,
            deleted: None,
        }
    }

    /// Brings what a person or a file gave into the form that [`check`](Self::check) asks for, as far as that loses
    /// nothing a person can see: control characters and spaces around names go, an empty group becomes none, empty
    /// and repeated tags go. Lengths are left for `check` to refuse.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.credential.issuer = clean_name(&self.credential.issuer);
        self.credential.account = clean_name(&self.credential.account);
        self.group = self.group.map(|group| clean_name(&group)).filter(|group| !group.is_empty());
        let mut tags: Vec<String> = Vec::with_capacity(self.tags.len());
        for tag in self.tags.iter().map(|tag| clean_name(tag)).filter(|tag| !tag.is_empty()) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        self.tags = tags;
        self.note = clean_text(&self.note);
        self
    }

    /// Whether it may be written to a vault. Reading never asks: an entry that an older version wrote must open.
    ///
    /// # Errors
    /// The first fault found, as one variant of [`EntryError`] each.
    pub fn check(&self) -> Result<(), EntryError> {
        check_name(Field::Issuer, &self.credential.issuer, NAME_MAX)?;
        check_name(Field::Account, &self.credential.account, NAME_MAX)?;
        if let Some(group) = &self.group {
            check_name(Field::Group, group, LABEL_MAX)?;
            if group.is_empty() {
                return Err(EntryError::Empty { field: Field::Group });
            }
        }
        if self.tags.len() > TAGS_MAX {
            return Err(EntryError::TooManyTags { found: self.tags.len() });
        }
        for (index, tag) in self.tags.iter().enumerate() {
            check_name(Field::Tag, tag, LABEL_MAX)?;
            if tag.is_empty() {
                return Err(EntryError::Empty { field: Field::Tag });
            }
            if self.tags.iter().take(index).any(|earlier| earlier == tag) {
                return Err(EntryError::RepeatedTag);
            }
        }
        check_length(Field::Note, &self.note, NOTE_MAX)?;
        if clean_text(&self.note) != self.note {
            return Err(EntryError::ControlCharacter { field: Field::Note });
        }
        if let Some(icon) = &self.icon {
            check_icon(icon)?;
        }
        if let Generator::Yandex { .. } = self.credential.generator {
            // Its checksum is looked at.
            yandex::check(self.credential.secret.expose_secret())?;
        }
        Ok(())
    }
}

/// Names and times only: a note is as private as a secret, and an icon is long.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("credential", &self.credential)
            .field("group", &self.group)
            .field("tags", &self.tags)
            .field("favorite", &self.favorite)
            .field("created", &self.created)
            .field("modified", &self.modified)
            .field("deleted", &self.deleted)
            .finish_non_exhaustive()
    }
}

fn check_name(field: Field, text: &str, max: usize) -> Result<(), EntryError> {
    check_length(field, text, max)?;
    if is_clean_name(text) { Ok(()) } else { Err(EntryError::ControlCharacter { field }) }
}

fn check_length(field: Field, text: &str, max: usize) -> Result<(), EntryError> {
    let found = text.chars().count();
    if found > max { Err(EntryError::TooLong { field, found, max }) } else { Ok(()) }
}

/// Reads the fixed start of a PNG: eight bytes of signature, then the header chunk with width and height (PNG, §11.2.1).
/// Whether the rest can be drawn is for whoever draws it.
fn check_icon(icon: &[u8]) -> Result<(), EntryError> {
    if icon.len() > ICON_BYTES_MAX {
        return Err(EntryError::IconTooLarge { found: icon.len() });
    }
    let size = icon.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").and_then(|rest| rest.first_chunk::<8>());
    let Some([w0, w1, w2, w3, h0, h1, h2, h3]) = size.copied() else { return Err(EntryError::IconNotPng) };
    let (width, height) = (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
    let possible = 1..=ICON_SIDE_MAX;
    if possible.contains(&width) && possible.contains(&height) {
        Ok(())
    } else {
        Err(EntryError::IconSize { width, height })
    }
}

/// Which of an entry's texts is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The service.
    Issuer,
    /// The account name.
    Account,
    /// The group.
    Group,
    /// One of the tags.
    Tag,
    /// The note.
    Note,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issuer => "issuer",
            Self::Account => "account name",
            Self::Group => "group",
            Self::Tag => "tag",
            Self::Note => "note",
        })
    }
}

/// Why an entry may not be written to a vault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// A text has too many characters.
    #[error("The {field} has {found} characters; at most {max} can be kept.")]
    TooLong {
        /// Which text.
        field: Field,
        /// How many characters it has.
        found: usize,
        /// How many it may have.
        max: usize,
    },
    /// A text holds control characters, or a name has spaces around it; [`Entry::tidied`] takes them away.
    #[error("The {field} holds characters that cannot be shown, or spaces around it.")]
    ControlCharacter {
        /// Which text.
        field: Field,
    },
    /// A group or tag without a name.
    #[error("The {field} has no name.")]
    Empty {
        /// Which text.
        field: Field,
    },
    /// More than [`TAGS_MAX`] tags.
    #[error("The entry has {found} tags; at most {max} can be kept.", max = TAGS_MAX)]
    TooManyTags {
        /// How many it has.
        found: usize,
    },
    /// A tag stands there twice.
    #[error("A tag is given twice.")]
    RepeatedTag,
    /// The icon does not begin as a PNG does.
    #[error("The icon is not a PNG image.")]
    IconNotPng,
    /// The icon has more than [`ICON_BYTES_MAX`] bytes.
    #[error("The icon has {found} bytes; at most {max} can be kept.", max = ICON_BYTES_MAX)]
    IconTooLarge {
        /// How many bytes it has.
        found: usize,
    },
    /// The icon has no pixels, or more than [`ICON_SIDE_MAX`] in a direction.
    #[error("The icon has {width} x {height} pixels; at most {max} x {max} can be kept.", max = ICON_SIDE_MAX)]
    IconSize {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The type is Yandex and the secret is none of Yandex.
    #[error(transparent)]
    YandexSecret(#[from] YandexSecretError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    fn entry() -> Entry {
        let secret = Secret::from_bytes(&[7; 20]).unwrap();
        Entry::new(Credential::new("Example", "alice", secret, Generator::default()), 1_700_000_000)
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut icon = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        icon.extend(width.to_be_bytes());
        icon.extend(height.to_be_bytes());
        icon.extend([8, 6, 0, 0, 0]);
        icon
    }

    #[test]
    fn tidying_brings_an_entry_into_the_form_that_is_checked() {
        let mut messy = entry();
        messy.credential.issuer = " Ex\u{0}ample\n".to_owned();
        messy.credential.account = "\talice\u{1B}".to_owned();
        messy.group = Some(" \t ".to_owned());
        messy.tags = ["a", " a ", "", "b\n"].map(str::to_owned).to_vec();
        messy.note = "one\r\ntwo\u{8}".to_owned();
        assert!(messy.check().is_err());
        let tidy = messy.tidied();
        assert_eq!(tidy.check(), Ok(()));
        assert_eq!(tidy.credential, entry().credential);
        assert_eq!(tidy.group, None);
        assert_eq!(tidy.tags, ["a", "b"]);
        assert_eq!(tidy.note, "one\ntwo");
    }

    #[test]
    fn every_fault_has_its_error() {
        let fault = |change: fn(&mut Entry)| {
            let mut entry = entry();
            change(&mut entry);
            entry.check().unwrap_err()
        };
        let too_long = |field, found, max| EntryError::TooLong { field, found, max };
        assert_eq!(fault(|e| e.credential.issuer = "i".repeat(1025)), too_long(Field::Issuer, 1025, 1024));
        assert_eq!(
            fault(|e| e.credential.account = "\u{1F511}".repeat(1025)),
            too_long(Field::Account, 1025, 1024)
        );
        assert_eq!(fault(|e| e.group = Some("g".repeat(257))), too_long(Field::Group, 257, 256));
        assert_eq!(fault(|e| e.tags = vec!["t".repeat(257)]), too_long(Field::Tag, 257, 256));
        assert_eq!(fault(|e| e.note = "n".repeat(10_001)), too_long(Field::Note, 10_001, 10_000));
        let control = |field| EntryError::ControlCharacter { field };
        assert_eq!(fault(|e| e.credential.issuer = "a\u{7}".to_owned()), control(Field::Issuer));
        assert_eq!(fault(|e| e.credential.account = " a".to_owned()), control(Field::Account));
        assert_eq!(fault(|e| e.note = "a\u{0}".to_owned()), control(Field::Note));
        assert_eq!(fault(|e| e.group = Some(String::new())), EntryError::Empty { field: Field::Group });
        assert_eq!(fault(|e| e.tags = vec![String::new()]), EntryError::Empty { field: Field::Tag });
        assert_eq!(fault(|e| e.tags = vec!["a".to_owned(); 2]), EntryError::RepeatedTag);
        let many = |e: &mut Entry| e.tags = (0..65).map(|tag| tag.to_string()).collect();
        assert_eq!(fault(many), EntryError::TooManyTags { found: 65 });
        assert_eq!(fault(|e| e.icon = Some(Vec::new())), EntryError::IconNotPng);
        assert_eq!(fault(|e| e.icon = Some(b"GIF89a".to_vec())), EntryError::IconNotPng);
        assert_eq!(fault(|e| e.icon = Some(png(129, 1))), EntryError::IconSize { width: 129, height: 1 });
        assert_eq!(fault(|e| e.icon = Some(png(0, 1))), EntryError::IconSize { width: 0, height: 1 });
        let large = |e: &mut Entry| e.icon = Some(vec![0; ICON_BYTES_MAX + 1]);
        assert_eq!(fault(large), EntryError::IconTooLarge { found: ICON_BYTES_MAX + 1 });
        let yandex = |e: &mut Entry| e.credential.generator = Generator::Yandex { pin: None };
        assert_eq!(fault(yandex), EntryError::YandexSecret(YandexSecretError::Length { found: 20 }));
    }

    #[test]
    fn what_is_as_large_as_it_may_be_passes() {
        let mut full = entry();
        full.credential.issuer = "\u{1F511}".repeat(1024);
        full.note = "\u{5D0}\n".repeat(5_000);
        full.tags = (0..64).map(|tag| format!("{tag:0>256}")).collect();
        full.icon = Some(png(128, 128));
        assert_eq!(full.check(), Ok(()));
    }

    #[test]
    fn debug_output_shows_neither_note_nor_secret() {
        let mut private = entry();
        private.note = "recovery words".to_owned();
        let text = format!("{private:?}");
        assert!(text.contains("Secret(..)") && !text.contains("recovery"), "{text}");
    }
}

//! Files that are looked at for importing. Their bytes and what was found in them wait here; the page sees tokens and what to
//! choose by. Nothing is in the vault before a person has seen the list.

use std::collections::{HashMap, HashSet};

use tessera_otp::Entry;
use tessera_transfer::{
    Answers, ENTRIES_MAX, Found, Password, ReadError, inspect, inspect_pictures, judge, recognize,
};
use tessera_vault::{EntryId, Vault};
use zeroize::Zeroizing;

use crate::{
    convert,
    dto::{ErrorCode, Failure, ImportChoice, ImportFile, ImportProblem, ImportState, ImportView},
};

/// How many bytes of encrypted files wait for their passwords at most.
const WAITING_BYTES_MOST: usize = 256 * 1024 * 1024;

/// What the QR codes of a picture say.
type Codes = Vec<Zeroizing<String>>;

/// The bytes of a file that waits for its password, and its name.
#[derive(Clone)]
pub(crate) struct Sealed {
    name: String,
    bytes: std::sync::Arc<Zeroizing<Vec<u8>>>,
}

/// What was made of one file, apart from the list: reading may take seconds, and the list is not held meanwhile.
pub(crate) enum Read {
    /// Its entries.
    Found(Found),
    /// It asks for a password; with its format's name, if it shows it before it is opened.
    Sealed(Sealed, Option<&'static str>),
    /// A picture and what its QR codes say.
    Picture(Codes),
    /// Nothing.
    Failed(Failure),
}

struct Waiting {
    key: String,
    names: Vec<String>,
    format: Option<&'static str>,
    encrypted: bool,
    what: What,
}

enum What {
    Found { entries: Vec<(String, Entry, String)>, problems: Vec<tessera_transfer::Problem> },
    Sealed(Sealed),
    Failed(Failure),
}

/// The files that were given so far.
#[derive(Default)]
pub(crate) struct Importing {
    files: Vec<Waiting>,
    /// All pictures with their texts: a part that comes later is read together with those before.
    pictures: Vec<(String, Codes)>,
    made: u64,
}

/// Reads one file. `pictures` finds the QR codes of a picture; a failure of it is the picture's.
pub(crate) fn read(
    name: &str,
    bytes: Zeroizing<Vec<u8>>,
    now: u64,
    pictures: &dyn Fn(&[u8]) -> Result<Codes, Failure>,
) -> Read {
    if tessera_transfer::is_picture(&bytes) {
        return match pictures(&bytes) {
            Ok(codes) if codes.is_empty() => {
                Read::Failed(Failure::new(ErrorCode::NoCodeFound, "There is no QR code that can be read."))
            }
            Ok(codes) => Read::Picture(codes),
            Err(failure) => Read::Failed(failure),
        };
    }
    match look(name, &bytes, now, None, pictures) {
        Ok(found) => Read::Found(found),
        Err(ReadError::PasswordNeeded { .. }) => {
            let format = recognize(&bytes, name).map(|format| format.name);
            Read::Sealed(Sealed { name: name.to_owned(), bytes: std::sync::Arc::new(bytes) }, format)
        }
        Err(error) => Read::Failed(error.into()),
    }
}

fn look(
    name: &str,
    bytes: &[u8],
    now: u64,
    password: Option<&Password>,
    pictures: &dyn Fn(&[u8]) -> Result<Codes, Failure>,
) -> Result<Found, ReadError> {
    let pictures = |picture: &[u8]| pictures(picture).unwrap_or_default();
    inspect(bytes, name, &Answers { now, password, format: None, pictures: Some(&pictures) })
}

impl Sealed {
    /// Opens it with a password.
    pub(crate) fn open(
        &self,
        password: &Password,
        now: u64,
        pictures: &dyn Fn(&[u8]) -> Result<Codes, Failure>,
    ) -> Result<Found, ReadError> {
        look(&self.name, &self.bytes, now, Some(password), pictures)
    }
}

impl Importing {
    /// Takes what was made of files into the list.
    pub(crate) fn take(&mut self, read: Vec<(String, Read)>, now: u64) {
        let mut new_pictures = false;
        for (name, read) in read {
            match read {
                Read::Picture(codes) => {
                    // The same picture again changes nothing.
                    if !self.pictures.iter().any(|(known, texts)| *known == name && *texts == codes) {
                        self.pictures.push((name, codes));
                    }
                    new_pictures = true;
                }
                Read::Found(found) => {
                    let key = self.key();
                    let what = self.found(found);
                    self.add(key, name, false, what);
                }
                Read::Sealed(sealed, format) => {
                    let key = self.key();
                    let waiting: usize =
                        self.files.iter().filter_map(Waiting::sealed).map(|s| s.bytes.len()).sum();
                    if waiting + sealed.bytes.len() > WAITING_BYTES_MOST {
                        let failure = Failure::new(
                            ErrorCode::ImportTooLarge,
                            "The encrypted files that wait for a password are too large together.",
                        );
                        self.add(key, name, false, (None, What::Failed(failure)));
                    } else {
                        self.add(key, name, true, (format, What::Sealed(sealed)));
                    }
                }
                Read::Failed(failure) => {
                    let key = self.key();
                    self.add(key, name, false, (None, What::Failed(failure)));
                }
            }
        }
        if new_pictures {
            self.read_pictures(now);
        }
    }

    fn key(&mut self) -> String {
        self.made += 1;
        format!("f{}", self.made)
    }

    fn add(&mut self, key: String, name: String, encrypted: bool, made: (Option<&'static str>, What)) {
        let (format, what) = made;
        self.files.push(Waiting { key, names: vec![name], format, encrypted, what });
    }

    /// What was found, each entry with its token.
    fn found(&mut self, found: Found) -> (Option<&'static str>, What) {
        if self.entries().count() + found.entries.len() > ENTRIES_MAX {
            return (None, What::Failed(ReadError::TooManyEntries.into()));
        }
        let entries = found
            .entries
            .into_iter()
            .map(|found| {
                self.made += 1;
                (format!("i{}", self.made), found.entry, found.place.to_string())
            })
            .collect();
        (Some(found.format.name), What::Found { entries, problems: found.problems })
    }

    /// All pictures are read anew together, in one line of the list.
    fn read_pictures(&mut self, now: u64) {
        const KEY: &str = "pictures";
        self.files.retain(|file| file.key != KEY);
        if self.pictures.is_empty() {
            return;
        }
        let (format, what) = match inspect_pictures(&self.pictures, now) {
            Ok(found) => self.found(found),
            Err(error) => (None, What::Failed(error.into())),
        };
        let names = self.pictures.iter().map(|(name, _)| name.clone()).collect();
        self.files.push(Waiting { key: KEY.to_owned(), names, format, encrypted: false, what });
    }

    /// The files that wait for a password and are of the format of the one with this key, that one first.
    pub(crate) fn sealed_like(&self, key: &str) -> Result<Vec<(String, Sealed)>, Failure> {
        let asked =
            self.files.iter().find(|file| file.key == key).and_then(|file| Some((file, file.sealed()?)));
        let (asked, sealed) = asked.ok_or_else(gone)?;
        let others = self.files.iter().filter(|file| file.key != key && file.format == asked.format);
        let others = others.filter_map(|file| Some((file.key.clone(), file.sealed()?.clone())));
        Ok(std::iter::once((key.to_owned(), sealed.clone())).chain(others).collect())
    }

    /// A file was opened with its password.
    pub(crate) fn opened(&mut self, key: &str, result: Result<Found, ReadError>) {
        if !self.files.iter().any(|file| file.key == key && file.sealed().is_some()) {
            return;
        }
        let (format, what) = match result {
            Ok(found) => self.found(found),
            Err(error) => (None, What::Failed(error.into())),
        };
        if let Some(file) = self.files.iter_mut().find(|file| file.key == key) {
            file.format = format.or(file.format);
            file.what = what;
        }
    }

    /// Takes a file off the list.
    pub(crate) fn remove(&mut self, key: &str) {
        self.files.retain(|file| file.key != key);
        if key == "pictures" {
            self.pictures.clear();
        }
    }

    /// Forgets everything: it was imported, the person left the view, or the vault was locked.
    pub(crate) fn clear(&mut self) {
        self.files.clear();
        self.pictures.clear();
    }

    fn entries(&self) -> impl Iterator<Item = (&Waiting, &(String, Entry, String))> {
        self.files.iter().flat_map(|file| match &file.what {
            What::Found { entries, .. } => entries.iter().map(|found| (file, found)).collect(),
            _ => Vec::new(),
        })
    }

    /// The list as the page shows it, compared with the vault as it is now.
    pub(crate) fn view(&self, vault: &Vault) -> ImportView {
        let judged = judge(vault, self.entries().map(|(_, (_, entry, _))| entry));
        let rows = self
            .entries()
            .zip(judged)
            .map(|((file, (token, entry, place)), judged)| {
                convert::import_row(vault, token, &file.key, place, entry, &judged)
            })
            .collect();
        let problems = self.files.iter().flat_map(|file| match &file.what {
            What::Found { problems, .. } => {
                problems.iter().map(|problem| problem_of(&file.key, problem)).collect()
            }
            _ => Vec::new(),
        });
        ImportView {
            files: self.files.iter().map(Waiting::view).collect(),
            rows,
            problems: problems.collect(),
        }
    }

    /// What a person chose, ready to be written: the entries, and those of the vault that they replace. All or none: a token
    /// that is not waiting refuses the whole list. `group`: all of them go into this one.
    pub(crate) fn chosen(
        &self,
        vault: &Vault,
        choices: &[ImportChoice],
        group: Option<&str>,
    ) -> Result<(Vec<Entry>, Vec<EntryId>), Failure> {
        let waiting: HashMap<&str, &Entry> =
            self.entries().map(|(_, (token, entry, _))| (token.as_str(), entry)).collect();
        let by_names = choices.iter().any(|choice| choice.replace).then(|| names_of(vault));
        let mut taken = HashSet::new();
        let mut replaced = Vec::new();
        let mut entries = Vec::with_capacity(choices.len());
        for choice in choices {
            let found = waiting.get(choice.token.as_str()).ok_or_else(gone)?;
            if !taken.insert(&choice.token) {
                continue;
            }
            let mut entry = (*found).clone();
            // A person who takes what lay in a backup's trash wants it back.
            entry.deleted = None;
            if let Some(group) = group {
                entry.group = Some(group.to_owned());
                entry = entry.tidied();
            }
            entry.check()?;
            if let Some(same) = by_names.as_ref().filter(|_| choice.replace).and_then(|names| {
                names.get(&(entry.credential.issuer.as_str(), entry.credential.account.as_str()))
            }) {
                replaced.extend(same.iter().copied());
            }
            entries.push(entry);
        }
        Ok((entries, replaced))
    }
}

impl Waiting {
    fn sealed(&self) -> Option<&Sealed> {
        match &self.what {
            What::Sealed(sealed) => Some(sealed),
            _ => None,
        }
    }

    fn view(&self) -> ImportFile {
        let (state, failure) = match &self.what {
            What::Found { .. } => (ImportState::Read, None),
            What::Sealed(_) => (ImportState::PasswordNeeded, None),
            What::Failed(failure) => (ImportState::Failed, Some(failure.clone())),
        };
        ImportFile {
            key: self.key.clone(),
            names: self.names.clone(),
            format: self.format.map(str::to_owned),
            state,
            pictures: self.key == "pictures",
            encrypted: self.encrypted,
            failure,
        }
    }
}

/// The vault's entries outside the trash, by their names.
fn names_of(vault: &Vault) -> HashMap<(&str, &str), Vec<EntryId>> {
    let mut names: HashMap<(&str, &str), Vec<EntryId>> = HashMap::new();
    for found in vault.entries() {
        let credential = &found.entry.credential;
        names.entry((&credential.issuer, &credential.account)).or_default().push(found.id);
    }
    names
}

fn problem_of(file: &str, problem: &tessera_transfer::Problem) -> ImportProblem {
    ImportProblem {
        file: file.to_owned(),
        place: problem.place.to_string(),
        reason: problem.reason.to_string(),
        entry_kept: problem.entry_kept,
    }
}

fn gone() -> Failure {
    Failure::new(ErrorCode::CandidateGone, "This file is not waiting any more; choose it again.")
}

#[cfg(test)]
mod tests;

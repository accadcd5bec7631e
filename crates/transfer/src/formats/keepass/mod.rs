//! KeePass databases (KDBX 3.1 and 4), of KeePass, KeePassXC and others, opened with their password. One that needs a key file
//! or a hardware key does not open. Entries without codes are left out, and so are old versions of entries.
//!
//! The format: <https://keepass.info/help/kb/kdbx.html>. The library derives keys at whatever cost a header names; so the
//! header is read here first; and it unpacks what is packed, however much that becomes; so that is measured first.

mod header;
pub(super) mod login;
mod unpacked;

use std::panic::{AssertUnwindSafe, catch_unwind};

use keepass::db::{EntryRef, GroupRef};
use keepass::error::DatabaseOpenError;
use keepass::{Database, DatabaseKey};

use self::login::Login;
use super::{Format, Likeness};
use crate::collector::Collector;
use crate::{Answers, Found, Input, Place, ReadError};

pub(super) static FORMAT: Format = Format { id: "keepass", name: "KeePass", recognize, read };

/// What is said of a database that is none after all.
const BROKEN: &str = "it does not hold together";
/// Groups within groups that are gone into.
const DEPTH_MAX: usize = 64;

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    input.bytes().starts_with(header::MAGIC).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    header::check(input.bytes())?;
    let password = answers.password.ok_or(ReadError::PasswordNeeded { format: &FORMAT })?;
    unpacked::check(input.bytes(), password)?;
    // The database's key is derived from the password.
    let key = DatabaseKey::new().with_password(password.expose_secret());
    // The library panics over numbers that are shorter than they must be, and over parameters that no derivation takes.
    let parsed = catch_unwind(AssertUnwindSafe(|| Database::parse(input.bytes(), key)));
    let parsed = parsed.map_err(|_| FORMAT.damaged(BROKEN))?;
    let database = parsed.map_err(|error| failed(&error))?;
    let mut collector = Collector::new();
    let bin = database.recycle_bin().map(|group| group.id());
    let mut walk = Walk { bin, now: answers.now, collector: &mut collector, count: 0 };
    walk.group(&database.root(), "", false, 0);
    collector.finish(&FORMAT)
}

fn failed(error: &DatabaseOpenError) -> ReadError {
    match error {
        DatabaseOpenError::Key(_) | DatabaseOpenError::Cryptography(_) => {
            ReadError::WrongPassword { format: &FORMAT }
        }
        _ => FORMAT.damaged(BROKEN),
    }
}

struct Walk<'a> {
    bin: Option<keepass::db::GroupId>,
    now: u64,
    collector: &'a mut Collector,
    count: usize,
}

impl Walk<'_> {
    /// Goes through a group; `path` is what it is called with those around it, without the root.
    fn group(&mut self, group: &GroupRef<'_>, path: &str, deleted: bool, depth: usize) {
        let deleted = deleted || self.bin == Some(group.id());
        for entry in group.entries() {
            self.entry(&entry, path, deleted);
        }
        if depth == DEPTH_MAX {
            return;
        }
        for inner in group.groups() {
            let path = if path.is_empty() { inner.name.clone() } else { format!("{path}/{}", inner.name) };
            self.group(&inner, &path, deleted, depth + 1);
        }
    }

    fn entry(&mut self, entry: &EntryRef<'_>, path: &str, deleted: bool) {
        let login = Login::new(|field| entry.get(field));
        for made in login.credentials() {
            let place = Place::entry(self.count).with_names(path, login.title());
            let made = made.map(|credential| {
                let mut made = tessera_otp::Entry::new(credential, self.now);
                login.notes().clone_into(&mut made.note);
                made.group = Some(path.to_owned());
                made.tags.clone_from(&entry.tags);
                made.icon = entry.custom_icon().map(|icon| icon.data.clone());
                made.deleted = deleted.then_some(self.now);
                made
            });
            self.collector.take(place, made);
        }
        self.count += 1;
    }
}

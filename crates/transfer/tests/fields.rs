//! Each field missing or of another kind, in those fixtures that are no plain JSON (`fixtures.rs` does that one): tables of values,
//! databases, and Android's preferences. What is wrong with one entry costs that entry, and is named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

use rusqlite::{Connection, MAIN_DB};
use serde_json::{Value, json};
use tessera_transfer::{Answers, Found, ReadError, format_by_id, inspect};

const NOW: u64 = 1_800_000_000;

/// A fixture's bytes, and what is read of it whole.
struct Fixture {
    bytes: Vec<u8>,
    format: String,
    entries: usize,
    /// How many things of it are none that an entry could be made of.
    lost: usize,
}

impl Fixture {
    fn of(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let expected: Vec<Value> =
            serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let row = expected.into_iter().find(|row| row["file"] == name).unwrap();
        let mut fixture = Self {
            bytes: fs::read(folder.join(name)).unwrap(),
            format: row["format"].as_str().unwrap().to_owned(),
            entries: row["entries"].as_array().unwrap().len(),
            lost: 0,
        };
        fixture.lost = lost(&fixture.read(&fixture.bytes).unwrap());
        fixture
    }

    fn text(&self) -> &str {
        core::str::from_utf8(&self.bytes).unwrap()
    }

    /// Reads what became of it as the format that it is.
    fn read(&self, changed: &[u8]) -> Result<Found, ReadError> {
        inspect(changed, "", &Answers { format: format_by_id(&self.format), ..Answers::at(NOW) })
    }

    /// One entry may be gone, and then there is a word about it.
    fn lost_one_at_most(&self, changed: &[u8], what: &str) {
        let found = self.read(changed).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(found.entries.len() + 1 >= self.entries, "{what}: {:?}", found.problems);
        if found.entries.len() < self.entries {
            assert!(lost(&found) > self.lost, "{what}: gone without a word");
        }
    }

    /// Without what all entries need there may be nothing to read; then that is said.
    fn says_why_not(&self, changed: &[u8], what: &str) {
        match self.read(changed) {
            Ok(found) => assert!(
                found.entries.len() >= self.entries || lost(&found) > self.lost,
                "{what}: {} of {} entries and no word",
                found.entries.len(),
                self.entries
            ),
            Err(error) => assert!(!error.to_string().is_empty(), "{what}"),
        }
    }
}

fn lost(found: &Found) -> usize {
    found.problems.iter().filter(|problem| !problem.entry_kept).count()
}

#[test]
fn a_cell_of_a_table_costs_its_own_line() {
    for (file, code) in [
        ("bitwarden.csv", "login_totp"),
        ("bitwarden-authenticator.csv", "login_totp"),
        ("keepassxc.csv", "TOTP"),
    ] {
        let fixture = Fixture::of(file);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(fixture.bytes.as_slice());
        let table: Vec<Vec<String>> =
            reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect();
        let written = |table: &[Vec<String>]| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for line in table {
                writer.write_record(line).unwrap();
            }
            writer.into_inner().unwrap()
        };
        fixture.lost_one_at_most(&written(&table), file);
        for (line, column) in
            (1..table.len()).flat_map(|line| (0..table[0].len()).map(move |column| (line, column)))
        {
            for other in ["", "x", "-1", "\u{1F511}", "a,\"b\"\nc"] {
                // A login without a code is none of the entries, and nobody's problem.
                if other.is_empty() && table[0][column] == code {
                    continue;
                }
                let mut changed = table.clone();
                changed[line][column] = other.to_owned();
                fixture.lost_one_at_most(&written(&changed), &format!("{file}, {line}, {column}, {other}"));
            }
        }
        for column in 0..table[0].len() {
            let mut changed = table.clone();
            for line in &mut changed {
                line.remove(column);
            }
            let name = &table[0][column];
            if name != code {
                fixture.says_why_not(&written(&changed), &format!("{file} without {name}"));
            }
        }
    }
}

fn database(bytes: &[u8]) -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), false).unwrap();
    connection
}

#[test]
fn a_cell_of_a_database_costs_its_own_row() {
    for (file, tables) in [
        ("google-authenticator.db", &["accounts"][..]),
        ("microsoft-authenticator.db", &["accounts"]),
        ("stratum.db", &["authenticator", "category", "authenticatorcategory", "customicon"]),
    ] {
        let fixture = Fixture::of(file);
        for table in tables {
            let names: Vec<String> = {
                let connection = database(&fixture.bytes);
                let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
                statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            };
            let rows: i64 = database(&fixture.bytes)
                .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
                .unwrap();
            for (column, row) in names.iter().flat_map(|column| (0..rows).map(move |row| (column, row))) {
                for other in ["NULL", "'x'", "-1", "1e300", "zeroblob(3)", "''"] {
                    let connection = database(&fixture.bytes);
                    let sql = format!(
                        "UPDATE {table} SET {column} = {other} WHERE rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET {row})"
                    );
                    // What the app's own schema does not allow is in no file of it.
                    if connection.execute(&sql, []).is_err() {
                        continue;
                    }
                    let changed = connection.serialize(MAIN_DB).unwrap();
                    fixture
                        .lost_one_at_most(&changed, &format!("{file}, {table}, {row}, {column} = {other}"));
                }
            }
            for column in &names {
                let connection = database(&fixture.bytes);
                if connection.execute(&format!("ALTER TABLE {table} DROP COLUMN {column}"), []).is_ok() {
                    let changed = connection.serialize(MAIN_DB).unwrap();
                    fixture.says_why_not(&changed, &format!("{file} without {table}.{column}"));
                }
            }
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#x27;")
}

fn unescaped(text: &str) -> String {
    text.replace("&#x27;", "'")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The pointers of all members of all objects within a value.
fn members(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                members(inner, &format!("{path}/{name}"), into);
                into.push(format!("{path}/{name}"));
            }
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, inner)| members(inner, &format!("{path}/{index}"), into));
        }
        _ => {}
    }
}

#[test]
fn a_member_of_what_preferences_hold_costs_its_own_entry() {
    for file in ["authy.xml", "freeotp.xml", "freeotp-plus.xml", "totp-authenticator.xml"] {
        let fixture = Fixture::of(file);
        let lines: Vec<&str> = fixture.text().lines().collect();
        let mut changes = 0;
        for (number, line) in lines.iter().enumerate() {
            let Some((before, rest)) =
                line.split_once("\">").filter(|(before, _)| before.contains("<string"))
            else {
                continue;
            };
            let value = unescaped(rest.strip_suffix("</string>").unwrap());
            let with = |text: &str| {
                let mut changed = lines.clone();
                let line = format!("{before}\">{}</string>", escaped(text));
                changed[number] = &line;
                changed.join("\n")
            };
            fixture.lost_one_at_most(with(&value).as_bytes(), file);
            for other in ["", "x", "[]", "{}", "[1]"] {
                fixture.says_why_not_or_empty(with(other).as_bytes(), &format!("{file}, {number}, {other}"));
            }
            let Ok(value) = serde_json::from_str::<Value>(&value) else { continue };
            let mut paths = Vec::new();
            members(&value, "", &mut paths);
            for path in paths {
                for other in [
                    None,
                    Some(json!(null)),
                    Some(json!(-1)),
                    Some(json!("\u{1F511}")),
                    Some(json!([])),
                    Some(json!({})),
                ] {
                    let (parent, name) = path.rsplit_once('/').unwrap();
                    let mut changed = value.clone();
                    let object = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                    match &other {
                        Some(other) => drop(object.insert(name.to_owned(), other.clone())),
                        None => drop(object.remove(name)),
                    }
                    changes += 1;
                    let what = format!("{file}, {number}, {path} = {other:?}");
                    fixture.lost_one_at_most(with(&changed.to_string()).as_bytes(), &what);
                }
            }
        }
        assert!(changes > 50, "{file}: {changes}");
    }
}

impl Fixture {
    /// As [`Self::says_why_not`], but a list that was emptied holds nothing, rightly.
    fn says_why_not_or_empty(&self, changed: &[u8], what: &str) {
        if what.ends_with("[]") || what.ends_with("{}") || what.ends_with(", ") {
            if let Err(error) = self.read(changed) {
                assert!(!error.to_string().is_empty(), "{what}");
            }
        } else {
            self.says_why_not(changed, what);
        }
    }
}

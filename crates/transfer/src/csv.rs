//! Tables of comma-separated values whose first line names the columns.
//!
//! The library gives no way to wipe its records; the programs' global allocator does that.

use crate::{ENTRIES_MAX, Reason};

/// What is wrong with a line that cannot be read.
pub(crate) const UNREADABLE: Reason =
    Reason::Other("The line has not as many fields as the first one, or open quotes.");

/// A table: the names of its columns and its lines.
pub(crate) struct Table {
    header: csv::StringRecord,
    /// Each with the index of the file's line that it begins in.
    lines: Vec<(usize, Option<csv::StringRecord>)>,
}

/// A line of a table.
pub(crate) struct Line<'a> {
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
    index: usize,
}

impl Table {
    /// Reads one. `None` if the first line does not name columns.
    pub(crate) fn read(text: &str) -> Option<Self> {
        // Looked at first: most texts are no table, and are not read as one.
        if !text.lines().next()?.contains(',') {
            return None;
        }
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let header = reader.headers().ok()?.clone();
        let mut lines = Vec::new();
        // The library counts a line once it has seen the end of it; lines are counted here from where records begin.
        let (mut counted, mut index) = (0, 0);
        for record in reader.records() {
            if lines.len() > ENTRIES_MAX {
                break;
            }
            let position = match &record {
                Ok(record) => record.position().cloned(),
                Err(error) => error.position().cloned(),
            };
            let begins = position.and_then(|position| usize::try_from(position.byte()).ok());
            let begins = begins.map_or(counted, |begins| begins + newlines_at(text, begins));
            let between = text.as_bytes().get(counted..begins).unwrap_or_default();
            index += between.split(|byte| *byte == b'\n').count() - 1;
            counted = counted.max(begins);
            lines.push((index, record.ok()));
        }
        Some(Self { header, lines })
    }

    /// Whether there are these columns.
    pub(crate) fn has(&self, columns: &[&str]) -> bool {
        columns.iter().all(|column| self.header.iter().any(|name| same(name, column)))
    }

    /// The lines, or the index of one that cannot be read.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Result<Line<'_>, usize>> {
        self.lines.iter().map(|(index, record)| match record {
            Some(record) => Ok(Line { header: &self.header, record, index: *index }),
            None => Err(*index),
        })
    }
}

/// How many bytes of line ends stand at a place; a record begins after them.
fn newlines_at(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

impl Line<'_> {
    /// The field of a column; empty if there is none.
    pub(crate) fn get(&self, column: &str) -> &str {
        let index = self.header.iter().position(|name| same(name, column));
        index.and_then(|index| self.record.get(index)).unwrap_or_default()
    }

    /// Which line of the file it begins in, counted from 0.
    pub(crate) const fn index(&self) -> usize {
        self.index
    }
}

fn same(name: &str, column: &str) -> bool {
    name.trim().eq_ignore_ascii_case(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_lines_counted_as_an_editor_counts_them() {
        let table = Table::read("Name, totp\r\n\"a, \"\"b\"\"\nc\",x\r\nd\ne,f\n").unwrap();
        assert!(table.has(&["name", "TOTP"]) && !table.has(&["name", "notes"]));
        let lines: Vec<_> = table
            .lines()
            .map(|line| {
                line.map(|line| (line.index(), line.get("name").to_owned(), line.get("totp").to_owned()))
            })
            .collect();
        assert_eq!(lines[0], Ok((1, "a, \"b\"\nc".to_owned(), "x".to_owned())));
        assert_eq!(lines[1], Err(3));
        assert_eq!(lines[2], Ok((4, "e".to_owned(), "f".to_owned())));
        assert!(Table::read("no table\na,b").is_none() && Table::read("").is_none());
    }
}

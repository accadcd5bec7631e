//! Says of each byte of a SQLite file what it is, after SQLite's file format document (`sqlite.org/fileformat2.html`).
//! The vault does not know any of this; the test that flips bytes needs it, to tell content from structure.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

const PAGE: usize = 4096;

/// The `body` of one row.
#[derive(Debug, Clone)]
pub struct Body {
    pub table: String,
    pub row: i64,
    /// Where it stands in the file: one range on the leaf page and one on each overflow page.
    pub at: Vec<Range<usize>>,
}

impl Body {
    /// The bytes, put together.
    pub fn read(&self, file: &[u8]) -> Vec<u8> {
        self.at.iter().flat_map(|range| &file[range.clone()]).copied().collect()
    }
}

/// All bodies in the file.
pub fn bodies(path: &Path) -> Vec<Body> {
    let file = std::fs::read(path).unwrap();
    let db = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = db.prepare("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: BTreeMap<String, u32> =
        tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let mut found = Vec::new();
    for (table, root) in tables {
        walk(&file, &table, usize::try_from(root).unwrap(), &mut found);
    }
    assert!(found.iter().all(|body| body.read(&file).starts_with(b"TSR")), "this map of the file is wrong");
    found
}

/// The body that each byte belongs to, by its place in `bodies`; `None` is structure or free room.
pub fn owners(length: usize, bodies: &[Body]) -> Vec<Option<usize>> {
    let mut owners = vec![None; length];
    for (index, body) in bodies.iter().enumerate() {
        for range in &body.at {
            owners[range.clone()].fill(Some(index));
        }
    }
    owners
}

fn walk(file: &[u8], table: &str, page: usize, found: &mut Vec<Body>) {
    let start = (page - 1) * PAGE;
    let header = if page == 1 { start + 100 } else { start };
    let cells = usize::from(u16::from_be_bytes([file[header + 3], file[header + 4]]));
    let interior = match file[header] {
        0x05 => true,
        0x0d => false,
        other => panic!("page {page} of {table} is of type {other:#x}"),
    };
    let pointers = header + if interior { 12 } else { 8 };
    for cell in 0..cells {
        let at = pointers + 2 * cell;
        let cell = start + usize::from(u16::from_be_bytes([file[at], file[at + 1]]));
        if interior {
            walk(file, table, number(file, cell), found);
        } else {
            found.push(leaf_cell(file, table, cell));
        }
    }
    if interior {
        walk(file, table, number(file, header + 8), found);
    }
}

fn leaf_cell(file: &[u8], table: &str, cell: usize) -> Body {
    let (payload, after) = varint(file, cell);
    let (row, start) = varint(file, after);
    let payload = usize::try_from(payload).unwrap();
    let mut at = Vec::new();
    let (header, _) = varint(file, start);
    let mut skip = usize::try_from(header).unwrap(); // `row` is an alias of the rowid: it takes no bytes here
    let most = PAGE - 35;
    let least = (PAGE - 12) * 32 / 255 - 23;
    let local = if payload <= most {
        payload
    } else {
        let fitting = least + (payload - least) % (PAGE - 4);
        if fitting <= most { fitting } else { least }
    };
    let mut push = |from: usize, length: usize| {
        let skipped = skip.min(length);
        skip -= skipped;
        at.push(from + skipped..from + length);
    };
    push(start, local);
    let mut left = payload - local;
    let mut next = if left > 0 { number(file, start + local) } else { 0 };
    while left > 0 {
        let page = (next - 1) * PAGE;
        let length = left.min(PAGE - 4);
        push(page + 4, length);
        next = number(file, page);
        left -= length;
    }
    Body { table: table.to_owned(), row, at }
}

fn number(file: &[u8], at: usize) -> usize {
    usize::try_from(u32::from_be_bytes(file[at..at + 4].try_into().unwrap())).unwrap()
}

fn varint(file: &[u8], mut at: usize) -> (i64, usize) {
    let mut value: i64 = 0;
    for index in 0..9 {
        let byte = file[at];
        at += 1;
        if index == 8 {
            return (value << 8 | i64::from(byte), at);
        }
        value = value << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    (value, at)
}

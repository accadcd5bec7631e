//! A manifest leaf: which records there are, of those whose id starts with its number (`docs/vault-format.md` §5).

use crate::body::{Body, START};
use crate::hazmat::HASH;
use crate::{Table, VaultId};

pub(crate) const LEAVES: usize = 256;
const LINE: usize = 57;
/// Table and id: what a line is found by.
const NAME: usize = 17;

/// One record as the manifest knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line([u8; LINE]);

impl Line {
    pub(crate) fn new(table: Table, id: &[u8; 16], revision: u64, hash: &[u8; HASH]) -> Self {
        let mut line = [0; LINE];
        line[0] = table.number();
        line[1..NAME].copy_from_slice(id);
        line[NAME..25].copy_from_slice(&revision.to_le_bytes());
        line[25..].copy_from_slice(hash);
        Self(line)
    }

    /// `None` for a table that is not listed in leaves.
    pub(crate) const fn table(&self) -> Option<Table> {
        match Table::from_number(self.0[0]) {
            Some(Table::Audit) | None => None,
            table => table,
        }
    }

    pub(crate) fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[1..NAME]);
        id
    }

    pub(crate) fn revision(&self) -> u64 {
        let mut revision = [0; 8];
        revision.copy_from_slice(&self.0[NAME..25]);
        u64::from_le_bytes(revision)
    }

    pub(crate) fn hash(&self) -> &[u8] {
        &self.0[25..]
    }
}

/// The lines of a leaf, sorted by their bytes. At most one a record: whoever adds a second replaces the first.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines(Vec<Line>);

impl Lines {
    /// From lines in any order, as they were found.
    pub(crate) fn sorted(mut lines: Vec<Line>) -> Self {
        lines.sort_unstable();
        Self(lines)
    }

    /// Reads a leaf: its number and its lines. Says nothing of whether it is genuine.
    pub(crate) fn read(body: &[u8], vault: VaultId) -> Option<(u8, Self)> {
        let [number, zero] = Body::Leaf.read_of(body, vault)?;
        let (lines, rest) = body[START..].as_chunks::<LINE>();
        if zero != 0 || !rest.is_empty() || !lines.is_sorted() {
            return None;
        }
        Some((number, Self(lines.iter().copied().map(Line).collect())))
    }

    /// The leaf's body.
    pub(crate) fn body(&self, number: u8, vault: VaultId) -> Vec<u8> {
        let mut body = vec![0; START + LINE * self.0.len()];
        Body::Leaf.begin(&mut body, [number, 0], vault);
        for (place, line) in body[START..].chunks_exact_mut(LINE).zip(&self.0) {
            place.copy_from_slice(&line.0);
        }
        body
    }

    /// The place of a record's line.
    pub(crate) fn find(&self, table: Table, id: &[u8; 16]) -> Option<usize> {
        let mut name = [0; NAME];
        name[0] = table.number();
        name[1..].copy_from_slice(id);
        let at = self.0.partition_point(|line| line.0[..NAME] < name[..]);
        self.0.get(at).filter(|line| line.0[..NAME] == name[..]).map(|_| at)
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Line> {
        self.0.get(at)
    }

    pub(crate) fn set(&mut self, line: Line) {
        if let Some(table) = line.table() {
            self.remove(table, &line.id());
        }
        let at = self.0.partition_point(|other| *other < line);
        self.0.insert(at, line);
    }

    pub(crate) fn remove(&mut self, table: Table, id: &[u8; 16]) -> bool {
        let found = self.find(table, id);
        if let Some(at) = found {
            self.0.remove(at);
        }
        found.is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Line> {
        self.0.iter()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([6; 16]);

    fn line(id: u8, revision: u64) -> Line {
        Line::new(Table::Entry, &[id; 16], revision, &[id; HASH])
    }

    #[test]
    fn lines_are_found_replaced_and_removed_and_stay_sorted() {
        let mut lines = Lines::default();
        for id in [9, 3, 7, 3, 1] {
            lines.set(line(id, u64::from(id) + 300));
        }
        lines.set(line(7, 1));
        assert_eq!(lines.iter().map(Line::revision).collect::<Vec<_>>(), [301, 303, 1, 309]);
        assert!(lines.find(Table::Private, &[7; 16]).is_none());
        assert!(lines.remove(Table::Entry, &[3; 16]) && !lines.remove(Table::Entry, &[3; 16]));
        assert_eq!(lines.len(), 3);
        let (number, read) = Lines::read(&lines.body(5, VAULT), VAULT).unwrap();
        assert!(number == 5 && read == lines);
    }

    #[test]
    fn lines_out_of_order_and_bytes_left_over_are_refused() {
        let lines = Lines(vec![line(9, 1), line(3, 1)]);
        assert!(Lines::read(&lines.body(0, VAULT), VAULT).is_none());
        let mut body = Lines::default().body(0, VAULT);
        body.push(0);
        Body::Leaf.begin(&mut body, [0, 0], VAULT);
        assert!(Lines::read(&body, VAULT).is_none());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(mut body in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(Lines::read(&body, VAULT).is_none());
            if body.len() >= START {
                Body::Leaf.begin(&mut body, [0, 0], VAULT);
                let _ = Lines::read(&body, VAULT).map(|(_, lines)| lines.iter().filter_map(Line::table).count());
            }
        }
    }
}

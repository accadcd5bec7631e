//! Merging with another copy of the same vault, entry by entry.

use tessera_otp::Entry;

use crate::EntryId;

/// How an entry differs between two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeKind {
    /// Only this vault has it.
    OnlyOurs,
    /// Only the other has it.
    OnlyTheirs,
    /// Both have it, with different content.
    Differs,
}

/// An entry that the two copies do not have alike.
#[derive(Debug, Clone)]
pub struct MergeItem {
    /// Its id, the same in both.
    pub id: EntryId,
    /// How it differs.
    pub kind: MergeKind,
    /// As this vault has it.
    pub ours: Option<Entry>,
    /// As the other has it.
    pub theirs: Option<Entry>,
    /// What is proposed.
    pub proposed: Take,
}

/// Which side of an item to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// This vault's.
    Ours,
    /// The other's.
    Theirs,
    /// Both: the other's becomes an entry of its own.
    Both,
}

/// What to do with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeChoice {
    /// The item.
    pub id: EntryId,
    /// The side to take.
    pub take: Take,
}

/// What a merge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Entries added.
    pub added: usize,
    /// Entries changed.
    pub changed: usize,
}

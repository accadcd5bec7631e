//! What every body in the file starts with (`docs/vault-format.md` §1).

use crate::VaultId;

/// The format version that this crate reads and writes.
pub(crate) const FORMAT: u16 = 1;
/// How long the common start is.
pub(crate) const START: usize = 32;

/// The kinds of bodies, each with its magic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Slot,
    Record,
    Leaf,
    Head,
    Sealed,
}

impl Body {
    pub(crate) const ALL: [Self; 5] = [Self::Slot, Self::Record, Self::Leaf, Self::Head, Self::Sealed];

    pub(crate) const fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::Slot => b"TSRSLOT\x01",
            Self::Record => b"TSRRECD\x01",
            Self::Leaf => b"TSRLEAF\x01",
            Self::Head => b"TSRHEAD\x01",
            Self::Sealed => b"TSRSEAL\x01",
        }
    }

    /// Writes the start of a body that is already as long as it will be.
    pub(crate) fn begin(self, body: &mut [u8], by_kind: [u8; 2], vault: VaultId) {
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        body[..8].copy_from_slice(self.magic());
        body[8..12].copy_from_slice(&length.to_le_bytes());
        body[12..14].copy_from_slice(&FORMAT.to_le_bytes());
        body[14..16].copy_from_slice(&by_kind);
        body[16..START].copy_from_slice(vault.as_bytes());
    }

    /// Reads the start of a body: its two bytes by kind and the vault it belongs to. `None` when it is of another
    /// kind or format, or not as long as it says.
    pub(crate) fn read(self, body: &[u8]) -> Option<([u8; 2], VaultId)> {
        let whole = body.len() >= START
            && body[..8] == *self.magic()
            && usize::try_from(u32_at(body, 8)?) == Ok(body.len())
            && body[12..14] == FORMAT.to_le_bytes();
        if !whole {
            return None;
        }
        Some(([body[14], body[15]], VaultId::from_bytes(*body[16..].first_chunk()?)))
    }

    /// As `read`, of a body that must belong to `vault`.
    pub(crate) fn read_of(self, body: &[u8], vault: VaultId) -> Option<[u8; 2]> {
        self.read(body).filter(|(_, found)| *found == vault).map(|(by_kind, _)| by_kind)
    }
}

pub(crate) fn u32_at(body: &[u8], at: usize) -> Option<u32> {
    body.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

pub(crate) fn u64_at(body: &[u8], at: usize) -> Option<u64> {
    body.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

pub(crate) fn array_at<const N: usize>(body: &[u8], at: usize) -> Option<[u8; N]> {
    body.get(at..)?.first_chunk().copied()
}

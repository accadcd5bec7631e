//! A record's envelope: padded AES-256-GCM whose authenticated data bind what the record is (`docs/vault-format.md` §4).

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::body::{Body, array_at, u32_at, u64_at};
use crate::hazmat::{Aead, NONCE, TAG};
use crate::{Table, VaultId};

const BLOCK: usize = 256;
/// What is authenticated.
const BOUND: usize = 56;
const TEXT: usize = BOUND + NONCE;
/// The content's length stands before it.
const LENGTH: usize = 4;

/// What an envelope says of itself in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) table: Table,
    pub(crate) id: [u8; 16],
    pub(crate) revision: u64,
}

/// The content does not fit into the largest envelope of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge {
    pub(crate) found: usize,
    pub(crate) limit: usize,
}

impl Table {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Entry => 1,
            Self::Private => 2,
            Self::Audit => 3,
        }
    }

    pub(crate) const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Entry),
            2 => Some(Self::Private),
            3 => Some(Self::Audit),
            _ => None,
        }
    }

    /// The largest envelope.
    pub(crate) const fn limit(self) -> usize {
        match self {
            Self::Entry => 1024 * 1024,
            Self::Private | Self::Audit => 64 * 1024 * 1024,
        }
    }
}

impl Label {
    /// Reads the start of an envelope of this vault. Says nothing of whether it is genuine.
    pub(crate) fn read(body: &[u8], vault: VaultId) -> Option<Self> {
        let [table, zero] = Body::Record.read_of(body, vault)?;
        let table = Table::from_number(table)?;
        if zero != 0 || !body.len().is_multiple_of(BLOCK) || body.len() > table.limit() {
            return None;
        }
        Some(Self { table, id: array_at(body, 32)?, revision: u64_at(body, 48)? })
    }
}

/// Seals content into an envelope under a fresh nonce.
pub(crate) fn seal(
    aead: &Aead,
    label: Label,
    vault: VaultId,
    content: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, TooLarge> {
    let length = (TEXT + LENGTH + content.len() + TAG).next_multiple_of(BLOCK);
    let (limit, Ok(content_length)) = (label.table.limit(), u32::try_from(content.len())) else {
        return Err(TooLarge { found: length, limit: label.table.limit() });
    };
    if length > limit {
        return Err(TooLarge { found: length, limit });
    }
    // Sized once: the content stands here in clear until the next lines encrypt it in place.
    let mut body = vec![0; length];
    Body::Record.begin(&mut body, [label.table.number(), 0], vault);
    body[32..48].copy_from_slice(&label.id);
    body[48..BOUND].copy_from_slice(&label.revision.to_le_bytes());
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    body[BOUND..TEXT].copy_from_slice(&nonce);
    body[TEXT..TEXT + LENGTH].copy_from_slice(&content_length.to_le_bytes());
    body[TEXT + LENGTH..TEXT + LENGTH + content.len()].copy_from_slice(content);
    let (bound, rest) = body.split_at_mut(TEXT);
    let text = rest.len() - TAG;
    let tag = aead.seal(&nonce, &bound[..BOUND], &mut rest[..text]);
    rest[text..].copy_from_slice(&tag);
    Ok(body)
}

/// Opens an envelope that `Label::read` accepted. The content is borrowed from `plain`, which is wiped when dropped and
/// may serve for many envelopes.
pub(crate) fn open<'p>(aead: &Aead, body: &[u8], plain: &'p mut Zeroizing<Vec<u8>>) -> Option<&'p [u8]> {
    let text = body.get(TEXT..body.len().checked_sub(TAG)?)?;
    let tag = body.last_chunk()?;
    let nonce = array_at(body, BOUND)?;
    if plain.capacity() < text.len() {
        // A new buffer rather than a grown one, which would leave an unwiped copy behind.
        *plain = Zeroizing::new(Vec::with_capacity(text.len().next_power_of_two()));
    }
    plain.clear();
    plain.extend_from_slice(text);
    aead.open(&nonce, &body[..BOUND], plain.as_mut_slice(), tag).ok()?;
    let length = usize::try_from(u32_at(plain, 0)?).ok()?;
    plain.get(LENGTH..LENGTH.checked_add(length)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VAULT: VaultId = VaultId::from_bytes([6; 16]);
    const LABEL: Label = Label { table: Table::Entry, id: [3; 16], revision: 7 };

    fn sealed(content: &[u8]) -> (Aead, Vec<u8>) {
        let aead = Aead::new(&[1; 32]);
        let body = seal(&aead, LABEL, VAULT, content, &mut tessera_testkit::SeededRng::new(1)).unwrap();
        (aead, body)
    }

    #[test]
    fn content_comes_back_and_its_length_shows_only_in_steps_of_256() {
        for length in [0, 1, 167, 168, 169, 424, 425, 5000] {
            let content = vec![0xab; length];
            let (aead, body) = sealed(&content);
            assert_eq!(body.len(), (88 + length).next_multiple_of(256));
            assert_eq!(Label::read(&body, VAULT), Some(LABEL));
            assert_eq!(open(&aead, &body, &mut Zeroizing::new(Vec::new())), Some(content.as_slice()));
        }
    }

    #[test]
    fn every_byte_of_an_envelope_is_bound() {
        let (aead, mut body) = sealed(b"content");
        let mut plain = Zeroizing::new(Vec::new());
        for at in 0..body.len() {
            body[at] ^= 1;
            let opened =
                Label::read(&body, VAULT).and_then(|_| open(&aead, &body, &mut plain).map(<[u8]>::len));
            assert_eq!(opened, None, "byte {at}");
            body[at] ^= 1;
        }
        assert!(open(&Aead::new(&[2; 32]), &body, &mut plain).is_none(), "another key");
        assert!(Label::read(&body, VaultId::from_bytes([7; 16])).is_none(), "another vault");
    }

    #[test]
    fn what_is_too_large_is_refused_with_its_size() {
        let aead = Aead::new(&[1; 32]);
        let content = vec![0; 1024 * 1024];
        let error = seal(&aead, LABEL, VAULT, &content, &mut tessera_testkit::SeededRng::new(1)).unwrap_err();
        assert_eq!(error, TooLarge { found: 1024 * 1024 + 256, limit: 1024 * 1024 });
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(mut body in proptest::collection::vec(any::<u8>(), 0..600)) {
            let aead = Aead::new(&[1; 32]);
            let mut plain = Zeroizing::new(Vec::new());
            prop_assert!(Label::read(&body, VAULT).is_none());
            prop_assert!(open(&aead, &body, &mut plain).is_none());
            if body.len() >= 32 {
                Body::Record.begin(&mut body, [1, 0], VAULT);
                let _ = Label::read(&body, VAULT);
            }
        }
    }
}

//! Finding bodies in the raw bytes of a file whose structure SQLite cannot read any more.
//!
//! A body starts with its magic and its length, and lies in one cell of a table's page: whole if it is small, else its
//! first part there and the rest on a chain of overflow pages (SQLite's file format, §1.6). Only that chain is relied
//! on, no index, no count and no page type.

use std::fs;
use std::path::Path;

use crate::body::{Body, u32_at};

const PAGE: usize = 4096;
/// The most of a payload that stays in its cell, and the least that stays when it does not fit (for usable size 4096).
const LOCAL_MAX: usize = PAGE - 35;
const LOCAL_MIN: usize = (PAGE - 12) * 32 / 255 - 23;
/// The largest body of any kind.
const BODY_MAX: usize = 64 * 1024 * 1024;
/// The largest file that is searched. It is read whole.
pub(crate) const FILE_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Hands on every body that a file may hold. What cannot be read is passed over. Only for a file that no session writes.
pub(crate) fn bodies_of_file(path: &Path, take: impl FnMut(&[u8])) {
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() <= FILE_MAX)
        && let Ok(bytes) = fs::read(path)
    {
        bodies(&bytes, take);
    }
}

/// Hands on every body that the bytes of a file may hold, in the order in which they start. Nothing is verified.
pub(crate) fn bodies(file: &[u8], mut take: impl FnMut(&[u8])) {
    let mut at = 0;
    // All magics start alike, which makes for a quick search.
    while let Some(found) =
        file.get(at..).and_then(|rest| rest.windows(3).position(|window| window == b"TSR"))
    {
        let start = at + found;
        at = start + 3;
        let is_magic = |kind: &Body| file[start..].starts_with(kind.magic());
        if !Body::ALL.iter().any(is_magic) {
            continue;
        }
        let Some(length) = u32_at(file, start + 8).and_then(|length| usize::try_from(length).ok()) else {
            continue;
        };
        if !(32..=BODY_MAX.min(file.len())).contains(&length) {
            continue;
        }
        let local = local_part(length);
        if local == length {
            if let Some(body) = file.get(start..start + length) {
                take(body);
            }
        } else if let Some(body) = follow(file, start, local, length) {
            take(&body);
        }
    }
}

/// How many bytes of a body of this length stand in its cell.
fn local_part(length: usize) -> usize {
    // The record's header: its own length, NULL for `row`, and the blob's length times two plus twelve.
    let header = 2 + varint_length(length * 2 + 12);
    let payload = header + length;
    if payload <= LOCAL_MAX {
        return length;
    }
    let fitting = LOCAL_MIN + (payload - LOCAL_MIN) % (PAGE - 4);
    (if fitting <= LOCAL_MAX { fitting } else { LOCAL_MIN }) - header
}

const fn varint_length(value: usize) -> usize {
    let mut length = 1;
    let mut rest = value >> 7;
    while rest > 0 {
        length += 1;
        rest >>= 7;
    }
    length
}

/// Gathers a body along its overflow pages.
fn follow(file: &[u8], start: usize, local: usize, length: usize) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(length);
    body.extend_from_slice(file.get(start..start + local)?);
    let mut link = start + local;
    while body.len() < length {
        let page = usize::try_from(u32::from_be_bytes(*file.get(link..)?.first_chunk()?)).ok()?;
        link = page.checked_sub(1)?.checked_mul(PAGE)?;
        let part = (length - body.len()).min(PAGE - 4);
        body.extend_from_slice(file.get(link + 4..link + 4 + part)?);
    }
    Some(body)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::Sheet;
    use crate::testing::{Scene, hotp};

    #[test]
    fn every_body_of_every_size_is_found() {
        let (scene, mut vault) = Scene::with(20);
        for length in [0, 3000, 3600, 3700, 4000, 8000] {
            let mut entry = hotp();
            entry.note = "n".repeat(length);
            vault.add(vec![entry]).unwrap();
        }
        drop(vault);
        let mut found: Vec<Vec<u8>> = Vec::new();
        bodies_of_file(&scene.path, |body| found.push(body.to_vec()));
        for (_, body) in Sheet::ALL.iter().flat_map(|sheet| scene.rows(*sheet)) {
            assert!(found.contains(&body), "a body of {} bytes", body.len());
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(mut file in proptest::collection::vec(any::<u8>(), 0..9000), at in 0_usize..9000, length in 0_u32..70_000) {
            if let Some(place) = file.get_mut(at..at + 12) {
                place[..8].copy_from_slice(b"TSRRECD\x01");
                place[8..].copy_from_slice(&length.to_le_bytes());
            }
            bodies(&file, |body| assert_eq!(Some(body.len()), usize::try_from(length).ok()));
        }
    }
}

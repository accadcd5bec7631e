//! Many entries at once: into a group, with or without tags, duplicates made one. Trash and restore take lists of their own.

use tauri::command;

use crate::{
    convert,
    dto::{EntryId, Failure, MergedDuplicates},
    shell::{App, Shell, run},
};

/// Puts entries into a group, or with none out of theirs. Tells how many are different now.
#[command]
pub(crate) async fn move_entries(
    shell: App<'_>,
    ids: Vec<EntryId>,
    group: Option<String>,
) -> Result<u32, Failure> {
    run(&shell, move |shell| {
        let ids = convert::entry_ids(&ids)?;
        shell.with_vault(|open| {
            let moved = open.vault.edit_all(&ids, |entry| entry.group.clone_from(&group))?;
            Ok(convert::small(moved))
        })
    })
    .await
}

/// Gives entries tags and takes others away. Tells how many are different now.
#[command]
pub(crate) async fn tag_entries(
    shell: App<'_>,
    ids: Vec<EntryId>,
    add: Vec<String>,
    remove: Vec<String>,
) -> Result<u32, Failure> {
    run(&shell, move |shell| tag(shell, &ids, &add, &remove)).await
}

pub(crate) fn tag(shell: &Shell, ids: &[EntryId], add: &[String], remove: &[String]) -> Result<u32, Failure> {
    let ids = convert::entry_ids(ids)?;
    shell.with_vault(|open| {
        let changed = open.vault.edit_all(&ids, |entry| {
            entry.tags.retain(|tag| !remove.contains(tag));
            // A tag that is there already is there once: the vault tidies.
            entry.tags.extend(add.iter().cloned());
        })?;
        Ok(convert::small(changed))
    })
}

/// The sets of entries that give the same codes; the first of each is the one that merging keeps.
#[command]
pub(crate) async fn duplicates(shell: App<'_>, ids: Vec<EntryId>) -> Result<Vec<Vec<EntryId>>, Failure> {
    run(&shell, move |shell| {
        let ids = convert::entry_ids(&ids)?;
        shell.with_vault(|open| {
            let sets = open.vault.duplicates_among(&ids);
            Ok(sets.into_iter().map(|set| set.into_iter().map(convert::id).collect()).collect())
        })
    })
    .await
}

/// Makes each set of duplicates one; the others go to the trash.
#[command]
pub(crate) async fn merge_duplicates(shell: App<'_>, ids: Vec<EntryId>) -> Result<MergedDuplicates, Failure> {
    run(&shell, move |shell| {
        let ids = convert::entry_ids(&ids)?;
        shell.with_vault(|open| {
            let done = open.vault.merge_duplicates(&ids)?;
            Ok(MergedDuplicates {
                kept: done.kept.into_iter().map(convert::id).collect(),
                trashed: done.trashed.into_iter().map(convert::id).collect(),
                too_full: convert::small(done.too_full),
            })
        })
    })
    .await
}

//! `tessera list`: what there is, without codes and secrets.

use tessera_vault::EntryRef;

use super::{Context, Row, short_id};
use crate::failure::Failure;
use crate::text::{columns, name, safe};
use crate::{clock, open, query};

/// What to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only entries whose issuer or account contain these words
    #[arg(value_name = "WORDS")]
    words: Option<String>,
    /// List what is in the trash
    #[arg(long)]
    trash: bool,
    /// Only entries of this group
    #[arg(long)]
    group: Option<String>,
    /// Only entries with this tag
    #[arg(long)]
    tag: Option<String>,
}

/// Lists by issuer and account, favorites first.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    let vault = open::unlock(context)?;
    let mut known: Vec<EntryRef<'_>> =
        if args.trash { vault.trash().collect() } else { vault.entries().collect() };
    known.retain(|known| args.keeps(known));
    known.sort_by_cached_key(|known| {
        let credential = &known.entry.credential;
        (!known.entry.favorite, credential.issuer.to_lowercase(), credential.account.to_lowercase(), known.id)
    });
    if context.out.is_json() {
        let rows: Vec<Row> = known.into_iter().map(Row::of).collect();
        return context.out.value(&rows);
    }
    if known.is_empty() {
        let nothing = if args.trash { "The trash is empty." } else { "No entries. `tessera add` adds one." };
        context.out.note(if args.is_filtered() { "No entry matches." } else { nothing });
    }
    let rows: Vec<Vec<String>> = known.iter().map(line).collect();
    context.out.lines(&columns(&rows))
}

impl Args {
    fn is_filtered(&self) -> bool {
        self.words.is_some() || self.group.is_some() || self.tag.is_some()
    }

    fn keeps(&self, known: &EntryRef<'_>) -> bool {
        let entry = known.entry;
        let credential = &entry.credential;
        self.words
            .as_ref()
            .is_none_or(|words| query::matches_words(&credential.issuer, &credential.account, words))
            && self.group.as_ref().is_none_or(|group| entry.group.as_ref() == Some(group))
            && self.tag.as_ref().is_none_or(|tag| entry.tags.contains(tag))
    }
}

fn line(known: &EntryRef<'_>) -> Vec<String> {
    let entry = known.entry;
    let credential = &entry.credential;
    let star = if entry.favorite { "* " } else { "" };
    let mut about = Vec::new();
    if let Some(group) = &entry.group {
        about.push(safe(group));
    }
    about.extend(entry.tags.iter().map(|tag| format!("#{}", safe(tag))));
    if let Some(deleted) = entry.deleted {
        about.push(format!("removed {}", clock::in_words(deleted)));
    }
    vec![
        short_id(&known.id.to_string()).to_owned(),
        format!("{star}{}", name(&credential.issuer, &credential.account)),
        credential.kind().name().to_owned(),
        about.join(" "),
    ]
}

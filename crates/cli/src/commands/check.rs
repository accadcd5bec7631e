//! `tessera check`: every byte of the file that means anything.

use serde::Serialize;
use tessera_vault::{Finding, QuarantineReason, Report, Table};

use super::{Context, short_id};
use crate::failure::{Code, Failure};
use crate::open;
use crate::text::safe;

/// How.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

#[derive(Serialize)]
struct Checked {
    clean: bool,
    findings: Vec<Found>,
    records: usize,
    slots: usize,
    leaves: usize,
    audit_events: usize,
    sealed_events: usize,
    generation: u64,
}

#[derive(Serialize)]
struct Found {
    kind: &'static str,
    id: Option<String>,
    message: String,
}

/// Checks, prints what it found, and fails with "damaged" if that is anything.
pub(crate) fn run(_args: &Args, context: &Context) -> Result<(), Failure> {
    let vault = open::unlock(context)?;
    let report = vault.check().map_err(open::vault_failure)?;
    let clean = report.is_clean();
    let checked = Checked::from(&report);
    if context.out.is_json() {
        context.out.value(&checked)?;
    } else {
        for found in &checked.findings {
            context.out.line(&found.message)?;
        }
        context.out.line(&format!(
            "{} records, {} slots, {} leaves of the list, {} log events verified; change number {}.",
            checked.records, checked.slots, checked.leaves, checked.audit_events, checked.generation
        ))?;
    }
    if clean {
        if !context.out.is_json() {
            context.out.line("The vault is whole.")?;
        }
        return Ok(());
    }
    let count = report.findings.len();
    let things = if count == 1 { "1 thing is".to_owned() } else { format!("{count} things are") };
    Err(Failure::new(
        Code::Damaged,
        format!("{things} not as they should be in this vault. {}", advice(&report)),
    ))
}

impl From<&Report> for Checked {
    fn from(report: &Report) -> Self {
        Checked {
            clean: report.is_clean(),
            findings: report.findings.iter().map(Found::from).collect(),
            records: report.records,
            slots: report.slots,
            leaves: report.leaves,
            audit_events: report.audit_events,
            sealed_events: report.sealed_events,
            generation: report.generation,
        }
    }
}

impl From<&Finding> for Found {
    fn from(finding: &Finding) -> Self {
        let plain = |kind, message: String| Found { kind, id: None, message };
        match finding {
            Finding::Structure(said) => {
                plain("structure", format!("SQLite finds the file's structure damaged: {}", safe(said)))
            }
            Finding::Schema(said) => {
                plain("schema", format!("The file's tables are not those of a vault: {}", safe(said)))
            }
            Finding::Copy { table } => plain(
                "copy",
                format!(
                    "The copy in table {table} is damaged; the other one is good, and the next change writes both."
                ),
            ),
            Finding::Manifest => {
                plain("manifest", "The list of records fails its check in both copies.".to_owned())
            }
            Finding::Slots => plain(
                "slots",
                "Neither copy of the key slots is the one that belongs to this state.".to_owned(),
            ),
            Finding::Leaf(number) => {
                plain("leaf", format!("Part {number} of the list of records is missing or fails its check."))
            }
            Finding::StrayRow { table, row } => {
                plain("stray_row", format!("Table {table} has a row {row} that does not belong there."))
            }
            Finding::Record { table, id, reason } => {
                let id = id.to_string();
                Found {
                    kind: "record",
                    message: format!("{} {}: {}", record_name(*table), short_id(&id), reason_words(*reason)),
                    id: Some(id),
                }
            }
            Finding::AuditEvent { number } => plain(
                "audit_event",
                format!("Event {number} of the log is missing, damaged, or not the one that followed."),
            ),
            Finding::Sealed { row } => {
                plain("sealed", format!("The note of a failed unlock in row {row} cannot be read."))
            }
            other => plain("other", safe(&format!("{other:?}"))),
        }
    }
}

/// A table's records in words.
pub(super) fn record_name(table: Table) -> &'static str {
    match table {
        Table::Entry => "Entry",
        Table::Private => "Private record",
        Table::Audit => "Log event",
    }
}

/// Why a record is set aside, in words.
pub(super) fn reason_words(reason: QuarantineReason) -> String {
    match reason {
        QuarantineReason::Unlisted => {
            "it is not on the vault's list: added by someone without the key, or left over".to_owned()
        }
        QuarantineReason::Missing => "it is on the vault's list, but not in the file".to_owned(),
        QuarantineReason::Damaged => "it is damaged and cannot be decrypted".to_owned(),
        QuarantineReason::Replayed { listed, found } => {
            format!("an older copy was put in its place (revision {found}; the list says {listed})")
        }
        QuarantineReason::Unreadable => {
            "it is what the list says, but this version cannot read its content".to_owned()
        }
        other => format!("{other:?}"),
    }
}

fn advice(report: &Report) -> &'static str {
    let has = |wanted: fn(&Finding) -> bool| report.findings.iter().any(wanted);
    if has(|finding| matches!(finding, Finding::Structure(_) | Finding::Schema(_))) {
        "Keep a copy of the file. A backup is the best way back; `tessera salvage --into NEW` reads what is left."
    } else if has(|finding| matches!(finding, Finding::Manifest | Finding::Slots)) {
        "`tessera settle` lists what is there; `tessera settle --manifest` accepts it."
    } else if has(|finding| matches!(finding, Finding::Record { .. } | Finding::Leaf(_))) {
        "`tessera settle` lists the records set aside and lets you decide on each."
    } else {
        "No entry is affected."
    }
}

//! Checking a whole file: every copy, leaf, record, event and waiting note.

use crate::audit;
use crate::hazmat::HASH;
use crate::load::{load, rows_of};
use crate::sealed::Opener;
use crate::state::State;
use crate::store::{Sheet, Store};
use crate::{Finding, Report, Vault, VaultError};

/// Reads the file anew, within one transaction, and reports on all of it.
pub(crate) fn check(vault: &Vault) -> Result<Report, VaultError> {
    let store = &vault.store;
    let _reading = store.begin_reading()?;
    let mut report = Report::default();
    structure(store, &mut report)?;
    let state = load(store, &vault.keys, vault.state.vault)?;
    manifest(&state, &mut report);
    events(vault, &state, &mut report)?;
    waiting(vault, &mut report)?;
    Ok(report)
}

fn structure(store: &Store, report: &mut Report) -> Result<(), VaultError> {
    let faults = match store.structure_faults() {
        Ok(faults) => faults,
        Err(error) => match VaultError::from(error) {
            VaultError::Damaged(cause) => vec![cause.to_string()],
            other => return Err(other),
        },
    };
    report.findings.extend(faults.into_iter().map(Finding::Structure));
    if !store.schema_ok() {
        let faults = store.schema_faults().unwrap_or_else(|error| vec![error.to_string()]);
        report.findings.extend(faults.into_iter().map(Finding::Schema));
    }
    Ok(())
}

fn manifest(state: &State, report: &mut Report) {
    report.generation = state.generation();
    report.records = state.entries.len() + state.private_places().count();
    report.findings.extend(state.damaged_copies.iter().map(|table| Finding::Copy { table }));
    if state.head.is_none() {
        report.findings.push(Finding::Manifest);
    } else {
        report.leaves = state.leaves.iter().filter(|leaf| !leaf.failed).count();
        let failed = (0..=u8::MAX).zip(&state.leaves).filter(|(_, leaf)| leaf.failed);
        report.findings.extend(failed.map(|(number, _)| Finding::Leaf(number)));
        if state.slots_ok {
            report.slots = state.slots.len();
        } else {
            report.findings.push(Finding::Slots);
        }
    }
    for quarantined in &state.quarantine {
        let (table, id, reason) = (quarantined.table, quarantined.id, quarantined.reason);
        report.findings.push(Finding::Record { table, id, reason });
    }
    if state.damaged_file
        && !report
            .findings
            .iter()
            .any(|finding| matches!(finding, Finding::Structure(_) | Finding::Schema(_)))
    {
        report.findings.push(Finding::Structure("a table cannot be read to its end".into()));
    }
}

/// Every number from the oldest to the newest is there once, and each names the hash of the one before.
fn events(vault: &Vault, state: &State, report: &mut Report) -> Result<(), VaultError> {
    let (found, unreadable) = audit::all(&vault.store, &vault.keys, vault.state.vault)?;
    report.findings.extend(unreadable.iter().map(|_| Finding::AuditEvent { number: 0 }));
    let Some(head) = &state.head else {
        report.audit_events = found.len();
        return Ok(());
    };
    let mut found = found.into_iter().peekable();
    // The event before the oldest one is gone, and with it what the oldest names; only the first has a known one.
    let mut before = (head.oldest_event() == 1).then_some([0; HASH]);
    for number in
        head.oldest_event()..=head.newest_event().min(head.oldest_event().saturating_add(MOST_EVENTS))
    {
        let mut fits = false;
        while let Some(event) = found.next_if(|found| found.event.number <= number) {
            let chained = before.is_none_or(|before| before == event.event.before);
            if event.event.number == number && chained && !fits {
                fits = true;
                before = Some(event.hash);
            } else {
                report.findings.push(Finding::AuditEvent { number: event.event.number });
            }
        }
        if fits {
            report.audit_events += 1;
        } else {
            report.findings.push(Finding::AuditEvent { number });
            before = None;
        }
    }
    report.findings.extend(found.map(|surplus| Finding::AuditEvent { number: surplus.event.number }));
    if head.newest_event() > 0 && before.is_some_and(|hash| hash != head.event_hash()) {
        report.findings.push(Finding::AuditEvent { number: head.newest_event() });
    }
    Ok(())
}

/// No honest log is longer; what a head says is authenticated, so this only bounds the work.
const MOST_EVENTS: u64 = 100_000;

fn waiting(vault: &Vault, report: &mut Report) -> Result<(), VaultError> {
    let opener = Opener::new(&vault.keys, vault.state.vault);
    for (row, body) in rows_of(&vault.store, Sheet::Sealed, &mut false)? {
        if opener.open(&body).is_some() {
            report.sealed_events += 1;
        } else {
            report.findings.push(Finding::Sealed { row });
        }
    }
    Ok(())
}

//! Backups: where they go, drills, restoring.

pub(crate) mod backup_targets;
pub(crate) mod restoring;

//! When a backup is due, when a failed one is tried again, and when a drill is asked for (ADR 0160, ADR 0161).

use tessera_vault::{BackupSchedule, BackupTarget};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// So long after the newest change, in seconds: who types goes on typing.
pub const PAUSE_S: u64 = MINUTE;
/// So long after the first change that is in no backup, in seconds, however often others follow.
pub const PAUSE_MOST_S: u64 = 10 * MINUTE;
/// The first drill is asked for so many seconds after a target was added.
pub const DRILL_FIRST_S: u64 = 7 * DAY;
/// And then so many seconds after each.
pub const DRILL_EVERY_S: u64 = 90 * DAY;
/// A drill that is put off is asked for again after so many seconds.
pub const DRILL_PUT_OFF_S: u64 = 7 * DAY;

/// Where a target stands.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The target as the vault keeps it.
    pub target: &'a BackupTarget,
    /// What a backup would hold now ([`Backup::digest`](super::Backup::digest)).
    pub digest: [u8; 32],
    /// Its newest backup was looked for and is not there any more.
    pub gone: bool,
    /// Seconds since the newest change, and since the first one that is in no backup.
    pub since_change_s: u64,
    /// See `since_change_s`.
    pub since_first_change_s: u64,
    /// How often it failed in a row, and seconds since the last time.
    pub failed: Option<(u32, u64)>,
}

impl Standing<'_> {
    /// Whether the newest backup holds what the vault holds.
    pub fn is_up_to_date(&self) -> bool {
        !self.gone && self.target.last.as_ref().is_some_and(|last| last.digest == self.digest)
    }

    /// Whether a backup is due; `now` in Unix seconds.
    ///
    /// Nothing is made while nothing changed: backups of the same would push out those that differ.
    pub fn is_due(&self, now: u64) -> bool {
        if self.is_up_to_date() || self.failed.is_some_and(|(times, since)| since < retry_after(times)) {
            return false;
        }
        match self.target.schedule {
            BackupSchedule::ByHand => false,
            BackupSchedule::OnChange => {
                self.since_change_s >= PAUSE_S || self.since_first_change_s >= PAUSE_MOST_S
            }
            BackupSchedule::Daily => {
                // A backup of the future says that the clock was wrong, then or now.
                let fresh = |made: u64| made <= now && now - made < DAY;
                self.gone || !self.target.last.as_ref().is_some_and(|last| fresh(last.made))
            }
        }
    }
}

/// Seconds until a target that failed so often is tried again: 1, 5, 15 minutes, then every hour.
pub fn retry_after(times: u32) -> u64 {
    match times {
        0 | 1 => MINUTE,
        2 => 5 * MINUTE,
        3 => 15 * MINUTE,
        _ => 60 * MINUTE,
    }
}

/// Whether a drill should be asked for; `now` in Unix seconds. Nothing is asked of a target without a backup.
pub fn drill_is_due(target: &BackupTarget, now: u64) -> bool {
    if target.last.is_none() || target.drill_after.is_some_and(|after| now < after) {
        return false;
    }
    // One that opened nothing is done again until it does.
    target.drill_failed.is_some()
        || match &target.drill {
            Some(drill) => now.saturating_sub(drill.at) >= DRILL_EVERY_S,
            None => now.saturating_sub(target.added) >= DRILL_FIRST_S,
        }
}

#[cfg(test)]
mod tests {
    use tessera_vault::{BackupWay, Drill, DrillProof, KeptSecret, LastBackup};

    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn target(schedule: BackupSchedule, made: Option<u64>) -> BackupTarget {
        BackupTarget {
            folder: "/backups".into(),
            keep: 3,
            schedule,
            way: BackupWay::Passphrase(KeptSecret::new("x")),
            added: NOW - 10 * DAY,
            last: made.map(|made| LastBackup { made, file: "x".into(), entries: 1, digest: [1; 32] }),
            drill: None,
            drill_failed: None,
            drill_after: None,
        }
    }

    fn standing(target: &BackupTarget) -> Standing<'_> {
        let quiet = PAUSE_S;
        Standing {
            target,
            digest: [2; 32],
            gone: false,
            since_change_s: quiet,
            since_first_change_s: quiet,
            failed: None,
        }
    }

    #[test]
    fn a_backup_by_hand_is_never_due() {
        for made in [None, Some(NOW - 100 * DAY)] {
            assert!(!standing(&target(BackupSchedule::ByHand, made)).is_due(NOW));
        }
    }

    #[test]
    fn after_a_change_it_waits_for_a_pause_and_not_for_ever() {
        let target = target(BackupSchedule::OnChange, Some(NOW - 5));
        let now = standing(&target);
        assert!(now.is_due(NOW));
        assert!(!Standing { since_change_s: PAUSE_S - 1, ..now }.is_due(NOW));
        assert!(Standing { since_change_s: 0, since_first_change_s: PAUSE_MOST_S, ..now }.is_due(NOW));
        assert!(!Standing { since_change_s: 0, since_first_change_s: PAUSE_MOST_S - 1, ..now }.is_due(NOW));
    }

    #[test]
    fn nothing_is_made_while_nothing_changed_unless_the_newest_is_gone() {
        for schedule in [BackupSchedule::OnChange, BackupSchedule::Daily] {
            let target = target(schedule, Some(NOW - 100 * DAY));
            let same = Standing { digest: [1; 32], ..standing(&target) };
            assert!(!same.is_due(NOW), "{schedule:?}");
            assert!(Standing { gone: true, ..same }.is_due(NOW), "{schedule:?}");
        }
    }

    #[test]
    fn daily_is_a_day_after_the_last_and_at_once_when_there_is_none() {
        let due = |made| standing(&target(BackupSchedule::Daily, made)).is_due(NOW);
        assert!(due(None));
        assert!(!due(Some(NOW - DAY + 1)));
        assert!(due(Some(NOW - DAY)));
        assert!(due(Some(NOW + DAY)), "a clock that was wrong keeps nothing from being backed up");
    }

    #[test]
    fn a_failed_one_is_tried_again_later_and_later() {
        let target = target(BackupSchedule::Daily, None);
        let now = standing(&target);
        for (times, wait) in [(1, 60), (2, 300), (3, 900), (4, 3600), (400, 3600)] {
            assert!(!Standing { failed: Some((times, wait - 1)), ..now }.is_due(NOW));
            assert!(Standing { failed: Some((times, wait)), ..now }.is_due(NOW));
        }
    }

    #[test]
    fn a_drill_is_asked_after_a_week_then_every_ninety_days_and_again_when_it_failed() {
        let mut asked = target(BackupSchedule::Daily, None);
        assert!(!drill_is_due(&asked, NOW), "no backup, no drill");
        asked = target(BackupSchedule::Daily, Some(NOW));
        assert!(drill_is_due(&asked, NOW));
        assert!(!drill_is_due(&asked, asked.added + DRILL_FIRST_S - 1));
        asked.drill_after = Some(NOW + DRILL_PUT_OFF_S);
        assert!(!drill_is_due(&asked, NOW));
        assert!(drill_is_due(&asked, NOW + DRILL_PUT_OFF_S));
        asked.drill_after = None;
        asked.drill =
            Some(Drill { at: NOW, made: NOW, proof: DrillProof::Passphrase, missing: 0, changed: 0 });
        assert!(!drill_is_due(&asked, NOW + DRILL_EVERY_S - 1));
        assert!(drill_is_due(&asked, NOW + DRILL_EVERY_S));
        asked.drill_failed = Some(NOW + 1);
        assert!(drill_is_due(&asked, NOW + 2));
    }
}

//! Whether this machine's clock can be trusted: codes that depend on the time are wrong when it is.

use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::clock;
use crate::commands::doctor::{Row, State};
use crate::open;

/// 2026-11-01: no clock that is right says less, since this program was written later.
const WRITTEN: u64 = 1_793_491_200;
/// 2100-01-01: a clock beyond that is far more likely wrong than this program still in use.
const DOUBTFUL: u64 = 4_102_444_800;
/// Files may come from machines whose clocks are a little ahead.
const SLACK: u64 = 120;

const CHECK: &str = "clock";
const ADVICE: &str =
    "Set the clock, and let the system keep it by network time (NTP): codes are wrong from half a minute on.";

/// The clock against what is certain, against the times of our own files, and against what the system knows.
pub(crate) fn check(vault: &Path, synchronized: Option<bool>) -> Vec<Row> {
    let now = clock::unix_now();
    judge(now, newest_file(vault), synchronized)
}

/// Why the clock cannot be right, if that is certain; `newest` is when something of ours was written.
pub(crate) fn doubt(now: u64, newest: Option<u64>) -> Option<String> {
    let shown = clock::in_words(now);
    if now < WRITTEN {
        return Some(format!("The clock says {shown}: that was before this program was written."));
    }
    if now > DOUBTFUL {
        return Some(format!("The clock says {shown}, which is hard to believe."));
    }
    let newest = newest.filter(|newest| *newest > now.saturating_add(SLACK))?;
    let written = clock::in_words(newest);
    Some(format!(
        "The clock says {shown}, but your vault was written at {written}: it is behind, or was ahead then."
    ))
}

/// The same, as a warning before a code that depends on the time.
pub(crate) fn warning(now: u64, newest: Option<u64>) -> Option<String> {
    doubt(now, newest)
        .map(|doubt| format!("{doubt} Codes that depend on the time are probably wrong. {ADVICE}"))
}

fn judge(now: u64, newest_file: Option<u64>, synchronized: Option<bool>) -> Vec<Row> {
    let clock = match doubt(now, newest_file) {
        Some(doubt) => Row::new(CHECK, State::Attention, doubt).advise(ADVICE),
        None => Row::new(CHECK, State::Ok, format!("{}, which fits the files.", clock::in_words(now))),
    };
    let network = match synchronized {
        Some(true) => Row::new("network time", State::Ok, "The system keeps its clock by network time."),
        Some(false) => {
            Row::new("network time", State::Attention, "The system does not keep its clock by network time.")
                .advise(ADVICE)
        }
        None => Row::new(
            "network time",
            State::Unknown,
            "Whether the clock is kept by network time cannot be told here.",
        )
        .advise("Compare it with another clock: codes are wrong from half a minute on."),
    };
    vec![clock, network]
}

/// When the newest of the vault and this device's memory of vaults was written.
fn newest_file(vault: &Path) -> Option<u64> {
    let remembered =
        open::state_dir().and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    std::iter::once(vault.to_owned())
        .chain(remembered.map(|file| file.path()))
        .filter_map(|file| file.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok())
        .map(|since| since.as_secs())
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(now: u64, newest_file: Option<u64>) -> State {
        judge(now, newest_file, Some(true))[0].state
    }

    #[test]
    fn a_clock_before_this_program_is_wrong() {
        assert_eq!(state(0, None), State::Attention);
        assert_eq!(state(WRITTEN - 1, None), State::Attention);
        assert_eq!(state(WRITTEN, None), State::Ok);
    }

    #[test]
    fn a_clock_far_ahead_is_doubted() {
        assert_eq!(state(DOUBTFUL + 1, None), State::Attention);
    }

    #[test]
    fn files_from_the_future_say_that_the_clock_is_behind() {
        assert_eq!(state(WRITTEN, Some(WRITTEN + SLACK)), State::Ok);
        assert_eq!(state(WRITTEN, Some(WRITTEN + SLACK + 1)), State::Attention);
        assert_eq!(state(WRITTEN, Some(WRITTEN - 1_000_000)), State::Ok);
    }

    #[test]
    fn what_the_system_says_of_network_time_is_told() {
        let told = |synchronized| judge(WRITTEN, None, synchronized)[1].state;
        assert_eq!(
            [told(Some(true)), told(Some(false)), told(None)],
            [State::Ok, State::Attention, State::Unknown]
        );
    }
}

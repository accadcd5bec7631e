//! Measuring several things in turn.

use std::time::{Duration, Instant};

/// Runs each contender once a round, in an order that moves on and turns round, after a round that does not count. Gives the
/// times of each, round by round.
pub(crate) fn in_turn(rounds: usize, contenders: &mut [&mut dyn FnMut()]) -> Vec<Vec<Duration>> {
    let many = contenders.len();
    let mut times = vec![Vec::with_capacity(rounds); many];
    for round in 0..=rounds {
        for place in 0..many {
            let place = if round % 2 == 0 { place } else { many - 1 - place };
            let place = (place + round / 2) % many;
            let began = Instant::now();
            contenders[place]();
            if round > 0 {
                times[place].push(began.elapsed());
            }
        }
    }
    times
}

/// The median of the ratios of pairs of one round: how much longer `this` took than `that`.
pub(crate) fn ratio(this: &[Duration], that: &[Duration]) -> f64 {
    median(this.iter().zip(that).map(|(this, that)| this.as_secs_f64() / that.as_secs_f64()))
}

/// The median.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median in seconds.
pub(crate) fn seconds(times: &[Duration]) -> f64 {
    median(times.iter().map(Duration::as_secs_f64))
}

//! What codes cost beside the bare HMACs under them. A measurement, so it is not run with the other tests:
//! `cargo test --release -p tessera-otp --test speed -- --ignored --nocapture`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tessera_otp::{Credential, Generator, Secret};

const CODES: u64 = 10_000;

/// The shortest of many rounds: what the work costs when nothing else disturbs it.
#[allow(clippy::disallowed_methods, reason = "a measurement of real time")]
fn shortest(mut round: impl FnMut()) -> Duration {
    (0..50)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed()
        })
        .min()
        .unwrap()
}

#[test]
#[ignore = "a measurement: needs --release"]
fn ten_thousand_codes_cost_at_most_twice_their_bare_hmacs() {
    let credentials: Vec<Credential> = (0..CODES)
        .map(|index| {
            let mut secret = [7; 20];
            secret[..8].copy_from_slice(&index.to_le_bytes());
            Credential::new("Example", "alice", Secret::from_bytes(&secret).unwrap(), Generator::default())
        })
        .collect();
    let bare = shortest(|| {
        for credential in &credentials {
            let mut mac = Hmac::<Sha1>::new_from_slice(credential.secret.expose_secret()).unwrap();
            mac.update(&black_box(56_666_666_u64).to_be_bytes());
            black_box(mac.finalize().into_bytes());
        }
    });
    let codes = shortest(|| {
        for credential in &credentials {
            black_box(credential.code_at(black_box(1_700_000_000)).unwrap());
        }
    });
    let ratio = codes.as_secs_f64() / bare.as_secs_f64();
    eprintln!("{CODES} codes: {codes:?}; bare HMACs: {bare:?}; ratio {ratio:.2}");
    assert!(ratio <= 2.0, "{ratio:.2}");
}

//! Archives, databases, and what is encrypted as a whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_fuzz::{let_be_what_is_caught, read_as_any, stop_at_what_is_not_caught};

const FAMILY: &[&str] = &[
    "authenticator-plus",
    "1password",
    "winauth",
    "raivo",
    "google-authenticator-db",
    "microsoft-authenticator-db",
    "stratum",
    "keepass",
    "otpclient",
    "andotp",
    "totp-authenticator",
    "freeotp",
    "tessera",
];

// The library that opens KeePass's databases panics over some, and is guarded.
fuzz_target!(init: let_be_what_is_caught(), |bytes: &[u8]| {
    stop_at_what_is_not_caught(|| read_as_any(bytes, "db.enc", FAMILY));
});

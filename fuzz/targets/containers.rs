//! Archives, databases, and what is encrypted as a whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_fuzz::read_as_any;

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

fuzz_target!(|bytes: &[u8]| read_as_any(bytes, "db.enc", FAMILY));

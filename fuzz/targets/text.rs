//! CSV and plain text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_fuzz::read_as_any;

const FAMILY: &[&str] = &["otpauth", "google-authenticator", "bitwarden", "keepassxc-csv", "ente"];

fuzz_target!(|bytes: &[u8]| read_as_any(bytes, "codes.txt", FAMILY));

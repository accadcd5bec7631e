//! XML: Android preferences, KeePass's export, and pages with QR codes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_fuzz::read_as_any;

const FAMILY: &[&str] =
    &["authy", "battle-net", "freeotp", "freeotp-plus", "keepass-xml", "totp-authenticator", "html"];

fuzz_target!(|bytes: &[u8]| read_as_any(bytes, "plus.xml", FAMILY));

//! JSON exports, in clear and around something encrypted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_fuzz::read_as_any;

const FAMILY: &[&str] = &[
    "aegis",
    "2fas",
    "andotp",
    "authme",
    "bitwarden",
    "cotp",
    "duo",
    "ente",
    "freeotp-plus",
    "lastpass-authenticator",
    "proton",
    "raivo",
    "steam",
    "stratum",
    "tessera",
];

fuzz_target!(|bytes: &[u8]| read_as_any(bytes, "", FAMILY));

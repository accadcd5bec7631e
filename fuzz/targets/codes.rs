//! What QR codes say, one a line: otpauth addresses, and the protobuf messages in Google Authenticator's transfers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tessera_fuzz::{NOW, holds};
use tessera_otp::{Credential, Entry};
use tessera_testkit::SeededRng;
use tessera_transfer::{Answers, Making, export_by_id, inspect, inspect_codes};
use zeroize::Zeroizing;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    let lines: Vec<_> = text.lines().map(|line| Zeroizing::new(line.to_owned())).collect();
    let read = inspect_codes(&lines, NOW);
    holds(&read);
    let Ok(found) = read else { return };
    let entries: Vec<Entry> = found.entries.into_iter().map(|found| found.entry).collect();
    // What was read from an address is written as one and read again.
    for entry in &entries {
        let again = Credential::from_uri(&entry.credential.to_uri())
            .map(|credential| Entry::new(credential, NOW).tidied());
        assert_eq!(again.map(|again| again.credential).as_ref(), Ok(&entry.credential));
    }
    // And what the transfer of Google Authenticator can carry comes back from it.
    let Some(export) = export_by_id("google-authenticator") else { return };
    let carried: Vec<_> =
        entries.iter().filter(|entry| export.carries(entry)).map(|entry| &entry.credential).collect();
    if carried.is_empty() {
        return;
    }
    let making = Making { now: NOW, password: None, rng: &mut SeededRng::new(1) };
    let written = export.write(&entries, making).expect("it carries some");
    let back = inspect(&written, "", &Answers::at(NOW)).expect("what was written is read");
    let back: Vec<_> = back.entries.iter().map(|found| &found.entry.credential).collect();
    assert_eq!(back, carried);
});

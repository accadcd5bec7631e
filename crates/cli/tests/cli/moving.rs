//! Moving in and out: `inspect`, `import`, `export`, and the parts of a transfer in `add`.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{PASSWORD, SECRET, Sandbox};

const OTHER: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn list(sandbox: &Sandbox) {
    let text = format!(
        "otpauth://totp/Example:alice?secret={SECRET}&issuer=Example\nhello\notpauth://hotp/Bank:bob?secret={OTHER}&issuer=Bank&counter=7\n"
    );
    fs::write(sandbox.path("codes.txt"), text).unwrap();
}

#[test]
fn inspect_shows_secrets_only_when_asked_and_needs_no_vault() {
    let sandbox = Sandbox::bare();
    list(&sandbox);
    let rows = sandbox.run(&["inspect", "codes.txt", "--json", "--reveal"], "").exits(0).json();
    assert_eq!(rows[0]["format"], "otpauth");
    assert_eq!(
        rows[0]["entries"][1],
        json!({"issuer": "Bank", "account": "bob", "type": "hotp", "secret": OTHER, "algorithm": "SHA1", "digits": 6,
               "period": null, "counter": 7, "group": null, "tags": [], "note": "", "favorite": false})
    );
    assert_eq!(rows[0]["problems"][0]["place"], "line 2");
    assert_eq!(rows[0]["problems"][0]["entry_kept"], false);
    let hidden = sandbox.run(&["inspect", "codes.txt", "--json"], "").exits(0);
    assert!(!hidden.stdout.contains(SECRET));
    let words = sandbox.run(&["inspect", "codes.txt"], "").exits(0);
    assert!(words.stdout.contains("Bank (bob)") && !words.stdout.contains(OTHER), "{}", words.stdout);
    assert!(words.stderr.contains("line 2"), "{}", words.stderr);
    assert!(sandbox.run(&["inspect", "codes.txt", "--reveal"], "").exits(0).stdout.contains(OTHER));
}

#[test]
fn a_file_that_cannot_be_read_stops_no_other_and_has_its_exit_code() {
    let sandbox = Sandbox::bare();
    list(&sandbox);
    fs::write(sandbox.path("empty"), "").unwrap();
    fs::write(sandbox.path("noise"), [0x5A; 999]).unwrap();
    for (file, exit) in [("empty", 1), ("noise", 1), ("missing", 1)] {
        let ran = sandbox.run(&["inspect", "codes.txt", file, "--json"], "").exits(exit);
        assert_eq!(ran.json()[0]["entries"].as_array().unwrap().len(), 2);
        assert!(ran.json()[1]["error"]["message"].is_string());
    }
    sandbox.run(&["inspect", "codes.txt", "--format", "aegis"], "").exits(1);
    sandbox.run(&["inspect", "codes.txt", "--format", "frob"], "").exits(2);
    sandbox.run(&["inspect"], "").exits(2);
}

#[test]
fn import_leaves_duplicates_out_names_conflicts_and_writes_once() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example"));
    sandbox.add("otpauth://totp/Bank:bob?secret=KRSXG5CTMVRXEZLU&issuer=Bank");
    list(&sandbox);
    let dry = sandbox.json(&["import", "codes.txt", "--dry-run"]);
    assert_eq!(dry["imported"], json!([]));
    let kinds: Vec<&Value> = dry["items"].as_array().unwrap().iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["duplicate", "conflict"]);
    assert_eq!(sandbox.json(&["list"]).as_array().unwrap().len(), 2);
    let done = sandbox.json(&["import", "codes.txt", "--yes"]);
    assert_eq!(done["imported"].as_array().unwrap().len(), 1);
    assert_eq!(done["imported"][0]["account"], "bob");
    assert_eq!(done["problems"][0]["place"], "line 2");
    let again = sandbox.json(&["import", "codes.txt", "--yes"]);
    assert_eq!(again["imported"], json!([]));
    let forced = sandbox.json(&["import", "codes.txt", "--yes", "--allow-duplicates"]);
    assert_eq!(forced["imported"].as_array().unwrap().len(), 2);
    assert_eq!(sandbox.json(&["log", "-n", "2"])[1]["event"], "imported");
}

#[test]
fn what_is_twice_in_a_file_is_imported_once() {
    let sandbox = Sandbox::new();
    let line = format!("otpauth://totp/Example:alice?secret={SECRET}\n");
    fs::write(sandbox.path("twice.txt"), line.repeat(2)).unwrap();
    let done = sandbox.json(&["import", "twice.txt", "--yes"]);
    assert_eq!(done["imported"].as_array().unwrap().len(), 1);
    assert_eq!(done["items"][1]["kind"], "duplicate");
}

#[test]
fn an_encrypted_export_goes_out_and_comes_back() {
    let sandbox =
        Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example&digits=8"));
    fs::write(sandbox.path("pass"), "their password\n").unwrap();
    let args = ["export", "--format", "aegis-encrypted", "-o", "out.json", "--export-password-file", "pass"];
    let done = sandbox.json(&args);
    assert_eq!((done["entries"].as_u64(), done["encrypted"].as_bool()), (Some(1), Some(true)));
    assert_eq!(sandbox.json(&["log", "-n", "1"])[0]["event"], "unlocked_with_password");
    assert_eq!(sandbox.json(&["log", "-n", "3"])[2]["event"], "exported");
    let inspect = ["inspect", "out.json", "--json", "--reveal", "--source-password-file", "pass"];
    let rows = sandbox.run(&inspect, "").exits(0).json();
    assert_eq!(rows[0]["entries"][0]["secret"], SECRET);
    assert_eq!(rows[0]["entries"][0]["digits"], 8);
    let wrong = sandbox.run(&["inspect", "out.json", "--json", "--password-stdin"], "wrong\n").exits(3);
    assert_eq!(wrong.error()["code"], "wrong_password");
    let asked =
        sandbox.run(&["inspect", "out.json", "--json", "--password-stdin"], "their password\n").exits(0);
    assert_eq!(asked.json()[0]["format"], "aegis");
    // Never over another file.
    sandbox.open(&args).exits(1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(sandbox.path("out.json")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn an_export_in_clear_asks_for_the_password_again() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example"));
    let args = ["export", "--format", "otpauth", "-o", "out.txt"];
    sandbox.open_with(&args, "not it\n").exits(3);
    assert!(!sandbox.path("out.txt").exists());
    sandbox.open(&args).exits(2);
    sandbox.open_with(&args, &format!("{PASSWORD}\n")).exits(0);
    assert!(fs::read_to_string(sandbox.path("out.txt")).unwrap().contains(SECRET));
    fs::write(sandbox.path("pass"), PASSWORD).unwrap();
    let by_file = ["export", "--format", "otpauth", "-o", "-", "--password-file", "pass"];
    sandbox.run(&by_file, "").exits(2);
    let mut in_clear = by_file.to_vec();
    in_clear.push("--in-clear");
    assert!(sandbox.run(&in_clear, "").exits(0).stdout.contains(SECRET));
    sandbox.open(&["export", "--format", "otpauth", "-o", "-", "--json"]).exits(2);
}

#[test]
fn what_a_format_cannot_carry_is_listed_and_asked_about() {
    let sandbox =
        Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example&period=60"));
    sandbox
        .open(&["add", &format!("otpauth://totp/Bank:bob?secret={OTHER}"), "--yes", "--note", "hi"])
        .exits(0);
    let dry = sandbox.json(&["export", "--format", "google-authenticator", "--dry-run"]);
    assert_eq!(dry["entries"], 1);
    assert_eq!(dry["losses"].as_array().unwrap().len(), 2);
    assert!(dry["losses"].as_array().unwrap().iter().any(|loss| loss["left_out"] == true));
    let args = ["export", "--format", "google-authenticator", "-o", "out.txt", "--in-clear"];
    sandbox.open_with(&args, "n\n").exits(1);
    sandbox.open_with(&args, "y\n").exits(0);
    let rows = sandbox.run(&["inspect", "out.txt", "--json", "--reveal"], "").exits(0).json();
    assert_eq!(rows[0]["format"], "google-authenticator");
    assert_eq!(rows[0]["entries"][0]["secret"], OTHER);
    sandbox
        .open(&["export", "--format", "google-authenticator", "-o", "x", "--group", "none", "--in-clear"])
        .exits(1);
}

#[test]
fn the_parts_of_a_transfer_are_collected_over_several_pictures() {
    let sandbox = Sandbox::new();
    for number in 0..12 {
        let secret = format!("JBSWY3DPEHPK3PX{}", char::from(b'A' + number));
        sandbox.add(&format!("otpauth://totp/Service:user{number}?secret={secret}&issuer=Service"));
    }
    let args = ["export", "--format", "google-authenticator", "-o", "parts.txt", "--in-clear", "--yes"];
    sandbox.open(&args).exits(0);
    let text = fs::read_to_string(sandbox.path("parts.txt")).unwrap();
    let parts: Vec<&str> = text.lines().collect();
    assert_eq!(parts.len(), 2);
    sandbox.picture("two.png", &[parts[1]]);
    sandbox.picture("one.png", &[parts[0]]);
    let rows = sandbox.run(&["inspect", "two.png", "one.png", "--json"], "").exits(0).json();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["entries"].as_array().unwrap().len(), 12);
    assert_eq!(rows[0]["problems"], json!([]));
    let rows = sandbox.run(&["inspect", "two.png", "--json"], "").exits(0).json();
    assert_eq!(rows[0]["problems"][0]["place"], "QR code 1 of 2");

    let other = Sandbox::new();
    let one = other.picture("one.png", &[parts[0]]);
    let two = other.picture("two.png", &[parts[1]]);
    let half = other.json(&["add", "--image", one.to_str().unwrap(), "--yes"]);
    assert!(half["problems"][0]["message"].as_str().unwrap().contains("QR code 2 of 2"), "{half}");
    other.json(&["add", "--image", two.to_str().unwrap(), one.to_str().unwrap(), "--yes"]);
    assert_eq!(other.json(&["list"]).as_array().unwrap().len(), 12);
    // A single part as a link, too.
    let third = Sandbox::new();
    third.json(&["add", parts[0], "--yes"]);
    assert_eq!(third.json(&["list"]).as_array().unwrap().len(), 10);
}

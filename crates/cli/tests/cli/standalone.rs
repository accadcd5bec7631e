//! What needs no vault: `scan`, `devices`, `doctor`, `completions`, `man`, and the arguments themselves.

use crate::sandbox::Sandbox;

#[test]
fn scan_says_what_each_picture_holds() {
    let sandbox = Sandbox::bare();
    sandbox.picture("one.png", &["https://example.org/\u{e4}"]);
    sandbox.picture("none.png", &[]);
    std::fs::write(sandbox.path("drawing.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
    let ran =
        sandbox.run(&["scan", "one.png", "none.png", "drawing.svg", "missing.png", "--json"], "").exits(0);
    let rows = ran.json();
    assert_eq!(
        rows[0],
        serde_json::json!({"file": "one.png", "codes": [{"text": "https://example.org/\u{e4}"}], "error": null})
    );
    assert_eq!(rows[1], serde_json::json!({"file": "none.png", "codes": [], "error": null}));
    for row in [&rows[2], &rows[3]] {
        assert_eq!(row["codes"], serde_json::json!([]));
        assert!(row["error"].is_string());
    }
    assert_eq!(sandbox.run(&["scan", "one.png"], "").exits(0).stdout, "https://example.org/\u{e4}\n");
    sandbox.run(&["scan", "none.png"], "").exits(0);
    sandbox.run(&["scan", "missing.png"], "").exits(1);
    sandbox.run(&["scan"], "").exits(2);
}

#[test]
fn a_scanned_text_cannot_command_the_terminal() {
    let sandbox = Sandbox::bare();
    sandbox.picture("evil.png", &["a\u{1b}[2Jb"]);
    assert_eq!(sandbox.run(&["scan", "evil.png"], "").exits(0).stdout, "a\\u{1b}[2Jb\n");
}

#[test]
fn devices_lists_what_there_is_or_says_why_not() {
    let sandbox = Sandbox::bare();
    let devices = sandbox.run(&["devices", "--json"], "").exits(0).json();
    assert!(devices["cameras"].is_array());
    assert_eq!(devices["screens"], serde_json::json!([]));
    assert!(devices["screen_error"].is_string());
    sandbox.run(&["devices"], "").exits(0);
}

#[test]
fn doctor_checks_everything_without_a_password() {
    let sandbox = Sandbox::new();
    let rows = sandbox.run(&["doctor", "--json"], "").exits(0).json();
    let state = |check: &str| {
        let row = rows
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["check"] == check)
            .unwrap_or_else(|| panic!("{check}"));
        assert!(row["message"].is_string() && (row["advice"].is_string() || row["advice"].is_null()));
        row["state"].as_str().unwrap().to_owned()
    };
    for check in ["camera", "screen", "clipboard", "keyring", "locked memory", "network time", "older copies"]
    {
        assert!(["ok", "attention", "unavailable", "unknown"].contains(&state(check).as_str()), "{check}");
    }
    assert_eq!(state("vault"), "ok");
    assert_eq!(state("clock"), "ok");
    assert_eq!(state("screen"), "unavailable");
    if cfg!(target_os = "linux") {
        assert_eq!(state("core dumps"), "ok");
    }
    let missing = Sandbox::bare().run(&["doctor"], "").exits(0);
    assert!(missing.stdout.contains("tessera init"), "{}", missing.stdout);
}

#[test]
fn doctor_notices_a_clock_behind_the_vaults_files() {
    let sandbox = Sandbox::new();
    let file = std::fs::File::options().write(true).open(sandbox.vault()).unwrap();
    let future = std::time::UNIX_EPOCH + std::time::Duration::from_secs(4_000_000_000);
    file.set_modified(future).unwrap();
    let rows = sandbox.run(&["doctor", "--json"], "").exits(0).json();
    let clock = rows.as_array().unwrap().iter().find(|row| row["check"] == "clock").unwrap().clone();
    assert_eq!(clock["state"], "attention");
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let sandbox = Sandbox::bare();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(sandbox.run(&["completions", shell], "").exits(0).stdout.contains("tessera"), "{shell}");
    }
    sandbox.run(&["completions", "tcsh"], "").exits(2);
    sandbox.run(&["completions", "fish", "--dir", "made"], "").exits(0);
    assert!(sandbox.path("made/tessera.fish").exists());
    assert!(sandbox.run(&["man"], "").exits(0).stdout.contains(".TH tessera 1"));
    sandbox.run(&["man", "--dir", "made"], "").exits(0);
    for page in ["tessera.1", "tessera-add.1", "tessera-recovery-code-use.1"] {
        assert!(sandbox.path("made").join(page).exists(), "{page}");
    }
}

#[test]
fn arguments_that_make_no_sense_exit_with_2_and_are_json_too() {
    let sandbox = Sandbox::bare();
    sandbox.run(&[], "").exits(2);
    sandbox.run(&["--help"], "").exits(0);
    assert!(sandbox.run(&["--version"], "").exits(0).stdout.starts_with("tessera "));
    let ran = sandbox.run(&["frob", "--json"], "").exits(2);
    assert!(ran.stdout.is_empty());
    assert_eq!(ran.error()["code"], "usage");
}

//! `init` and `add`.

use crate::sandbox::{CHEAP, PASSWORD, SECRET, Sandbox};

#[test]
fn init_makes_a_vault_and_never_overwrites_a_file() {
    let sandbox = Sandbox::bare();
    let args = ["init", "--json", "--password-stdin", CHEAP[0], CHEAP[1], CHEAP[2], CHEAP[3]];
    let made = sandbox.run(&args, &format!("{PASSWORD}\n")).exits(0).json();
    assert_eq!(made["vault"], sandbox.vault().display().to_string());
    assert_eq!(made["vault_id"].as_str().unwrap().len(), 32);
    assert_eq!(made["recovery_code"].as_str().unwrap().split('-').map(str::len).collect::<Vec<_>>(), [5; 8]);
    assert_eq!(made["kdf"], serde_json::json!({"memory_kib": 65536, "passes": 3, "lanes": 4}));
    let before = std::fs::read(sandbox.vault()).unwrap();
    let again = sandbox.run(&args, &format!("{PASSWORD}\n")).exits(1);
    assert_eq!(again.error()["code"], "vault_exists");
    assert_eq!(std::fs::read(sandbox.vault()).unwrap(), before);
}

#[test]
fn init_measures_the_key_derivation_and_takes_a_password_file() {
    let sandbox = Sandbox::bare();
    std::fs::write(sandbox.path("password"), format!("{PASSWORD}\r\n")).unwrap();
    let made = sandbox.run(&["init", "--json", "--password-file", "password"], "").exits(0).json();
    assert!(made["kdf"]["memory_kib"].as_u64().unwrap() >= 65536);
    assert!(made["kdf"]["passes"].as_u64().unwrap() >= 3);
    assert_eq!(sandbox.json(&["list"]), serde_json::json!([]));
}

#[test]
fn init_goes_no_lower_than_the_floor_and_takes_no_empty_password() {
    let sandbox = Sandbox::bare();
    sandbox.run(&["init", "--password-stdin", "--kdf-memory", "63"], "x\n").exits(2);
    sandbox.run(&["init", "--password-stdin", "--kdf-passes", "2"], "x\n").exits(2);
    assert_eq!(
        sandbox.run(&["init", "--password-stdin", "--json"], "\n").exits(1).error()["code"],
        "bad_input"
    );
    sandbox.run(&["init", "--password-stdin"], "").exits(2);
    assert!(!sandbox.vault().exists());
}

#[test]
fn init_in_words_prints_the_recovery_code_and_warns_of_a_weak_password() {
    let sandbox = Sandbox::bare();
    let ran = sandbox.run(&["init", "--password-stdin", CHEAP[0], CHEAP[1]], "password1\n").exits(0);
    assert!(ran.stdout.contains("Recovery code: "));
    assert!(ran.stderr.contains("warning: This password would not withstand"));
}

#[test]
fn a_link_is_shown_and_saved_after_a_yes() {
    let sandbox = Sandbox::new();
    let uri = format!("otpauth://totp/Example:alice%20b?secret={SECRET}&algorithm=SHA256");
    let refused = sandbox.open_with(&["add", &uri], "n\n").exits(1);
    assert!(refused.stderr.contains("Issuer:  Example") && refused.stderr.contains("Account: alice b"));
    assert!(refused.stderr.contains("SHA256") && refused.stderr.contains("shell's history"));
    sandbox.open(&["add", &uri]).exits(2);
    assert_eq!(sandbox.json(&["list"]), serde_json::json!([]));
    sandbox.open_with(&["add", &uri], "maybe\ny\n").exits(0);
    assert_eq!(sandbox.json(&["list"])[0]["account"], "alice b");
}

#[test]
fn a_link_from_standard_input_is_in_no_history() {
    let sandbox = Sandbox::new();
    let ran = sandbox
        .open_with(
            &[
                "add",
                "-",
                "--yes",
                "--json",
                "--group",
                "Work",
                "--tag",
                "a",
                "--tag",
                "b",
                "--note",
                "n",
                "--favorite",
            ],
            &format!("otpauth://totp/X?secret={SECRET}\n"),
        )
        .exits(0);
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
    let added = ran.json();
    assert_eq!(added["added"][0]["account"], "X");
    assert_eq!(added["duplicates"], serde_json::json!([]));
    assert_eq!(added["problems"], serde_json::json!([]));
    let row = &sandbox.json(&["list", "--group", "Work", "--tag", "b"])[0];
    assert_eq!(row["id"], added["added"][0]["id"]);
    assert_eq!((row["favorite"].as_bool(), row["tags"].clone()), (Some(true), serde_json::json!(["a", "b"])));
    assert_eq!(sandbox.json(&["show", "X"])["note"], "n");
}

#[test]
fn every_type_can_be_typed_in() {
    let sandbox = Sandbox::new();
    let typed = |kind: &str, more: &[&str], secret: &str| {
        let mut args = vec!["add", "--issuer", kind, "--type", kind, "--secret-stdin", "--yes"];
        args.extend(more);
        sandbox.open_with(&args, &format!("{secret}\n")).exits(0);
    };
    typed("totp", &["--algorithm", "sha512", "--digits", "7", "--period", "60"], "mzxw 6ytb-oi======");
    typed("hotp", &["--counter", "7", "--digits", "4"], "MNXW6YTBOJ");
    typed("steam", &[], "ONXW6YTBOJRGC");
    typed("motp", &["--hex"], "0123456789abcdef");
    typed("yandex", &[], "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI");
    let list = sandbox.json(&["list"]);
    let row = |kind: &str| list.as_array().unwrap().iter().find(|row| row["type"] == kind).unwrap().clone();
    let totp = row("totp");
    assert_eq!(
        (totp["algorithm"].as_str(), totp["digits"].as_u64(), totp["period"].as_u64()),
        (Some("SHA512"), Some(7), Some(60))
    );
    assert_eq!((row("hotp")["counter"].as_u64(), row("hotp")["period"].as_u64()), (Some(7), None));
    assert_eq!((row("steam")["digits"].as_u64(), row("steam")["period"].as_u64()), (Some(5), Some(30)));
    assert_eq!((row("motp")["period"].as_u64(), row("yandex")["digits"].as_u64()), (Some(10), Some(8)));
    sandbox.open(&["add", "--issuer", "x", "--type", "steam", "--digits", "6", "--secret", SECRET]).exits(2);
    let history = sandbox.open(&["add", "--issuer", "x", "--secret", SECRET, "--yes"]).exits(0);
    assert!(history.stderr.contains("shell's history"));
}

#[test]
fn a_secret_in_hexadecimal_digits_is_called_that_and_taken_with_hex() {
    let sandbox = Sandbox::new();
    let hexadecimal = "3132333435363738393031323334353637383930\n";
    let add = ["add", "--issuer", "Fob", "--secret-stdin", "--yes"];
    let refused = sandbox.open_with(&add, hexadecimal).exits(1);
    assert!(refused.stderr.contains("in hexadecimal digits"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--hex"), "{}", refused.stderr);
    sandbox.open_with(&[&add[..], &["--hex"]].concat(), hexadecimal).exits(0);
    assert_eq!(sandbox.json(&["show", "Fob"])["secret"], "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

#[test]
fn what_cannot_be_an_entry_is_refused_with_its_reason() {
    let sandbox = Sandbox::new();
    let cases = [
        ("otpauth://totp/x?secret=0189", "bad_input"),
        ("otpauth://totp/x", "bad_input"),
        ("otpauth://totp/x?secret=MZXW6YTBOI&period=0", "bad_input"),
        ("otpauth://totp/x?secret=MZXW6YTBOI&digits=11", "bad_input"),
        ("otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8", "bad_input"),
        ("https://example.org/", "bad_input"),
    ];
    for (uri, code) in cases {
        let error = sandbox.open(&["add", uri, "--yes", "--json"]).exits(1).error();
        assert_eq!(error["code"], code, "{uri}");
        assert!(!error["message"].as_str().unwrap().contains("MZXW6YTBOI"), "{error}");
    }
    sandbox.open(&["add", "--issuer", "x", "--secret", "MZXW6YTBOI", "--period", "0"]).exits(2);
    sandbox.open(&["add", "--issuer", "x", "--secret", "MZXW6YTBOI", "--digits", "3"]).exits(2);
    sandbox.open(&["add", "--issuer", "x", "--secret", "no base32!", "--yes"]).exits(1);
    sandbox.open(&["add"]).exits(2);
    sandbox.open(&["add", "otpauth://totp/x?secret=MZXW6YTBOI", "--screen"]).exits(2);
    assert_eq!(sandbox.json(&["list"]), serde_json::json!([]));
}

#[test]
fn long_right_to_left_and_emoji_names_are_kept_and_cannot_forge_output() {
    let sandbox = Sandbox::new();
    let long = "i".repeat(300);
    sandbox.open(&["add", "--issuer", &long, "--secret", "MZXW6YTBOI", "--yes"]).exits(0);
    sandbox.open(&["add", "--issuer", "בנק", "--account", "👩‍💻", "--secret", "MNXW6YTB", "--yes"]).exits(0);
    sandbox.open(&["add", "--issuer", "a\u{202e}b\u{1b}[31m", "--secret", "ONXW6YTBOJRGC", "--yes"]).exits(0);
    let list = sandbox.open(&["list"]).exits(0).stdout;
    assert!(list.contains(&long) && list.contains("\u{2068}בנק\u{2069} (👩‍💻)"));
    assert!(list.contains("a\\u{202e}b") && !list.contains('\u{202e}') && !list.contains('\u{1b}'));
    assert_eq!(sandbox.json(&["list", "בנק"])[0]["account"], "👩‍💻");
    let error = sandbox
        .open(&["add", "--issuer", &"i".repeat(5000), "--secret", "MZXW6YTB", "--yes", "--json"])
        .exits(1)
        .error();
    assert!(error["message"].as_str().unwrap().contains("5000"));
}

#[test]
fn pictures_with_several_codes_are_read_and_what_is_no_entry_is_named() {
    let sandbox = Sandbox::new();
    let uri = |account: &str, secret: &str| {
        format!("otpauth://totp/Example:{account}?secret={secret}&issuer=Example")
    };
    sandbox.picture("two.png", &[&uri("alice", SECRET), &uri("bob", "MZXW6YTBOI")]);
    sandbox.picture("menu.png", &["https://example.org/menu"]);
    sandbox.picture("empty.png", &[]);
    std::fs::write(sandbox.path("broken.png"), b"\x89PNG\r\n\x1a\nbroken").unwrap();
    let args = [
        "add",
        "--image",
        "two.png",
        "menu.png",
        "empty.png",
        "broken.png",
        "missing.png",
        "--yes",
        "--json",
    ];
    let ran = sandbox.open(&args).exits(0);
    let outcome = ran.json();
    let mut accounts: Vec<&str> =
        outcome["added"].as_array().unwrap().iter().map(|added| added["account"].as_str().unwrap()).collect();
    accounts.sort_unstable();
    assert_eq!(accounts, ["alice", "bob"]);
    let problems = outcome["problems"].as_array().unwrap();
    let sources: Vec<&str> = problems.iter().map(|problem| problem["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["menu.png", "empty.png", "broken.png", "missing.png"]);
    assert_eq!(problems[0]["text"], "https://example.org/menu");
    assert!(ran.stderr.contains("https://example.org/menu"));

    let again = sandbox.open(&["add", "--image", "two.png", "--yes", "--json"]).exits(0).json();
    assert_eq!(again["added"], serde_json::json!([]));
    assert_eq!(again["duplicates"][0]["existing"][0]["in_trash"], false);
    sandbox.open(&["add", "--image", "two.png", "--yes", "--allow-duplicates"]).exits(0);
    assert_eq!(sandbox.json(&["list"]).as_array().unwrap().len(), 4);

    assert_eq!(
        sandbox.open(&["add", "--image", "empty.png", "--json"]).exits(4).error()["code"],
        "nothing_found"
    );
    assert_eq!(sandbox.open(&["add", "--image", "menu.png", "--json"]).exits(1).error()["code"], "bad_input");
}

#[test]
fn a_duplicate_is_named_before_it_is_added_again() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Old:alice?secret={SECRET}"));
    sandbox.open(&["remove", "alice"]).exits(0);
    let link = format!("otpauth://totp/New:alice?secret={SECRET}\n");
    let no = sandbox.open_with(&["add", "-"], &format!("{link}n\n")).exits(0);
    assert!(no.stderr.contains("Old (alice)") && no.stderr.contains("in the trash"));
    assert_eq!(sandbox.json(&["list"]), serde_json::json!([]));
    sandbox.open_with(&["add", "-"], &format!("{link}y\ny\n")).exits(0);
    assert_eq!(sandbox.json(&["list"])[0]["issuer"], "New");
}

#[test]
fn without_a_camera_screen_or_clipboard_each_says_so() {
    let sandbox = Sandbox::new();
    for source in ["--screen", "--clipboard"] {
        assert_eq!(
            sandbox.open(&["add", source, "--json"]).exits(1).error()["code"],
            "unavailable",
            "{source}"
        );
    }
    if std::fs::exists("/dev/video0").unwrap() {
        return;
    }
    assert_eq!(sandbox.open(&["add", "--camera", "--json"]).exits(1).error()["code"], "unavailable");
    assert_eq!(sandbox.open(&["add", "--camera", "3", "--json"]).exits(1).error()["code"], "unavailable");
}

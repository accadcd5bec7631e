//! `list`, `edit`, `remove`, `restore`, `show`, `log`, `merge`.

use crate::sandbox::{PASSWORD, SECRET, Sandbox};

fn sandbox() -> Sandbox {
    Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"))
}

#[test]
fn list_has_the_documented_shape_and_no_secret() {
    let sandbox = sandbox();
    let list = sandbox.json(&["list"]);
    let mut row = list[0].as_object().unwrap().clone();
    assert_eq!(row.remove("id").unwrap().as_str().unwrap().len(), 32);
    for time in ["created", "modified"] {
        assert!(row.remove(time).unwrap().as_u64().unwrap() > 1_700_000_000);
    }
    let rest = serde_json::json!({
        "issuer": "Example", "account": "alice", "type": "totp", "algorithm": "SHA1", "digits": 6, "period": 30, "counter": null,
        "group": null, "tags": [], "favorite": false, "uses": 0, "last_used": null, "deleted": null,
    });
    assert_eq!(serde_json::Value::Object(row), rest);
}

#[test]
fn only_show_prints_the_secret() {
    let sandbox = sandbox();
    let silent: [&[&str]; 9] = [
        &["list"],
        &["list", "--json"],
        &["code", "alice", "--json", "--next"],
        &["edit", "alice", "--note", "x", "--json"],
        &["check", "--json"],
        &["log", "--json"],
        &["settle", "--json"],
        &["remove", "alice", "--json"],
        &["restore", "alice", "--json"],
    ];
    for args in silent {
        let ran = sandbox.open(args).exits(0);
        assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{args:?}");
    }
    let shown = sandbox.open(&["show", "alice", "--qr"]).exits(0).stdout;
    assert!(shown.contains(SECRET) && shown.contains("otpauth://totp/") && shown.contains('▀'));
    let json = sandbox.json(&["show", "alice"]);
    assert_eq!(
        (json["secret"].as_str(), json["pin"].as_str(), json["note"].as_str()),
        (Some(SECRET), None, Some("x"))
    );
    assert!(json["uri"].as_str().unwrap().starts_with("otpauth://totp/Example:alice?"));
    assert!(json.get("qr_svg").is_none());
    assert!(sandbox.json(&["show", "alice", "--qr"])["qr_svg"].as_str().unwrap().contains("<svg"));
}

#[test]
fn edit_changes_what_it_is_told_and_nothing_else() {
    let sandbox = sandbox();
    let before = sandbox.json(&["show", "alice"]);
    let row = sandbox.json(&[
        "edit",
        "alice",
        "--issuer",
        "New",
        "--account",
        "bob",
        "--group",
        "G",
        "--tag",
        "t",
        "--tag",
        "u",
        "--favorite",
        "--digits",
        "8",
        "--period",
        "60",
        "--algorithm",
        "SHA256",
    ]);
    assert_eq!(
        (row["issuer"].as_str(), row["account"].as_str(), row["group"].as_str()),
        (Some("New"), Some("bob"), Some("G"))
    );
    assert_eq!(
        (row["digits"].as_u64(), row["period"].as_u64(), row["algorithm"].as_str()),
        (Some(8), Some(60), Some("SHA256"))
    );
    let row = sandbox.json(&["edit", "bob", "--group", "", "--untag", "t", "--no-favorite"]);
    assert_eq!(
        (row["group"].as_str(), row["tags"].clone(), row["favorite"].as_bool()),
        (None, serde_json::json!(["u"]), Some(false))
    );
    let after = sandbox.json(&["show", "bob"]);
    assert_eq!(
        (&after["id"], &after["secret"], &after["created"]),
        (&before["id"], &before["secret"], &before["created"])
    );
    sandbox.open(&["edit", "bob"]).exits(2);
    sandbox.open(&["edit", "bob", "--counter", "1"]).exits(2);
    sandbox.open(&["edit", "bob", "--period", "86401"]).exits(2);
    sandbox.open(&["edit", "nobody", "--note", "x"]).exits(4);
    assert_eq!(
        sandbox.open(&["edit", "bob", "--note", &"n".repeat(10_001), "--json"]).exits(1).error()["code"],
        "bad_input"
    );
}

#[test]
fn the_trash_gives_back_what_was_removed() {
    let sandbox = sandbox();
    let removed = sandbox.json(&["remove", "alice"]);
    assert_eq!(
        (removed["forever"].as_bool(), removed["removed"][0]["account"].as_str()),
        (Some(false), Some("alice"))
    );
    assert_eq!(sandbox.json(&["list"]), serde_json::json!([]));
    assert!(sandbox.json(&["list", "--trash"])[0]["deleted"].is_u64());
    sandbox.open(&["code", "alice"]).exits(4);
    let twice = sandbox.open(&["remove", "alice"]).exits(4);
    assert!(twice.stderr.contains("in the trash already"));
    assert_eq!(sandbox.json(&["restore", "alice"])["restored"][0]["issuer"], "Example");
    sandbox.open(&["restore", "alice"]).exits(4);
    assert!(sandbox.json(&["list"])[0]["deleted"].is_null());
}

#[test]
fn deleting_for_good_asks_first() {
    let sandbox = sandbox();
    sandbox.open_with(&["remove", "alice", "--forever"], "n\n").exits(1);
    sandbox.open(&["remove", "alice", "--forever"]).exits(2);
    assert_eq!(sandbox.json(&["list"]).as_array().unwrap().len(), 1);
    sandbox.open_with(&["remove", "alice", "--forever"], "y\n").exits(0);
    assert_eq!(sandbox.json(&["list", "--trash"]), serde_json::json!([]));
    for name in ["b", "c"] {
        sandbox
            .open(&["add", "--issuer", name, "--secret", "MZXW6YTBOI", "--yes", "--allow-duplicates"])
            .exits(0);
        sandbox.open(&["remove", name]).exits(0);
    }
    let emptied = sandbox.json(&["remove", "--forever", "--all-trash", "--yes"]);
    assert_eq!(emptied["removed"].as_array().unwrap().len(), 2);
    sandbox.open(&["remove"]).exits(2);
    sandbox.open(&["remove", "--all-trash"]).exits(2);
}

#[test]
fn the_log_tells_what_happened_newest_first() {
    let sandbox = sandbox();
    sandbox.open(&["show", "alice"]).exits(0);
    sandbox.run(&["list", "--password-stdin"], "wrong\n").exits(3);
    let log = sandbox.json(&["log"]);
    let events: Vec<&str> =
        log.as_array().unwrap().iter().map(|row| row["event"].as_str().unwrap()).collect();
    for event in ["created", "entry_added", "secret_shown", "failed_unlock", "unlocked_with_password"] {
        assert!(events.contains(&event), "{event} in {events:?}");
    }
    assert_eq!(events.last(), Some(&"created"));
    let numbers: Vec<u64> =
        log.as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|a, b| a > b));
    let shown = log.as_array().unwrap().iter().find(|row| row["event"] == "secret_shown").unwrap();
    assert_eq!(shown["id"], sandbox.json(&["list"])[0]["id"]);
    assert_eq!(sandbox.json(&["log", "-n", "2"]).as_array().unwrap().len(), 2);
    assert!(sandbox.open(&["log"]).exits(0).stdout.contains("Example (alice)"));
}

#[test]
fn two_copies_are_merged_entry_by_entry() {
    let sandbox = sandbox();
    let other = sandbox.path("other.tessera");
    std::fs::copy(sandbox.vault(), &other).unwrap();
    let other = other.to_str().unwrap();
    sandbox
        .run(
            &[
                "--vault",
                other,
                "add",
                "--issuer",
                "Theirs",
                "--secret",
                "MZXW6YTB",
                "--yes",
                "--password-stdin",
            ],
            &format!("{PASSWORD}\n"),
        )
        .exits(0);
    sandbox
        .run(
            &["--vault", other, "edit", "alice", "--note", "theirs", "--password-stdin"],
            &format!("{PASSWORD}\n"),
        )
        .exits(0);
    sandbox.open(&["edit", "alice", "--note", "ours"]).exits(0);
    let before = std::fs::read(other).unwrap();

    let differ = sandbox.json(&["merge", other, "--list"]);
    let kinds: Vec<&str> =
        differ["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"only_theirs") && kinds.contains(&"differs"), "{kinds:?}");
    assert!(differ["items"][0]["taken"].is_null());
    sandbox.open(&["merge", other]).exits(2);
    assert_eq!(sandbox.json(&["list"]).as_array().unwrap().len(), 1);

    let merged = sandbox.json(&["merge", other, "--take", "theirs"]);
    assert_eq!((merged["added"].as_u64(), merged["changed"].as_u64()), (Some(1), Some(1)));
    assert_eq!(sandbox.json(&["show", "alice"])["note"], "theirs");
    assert_eq!(sandbox.json(&["list", "Theirs"]).as_array().unwrap().len(), 1);
    assert_eq!(sandbox.json(&["merge", other, "--list"])["items"], serde_json::json!([]));
    assert_eq!(std::fs::read(other).unwrap(), before, "the other copy is only read");

    let stranger = Sandbox::new();
    let refused = sandbox.open(&["merge", stranger.vault().to_str().unwrap(), "--list", "--json"]).exits(1);
    assert!(refused.error()["message"].as_str().unwrap().contains("not a copy"));
}

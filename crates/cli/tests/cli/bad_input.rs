//! Files that are none, and folders that fail: what is said, and that nothing is lost.

use std::fs::{self, File};
#[cfg(target_os = "linux")]
use std::process::Command;

use crate::sandbox::{SECRET, Sandbox};

#[test]
fn a_file_of_two_gigabytes_is_refused_by_its_length() {
    let sandbox = Sandbox::bare();
    // It takes no room on the disk.
    File::create(sandbox.path("large")).unwrap().set_len(2 << 30).unwrap();
    let ran = sandbox.run(&["inspect", "large", "--json"], "").exits(1);
    let message = ran.json()[0]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("2147483648 bytes"), "{message}");
    sandbox.run(&["inspect", "large", "--json", "--source-password-file", "large"], "").exits(1);
}

#[test]
fn a_folder_in_the_place_of_a_file_is_said_so() {
    let sandbox = Sandbox::bare();
    fs::create_dir(sandbox.path("folder")).unwrap();
    let ran = sandbox.run(&["inspect", "folder", "--json"], "").exits(1);
    assert!(ran.json()[0]["error"]["message"].as_str().unwrap().contains("cannot be read"));
}

#[test]
fn secrets_are_read_as_people_write_them_and_what_is_none_is_named() {
    let sandbox = Sandbox::bare();
    let lower = SECRET.to_lowercase();
    let spaced = format!("{}%20{}", &lower[..4], &lower[4..]);
    let dashed = format!("{}-{}", &SECRET[..8], &SECRET[8..]);
    let lines: Vec<String> =
        [SECRET, &lower, &spaced, &dashed, &format!("{}======", &SECRET[..26]), "", "0189", "\u{1F511}"]
            .iter()
            .enumerate()
            .map(|(number, secret)| format!("otpauth://totp/Example:user{number}?secret={secret}"))
            .collect();
    fs::write(sandbox.path("codes.txt"), lines.join("\n")).unwrap();
    let rows = sandbox.run(&["inspect", "codes.txt", "--json", "--reveal"], "").exits(0).json();
    let secrets: Vec<&str> = rows[0]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["secret"].as_str().unwrap())
        .collect();
    assert_eq!(secrets, [SECRET, SECRET, SECRET, SECRET, &SECRET[..26]]);
    let places: Vec<&str> = rows[0]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["place"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["line 6", "line 7", "line 8"]);
}

/// A drive of the test's own, in a mount namespace of its own, through what drives go through.
#[cfg(target_os = "linux")]
const DRIVE: &str = r#"
set -u
mount -t tmpfs -o size=96k tmpfs drive || exit 77
backup() {
    "$0" backup create --to drive --recipient "$RECIPIENT" --password-file pass --json >out 2>said
    echo "backup: $?"; grep -o 'drive is full\|cannot be written\|not there' said
    ls drive 2>/dev/null | grep -c 'age$\|part$'
}
backup
dd if=/dev/zero of=drive/film bs=512 2>/dev/null
echo full
backup
"$0" export --format otpauth --out drive/codes.txt --in-clear --yes --password-file pass >out 2>said
echo "export: $?"; ls drive | grep -c codes
rm drive/film
mount -o remount,ro drive
echo read-only
backup
umount drive
rmdir drive
echo gone
backup
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_drive_that_is_full_read_only_or_gone_is_said_so_and_keeps_its_backup() {
    let can_mount = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .output();
    if !can_mount.is_ok_and(|output| output.status.success()) {
        println!("skipped: this system gives nobody a drive of their own");
        return;
    }
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example"));
    fs::create_dir(sandbox.path("drive")).unwrap();
    fs::write(sandbox.path("pass"), crate::sandbox::PASSWORD).unwrap();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", DRIVE, env!("CARGO_BIN_EXE_tessera")])
        .env("TESSERA_VAULT", sandbox.vault())
        .env("HOME", sandbox.path(""))
        .env("XDG_STATE_HOME", sandbox.path("state"))
        .env("RECIPIENT", crate::backups::RECIPIENT)
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .current_dir(sandbox.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        lines,
        [
            "backup: 0",
            "1",
            "full",
            "backup: 1",
            "drive is full",
            "1",
            "export: 1",
            "0",
            "read-only",
            "backup: 1",
            "cannot be written",
            "1",
            "gone",
            "backup: 1",
            "not there",
            "0",
        ],
        "{complaints}"
    );
}

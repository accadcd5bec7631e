//! A folder of its own for each test, and the real binary run in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::{GrayImage, Luma};
use qrcode::{Color, QrCode};
use serde_json::Value;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery staple";
/// RFC 6238's secret for SHA-1, "12345678901234567890".
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// The cheapest key derivation that a slot may have, so that the suite is quick.
pub const CHEAP: [&str; 4] = ["--kdf-memory", "64", "--kdf-passes", "3"];

/// A home without desktop, and a vault in it.
pub struct Sandbox {
    folder: TempDir,
    pub recovery_code: String,
}

/// What one call did.
pub struct Ran {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Fails the test with everything said, if the exit code is another.
    pub fn exits(self, wanted: i32) -> Self {
        assert_eq!(self.exit, wanted, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// The error that `--json` printed on the last line of standard error.
    pub fn error(&self) -> Value {
        let last = self.stderr.lines().last().unwrap_or_default();
        let value: Value =
            serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {}", self.stderr));
        value["error"].clone()
    }
}

impl Sandbox {
    /// Without a vault.
    pub fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), recovery_code: String::new() }
    }

    /// With an empty vault.
    pub fn new() -> Self {
        let mut sandbox = Self::bare();
        let args = ["init", "--json", "--password-stdin", CHEAP[0], CHEAP[1], CHEAP[2], CHEAP[3]];
        let made = sandbox.run(&args, &format!("{PASSWORD}\n")).exits(0).json();
        made["recovery_code"].as_str().unwrap().clone_into(&mut sandbox.recovery_code);
        sandbox
    }

    /// With an entry of this link.
    pub fn with(uri: &str) -> Self {
        let sandbox = Self::new();
        sandbox.add(uri);
        sandbox
    }

    pub fn add(&self, uri: &str) {
        self.open(&["add", uri, "--yes"]).exits(0);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn vault(&self) -> PathBuf {
        self.path("vault.tessera")
    }

    /// Runs a command with the vault's password on standard input.
    pub fn open(&self, args: &[&str]) -> Ran {
        let mut all = args.to_vec();
        all.push("--password-stdin");
        self.run(&all, &format!("{PASSWORD}\n"))
    }

    /// The same with more lines after the password.
    pub fn open_with(&self, args: &[&str], lines: &str) -> Ran {
        let mut all = args.to_vec();
        all.push("--password-stdin");
        self.run(&all, &format!("{PASSWORD}\n{lines}"))
    }

    /// The JSON that a command prints.
    pub fn json(&self, args: &[&str]) -> Value {
        let mut all = args.to_vec();
        all.push("--json");
        self.open(&all).exits(0).json()
    }

    pub fn run(&self, args: &[&str], stdin: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tessera"))
            .args(args)
            .env("TESSERA_VAULT", self.vault())
            .env("HOME", self.folder.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that refuses its arguments never reads: that its pipe is closed is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A picture of QR codes beside each other.
    pub fn picture(&self, name: &str, texts: &[&str]) -> PathBuf {
        const MODULE: u32 = 6;
        const QUIET: u32 = 4;
        let codes: Vec<(u32, Vec<Color>)> = texts
            .iter()
            .map(|text| {
                let code = QrCode::new(text).unwrap();
                (u32::try_from(code.width()).unwrap(), code.to_colors())
            })
            .collect();
        let height = codes.iter().map(|(width, _)| width + 2 * QUIET).max().unwrap_or(20) * MODULE;
        let width = codes.iter().map(|(width, _)| width + 2 * QUIET).sum::<u32>().max(20) * MODULE;
        let mut picture = GrayImage::from_pixel(width, height, Luma([255]));
        let mut left = QUIET;
        for (width, colors) in &codes {
            for (index, color) in colors.iter().enumerate() {
                let (x, y) = (u32::try_from(index).unwrap() % width, u32::try_from(index).unwrap() / width);
                for (dx, dy) in (0..MODULE).flat_map(|dx| (0..MODULE).map(move |dy| (dx, dy))) {
                    let (x, y) = ((left + x) * MODULE + dx, (QUIET + y) * MODULE + dy);
                    picture.put_pixel(x, y, Luma([if *color == Color::Dark { 0 } else { 255 }]));
                }
            }
            left += width + 2 * QUIET;
        }
        let path = self.path(name);
        picture.save(&path).unwrap();
        path
    }
}

/// Where each body with this magic begins in a vault file.
pub fn bodies(file: &[u8], magic: [u8; 8]) -> Vec<usize> {
    file.windows(8).enumerate().filter(|(_, window)| *window == magic).map(|(at, _)| at).collect()
}

/// Changes a file.
pub fn patch(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    change(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

//! The whole way of a secret, through the real command line and the encrypted file to the code, against oathtool.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{Failure, Outcome, capture};
use crate::workspace;

/// Each costs some starts of `tessera`.
const SECRETS: u64 = 24;
/// One early, one of today, one past the year 2038.
const TIMES: [u64; 3] = [59, 1_795_000_000, 20_000_000_000];

pub(super) fn run() -> Outcome {
    let place = Place::make()?;
    // The cheapest key derivation there is: it is paid at each of the starts below.
    place.tessera(&["init", "--kdf-memory", "64"])?;
    let random = Random(RandomState::new());
    let mut compared = 0;
    for number in 0..SECRETS {
        let case = Case::make(&random, number);
        place.tessera(&["add", "--yes", &case.uri()])?;
        for time in case.times() {
            let time = time.to_string();
            let mut ask = vec!["code", "--json", &case.account];
            if case.has_time() {
                ask.extend(["--at", &time]);
            }
            let said = place.tessera(&ask)?;
            let said: Value = serde_json::from_str(&said)
                .map_err(|error| Failure::new(format!("tessera code --json: {error}")))?;
            let expected = capture(&mut case.oathtool(&time))?;
            if said["code"].as_str() != Some(expected.trim()) {
                return Err(Failure::new(format!(
                    "{} at {time}: oathtool says {}, tessera {}",
                    case.uri(),
                    expected.trim(),
                    said["code"]
                )));
            }
            compared += 1;
        }
    }
    println!("    {compared} codes of {SECRETS} random secrets are oathtool's");
    Ok(())
}

/// A secret with parameters that oathtool knows too: it has 6, 7 and 8 digits, and HOTP with SHA-1 only.
struct Case {
    account: String,
    secret: String,
    algorithm: &'static str,
    digits: u64,
    /// A TOTP period, or a HOTP counter.
    moving: Moving,
}

enum Moving {
    Period(u64),
    Counter(u64),
}

impl Case {
    fn make(random: &Random, number: u64) -> Self {
        let pick = |of: u64, choices: u64| random.number((number, of)) % choices;
        let bytes = (0..10 + pick(1, 55)).map(|at| random.number((number, 2, at)).to_le_bytes()[0]);
        let counter = pick(3, 4) == 0;
        Self {
            account: format!("case-{number:02}-end"),
            secret: base32(bytes),
            algorithm: if counter {
                "SHA1"
            } else {
                ["SHA1", "SHA256", "SHA512"][usize::try_from(pick(4, 3)).unwrap_or(0)]
            },
            digits: 6 + pick(5, 3),
            moving: if counter {
                Moving::Counter(pick(6, 1 << 40))
            } else {
                Moving::Period(1 + pick(7, 600))
            },
        }
    }

    fn uri(&self) -> String {
        let Self { account, secret, algorithm, digits, moving } = self;
        let (kind, moving) = match moving {
            Moving::Period(seconds) => ("totp", format!("period={seconds}")),
            Moving::Counter(next) => ("hotp", format!("counter={next}")),
        };
        format!(
            "otpauth://{kind}/Interop:{account}?secret={secret}&issuer=Interop&algorithm={algorithm}&digits={digits}&{moving}"
        )
    }

    fn has_time(&self) -> bool {
        matches!(self.moving, Moving::Period(_))
    }

    /// HOTP is asked once, since each answer uses its counter up.
    fn times(&self) -> &'static [u64] {
        if self.has_time() { &TIMES } else { &TIMES[..1] }
    }

    fn oathtool(&self, time: &str) -> Command {
        let mut command = Command::new("oathtool");
        match self.moving {
            Moving::Period(seconds) => {
                command.arg(format!("--totp={}", self.algorithm)).arg(format!("--time-step-size={seconds}s"));
                command.arg(format!("--now=@{time}"));
            }
            Moving::Counter(next) => {
                command.arg("--hotp").arg(format!("--counter={next}"));
            }
        }
        command.arg(format!("--digits={}", self.digits)).arg("--base32").arg(&self.secret);
        command
    }
}

/// The standard library's own source of randomness; good enough to choose test cases.
struct Random(RandomState);

impl Random {
    fn number(&self, which: impl std::hash::Hash) -> u64 {
        self.0.hash_one(which)
    }
}

fn base32(bytes: impl Iterator<Item = u8>) -> String {
    let symbols = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = bytes.flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let value = |group: &[u8]| {
        (0..5).fold(0, |value, at| value << 1 | usize::from(group.get(at).copied().unwrap_or(0)))
    };
    bits.chunks(5).map(|group| char::from(symbols[value(group)])).collect()
}

/// A folder with a vault in it, gone at the end.
struct Place {
    folder: PathBuf,
    tessera: PathBuf,
}

impl Place {
    fn make() -> Outcome<Self> {
        let folder = workspace::target().join("interop-codes");
        let made = remove(&folder).and_then(|()| fs::create_dir_all(&folder));
        made.and_then(|()| fs::write(folder.join("password"), "interop only\n"))
            .map_err(|error| Failure::file("prepare", &folder, &error))?;
        Ok(Self { tessera: workspace::built("debug", "tessera"), folder })
    }

    fn tessera(&self, arguments: &[&str]) -> Outcome<String> {
        let mut command = Command::new(&self.tessera);
        command.env("TESSERA_VAULT", self.folder.join("vault.tessera")).env("XDG_STATE_HOME", &self.folder);
        command.args(arguments).arg("--password-file").arg(self.folder.join("password"));
        capture(&mut command)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Left behind it would only be made anew the next time.
        let _ = remove(&self.folder);
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648() {
        assert_eq!(base32(b"foobar".iter().copied()), "MZXW6YTBOI");
        assert_eq!(base32(b"f".iter().copied()), "MY");
    }
}

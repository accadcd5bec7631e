//! The vault's password: the present one, a new one, and the cost of its slot.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tessera_vault::{KdfParams, Password};
use zeroize::Zeroizing;

use crate::clock;
use crate::commands::Context;
use crate::failure::{Code, Failure};

/// A password file is not longer; a larger one is another file, given by mistake.
const LONGEST_FILE: u64 = 64 * 1024;
/// What a derivation should take on the machine where a slot is made (DESIGN §4).
const CALIBRATED_TO: Duration = Duration::from_millis(700);
/// So much of a password is judged: the estimate's cost grows steeply, and nothing longer is weak.
const JUDGED_CHARACTERS: usize = 100;

/// What key derivation costs in a new password slot.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct KdfArgs {
    /// Memory of the key derivation in MiB, 64 to 1024 [default: measured, so that it takes about 0.7 s here]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(64..=1024), help_heading = "Key derivation")]
    kdf_memory: Option<u32>,
    /// Passes of the key derivation, 3 to 16 [default: measured]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(3..=16), help_heading = "Key derivation")]
    kdf_passes: Option<u32>,
}

impl KdfArgs {
    /// The parameters given, or measured on this machine; never below the floor.
    pub(crate) fn params(&self) -> Result<KdfParams, Failure> {
        if self.kdf_memory.is_none() && self.kdf_passes.is_none() {
            return Ok(KdfParams::calibrate(CALIBRATED_TO, &clock::monotonic));
        }
        let memory = self.kdf_memory.map_or(KdfParams::FLOOR.m_kib(), |mib| mib * 1024);
        let passes = self.kdf_passes.unwrap_or(KdfParams::FLOOR.t());
        KdfParams::new(memory, passes, KdfParams::FLOOR.p())
            .map_err(|error| Failure::from_error(Code::Usage, &error))
    }
}

/// Where a new password comes from, for commands that need the present one too.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct NewPasswordArgs {
    /// Read the new password from a file; one line break at its end does not count
    #[arg(long, value_name = "FILE")]
    pub(crate) new_password_file: Option<PathBuf>,
}

/// The vault's present password.
pub(crate) fn present(context: &Context, prompt: &str) -> Result<Password, Failure> {
    match &context.global.password_file {
        Some(file) => from_file(file),
        None => Ok(taken(&context.input.secret(prompt)?)),
    }
}

/// A new password from a file, the next line, or typed twice. A weak one is taken, with a warning.
pub(crate) fn new(context: &Context, file: Option<&Path>, prompt: &str) -> Result<Password, Failure> {
    if let Some(file) = file {
        return from_file(file);
    }
    let first = context.input.secret(prompt)?;
    if first.is_empty() {
        return Err(Failure::new(Code::BadInput, "The new password is empty."));
    }
    warn_if_weak(context, &first);
    if !context.global.password_stdin {
        let again = context.input.secret("Once more: ")?;
        if *first != *again {
            return Err(Failure::new(
                Code::BadInput,
                "The two passwords are not the same. Nothing was changed.",
            ));
        }
    }
    Ok(taken(&first))
}

/// A password file's content.
pub(crate) fn from_file(file: &Path) -> Result<Password, Failure> {
    let bytes = bytes_of(file)?;
    Password::from_file_bytes(&bytes).map_err(|error| Failure::from_error(Code::BadInput, &error))
}

/// The password of an account of others, from a file; one line break at its end does not count.
pub(crate) fn text_from_file(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = bytes_of(file)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::new(Code::BadInput, "The password file is not UTF-8 text."))?;
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(line.unwrap_or(text).to_owned()))
}

fn bytes_of(file: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |error: &std::io::Error| {
        Failure::new(
            Code::Failed,
            format!("The password file {} cannot be read.", crate::text::safe(&file.display().to_string())),
        )
        .caused_by(error)
    };
    let bytes = {
        use std::io::Read as _;
        let opened = std::fs::File::open(file).map_err(|error| unreadable(&error))?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        opened.take(LONGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        bytes
    };
    if bytes.len() as u64 > LONGEST_FILE {
        return Err(Failure::new(
            Code::BadInput,
            "The password file is longer than 64 KiB; is it the right file?",
        ));
    }
    Ok(bytes)
}

fn taken(line: &Zeroizing<String>) -> Password {
    // `Password` wipes the copy it is given, and `line` wipes itself.
    Password::new(line.as_str().to_owned())
}

/// Says so if a password is weak; it is taken all the same.
pub(crate) fn warn_if_weak(context: &Context, password: &str) {
    let judged: Zeroizing<String> = Zeroizing::new(password.chars().take(JUDGED_CHARACTERS).collect());
    let estimate = zxcvbn::zxcvbn(&judged, &["tessera"]);
    if estimate.score() >= zxcvbn::Score::Three {
        return;
    }
    let reason =
        estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning).map(|reason| format!(" {reason}"));
    context.out.warning(&format!(
        "This password would not withstand someone who has the file and a lot of computers.{} Four or five random words do.",
        reason.unwrap_or_default()
    ));
}

//! A screen of its own for the window tests, so that they neither need one nor disturb yours.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::process::{Background, Failure, Outcome};

/// An X server without a monitor; it ends with this value.
pub(crate) struct Display {
    _server: Background,
    name: String,
}

impl Display {
    pub(crate) fn start() -> Outcome<Self> {
        let mut command = Command::new("Xvfb");
        // The server picks a number that is free and says which: guessing one would race with every other test run.
        command.args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Background::start(&mut command)?;
        let mut number = String::new();
        if let Some(output) = server.child().stdout.take() {
            // Nothing is read when the server ends before it listens; the empty number below tells.
            let _ = BufReader::new(output).read_line(&mut number);
        }
        match number.trim().parse::<u32>() {
            Ok(number) => Ok(Self { _server: server, name: format!(":{number}") }),
            Err(_) => {
                Err(Failure::new("Xvfb ended before it gave a display. Try it by hand: Xvfb -displayfd 1"))
            }
        }
    }

    /// What DISPLAY is set to.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// What WebKitGTK needs to be told where there is no graphics card: its accelerated path shows an empty window there.
pub(crate) fn soften_rendering(command: &mut Command) {
    if cfg!(target_os = "linux") && !std::path::Path::new("/dev/dri").exists() {
        command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_displays_never_share_a_number() {
        if crate::process::find_program("Xvfb").is_none() {
            println!("skipped: there is no Xvfb on this machine");
            return;
        }
        let (first, second) = (Display::start().unwrap(), Display::start().unwrap());
        assert_ne!(first.name(), second.name());
    }
}

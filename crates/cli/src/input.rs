//! What a person or a script answers: passwords and questions.
//!
//! With `--password-stdin` everything that would be asked for is read from standard input, one line each, in the order in
//! which it would be asked. Otherwise secrets are asked for on the terminal, without echo.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};

use zeroize::Zeroizing;

use crate::failure::{Code, Failure};
use crate::output::Out;

/// No line of ours is longer: a note of 10,000 characters of four bytes each.
const LONGEST_LINE: usize = 64 * 1024;

/// Where answers come from.
pub(crate) struct Input {
    scripted: bool,
}

impl Input {
    /// `scripted`: `--password-stdin` was given.
    pub(crate) fn new(scripted: bool) -> Self {
        Input { scripted }
    }

    /// Whether somebody is there who can read something off the terminal and type it back.
    pub(crate) fn has_person(&self) -> bool {
        !self.scripted && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// A secret: from the script, or typed without echo.
    pub(crate) fn secret(&self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        if self.scripted { next_line(prompt) } else { typed(prompt) }
    }

    /// A secret that an option said to read from standard input, whoever gives the password.
    pub(crate) fn secret_line(&self, prompt: &str) -> Result<Zeroizing<String>, Failure> {
        if !self.scripted && io::stdin().is_terminal() { typed(prompt) } else { next_line(prompt) }
    }

    /// A yes or no. `option` is what answers it beforehand.
    pub(crate) fn confirm(
        &self,
        out: &Out,
        question: &str,
        default: bool,
        option: &str,
    ) -> Result<bool, Failure> {
        let choices = if default { "[Y/n]" } else { "[y/N]" };
        loop {
            let answer = self.answer(out, &format!("{question} {choices}"), option)?;
            match answer.trim().to_lowercase().as_str() {
                "" => return Ok(default),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => out.say("Please answer y or n."),
            }
        }
    }

    /// A line that is no secret: standard input is read whether or not the password comes from there.
    #[allow(clippy::unused_self, reason = "answers are asked of the same one as secrets")]
    pub(crate) fn answer(&self, out: &Out, question: &str, option: &str) -> Result<String, Failure> {
        out.ask(question);
        let answer = if io::stdin().is_terminal() {
            let mut line = String::new();
            let read = io::stdin().read_line(&mut line).map_err(|error| cannot_read(&error))?;
            (read > 0).then_some(line)
        } else {
            read_line()?.map(|line| line.to_string())
        };
        if let Some(line) = answer {
            return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
        }
        // The question's line is still open.
        out.say("");
        Err(Failure::new(
            Code::Usage,
            format!("Nobody answered the question. {option} answers it beforehand."),
        ))
    }
}

fn next_line(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    read_line()?.ok_or_else(|| {
        let wanted = prompt.trim_end_matches([':', ' ']);
        Failure::new(Code::Usage, format!("Standard input ended where this was to be read: {wanted}."))
    })
}

fn typed(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|error| {
        let code = if error.kind() == io::ErrorKind::Interrupted { Code::Canceled } else { Code::Usage };
        Failure::new(
            code,
            "There is no terminal to ask for the password on. --password-stdin or --password-file gives it.",
        )
        .caused_by(&error)
    })
}

/// One line of standard input without its line break; None at the end. Read byte by byte past the standard library's buffer,
/// which would keep a copy of every password for as long as the process lives.
fn read_line() -> Result<Option<Zeroizing<String>>, Failure> {
    let mut input = unbuffered().map_err(|error| cannot_read(&error))?;
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(_) if byte == *b"\n" => break,
            Ok(_) if line.len() == LONGEST_LINE => {
                return Err(Failure::new(Code::BadInput, "A line of standard input is longer than 64 KiB."));
            }
            Ok(_) => line.extend(byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot_read(&error)),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    let text = std::str::from_utf8(&line)
        .map_err(|_| Failure::new(Code::BadInput, "A line of standard input is not UTF-8 text."))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

#[cfg(unix)]
fn unbuffered() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn unbuffered() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

fn cannot_read(error: &io::Error) -> Failure {
    Failure::new(Code::Failed, "Standard input could not be read.").caused_by(error)
}

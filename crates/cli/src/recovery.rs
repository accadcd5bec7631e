//! A new recovery code: shown once, and asked back from a person, since a code that was never written down is none.

use tessera_vault::RecoveryCode;

use crate::commands::Context;
use crate::failure::{Code, Failure, sentence};

/// How often a person may try to type the code back.
const TRIES: u32 = 3;

/// Shows the code on stdout and asks for it back, if somebody is there.
pub(crate) fn show(context: &Context, code: &RecoveryCode) -> Result<(), Failure> {
    // The one time that it is shown.
    let text = code.to_text();
    context.out.line(&format!("Recovery code: {}", text.as_str()))?;
    context.out.flush()?;
    context.out.say(
        "It opens the vault when the password is forgotten, and is not shown again. Write it down and keep it away from this computer.",
    );
    if !context.input.has_person() {
        return Ok(());
    }
    for _ in 0..TRIES {
        let typed = context.input.secret("Type it back from what you wrote (Enter skips): ")?;
        if typed.trim().is_empty() {
            break;
        }
        match RecoveryCode::parse(&typed) {
            Ok(read) if read == *code => {
                context.out.say("Right. Clear the terminal now if others can scroll back in it.");
                return Ok(());
            }
            Ok(_) => context.out.say("That is a recovery code, but not this one."),
            Err(error) => context.out.say(&sentence(&error.to_string())),
        }
    }
    context.out.warning(
        "The recovery code was not confirmed. `tessera recovery-code new` makes another one at any time.",
    );
    Ok(())
}

/// A recovery code that a person or a script gives.
pub(crate) fn read(context: &Context) -> Result<RecoveryCode, Failure> {
    let text = context.input.secret("Recovery code: ")?;
    RecoveryCode::parse(&text).map_err(|error| Failure::from_error(Code::WrongRecovery, &error))
}

//! Another password for an account.

use tessera_center_api::{ErrorCode, Hidden};

use crate::Center;
use crate::http::Refusal;
use crate::password::{PASSWORD_MAX, Password, Weakness};

/// Judges a new password and hashes it. Takes time: no transaction may be open.
///
/// # Errors
/// `WeakPassword` with advice, `InvalidValue` for an over-long one.
pub async fn hash(center: &Center, password: &Hidden, own_words: Vec<String>) -> Result<String, Refusal> {
    // It is judged and hashed, nothing else.
    let text = password.expose_secret();
    match center.hasher.judge(text, own_words).await? {
        Ok(()) => Ok(center.hasher.hash(Password::new(text), &center.random).await?),
        Err(Weakness::TooLong) => {
            Err(Refusal::invalid("/password", format!("A password has at most {PASSWORD_MAX} bytes.")))
        }
        Err(Weakness::Guessable(advice)) => {
            Err(Refusal::new(ErrorCode::WeakPassword, format!("This password is easy to guess. {advice}")))
        }
        Err(Weakness::Leaked) => Err(Refusal::new(
            ErrorCode::WeakPassword,
            "This password is known from leaks: whoever guesses tries it first. Take one that you use nowhere else.",
        )),
    }
}

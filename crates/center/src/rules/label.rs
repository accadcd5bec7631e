//! Names that people give to things.

use crate::http::Refusal;

/// The most characters of a name.
pub const LABEL_MAX: usize = 64;

/// A name without control characters and spaces around it, of 1 to 64 characters. `field` is its JSON pointer.
///
/// # Errors
/// `InvalidValue` when nothing or too much is left.
pub fn read(text: &str, field: &str) -> Result<String, Refusal> {
    let name = tessera_otp::clean_name(text);
    if (1..=LABEL_MAX).contains(&name.chars().count()) {
        Ok(name)
    } else {
        Err(Refusal::invalid(field, format!("A name has 1 to {LABEL_MAX} characters.")))
    }
}

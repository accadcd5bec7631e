//! What FreeOTP of all versions, and FreeOTP+, say of a token.

use std::collections::HashMap;

use serde_json::Value;
use tessera_otp::{Kind, Secret};
use zeroize::Zeroizing;

use crate::Reason;
use crate::draft::{self, Draft};
use crate::fields::Fields;
use crate::input::Json;

/// Reads a token whose secret is found in some way.
pub(in crate::formats) fn draft(
    token: &Value,
    secret: &dyn Fn(Fields<'_>) -> Result<Secret, Reason>,
) -> Result<Draft, Reason> {
    let token = Fields::of(token, "token")?;
    // What a person changed goes before what was scanned; the service's own word before that of the label.
    let first = |fields: &[&'static str]| {
        for field in fields {
            match token.opt_text(field)? {
                Some(text) if !text.is_empty() => return Ok(text),
                _ => {}
            }
        }
        Ok::<_, Reason>("")
    };
    let issuer = first(&["issuerAlt", "issuerExt", "issuerInt"])?;
    let account = first(&["labelAlt", "label"])?;
    let mut draft = Draft::new(issuer, account, secret(token)?);
    draft.kind = draft::kind(token.opt_text("type")?.unwrap_or("TOTP"))?;
    if draft.kind == Kind::Totp
        && issuer.eq_ignore_ascii_case("steam")
        && token.opt_number("digits")? == Some(5)
    {
        // FreeOTP+ computes Steam's codes for this issuer.
        draft.kind = Kind::Steam;
    }
    if let Some(name) = token.opt_text("algo")? {
        draft.algorithm = draft::algorithm(name)?;
    }
    if let Some(digits) = token.opt_number("digits")? {
        draft.digits = draft::digits(digits)?;
    }
    if let Some(period) = token.opt_number("period")?.filter(|_| draft.kind == Kind::Totp) {
        draft.period = draft::period(period)?;
    }
    draft.counter = token.opt_number("counter")?.unwrap_or_default();
    Ok(draft)
}

/// The secret in clear: a list of Java's signed bytes.
pub(in crate::formats) fn secret(token: Fields<'_>) -> Result<Secret, Reason> {
    Ok(Secret::from_bytes(&bytes(token, "secret")?)?)
}

/// Java's signed bytes as bytes.
pub(super) fn bytes(fields: Fields<'_>, field: &'static str) -> Result<Zeroizing<Vec<u8>>, Reason> {
    let wrong = Reason::WrongType { field, expected: "a list of numbers from -128 to 127" };
    let mut bytes = Zeroizing::new(Vec::with_capacity(fields.list(field)?.len()));
    for number in fields.list(field)? {
        let byte =
            number.as_i64().and_then(|number| i8::try_from(number).ok()).ok_or_else(|| wrong.clone())?;
        bytes.push(byte.cast_unsigned());
    }
    Ok(bytes)
}

/// The names in a list of them.
pub(in crate::formats) fn names(order: Option<&Json>) -> Vec<&str> {
    order.and_then(|json| json.0.as_array()).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Puts named things in the order that a list of their names says; what it does not name comes last.
pub(in crate::formats) fn in_order<'a, T>(
    order: Option<&Json>,
    mut named: Vec<(&'a str, T)>,
) -> Vec<(&'a str, T)> {
    let names = names(order);
    // The first place of a name counts.
    let places: HashMap<&str, usize> =
        names.into_iter().enumerate().map(|(place, name)| (name, place)).rev().collect();
    named.sort_by_key(|(name, _)| places.get(name).copied().unwrap_or(usize::MAX));
    named
}

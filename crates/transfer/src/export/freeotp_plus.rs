//! FreeOTP+'s JSON export: secrets as lists of signed bytes, and the order of the tokens by their names.

use serde_json::{Value, json};
use tessera_otp::{Entry, Generator};
use zeroize::Zeroizing;

use crate::export::{Export, Lost, Making, WriteError, json_bytes, lost_parts};
use crate::input::Json;

pub(super) static EXPORT: Export = Export {
    id: "freeotp-plus",
    name: "FreeOTP+",
    extension: "json",
    encrypted: false,
    lost,
    write,
};

fn lost(entry: &Entry) -> Vec<Lost> {
    match &entry.credential.generator {
        Generator::Hotp { counter, .. } if i64::try_from(*counter).is_err() => {
            vec![Lost::Entry("its counter is higher than FreeOTP+ counts")]
        }
        Generator::Totp { .. } | Generator::Hotp { .. } => lost_parts(entry, &[]),
        Generator::Steam => vec![Lost::Entry("FreeOTP+'s export has no type for Steam codes")],
        Generator::Motp { .. } => vec![Lost::Entry("FreeOTP+ has no mOTP")],
        Generator::Yandex { .. } => vec![Lost::Entry("FreeOTP+ has no Yandex codes")],
    }
}

fn write(entries: &[&Entry], _: Making<'_>) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let mut tokens = Vec::new();
    let mut order: Vec<String> = Vec::new();
    for entry in entries {
        let credential = &entry.credential;
        // An export is what the secrets are for. Java's bytes have a sign.
        let secret: Vec<Value> =
            credential.secret.expose_secret().iter().map(|byte| byte.cast_signed().into()).collect();
        let (algorithm, digits, period, counter, kind) = match &credential.generator {
            Generator::Totp { algorithm, digits, period } => {
                (algorithm, digits.get(), period.get(), 0, "TOTP")
            }
            Generator::Hotp { algorithm, digits, counter } => (algorithm, digits.get(), 30, *counter, "HOTP"),
            _ => continue,
        };
        let id = format!("{}:{}", credential.issuer, credential.account);
        if !order.contains(&id) {
            order.push(id);
        }
        tokens.push(json!({
            "algo": algorithm.name(),
            "counter": counter,
            "digits": digits,
            "issuerExt": credential.issuer,
            "issuerInt": credential.issuer,
            "label": credential.account,
            "period": period,
            "secret": secret,
            "type": kind,
        }));
    }
    let file = Json(json!({ "tokenOrder": order, "tokens": tokens }));
    json_bytes(&file.0)
}

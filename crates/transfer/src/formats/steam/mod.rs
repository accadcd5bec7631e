//! Steam's own file (`Steamguard-…`) from a rooted phone, in its old shape of one account and its new one of several,
//! and the maFile that Steam Desktop Authenticator makes of it.

use serde_json::Value;
use tessera_otp::{Kind, Secret};

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::fields::{self, Fields};
use crate::{Answers, Found, Input, ReadError, Reason, base64};

pub(super) static FORMAT: Format = Format { id: "steam", name: "Steam", recognize, read };

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let json = input.json()?;
    let is_account = |account: &Value| account.get("shared_secret").is_some();
    let several = || json.get("accounts")?.as_object()?.values().any(is_account).then_some(());
    (is_account(json) || several().is_some()).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let json = input.json().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let accounts: Vec<&Value> = match json.get("accounts") {
        Some(Value::Object(accounts)) => accounts.values().collect(),
        Some(_) => return Err(ReadError::OtherFormat { format: &FORMAT }),
        None => vec![json],
    };
    let mut collector = Collector::new();
    for (index, account) in accounts.into_iter().enumerate() {
        let made = draft(account).map(|draft| draft.entry(answers.now));
        collector.take(fields::place(index, account, "", "account_name"), made);
    }
    collector.finish(&FORMAT)
}

fn draft(account: &Value) -> Result<Draft, Reason> {
    let account = Fields::of(account, "account")?;
    let secret = base64::decode(account.text("shared_secret")?);
    let secret = secret.ok_or(Reason::WrongType { field: "shared_secret", expected: "base64" })?;
    let mut draft = Draft::new(
        "Steam",
        account.opt_text("account_name")?.unwrap_or_default(),
        Secret::from_bytes(&secret)?,
    );
    draft.kind = Kind::Steam;
    // What gets a person back in without a phone.
    if let Some(code) = account.opt_text("revocation_code")? {
        draft.note = format!("Steam revocation code: {code}");
    }
    Ok(draft)
}

//! The Battle.net app's preferences from a rooted phone: secret and serial, hidden behind a mask that is always the same.
//!
//! Codes are TOTP with eight digits. The mask: <https://github.com/winauth/winauth>, `BattleNetAuthenticator.cs`.

use tessera_otp::{Digits, Secret};
use zeroize::Zeroizing;

use super::{Format, Likeness};
use crate::collector::Collector;
use crate::draft::Draft;
use crate::prefs::{self, Prefs};
use crate::{Answers, Found, Input, Place, ReadError, Reason};

pub(super) static FORMAT: Format = Format { id: "battle-net", name: "Battle.net", recognize, read };

const SECRET: &str = "com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET";
const SERIAL: &str = "com.blizzard.messenger.AUTHENTICATOR_SERIAL";
const KIND: &str = "com.blizzard.messenger.AUTHENTICATOR_CREDENTIALS_ENCRYPTION_TYPE";

const MASK: [u8; 40] = [
    0x39, 0x8e, 0x27, 0xfc, 0x50, 0x27, 0x6a, 0x65, 0x60, 0x65, 0xb0, 0xe5, 0x25, 0xf4, 0xc0, 0x6c, 0x04,
    0xc6, 0x10, 0x75, 0x28, 0x6b, 0x8e, 0x7a, 0xed, 0xa5, 0x9d, 0xa9, 0x81, 0x3b, 0x5d, 0xd6, 0xc8, 0x0d,
    0x2f, 0xb3, 0x80, 0x68, 0x77, 0x3f,
];

fn recognize(input: &Input<'_>) -> Option<Likeness> {
    let text = input.text()?;
    (prefs::looks_like(text) && text.contains(SECRET)).then_some(Likeness::Certain)
}

fn read(input: &Input<'_>, answers: &Answers<'_>) -> Result<Found, ReadError> {
    let text = input.text().ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    let prefs = Prefs::read(text).ok_or_else(|| FORMAT.damaged("it is no whole XML file"))?;
    let secret = prefs.get(SECRET).ok_or(ReadError::OtherFormat { format: &FORMAT })?;
    if prefs.get(KIND).is_some_and(|kind| kind != "MASK") {
        let what = "is encrypted with a key that never leaves the phone";
        return Err(ReadError::Unsupported { format: &FORMAT, what });
    }
    let mut collector = Collector::new();
    // The serial is what the account is called at Battle.net.
    let serial = prefs.get(SERIAL).map(unmask).transpose();
    let account = serial.as_ref().ok().and_then(Option::as_ref).map_or("", |serial| serial.as_str());
    collector.take(
        Place::entry(0).with_names("Battle.net", account),
        draft(secret, account).map(|draft| draft.entry(answers.now)),
    );
    if let Err(reason) = serial {
        collector.lacks(Place::entry(0), reason);
    }
    collector.finish(&FORMAT)
}

fn draft(secret: &str, account: &str) -> Result<Draft, Reason> {
    let mut draft = Draft::new("Battle.net", account, Secret::from_hex(&unmask(secret)?)?);
    draft.digits = Digits::new(8)?;
    Ok(draft)
}

/// Hexadecimal digits of masked characters.
fn unmask(hidden: &str) -> Result<Zeroizing<String>, Reason> {
    let unreadable = Reason::Other("The secret or the serial number is not hidden in the way that is known.");
    let masked = Secret::from_hex(hidden)?;
    // Unmasked into another secret, or into a serial number.
    let masked = masked.expose_secret();
    if masked.len() > MASK.len() {
        return Err(unreadable);
    }
    let mut text = Zeroizing::new(String::with_capacity(masked.len()));
    for (byte, mask) in masked.iter().zip(MASK) {
        match byte ^ mask {
            visible @ 0x20..0x7f => text.push(char::from(visible)),
            _ => return Err(unreadable),
        }
    }
    Ok(text)
}

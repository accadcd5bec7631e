//! Short verification codes: 6 digits, 10 minutes, 5 tries, 60 s between sends, bound to their flow, kept as HMAC.

use tessera_center_api::ErrorCode;
use zeroize::Zeroizing;

use crate::Center;
use crate::clock::{DAY, Unix};
use crate::contact::Address;
use crate::http::{Peer, Refusal};
use crate::keys::{Index, same};
use crate::outbox::{Message, Template};
use crate::store::Tx;
use crate::store::tables::code;
use crate::store::tables::tally::{self, TallyId};
use crate::token::TokenHash;

/// Digits of a code.
const DIGITS: usize = 6;

/// Who asks for a code to be sent, which decides what it counts against.
#[derive(Clone, Copy)]
pub enum Asker<'a> {
    /// Somebody with a session, or who gave the right password, or on a trusted device.
    SignedIn,
    /// Anybody.
    Anonymous {
        /// From there.
        peer: Peer,
        /// What was asked for: the canonical name or address as it was given. It counts whether or not there is anything
        /// behind it, so that the count tells nothing.
        asked: &'a str,
    },
}

/// What trying a code came to. A wrong one is an answer, not an error: its count must be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right, and used up by this caller.
    Right,
    /// Wrong; a try is gone.
    Wrong,
    /// There is no code that could still be right.
    Over,
}

/// Sends a new code of this flow and slot to an address; gives back when another may be sent.
///
/// Without an address (an unknown name, a number bound to nothing) all is done but the sending, so that the answer, the
/// pause and the time are the same. For the same reason an anonymous send over the cap of its address is passed over in
/// silence: that cap also counts what was asked under other names, and its refusal would tell that they belong together.
///
/// # Errors
/// `SentLately` within the pause (the earlier code stays good), `TooManyMessages` at the daily caps. Roll back then.
pub async fn send(
    tx: &mut Tx,
    center: &Center,
    flow: &TokenHash,
    slot: &str,
    to: Option<&Address>,
    language: &str,
    asker: Asker<'_>,
) -> Result<Unix, Refusal> {
    send_letter(tx, center, flow, slot, to, Letter::Code(language), asker).await
}

/// What goes to an address that a code is asked for.
#[derive(Debug, Clone)]
pub enum Letter<'a> {
    /// The code, in this language.
    Code(&'a str),
    /// Another message: no code will be right, and whoever asked is answered the same.
    Instead(Message),
}

/// The same, but another message may go to the address instead.
///
/// # Errors
/// As [`send`].
pub async fn send_letter(
    tx: &mut Tx,
    center: &Center,
    flow: &TokenHash,
    slot: &str,
    to: Option<&Address>,
    letter: Letter<'_>,
    asker: Asker<'_>,
) -> Result<Unix, Refusal> {
    let (now, rules) = (center.now(), &center.config.rules);
    let text = new_code(center)?;
    let mac = mac(center, flow, slot, &text);
    let put = code::put(
        tx,
        flow,
        slot,
        &code::New {
            mac: &mac,
            sent_at: now,
            expires_at: now + rules.code_life,
            tries: rules.code_tries,
            sent_before: now - rules.code_pause,
        },
    )
    .await?;
    if let Err(sent_at) = put {
        return Err(Refusal::new(
            ErrorCode::SentLately,
            "A code was sent a moment ago and is still good. Wait before asking for another.",
        )
        .until(sent_at + rules.code_pause));
    }
    // The message is what carries the code to its reader; it lies sealed until it is sent.
    let message = match letter {
        Letter::Code(language) => Message::new(Template::Code, language)
            .with("code", text.as_str())
            .with("minutes", rules.code_life / 60),
        Letter::Instead(message) => message,
    };
    match asker {
        Asker::SignedIn => {
            let Some(to) = to else { return Ok(now + rules.code_pause) };
            count(tx, center, "codes to address", to.canonical().as_bytes(), rules.codes_per_address).await?;
            message.send(tx, center, to).await?;
        }
        Asker::Anonymous { peer, asked } => {
            let most = rules.anonymous_codes_per_address;
            count(tx, center, "codes by peer", &peer.tally_key(), rules.anonymous_codes_per_peer).await?;
            count(tx, center, "anonymous codes asked for", asked.as_bytes(), most).await?;
            let address = to.map_or_else(|| format!("nobody {asked}"), Address::canonical);
            let id = TallyId::new(&center.keys, "anonymous codes to address", address.as_bytes());
            let within = tally::take(tx, &id, most, DAY, now).await?.is_some();
            message.send_or_pretend(tx, center, to.filter(|_| within)).await?;
        }
    }
    Ok(now + rules.code_pause)
}

/// Tries a code. Commit whatever the verdict is.
///
/// # Errors
/// When the database is away.
pub async fn try_code(
    tx: &mut Tx,
    center: &Center,
    flow: &TokenHash,
    slot: &str,
    given: &str,
) -> Result<Verdict, Refusal> {
    let Some(kept) = code::try_once(tx, flow, slot, center.now()).await? else { return Ok(Verdict::Over) };
    let given: Zeroizing<String> = Zeroizing::new(
        given.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(DIGITS + 1).collect(),
    );
    if !same(&kept, &mac(center, flow, slot, &given)) {
        return Ok(Verdict::Wrong);
    }
    Ok(if code::use_up(tx, flow, slot, &kept).await? { Verdict::Right } else { Verdict::Over })
}

/// Counts one against a daily cap.
///
/// # Errors
/// `TooManyMessages` when it is reached.
async fn count(tx: &mut Tx, center: &Center, what: &str, whom: &[u8], most: i64) -> Result<(), Refusal> {
    let (id, now) = (TallyId::new(&center.keys, what, whom), center.now());
    if tally::take(tx, &id, most, DAY, now).await?.is_some() {
        return Ok(());
    }
    let until = tally::read_now(tx, &id, now).await?.map_or(now + DAY, |tally| tally.closes_at);
    Err(Refusal::new(
        ErrorCode::TooManyMessages,
        "As many codes as a day allows were sent already. Try again later.",
    )
    .until(until))
}

fn new_code(center: &Center) -> Result<Zeroizing<String>, Refusal> {
    let number = center.random_below(1_000_000)?;
    Ok(Zeroizing::new(format!("{number:0DIGITS$}")))
}

fn mac(center: &Center, flow: &TokenHash, slot: &str, code: &str) -> [u8; 32] {
    center.keys.index(Index::Code, &[flow.as_bytes(), slot.as_bytes(), b"\0", code.as_bytes()].concat())
}

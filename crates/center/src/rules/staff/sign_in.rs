//! First sign-in and sign-in of staff.

use serde::{Deserialize, Serialize};
use tessera_center_api::{ErrorCode, Hidden};
use zeroize::Zeroizing;

use super::authenticator;
use crate::Center;
use crate::clock::MINUTE;
use crate::contact::Address;
use crate::http::{Peer, Refusal};
use crate::keys::Seal;
use crate::password::{Password, Weakness};
use crate::rules::audit::{self, Entry};
use crate::rules::second_factor::plain_code;
use crate::store::tables::flow::{self, Owner};
use crate::store::tables::staff::{self, Staff};
use crate::store::tables::tally::{self, TallyId};
use crate::store::tables::{contact, staff_session};
use crate::token::PlainToken;

const FLOW: &str = "staff-invitation";
/// A person has to find the authenticator and think of a password.
const FLOW_LIFE: i64 = 30 * MINUTE;

#[derive(Serialize, Deserialize)]
struct Invitation {
    token: Hidden,
    seed: Zeroizing<Vec<u8>>,
}

/// What a first sign-in shows.
pub struct Opened {
    /// Goes with the acceptance.
    pub flow: PlainToken,
    /// The secret, base32.
    pub secret: Zeroizing<String>,
    /// As an otpauth URI.
    pub uri: Zeroizing<String>,
}

/// Opens an invitation: makes a secret for the authenticator. The invitation stays good until it is accepted.
///
/// # Errors
/// `LinkEnded`.
pub async fn open_invitation(center: &Center, token: &str) -> Result<Opened, Refusal> {
    let plain = PlainToken::from_text(token.trim()).ok_or_else(ended)?;
    let mut tx = center.begin().await?;
    let found = staff::invited(&mut tx, &plain.hash(), center.now()).await?.ok_or_else(ended)?;
    let email = super::open(center, &found)?.email;
    let seed = authenticator::generate(center)?;
    let credential = authenticator::credential(center, email.text(), &seed)
        .ok_or_else(|| Refusal::internal("a new seed is no secret"))?;
    let state = Invitation { token: Hidden::new(token.trim()), seed };
    let flow = flow::begin(&mut tx, center, FLOW, Owner::default(), &state, FLOW_LIFE).await?;
    tx.commit().await?;
    Ok(Opened { flow, secret: credential.secret.to_base32(), uri: credential.to_uri() })
}

/// Accepts an invitation: sets the password and binds the authenticator. One caller of many succeeds.
///
/// # Errors
/// `FlowEnded`, `LinkEnded`, `WrongCode`, `WeakPassword`.
pub async fn accept(
    center: &Center,
    flow_token: &str,
    password: &str,
    codes: [&str; 2],
    peer: Peer,
) -> Result<(), Refusal> {
    let over =
        || Refusal::new(ErrorCode::FlowEnded, "This first sign-in is over. Open the invitation again.");
    let flow_token = PlainToken::from_text(flow_token).ok_or_else(over)?;
    let mut tx = center.begin().await?;
    let flow = flow::open::<Invitation>(&mut tx, center, FLOW, None, &flow_token).await?.ok_or_else(over)?;
    // The hash of it names the invitation; the token itself was in the sealed flow only.
    let invitation = PlainToken::from_text(flow.state.token.expose_secret()).ok_or_else(over)?.hash();
    let found = staff::invited(&mut tx, &invitation, center.now()).await?.ok_or_else(ended)?;
    let codes = codes.map(plain_code);
    let Some(step) = authenticator::consecutive(center, &flow.state.seed, &codes[0], &codes[1]) else {
        flow::count_wrong(&mut tx, &flow.id).await?;
        tx.commit().await?;
        return Err(Refusal::new(
            ErrorCode::WrongCode,
            "These are not two codes in a row. Wait for a new code, then type it and the next one.",
        ));
    };
    drop(tx);
    let person = super::open(center, &found)?;
    let own_words = vec![person.name, person.email.text().to_owned(), center.config.name.clone()];
    if let Err(weakness) = center.hasher.judge(password, own_words).await? {
        let advice = match weakness {
            Weakness::TooLong => "It is longer than 1024 bytes.".to_owned(),
            Weakness::Guessable(advice) => advice,
            Weakness::Leaked => "It is in a list of leaked passwords. Take another.".to_owned(),
        };
        return Err(Refusal::new(ErrorCode::WeakPassword, advice));
    }
    let hash = center.hasher.hash(Password::new(password), &center.random).await?;
    let seed =
        center.keys.seal(&*center.random, Seal::OtpSeed, &staff::sealed_row(&found.id), &flow.state.seed)?;
    let mut tx = center.begin().await?;
    if !flow::end(&mut tx, &flow.id, center.now()).await? {
        return Err(over());
    }
    if !staff::accept(&mut tx, &invitation, &hash, &seed, step, center.now()).await? {
        return Err(ended());
    }
    let entry = Entry::new("invitation-accepted").with("peer", peer.to_string());
    audit::append(&mut tx, center, Some(&found.id), &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Signs in with password and code, both always. Each try counts before it is judged; at `wrong-passwords-until-lock` the
/// name is locked until the window, which opened with the first wrong try, ends. Unknown names count and lock alike.
///
/// # Errors
/// `WrongCredentials`, `AccountLocked`.
pub async fn sign_in(
    center: &Center,
    email: &str,
    password: &str,
    code: &str,
    peer: Peer,
) -> Result<(PlainToken, Staff), Refusal> {
    let (now, rules) = (center.now(), &center.config.rules);
    let whom = Address::email(email).map_or_else(
        |_| center.keys.index(crate::keys::Index::Contact, email.trim().to_lowercase().as_bytes()).to_vec(),
        |email| contact::fingerprint(&center.keys, &email),
    );
    let tally_id = TallyId::new(&center.keys, "staff logins", &whom);
    let mut tx = center.begin().await?;
    let taken =
        tally::take(&mut tx, &tally_id, rules.wrong_passwords_until_lock, rules.login_window, now).await?;
    let found = staff::by_fingerprint(&mut tx, &whom).await?.filter(|found| found.disabled_at.is_none());
    let Some(taken) = taken else {
        let until = tally::read_now(&mut tx, &tally_id, now).await?.map_or(now, |tally| tally.closes_at);
        return Err(locked(until));
    };
    tx.commit().await?;
    let stored = found.as_ref().and_then(|found| found.password_hash.clone());
    let right = center.hasher.verify(Password::new(password), stored).await?;
    let mut tx = center.begin().await?;
    let found = found.filter(|_| right);
    if let Some(found) = found
        && let Some(sealed) = &found.totp_seed
    {
        let seed = center
            .keys
            .open(Seal::OtpSeed, &staff::sealed_row(&found.id), sealed)
            .map_err(Refusal::internal)?;
        let step = authenticator::step_of(center, &seed, &plain_code(code));
        if let Some(step) = step
            && staff::take_step(&mut tx, &found.id, step).await?
        {
            let token = PlainToken::generate(&*center.random)?;
            staff_session::insert(&mut tx, &token.hash(), &found.id, &peer.to_string(), now).await?;
            tally::clear(&mut tx, &tally_id).await?;
            let entry = Entry::new("signed-in").with("peer", peer.to_string());
            audit::append(&mut tx, center, Some(&found.id), &entry).await?;
            tx.commit().await?;
            return Ok((token, found));
        }
    }
    drop(tx);
    Err(if taken.count >= rules.wrong_passwords_until_lock {
        locked(taken.closes_at)
    } else {
        Refusal::new(
            ErrorCode::WrongCredentials,
            "Name, password or code is wrong. A code is taken only once.",
        )
    })
}

fn locked(until: i64) -> Refusal {
    Refusal::new(
        ErrorCode::AccountLocked,
        "Too many wrong tries. Nobody can open this name before the time given.",
    )
    .until(until)
}

fn ended() -> Refusal {
    Refusal::new(ErrorCode::LinkEnded, "This invitation was used or has expired. Ask for another one.")
}

//! Second factors: which an account has, and whether a code of one is right.
//!
//! Wrong codes of TOTP, recovery codes, resync and identity checks count together: 10 in a window of a day, for the account,
//! and apart for each device it trusts. A try is taken from the window before it is judged and given back when it was right,
//! so that any number of requests at once get no more tries than there are.

use tessera_center_api::ErrorCode;
use tessera_center_api::identity::Factor;
use tessera_center_api::security::EventKind;
use zeroize::Zeroizing;

use crate::Center;
use crate::clock::{DAY, Unix};
use crate::http::Refusal;
use crate::outbox::{Message, Template};
use crate::rules::notices;
use crate::rules::security_log::{self, Detail};
use crate::store::tables::account::{self, Account, AccountId};
use crate::store::tables::contact::{self, Contact, ContactKind};
use crate::store::tables::mfa_device::{self, Bearer};
use crate::store::tables::otp_token::{self, Moving, Token};
use crate::store::tables::tally::{self, TallyId};
use crate::store::tables::{recovery_code, trusted_device};
use crate::store::{StoreError, Tx};
use crate::token::TokenHash;

/// What a try came to. A wrong one is an answer, not an error: commit, then refuse by [`Verdict::accepted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right, and used up by this caller.
    Right,
    /// Wrong, used before, or of nothing that the account has.
    Wrong,
    /// Not judged: the day's wrong codes are reached.
    TooMany {
        /// When codes are taken again.
        until: Unix,
    },
}

impl Verdict {
    /// Goes on only when it was right. To be called after the commit.
    ///
    /// # Errors
    /// `WrongCode`, `TooManyWrongCodes`.
    pub fn accepted(self) -> Result<(), Refusal> {
        if self == Self::Right { Ok(()) } else { Err(self.refusal()) }
    }

    /// How a try that was not right is refused.
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Right | Self::Wrong => Refusal::new(
                ErrorCode::WrongCode,
                "The code is wrong, or was used before. Wait for the next one and try that.",
            ),
            Self::TooMany { until } => Refusal::new(
                ErrorCode::TooManyWrongCodes,
                "Too many wrong codes within a day: no code is taken from here before the time given.",
            )
            .until(until),
        }
    }
}

/// What an account can prove itself with.
#[derive(Debug, Clone, Default)]
pub struct Factors {
    /// Bound MFA devices.
    pub mfa_devices: i64,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
    /// The secure phone.
    pub phone: Option<Contact>,
    /// The security e-mail.
    pub email: Option<Contact>,
    /// The account e-mail, which is a name to sign in with and proves nothing by itself.
    pub account_email: Option<Contact>,
}

impl Factors {
    /// Whether there is such a factor.
    pub const fn has(&self, factor: Factor) -> bool {
        match factor {
            Factor::Mfa => self.mfa_devices > 0,
            Factor::RecoveryCode => self.recovery_codes > 0,
            Factor::Phone => self.phone.is_some(),
            Factor::Email => self.email.is_some(),
        }
    }

    /// The contact that a factor's codes are sent to.
    pub const fn contact(&self, factor: Factor) -> Option<&Contact> {
        match factor {
            Factor::Phone => self.phone.as_ref(),
            Factor::Email => self.email.as_ref(),
            Factor::Mfa | Factor::RecoveryCode => None,
        }
    }

    /// Of these, the ones that there are.
    pub fn among(&self, wanted: &[Factor]) -> Vec<Factor> {
        wanted.iter().copied().filter(|&factor| self.has(factor)).collect()
    }

    /// What the second step of a login asks: any of these. Empty when the account has no login protection.
    ///
    /// A required device is asked whatever the account chose. A choice whose factor is gone falls to what is left, never
    /// to nothing while something is left.
    pub fn for_login(&self, account: &Account) -> Vec<Factor> {
        let mfa = [Factor::Mfa, Factor::RecoveryCode];
        if account.mfa_required && self.has(Factor::Mfa) {
            return self.among(&mfa);
        }
        let wanted: &[&[Factor]] = match account.login_protection.as_str() {
            "mfa" => &[&mfa, &[Factor::Phone], &[Factor::Email]],
            "phone" => &[&[Factor::Phone], &mfa, &[Factor::Email]],
            "email" => &[&[Factor::Email], &mfa, &[Factor::Phone]],
            _ => &[],
        };
        // Recovery codes stand in for a device; without one there is nothing that they stand in for.
        let there = |group: &&[Factor]| self.has(group[0]);
        wanted.iter().copied().find(there).map(|group| self.among(group)).unwrap_or_default()
    }
}

/// Which factors an account has.
///
/// # Errors
/// When the database is away.
pub async fn has_factors(tx: &mut Tx, center: &Center, account: AccountId) -> Result<Factors, StoreError> {
    let mut factors = Factors {
        mfa_devices: mfa_device::count(tx, account).await?,
        recovery_codes: recovery_code::left(tx, account).await?.0,
        ..Factors::default()
    };
    for contact in contact::of_account(tx, &center.keys, account).await? {
        match contact.kind {
            ContactKind::SecurePhone => factors.phone = Some(contact),
            ContactKind::SecurityEmail => factors.email = Some(contact),
            ContactKind::AccountEmail => factors.account_email = Some(contact),
        }
    }
    Ok(factors)
}

/// Whether the account must bind an MFA device before it may do anything else: its owner requires one and it has none.
///
/// # Errors
/// When the database is away.
pub async fn must_bind(tx: &mut Tx, account: &Account) -> Result<bool, StoreError> {
    Ok(account.mfa_required && mfa_device::count(tx, account.id).await? == 0)
}

/// Whose codes are tried, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Try<'a> {
    /// The account.
    pub account: AccountId,
    /// The device that it was signed in from before, if it is one. That the account trusts it is looked up.
    pub trusted: Option<TokenHash>,
    /// The network address, for the security log.
    pub peer: &'a str,
}

/// Tries a code of any of the account's MFA devices. Commit whatever the verdict is.
///
/// # Errors
/// When the database is away.
pub async fn try_totp(
    tx: &mut Tx,
    center: &Center,
    tried: &Try<'_>,
    code: &str,
) -> Result<Verdict, StoreError> {
    let attempt = match Attempt::take(tx, center, tried).await? {
        Ok(attempt) => attempt,
        Err(until) => return Ok(Verdict::TooMany { until }),
    };
    let right = accept_code(tx, center, tried.account, &plain_code(code)).await?;
    attempt.judged(tx, center, right).await
}

/// Tries a recovery code; a right one is used up and its owner told. Commit whatever the verdict is.
///
/// # Errors
/// When the database is away.
pub async fn try_recovery_code(
    tx: &mut Tx,
    center: &Center,
    tried: &Try<'_>,
    code: &str,
) -> Result<Verdict, StoreError> {
    let attempt = match Attempt::take(tx, center, tried).await? {
        Ok(attempt) => attempt,
        Err(until) => return Ok(Verdict::TooMany { until }),
    };
    let account = tried.account;
    let mac = recovery_code::mac(&center.keys, account, &plain_recovery_code(code));
    let right = recovery_code::use_up(tx, account, &mac).await?;
    if right {
        let left = recovery_code::left(tx, account).await?.0;
        let detail = Detail::none().with("left", left.to_string());
        security_log::note(tx, center, account, EventKind::RecoveryCodeUsed, tried.peer, &detail).await?;
        let message = Message::new(Template::RecoveryCodeUsed, &language(tx, account).await?);
        notices::tell(tx, center, account, &message.with("left", left), &[]).await?;
    }
    attempt.judged(tx, center, right).await
}

/// Which token two successive codes are of.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// A device of the account.
    Device(&'a str),
    /// An imported token, whoever holds it.
    Serial(&'a str),
}

/// Tries two successive codes of one token, searched far around the time or behind the counter, and remembers where they were
/// found. Gives the token, or the verdict to commit and refuse by.
///
/// # Errors
/// When the database is away.
pub async fn try_two(
    tx: &mut Tx,
    center: &Center,
    tried: &Try<'_>,
    of: Of<'_>,
    first: &str,
    second: &str,
) -> Result<Result<String, Verdict>, StoreError> {
    let attempt = match Attempt::take(tx, center, tried).await? {
        Ok(attempt) => attempt,
        Err(until) => return Ok(Err(Verdict::TooMany { until })),
    };
    let token = match of {
        Of::Device(device) => mfa_device::tokens(tx, &center.keys, tried.account, Some(device))
            .await?
            .pop()
            .map(|bearer| bearer.token),
        Of::Serial(serial) => otp_token::by_serial(tx, &center.keys, serial).await?,
    };
    let found = token.as_ref().and_then(|token| Some((&token.id, find_two(token, center, first, second)?)));
    let accepted = match found {
        Some((id, place)) if otp_token::accept(tx, id, place.step, place.drift).await? => Some(id.clone()),
        _ => None,
    };
    let verdict = attempt.judged(tx, center, accepted.is_some()).await?;
    Ok(accepted.ok_or(verdict))
}

/// A try that was taken from the day's window.
pub(crate) struct Attempt<'a> {
    id: TallyId,
    tried: Try<'a>,
    taken: tally::Tally,
}

impl<'a> Attempt<'a> {
    /// Takes one, or says when the next may be taken. The row stays locked until the transaction ends, so that tries of one
    /// account are judged one after another.
    pub(crate) async fn take(
        tx: &mut Tx,
        center: &Center,
        tried: &Try<'a>,
    ) -> Result<Result<Self, Unix>, StoreError> {
        let (now, rules) = (center.now(), &center.config.rules);
        let mut whom = tried.account.to_be_bytes().to_vec();
        // Only a device that the account does trust has a window of its own; anybody can claim one.
        if let Some(device) = &tried.trusted
            && trusted_device::is_trusted(tx, device, tried.account, now - rules.trusted_device).await?
        {
            whom.extend_from_slice(device.as_bytes());
        }
        let id = TallyId::new(&center.keys, "wrong codes", &whom);
        if let Some(taken) = tally::take(tx, &id, rules.wrong_codes_per_day, DAY, now).await? {
            return Ok(Ok(Self { id, tried: *tried, taken }));
        }
        Ok(Err(tally::read_now(tx, &id, now).await?.map_or(now + DAY, |tally| tally.closes_at)))
    }

    /// Gives it back when it was right; tells the owner when it was the last of the window.
    pub(crate) async fn judged(
        self,
        tx: &mut Tx,
        center: &Center,
        right: bool,
    ) -> Result<Verdict, StoreError> {
        if right {
            tally::give_back(tx, &self.id, self.taken.opened_at).await?;
            return Ok(Verdict::Right);
        }
        if self.taken.count == center.config.rules.wrong_codes_per_day {
            let account = self.tried.account;
            let detail = Detail::none().with("count", self.taken.count.to_string());
            security_log::note(tx, center, account, EventKind::WrongCodes, self.tried.peer, &detail).await?;
            let message = Message::new(Template::TooManyWrongCodes, &language(tx, account).await?)
                .with("count", self.taken.count)
                .with("until", notices::moment(self.taken.closes_at));
            notices::tell(tx, center, account, &message, &[]).await?;
        }
        Ok(Verdict::Wrong)
    }
}

/// The language an account is told things in.
pub(crate) async fn language(tx: &mut Tx, account: AccountId) -> Result<String, StoreError> {
    Ok(account::find(tx, account).await?.map_or_else(|| "en".to_owned(), |account| account.language))
}

/// A code as it is compared: people type spaces and hyphens into them.
pub(crate) fn plain_code(code: &str) -> Zeroizing<String> {
    Zeroizing::new(code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(16).collect())
}

/// A recovery code as it is compared: Crockford's base32 in either case, with what looks like another symbol taken for it.
pub(crate) fn plain_recovery_code(code: &str) -> Zeroizing<String> {
    let symbol = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    Zeroizing::new(plain_code(code).chars().map(symbol).collect())
}

/// Whether this is a code of one of the account's devices that was not accepted before; from now on it was.
async fn accept_code(
    tx: &mut Tx,
    center: &Center,
    account: AccountId,
    code: &str,
) -> Result<bool, StoreError> {
    for Bearer { device, token } in mfa_device::tokens(tx, &center.keys, account, None).await? {
        let Some(found) = find(&token, center, code) else { continue };
        if otp_token::accept(tx, &token.id, found.step, found.drift).await? {
            mfa_device::used(tx, &device, center.now()).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where in a token's steps a code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The step or counter.
    pub(crate) step: i64,
    /// How far the token's clock is ahead.
    pub(crate) drift: i64,
}

/// The place of a code: for time, one step each way around what the token's clock is known to be off; for counters, among
/// the next few.
fn find(token: &Token, center: &Center, code: &str) -> Option<Place> {
    let rules = &center.config.rules;
    let (first, last, here) = match token.seed.moving {
        Moving::Time(period) => {
            let here = center.now() / i64::from(period.get());
            (here + token.drift - rules.totp_drift, here + token.drift + rules.totp_drift, here)
        }
        Moving::Counter => (token.last + 1, token.last + rules.hotp_window, token.last),
    };
    (first..=last)
        .filter(|&step| step > token.last && token.seed.is_code(step, code))
        .map(|step| Place { step, drift: drift(token, step, here) })
        .next()
}

/// The place of the second of two successive codes.
pub(crate) fn find_two(token: &Token, center: &Center, first: &str, second: &str) -> Option<Place> {
    let reach = center.config.rules.resync_steps;
    let (first, second) = (plain_code(first), plain_code(second));
    let (from, to, here) = match token.seed.moving {
        Moving::Time(period) => {
            let here = center.now() / i64::from(period.get());
            (here - reach - 1, here + reach - 1, here)
        }
        Moving::Counter => (token.last + 1, token.last + reach, token.last),
    };
    // The nearest to the time first: among so many steps two pairs may be alike.
    let mut steps: Vec<i64> = (from..=to).filter(|&step| step + 1 > token.last).collect();
    steps.sort_by_key(|step| (step + 1 - here).abs());
    steps
        .into_iter()
        .find(|&step| token.seed.is_code(step, &first) && token.seed.is_code(step + 1, &second))
        .map(|step| Place { step: step + 1, drift: drift(token, step + 1, here) })
}

const fn drift(token: &Token, step: i64, here: i64) -> i64 {
    match token.seed.moving {
        Moving::Time(_) => step - here,
        Moving::Counter => 0,
    }
}

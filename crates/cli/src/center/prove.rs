//! A second credential: after the password, or before a sensitive action. The vault's own entry gives it after a yes.

use clap::ValueEnum;
use tessera_center_api::identity::{Action, Factor};
use tessera_center_api::{ErrorCode as Reason, Hidden};
use tessera_center_client::ClientError;
use tessera_vault::{EntryId, OwnDevice};

use super::failure::client_failure;
use super::signed::Signed;
use super::{Centers, ask_code, hidden, once, vault_codes};
use crate::failure::{Code, Failure};
use crate::text::safe;

/// How often a person may type a code in one call; the center ends a flow after five wrong ones.
const TRIES: u32 = 3;

/// By what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// The code of this vault's own entry, without asking
    Vault,
    /// The code of an MFA device, typed
    Mfa,
    /// A recovery code
    RecoveryCode,
    /// A code sent to the secure phone
    Phone,
    /// A code sent to the security e-mail
    Email,
}

/// How to prove that it is you.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct ProveArgs {
    /// By what to prove that it is you, where the center asks [default: it is asked]
    #[arg(long, value_name = "WAY", value_enum)]
    pub(crate) by: Option<Way>,
}

/// A way that the center offers, with the masked address that a code is sent to.
pub(crate) type Offer = (Factor, Option<String>);

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Chosen {
    Vault(EntryId),
    Typed(Factor),
    Sent(Factor, String),
}

const fn way_of(factor: Factor) -> (Way, &'static str) {
    match factor {
        Factor::Mfa => (Way::Mfa, "mfa"),
        Factor::RecoveryCode => (Way::RecoveryCode, "recovery-code"),
        Factor::Phone => (Way::Phone, "phone"),
        Factor::Email => (Way::Email, "email"),
    }
}

fn not_offered(offers: &[Offer]) -> Failure {
    let words: Vec<&str> = offers.iter().map(|(factor, _)| way_of(*factor).1).collect();
    let failure = Failure::new(
        Code::BadInput,
        if words.is_empty() {
            "The center offers no way to prove that it is you.".to_owned()
        } else {
            format!("The center does not take that here; it takes: {}.", words.join(", "))
        },
    );
    if words.is_empty() {
        failure.with_advice("A ticket helps: `tessera center ticket new --help`.")
    } else {
        failure
    }
}

fn chosen(offers: &[Offer], way: Way) -> Option<Chosen> {
    let (factor, address) = offers.iter().find(|(factor, _)| way_of(*factor).0 == way)?;
    Some(match factor {
        Factor::Mfa | Factor::RecoveryCode => Chosen::Typed(*factor),
        Factor::Phone | Factor::Email => Chosen::Sent(*factor, address.clone().unwrap_or_default()),
    })
}

/// By what: as the option says, by the vault's own entry after a yes, the only way there is, or the one that is named.
pub(crate) fn choose(
    centers: &Centers<'_>,
    by: &ProveArgs,
    offers: &[Offer],
    own: &[OwnDevice],
) -> Result<Chosen, Failure> {
    let takes_mfa = offers.iter().any(|(factor, _)| *factor == Factor::Mfa);
    let own = own.first().filter(|_| takes_mfa);
    match by.by {
        Some(Way::Vault) => {
            return own.map(|own| Chosen::Vault(own.entry)).ok_or_else(|| {
                if takes_mfa {
                    Failure::new(Code::NotFound, "No entry of this vault is an MFA device of this account.")
                        .with_advice("--by mfa takes the code of another device.")
                } else {
                    not_offered(offers)
                }
            });
        }
        Some(way) => return chosen(offers, way).ok_or_else(|| not_offered(offers)),
        None => {}
    }
    let context = centers.context;
    if let Some(own) = own {
        let entry = vault_codes::entry_words(&centers.vault, own.entry);
        let question = format!("Take the code of {entry} from this vault?");
        if context.input.confirm(&context.out, &question, true, "--by")? {
            return Ok(Chosen::Vault(own.entry));
        }
    }
    match offers {
        [] => return Err(not_offered(offers)),
        [(factor, _)] => return chosen(offers, way_of(*factor).0).ok_or_else(|| not_offered(offers)),
        _ => {}
    }
    for (factor, address) in offers {
        let to = address.as_deref().map(|address| format!(", sent to {}", safe(address)));
        context.out.say(&format!("  {}{}", way_of(*factor).1, to.unwrap_or_default()));
    }
    let answer = context.input.answer(&context.out, "By which of these?", "--by")?;
    let way = Way::from_str(answer.trim(), true).ok();
    way.and_then(|way| chosen(offers, way)).ok_or_else(|| not_offered(offers))
}

/// Gives the second credential as it was chosen. `send` has a code sent, `prove` takes one.
pub(crate) fn give<T>(
    centers: &mut Centers<'_>,
    chosen: &Chosen,
    send: impl Fn(Factor) -> Result<(), ClientError>,
    prove: impl Fn(Factor, Hidden) -> Result<T, ClientError>,
) -> Result<T, Failure> {
    let context = centers.context;
    let (factor, prompt) = match chosen {
        Chosen::Vault(entry) => {
            let code = vault_codes::fresh_code(context, &mut centers.vault, *entry)?;
            return prove(Factor::Mfa, code).map_err(|error| client_failure(&error));
        }
        Chosen::Typed(Factor::RecoveryCode) => (Factor::RecoveryCode, "Recovery code: "),
        Chosen::Typed(factor) => (*factor, "Code of the MFA device: "),
        Chosen::Sent(factor, address) => {
            match send(*factor) {
                // One that was sent a moment ago is still good.
                Err(error) if error.code() == Some(Reason::SentLately) => {
                    context
                        .out
                        .note(&format!("The code sent to {} a moment ago is still good.", safe(address)));
                }
                sent => {
                    sent.map_err(|error| client_failure(&error))?;
                    context.out.note(&format!("A code was sent to {}.", safe(address)));
                }
            }
            (*factor, "Code: ")
        }
    };
    let mut tries = 0;
    loop {
        tries += 1;
        let code = if factor == Factor::RecoveryCode {
            hidden(&context.input.secret_line(prompt)?)
        } else {
            ask_code(context, prompt)?
        };
        match prove(factor, code) {
            Err(error)
                if error.code() == Some(Reason::WrongCode) && tries < TRIES && context.input.has_person() =>
            {
                context.out.say("The code is wrong.");
            }
            answer => return answer.map_err(|error| client_failure(&error)),
        }
    }
}

/// Proves the identity of a signed-in account for one action.
pub(crate) fn identity(signed: &mut Signed<'_>, action: Action, by: &ProveArgs) -> Result<(), Failure> {
    let (runtime, session) = (signed.centers.runtime(), signed.session());
    let begun = runtime.block_on(once(|intent| {
        let session = session.clone();
        async move { session.begin_identity_check(action, &intent).await }
    }));
    let begun = signed.heed(begun)?;
    if begun.frozen {
        signed
            .centers
            .context
            .out
            .note("Sensitive actions rest after an undo; a factor that was not involved makes them go on.");
    }
    let offers: Vec<Offer> =
        begun.factors.iter().map(|offer| (offer.factor, offer.address.clone())).collect();
    let login = signed.kept().map(|kept| kept.login_name.clone()).unwrap_or_default();
    let own = signed.centers.vault.own_devices(signed.center, None, Some(signed.account), &login);
    let chosen = choose(&signed.centers, by, &offers, &own)?;
    give(
        &mut signed.centers,
        &chosen,
        |factor| runtime.block_on(session.send_identity_code(begun.flow.clone(), factor)).map(drop),
        |factor, code| runtime.block_on(session.prove_identity(begun.flow.clone(), factor, code)).map(drop),
    )
}

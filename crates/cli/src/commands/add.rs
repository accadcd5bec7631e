//! `tessera add`: look, show what was found, ask, save.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde::Serialize;
use tessera_otp::{
    Algorithm, Credential, Digits, Entry, Generator, Kind, Period, Pin, Secret, SecretError, UriError,
};
use tessera_vault::Vault;
use zeroize::Zeroizing;

use super::{Context, Name, entry_words, generator_words, short_id};
use crate::candidates::{Candidate, Gathered};
use crate::failure::{Code, Failure};
use crate::text::{name, safe};
use crate::{clock, harden, open, sources};

/// Where from, and what else the new entries get.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("source").args(["uri", "image", "screen", "camera", "clipboard"]))]
pub(crate) struct Args {
    /// An otpauth:// link; "-" asks for it, or reads it from standard input
    #[arg(value_name = "URI")]
    uri: Option<String>,
    /// Read QR codes from PNG, JPEG, WebP, GIF or BMP files
    #[arg(long, value_name = "FILE", num_args = 1..)]
    image: Vec<PathBuf>,
    /// Read QR codes from the screens
    #[arg(long)]
    pub(crate) screen: bool,
    /// Read QR codes from a camera; `tessera devices` lists them
    #[arg(long, value_name = "N")]
    #[allow(clippy::option_option, reason = "how clap says: not given, given alone, given with a number")]
    camera: Option<Option<u32>>,
    /// Read a picture, picture files or otpauth:// links from the clipboard
    #[arg(long)]
    clipboard: bool,
    /// How long to look through the camera
    #[arg(long, value_name = "SECONDS", default_value_t = 120, requires = "camera", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,

    /// The service; goes before what a single code says
    #[arg(long, help_heading = "By hand")]
    issuer: Option<String>,
    /// The account name; goes before what a single code says
    #[arg(long, help_heading = "By hand")]
    account: Option<String>,
    /// The secret. It stays in the shell's history: --secret-stdin, or no option at all to be asked, is better
    #[arg(long, help_heading = "By hand", conflicts_with = "source")]
    secret: Option<String>,
    /// Read the secret from standard input
    #[arg(long, help_heading = "By hand", conflicts_with_all = ["source", "secret"])]
    secret_stdin: bool,
    /// The secret is written in hex digits, as for many mOTP servers
    #[arg(long, help_heading = "By hand", conflicts_with = "source")]
    hex: bool,
    /// The type [default: totp]
    #[arg(long = "type", value_name = "TYPE", help_heading = "By hand", conflicts_with = "source", ignore_case = true,
        value_parser = PossibleValuesParser::new(["totp", "hotp", "steam", "motp", "yandex"]).try_map(|text| text.parse::<Kind>()))]
    kind: Option<Kind>,
    /// SHA1, SHA256 or SHA512 (totp, hotp) [default: SHA1]
    #[arg(long, help_heading = "By hand", conflicts_with = "source")]
    algorithm: Option<Algorithm>,
    /// Digits of a code, 4 to 10 (totp, hotp) [default: 6]
    #[arg(long, help_heading = "By hand", conflicts_with = "source", value_parser = digits)]
    digits: Option<Digits>,
    /// Seconds that a code lives, 1 to 86400 (totp) [default: 30]
    #[arg(long, help_heading = "By hand", conflicts_with = "source", value_parser = period)]
    period: Option<Period>,
    /// The next counter (hotp) [default: 0]
    #[arg(long, help_heading = "By hand", conflicts_with = "source")]
    counter: Option<u64>,
    /// The PIN to keep with the entry (motp, yandex). It stays in the shell's history: --ask-pin is better
    #[arg(long, help_heading = "By hand", conflicts_with = "ask_pin")]
    pin: Option<String>,
    /// Ask for the PIN to keep with the entry (motp, yandex)
    #[arg(long, help_heading = "By hand")]
    ask_pin: bool,

    /// Put it in a group
    #[arg(long, help_heading = "Everything added")]
    group: Option<String>,
    /// Give it a tag; may be repeated
    #[arg(long, help_heading = "Everything added")]
    tag: Vec<String>,
    /// Give it a note
    #[arg(long, help_heading = "Everything added")]
    note: Option<String>,
    /// Make it a favorite
    #[arg(long, help_heading = "Everything added")]
    favorite: bool,
    /// Save without asking; what is in the vault already is left out
    #[arg(long, short = 'y', help_heading = "Everything added")]
    yes: bool,
    /// Save it even if the vault holds the same secret
    #[arg(long, help_heading = "Everything added")]
    allow_duplicates: bool,
}

/// Digits as an argument.
pub(super) fn digits(text: &str) -> Result<Digits, String> {
    let digits = text.parse().map_err(|_| "digits are a number from 4 to 10".to_owned())?;
    Digits::new(digits).map_err(|error| error.to_string())
}

/// A period as an argument.
pub(super) fn period(text: &str) -> Result<Period, String> {
    let seconds = text.parse().map_err(|_| "a period is a number of seconds from 1 to 86400".to_owned())?;
    Period::new(seconds).map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Outcome {
    added: Vec<Name>,
    duplicates: Vec<Duplicate>,
    problems: Vec<crate::candidates::Problem>,
}

#[derive(Serialize)]
struct Duplicate {
    issuer: String,
    account: String,
    source: String,
    existing: Vec<Existing>,
}

#[derive(Serialize)]
struct Existing {
    id: String,
    issuer: String,
    account: String,
    in_trash: bool,
}

/// Looks, shows, asks, saves.
pub(crate) fn run(args: &Args, context: &Context) -> Result<(), Failure> {
    if !args.has_source() && !args.is_by_hand() {
        return Err(Failure::new(
            Code::Usage,
            "What is to be added? Give an otpauth:// link, --image, --screen, --camera, --clipboard, or --issuer and --account.",
        ));
    }
    let password_first = context.global.password_stdin
        && (args.uri.as_deref() == Some("-") || args.is_by_hand() || args.ask_pin);
    // Standard input holds the password before the secret.
    let early = if password_first { Some(open::unlock(context)?) } else { None };
    let mut gathered = args.gather(context)?;
    for problem in gathered.problems.iter().filter(|problem| !problem.told) {
        problem.tell(&context.out);
    }
    if gathered.candidates.is_empty() {
        return Err(nothing_to_add(&gathered));
    }
    args.dress(&mut gathered.candidates, context)?;
    // The portal has answered; now the vault's key may come into memory.
    harden::close();
    let mut vault = match early {
        Some(vault) => vault,
        None => open::unlock(context)?,
    };
    let outcome = args.review_and_save(gathered, &mut vault, context)?;
    if context.out.is_json() {
        return context.out.value(&outcome);
    }
    for added in &outcome.added {
        context.out.line(&format!(
            "Added {} [{}].",
            name(&added.issuer, &added.account),
            short_id(&added.id)
        ))?;
    }
    for duplicate in &outcome.duplicates {
        let known = name(&duplicate.issuer, &duplicate.account);
        context.out.note(&format!(
            "{known} was left out: the vault holds its secret. --allow-duplicates adds it again."
        ));
    }
    Ok(())
}

fn nothing_to_add(gathered: &Gathered) -> Failure {
    // A single argument's fault is the whole answer; it was said already as a warning only if there is more to say.
    if gathered.problems.iter().all(|problem| problem.nothing_there) {
        Failure::new(Code::NothingFound, "No code was found.")
    } else {
        Failure::new(Code::BadInput, "Nothing was found that can be added.")
    }
}

impl Args {
    fn has_source(&self) -> bool {
        self.uri.is_some() || !self.image.is_empty() || self.screen || self.camera.is_some() || self.clipboard
    }

    fn is_by_hand(&self) -> bool {
        !self.has_source()
            && (self.issuer.is_some() || self.account.is_some() || self.secret.is_some() || self.secret_stdin)
    }

    fn gather(&self, context: &Context) -> Result<Gathered, Failure> {
        if let Some(uri) = &self.uri {
            return link(uri, context);
        }
        if !self.image.is_empty() {
            return Ok(sources::images(&self.image));
        }
        if self.screen {
            return sources::screens();
        }
        if let Some(index) = self.camera {
            return sources::camera(&context.out, index, Duration::from_secs(self.timeout));
        }
        if self.clipboard {
            return sources::from_clipboard();
        }
        let mut gathered = Gathered::default();
        gathered.push("typed", self.by_hand(context)?);
        Ok(gathered)
    }

    fn by_hand(&self, context: &Context) -> Result<Credential, Failure> {
        let bad = |error: SecretError| {
            let failure = Failure::from_error(Code::BadInput, &error);
            match error {
                SecretError::Hexadecimal => failure.with_advice("--hex says that it is hexadecimal."),
                _ => failure,
            }
        };
        let generator = self.generator()?;
        let text = match &self.secret {
            Some(secret) => {
                context.out.warning(
                    "The secret now stands in the shell's history. Without --secret it is asked for.",
                );
                Zeroizing::new(secret.clone())
            }
            None if self.secret_stdin => context.input.secret_line("Secret: ")?,
            None => context.input.secret("Secret: ")?,
        };
        let secret = if self.hex { Secret::from_hex(text.trim()) } else { Secret::from_base32(text.trim()) }
            .map_err(bad)?;
        let (issuer, account) = (self.issuer.as_deref().unwrap_or(""), self.account.as_deref().unwrap_or(""));
        Ok(Credential::new(issuer, account, secret, generator))
    }

    fn generator(&self) -> Result<Generator, Failure> {
        let kind = self.kind.unwrap_or(Kind::Totp);
        let has_digits = matches!(kind, Kind::Totp | Kind::Hotp);
        let refused = [
            ("--algorithm", self.algorithm.is_some() && !has_digits),
            ("--digits", self.digits.is_some() && !has_digits),
            ("--period", self.period.is_some() && kind != Kind::Totp),
            ("--counter", self.counter.is_some() && kind != Kind::Hotp),
        ];
        if let Some((option, _)) = refused.iter().find(|(_, refused)| *refused) {
            return Err(Failure::new(Code::Usage, format!("{} entries take no {option}.", kind.name())));
        }
        let algorithm = self.algorithm.unwrap_or(Algorithm::Sha1);
        let digits = self.digits.unwrap_or(Digits::SIX);
        Ok(match kind {
            Kind::Totp => {
                Generator::Totp { algorithm, digits, period: self.period.unwrap_or(Period::THIRTY) }
            }
            Kind::Hotp => Generator::Hotp { algorithm, digits, counter: self.counter.unwrap_or(0) },
            Kind::Steam => Generator::Steam,
            Kind::Motp => Generator::Motp { pin: None },
            Kind::Yandex => Generator::Yandex { pin: None },
        })
    }

    /// Names and PIN from the command line, where they are about one code.
    fn dress(&self, candidates: &mut [Candidate], context: &Context) -> Result<(), Failure> {
        let wants = self.issuer.is_some() || self.account.is_some() || self.pin.is_some() || self.ask_pin;
        if !wants {
            return Ok(());
        }
        let [only] = candidates else {
            let message =
                "--issuer, --account, --pin and --ask-pin are for a single code, and several were found.";
            return Err(Failure::new(Code::Usage, message));
        };
        let credential = &mut only.credential;
        if let Some(issuer) = &self.issuer {
            credential.issuer = tessera_otp::clean_name(issuer);
        }
        if let Some(account) = &self.account {
            credential.account = tessera_otp::clean_name(account);
        }
        if let Some(pin) = read_pin(self.pin.as_deref(), self.ask_pin, context)? {
            set_pin(&mut credential.generator, pin)?;
        }
        Ok(())
    }

    fn review_and_save(
        &self,
        gathered: Gathered,
        vault: &mut Vault,
        context: &Context,
    ) -> Result<Outcome, Failure> {
        let now = clock::unix_now();
        let Gathered { candidates, problems, .. } = gathered;
        let mut entries = Vec::new();
        let mut duplicates = Vec::new();
        let several = candidates.len() > 1;
        for (number, candidate) in candidates.into_iter().enumerate() {
            let existing: Vec<Existing> = vault
                .same_secret(&candidate.credential.secret)
                .into_iter()
                .filter_map(|id| vault.entry(id))
                .map(|known| Existing {
                    id: known.id.to_string(),
                    issuer: known.entry.credential.issuer.clone(),
                    account: known.entry.credential.account.clone(),
                    in_trash: known.entry.deleted.is_some(),
                })
                .collect();
            if !self.yes {
                review(number, several, &candidate, &existing, context);
            }
            if !existing.is_empty() && !self.allow_duplicates && (self.yes || !wants_again(context)?) {
                let Credential { issuer, account, .. } = candidate.credential;
                duplicates.push(Duplicate { issuer, account, source: candidate.source, existing });
                continue;
            }
            let entry = self.entry(candidate.credential, now);
            entry.check().map_err(|error| Failure::from_error(Code::BadInput, &error))?;
            entries.push(entry);
        }
        if !self.yes && !entries.is_empty() {
            let question = if let [one] = entries.as_slice() {
                format!("Save {}?", entry_words(one))
            } else {
                format!("Save these {} entries?", entries.len())
            };
            if !context.input.confirm(&context.out, &question, true, "--yes")? {
                return Err(Failure::new(Code::Canceled, "Nothing was saved."));
            }
        }
        let ids = if entries.is_empty() {
            Vec::new()
        } else {
            vault.add(entries.clone()).map_err(open::vault_failure)?
        };
        let added = ids
            .iter()
            .zip(entries)
            .map(|(id, Entry { credential, .. })| Name {
                id: id.to_string(),
                issuer: credential.issuer,
                account: credential.account,
            })
            .collect();
        Ok(Outcome { added, duplicates, problems })
    }

    fn entry(&self, credential: Credential, now: u64) -> Entry {
        Entry {
            credential,
            group: self.group.clone().filter(|group| !group.is_empty()),
            tags: self.tag.clone(),
            note: self.note.clone().unwrap_or_default(),
            icon: None,
            favorite: self.favorite,
            created: now,
            modified: now,
            deleted: None,
        }
    }
}

/// An otpauth link that was given, or is asked for.
fn link(uri: &str, context: &Context) -> Result<Gathered, Failure> {
    let asked;
    let uri = if uri == "-" {
        asked = context.input.secret_line("otpauth:// link: ")?;
        asked.trim()
    } else {
        context.out.warning(
            "The link holds the secret and now stands in the shell's history. \"tessera add -\" asks for it instead.",
        );
        uri
    };
    let mut gathered = Gathered::default();
    match Credential::from_uri(uri) {
        Ok(credential) => gathered.push("link", credential),
        Err(UriError::Migration) => {
            gathered.judge_text("link", uri);
            gathered.settle_parts("link");
        }
        Err(error) => return Err(Failure::from_error(Code::BadInput, &error)),
    }
    Ok(gathered)
}

fn wants_again(context: &Context) -> Result<bool, Failure> {
    context.input.confirm(&context.out, "Add it again?", false, "--yes or --allow-duplicates")
}

/// Issuer, account, type and duplicates of one candidate, before anything is saved.
fn review(number: usize, several: bool, candidate: &Candidate, existing: &[Existing], context: &Context) {
    let Credential { issuer, account, generator, .. } = &candidate.credential;
    let (lead, indent) =
        if several { (format!("{:<3}", format!("{}.", number + 1)), "   ") } else { (String::new(), "") };
    let or_none = |text: &str| if text.is_empty() { "(none)".to_owned() } else { safe(text) };
    context.out.say(&format!("{lead}Issuer:  {}", or_none(issuer)));
    context.out.say(&format!("{indent}Account: {}", or_none(account)));
    context.out.say(&format!("{indent}Type:    {}", generator_words(generator)));
    context.out.say(&format!("{indent}From:    {}", safe(&candidate.source)));
    for known in existing {
        let place = if known.in_trash { ", in the trash" } else { "" };
        let known_as = name(&known.issuer, &known.account);
        context.out.say(&format!(
            "{indent}The vault holds this secret: {known_as} [{}]{place}.",
            short_id(&known.id)
        ));
    }
}

/// The PIN that an option gives, if one does.
pub(super) fn read_pin(given: Option<&str>, ask: bool, context: &Context) -> Result<Option<Pin>, Failure> {
    let text = match given {
        Some(pin) => {
            context.out.warning("The PIN now stands in the shell's history. --ask-pin asks for it instead.");
            Zeroizing::new(pin.to_owned())
        }
        None if ask => context.input.secret_line("PIN: ")?,
        None => return Ok(None),
    };
    Pin::new(text.trim()).map(Some).map_err(|error| Failure::from_error(Code::BadInput, &error))
}

/// Keeps a PIN with the types that have one.
pub(super) fn set_pin(generator: &mut Generator, new: Pin) -> Result<(), Failure> {
    match generator {
        Generator::Motp { pin } | Generator::Yandex { pin } => {
            *pin = Some(new);
            Ok(())
        }
        _ => Err(Failure::new(Code::Usage, "Only mOTP and Yandex entries have a PIN.")),
    }
}

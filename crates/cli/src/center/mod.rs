//! Account centers: the connections and sessions that the vault keeps, and requests that are waited for.
//!
//! The runtime that requests need is made by the commands of `tessera center` alone; every other command does without one.

pub(crate) mod case;
pub(crate) mod choose;
pub(crate) mod failure;
pub(crate) mod prove;
pub(crate) mod signed;
pub(crate) mod vault_codes;

use std::future::Future;
use std::rc::Rc;

use tessera_center_api::Hidden;
use tessera_center_client::{Authority, Center, CenterAddress, ClientError, Intent, QueryCode};
use tessera_vault::{CenterRecord, RecordId, Vault};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::clock;
use crate::commands::Context;
use crate::failure::{Code, Failure};
use crate::open;
use failure::client_failure;

/// Which center and account a command is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct At {
    /// The center: its name here, its address, or the beginning of its id [default: the only one]
    #[arg(long, global = true, value_name = "CENTER", help_heading = "Which account")]
    pub(crate) center: Option<String>,
    /// The account: its number, or the name it was signed in to with [default: the only one that is signed in]
    #[arg(long, global = true, value_name = "ACCOUNT", help_heading = "Which account")]
    pub(crate) account: Option<String>,
}

/// The open vault, and what waits for answers.
pub(crate) struct Centers<'a> {
    pub(crate) context: &'a Context,
    pub(crate) at: &'a At,
    pub(crate) vault: Vault,
    runtime: Rc<Runtime>,
}

impl<'a> Centers<'a> {
    /// Unlocks the vault.
    pub(crate) fn open(context: &'a Context, at: &'a At) -> Result<Self, Failure> {
        let vault = open::unlock(context)?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
                Failure::new(Code::Failed, "The system gives no means to wait for the network.")
                    .caused_by(&error)
            })?;
        Ok(Self { context, at, vault, runtime: Rc::new(runtime) })
    }

    /// What waits for answers while the vault is being changed.
    pub(crate) fn runtime(&self) -> Rc<Runtime> {
        Rc::clone(&self.runtime)
    }

    /// Waits for the answer to a request that nobody is signed in for.
    pub(crate) fn ask<T>(&self, answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, Failure> {
        self.runtime.block_on(answer).map_err(|error| client_failure(&error))
    }

    /// The record of a center.
    pub(crate) fn record(&self, id: RecordId) -> Result<&CenterRecord, Failure> {
        self.vault.center(id).ok_or_else(no_center)
    }

    /// The client of a center.
    pub(crate) fn client(&self, id: RecordId) -> Result<Center, Failure> {
        let record = self.record(id)?;
        let address = CenterAddress::kept(&record.address, record.root)
            .map_err(|error| Failure::from_error(Code::BadInput, &error))?;
        let authority = record.authority.as_deref().map(Authority::from_pem).transpose();
        let authority = authority.map_err(|error| Failure::from_error(Code::CenterCertificate, &error))?;
        Center::new(address, authority.as_ref()).map_err(|error| client_failure(&error))
    }

    /// Changes a center's record.
    pub(crate) fn edit(&mut self, id: RecordId, edit: impl FnOnce(&mut CenterRecord)) -> Result<(), Failure> {
        self.vault.edit_center(id, edit).map_err(open::vault_failure)
    }
}

/// No center in the vault, or none of that name.
pub(crate) fn no_center() -> Failure {
    Failure::new(Code::NoCenter, "This vault knows no such center.")
        .with_advice("`tessera center list` shows those it knows, `tessera center add` connects one.")
}

/// What a person means to happen once.
#[allow(clippy::disallowed_types, reason = "the command line's door to randomness")]
pub(crate) fn new_intent() -> Intent {
    // A machine without randomness cannot be used safely: stopping is right.
    Intent::generate(&mut getrandom::rand_core::UnwrapErr(getrandom::SysRng))
}

/// Asks, and once more as the same intent when no answer came: what was meant once is done once.
pub(crate) async fn once<T, F: Future<Output = Result<T, ClientError>>>(
    ask: impl Fn(Intent) -> F,
) -> Result<T, ClientError> {
    let intent = new_intent();
    match ask(intent.clone()).await {
        Err(ClientError::TimedOut) => ask(intent).await,
        answer => answer,
    }
}

/// The time, as a center writes it.
pub(crate) fn now() -> i64 {
    i64::try_from(clock::unix_now()).unwrap_or(i64::MAX)
}

/// A number of the API as the vault keeps it.
pub(crate) fn number(of_center: i64) -> u64 {
    u64::try_from(of_center).unwrap_or_default()
}

/// A text that goes to a center and nowhere else.
pub(crate) fn hidden(text: &Zeroizing<String>) -> Hidden {
    Hidden::new(text.as_str())
}

/// A code as it is typed: digits, whatever was put between them.
pub(crate) fn typed_code(text: &Zeroizing<String>) -> Hidden {
    let code: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect());
    hidden(&code)
}

/// A code that was sent, from the terminal or the next line of standard input.
pub(crate) fn ask_code(context: &Context, prompt: &str) -> Result<Hidden, Failure> {
    Ok(typed_code(&context.input.secret_line(prompt)?))
}

/// The query code of a ticket, as an argument or asked for.
pub(crate) fn ask_query_code(context: &Context, given: Option<&str>) -> Result<QueryCode, Failure> {
    match given {
        Some("-") | None => Ok(QueryCode::new(context.input.secret_line("Query code: ")?.trim())),
        Some(code) => {
            context.out.warning(
                "The query code stays in the shell's history; without it as an argument it is asked for.",
            );
            Ok(QueryCode::new(code.trim()))
        }
    }
}

/// A password for a center, which no file of ours ever holds.
pub(crate) fn new_password(
    context: &Context,
    file: Option<&std::path::Path>,
    prompt: &str,
) -> Result<Hidden, Failure> {
    if let Some(file) = file {
        return Ok(hidden(&crate::password::text_from_file(file)?));
    }
    let first = context.input.secret_line(prompt)?;
    if context.input.has_person() && *first != *context.input.secret_line("Once more: ")? {
        return Err(Failure::new(Code::BadInput, "The two passwords are not the same. Nothing was changed."));
    }
    Ok(hidden(&first))
}

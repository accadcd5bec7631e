//! Where the account is signed in, and which devices it trusts.

use tessera_center_api::login::TrustedDevice;
use tessera_center_api::session::Session;

use super::{Context, done};
use crate::center::At;
use crate::center::failure::time_words;
use crate::center::signed::Signed;
use crate::failure::{Code, Failure};
use crate::text::{columns, safe};

/// Which sessions.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Sessions {
    /// List them
    List,
    /// End one, or all but this one
    End(Which),
}

/// Which devices.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TrustedDevices {
    /// List them
    List,
    /// Trust one no longer, or none
    Forget(Which),
}

/// Which one.
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// The beginning of its id
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// All of them; of sessions, all but this one
    #[arg(long)]
    all: bool,
}

/// The one whose id begins like that.
pub(super) fn by_id<'t, T>(
    all: &'t [T],
    id: impl Fn(&T) -> &str,
    wanted: &str,
    what: &str,
) -> Result<&'t T, Failure> {
    let exactly = all.iter().find(|one| id(one) == wanted);
    let hits: Vec<&T> = all.iter().filter(|one| !wanted.is_empty() && id(one).starts_with(wanted)).collect();
    match (exactly, hits.as_slice()) {
        (Some(one), _) => Ok(one),
        (None, [one]) => Ok(*one),
        (None, []) => Err(Failure::new(Code::NotFound, format!("There is no {what} \"{}\".", safe(wanted)))),
        (None, several) => Err(Failure::new(
            Code::Ambiguous,
            format!(
                "\"{}\" is the beginning of {}: {}.",
                safe(wanted),
                several.len(),
                several.iter().map(|one| safe(id(one))).collect::<Vec<_>>().join(", ")
            ),
        )),
    }
}

/// Lists or ends sessions.
pub(crate) fn sessions(args: &Sessions, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    match args {
        Sessions::List => {
            let all = signed.ask(|session| async move { session.sessions().await })?;
            if context.out.is_json() {
                return context.out.value(&all);
            }
            let rows: Vec<Vec<String>> = all.iter().map(session_row).collect();
            context.out.lines(&columns(&rows))
        }
        Sessions::End(Which { all: true, .. }) => {
            signed.ask(|session| async move { session.end_other_sessions().await })?;
            done(context, "ended", "All sessions but this one have ended.")
        }
        Sessions::End(Which { id, .. }) => {
            let all = signed.ask(|session| async move { session.sessions().await })?;
            let wanted = id.as_deref().unwrap_or_default();
            let one = by_id(&all, |one| &one.id, wanted, "session")?;
            let id = one.id.clone();
            signed.ask(|session| async move { session.end_session(&id).await })?;
            if one.current {
                signed.drop_session()?;
            }
            done(context, "ended", "The session has ended.")
        }
    }
}

fn session_row(session: &Session) -> Vec<String> {
    vec![
        safe(&session.id),
        safe(&session.label),
        safe(&session.peer),
        format!("since {}", time_words(session.created_at)),
        format!("used {}", time_words(session.seen_at)),
        if session.current { "this one" } else { "" }.to_owned(),
    ]
}

/// Lists or forgets trusted devices.
pub(crate) fn trusted_devices(args: &TrustedDevices, context: &Context, at: &At) -> Result<(), Failure> {
    let mut signed = Signed::open(context, at)?;
    match args {
        TrustedDevices::List => {
            let all = signed.ask(|session| async move { session.trusted_devices().await })?;
            if context.out.is_json() {
                return context.out.value(&all);
            }
            let rows: Vec<Vec<String>> = all.iter().map(device_row).collect();
            context.out.lines(&columns(&rows))
        }
        TrustedDevices::Forget(Which { all: true, .. }) => {
            signed.ask(|session| async move { session.forget_trusted_devices().await })?;
            done(context, "forgotten", "No device is trusted any longer.")
        }
        TrustedDevices::Forget(Which { id, .. }) => {
            let all = signed.ask(|session| async move { session.trusted_devices().await })?;
            let wanted = id.as_deref().unwrap_or_default();
            let id = by_id(&all, |one| &one.id, wanted, "trusted device")?.id.clone();
            signed.ask(|session| async move { session.forget_trusted_device(&id).await })?;
            done(context, "forgotten", "The device is trusted no longer.")
        }
    }
}

fn device_row(device: &TrustedDevice) -> Vec<String> {
    vec![
        safe(&device.id),
        safe(&device.label),
        format!("since {}", time_words(device.created_at)),
        format!("used {}", time_words(device.used_at)),
        if device.current { "this one" } else { "" }.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_meant_by_the_beginning_of_its_id_if_that_is_one_alone() {
        let all = ["abc", "abd", "ab"];
        let find = |wanted| by_id(&all, |one| one, wanted, "session").map_err(|failure| failure.code);
        assert_eq!(find("abc"), Ok(&"abc"));
        assert_eq!(find("ab"), Ok(&"ab"), "a whole id beats beginnings");
        assert_eq!(find("a"), Err(Code::Ambiguous));
        assert_eq!(find("x"), Err(Code::NotFound));
        assert_eq!(find(""), Err(Code::NotFound));
    }
}

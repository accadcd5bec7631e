//! The texts of messages. A file of `templates/` is one message in one language: `Subject: …`, an empty line, then the text
//! in paragraphs. The HTML form is made from the same paragraphs, so that the two never say different things.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

macro_rules! templates {
    ($($(#[$doc:meta])+ $name:ident = $file:literal,)+) => {
        /// Every message the center sends.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Template { $($(#[$doc])+ $name,)+ }

        impl Template {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            const fn source(self, chinese: bool) -> &'static str {
                match (self, chinese) {
                    $((Self::$name, false) => include_str!(concat!("templates/", $file, ".en.txt")),
                      (Self::$name, true) => include_str!(concat!("templates/", $file, ".zh-Hans.txt")),)+
                }
            }
        }
    };
}

templates! {
    /// A verification code: `code`, `minutes`.
    Code = "code",
    /// Somebody wanted to register an address that an account has.
    AccountExists = "account-exists",
    /// A contact was changed: `account`, `kind`, `old` and `new` (masked, empty when there is none), `link`, `hours`.
    ContactChanged = "contact-changed",
    /// Changes of contacts were undone: `account`.
    ContactsUndone = "contacts-undone",
    /// Sensitive actions go on after an undo: `account`.
    Thawed = "thawed",
    /// The accounts a phone is bound to: `accounts` (each `id` and `email`, masked or empty).
    AccountsOfPhone = "accounts-of-phone",
    /// An account was erased: `account`.
    Erased = "erased",
    /// Somebody signed in from a device that is not trusted: `device`, `peer`, `at`.
    NewDevice = "new-device",
    /// Wrong codes reached the day's number: `count`, `until`.
    /// Wrong passwords locked the account or, when `trusted`, one device of it: `count`, `until`, `trusted`.
    AccountLocked = "account-locked",
    /// The password was changed: `at`.
    PasswordChanged = "password-changed",
    /// Wrong codes reached the day's number: `count`.
    TooManyWrongCodes = "too-many-wrong-codes",
    /// A ticket needs more from its applicant: `ticket`, `reason`, `days`.
    TicketMoreInformation = "ticket-more-information",
    /// A ticket was rejected: `ticket`, `reason`, `days`.
    TicketRejected = "ticket-rejected",
    /// A question was answered: `ticket`, `reason`, `days`.
    TicketAnswered = "ticket-answered",
    /// A ticket about the account was approved and is held: `account`, `kind`, `until`, `link` (empty after an objection).
    TicketHold = "ticket-hold",
    /// Somebody objected to a ticket: `ticket`.
    TicketContested = "ticket-contested",
    /// The link of an executed ticket: `kind`, `hours`, `link`.
    TicketLink = "ticket-link",
    /// A ticket about the account was executed: `account`, `kind`, `to` (masked).
    TicketExecuted = "ticket-executed",
    /// The identity of the account was verified: `account`.
    IdentityVerified = "identity-verified",
    /// A recovery code was used: `left`.
    RecoveryCodeUsed = "recovery-code-used",
    /// An MFA device was bound: `device`.
    MfaDeviceBound = "mfa-device-bound",
    /// An MFA device was unbound by the owner of the account: `device`, `left`.
    MfaDeviceUnbound = "mfa-device-unbound",
    /// An MFA device was renamed: `device`, `before`.
    MfaDeviceRenamed = "mfa-device-renamed",
    /// An MFA device was brought back into step: `device`.
    MfaDeviceResynced = "mfa-device-resynced",
    /// New recovery codes were made.
    RecoveryCodesMade = "recovery-codes-made",
    /// Login or operation protection was switched: `login`, `operation`.
    ProtectionChanged = "protection-changed",
    /// A sub-account was made for the reader: `account`, `owner`, `invitation`, `days`.
    SubAccountInvited = "sub-account-invited",
    /// The owner changed what protects a sub-account: `account`, `owner`, `change`, `device`.
    SubAccountChanged = "sub-account-changed",
    /// The reader is invited to be a collaborator: `owner`.
    CollaboratorInvited = "collaborator-invited",
    /// A collaborator accepted, declined or gave access back: `address`, `change`.
    CollaboratorAnswered = "collaborator-answered",
    /// The owner changed or ended a collaborator's access: `owner`, `change`.
    CollaboratorChanged = "collaborator-changed",
}

/// A message in words.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject of a mail.
    pub subject: String,
    /// Plain text; the whole of a text message.
    pub text: String,
    /// HTML, without scripts, pictures or anything fetched.
    pub html: String,
}

/// A template that does not fit its values: a mistake of this program.
#[derive(Debug, thiserror::Error)]
#[error("the message {0:?} cannot be put into words: {1}")]
pub struct TemplateError(Template, String);

impl Template {
    pub(super) fn render(
        self,
        language: &str,
        center: &str,
        values: &Map<String, Value>,
    ) -> Result<Rendered, TemplateError> {
        let failed = |error: minijinja::Error| TemplateError(self, error.to_string());
        let source = self.source(language.starts_with("zh"));
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        let whole = environment
            .render_str(source, context! { center, ..minijinja::Value::from_serialize(values) })
            .map_err(failed)?;
        let (subject, text) =
            whole.split_once("\n\n").ok_or_else(|| TemplateError(self, "no subject".into()))?;
        let subject =
            subject.strip_prefix("Subject: ").ok_or_else(|| TemplateError(self, "no subject".into()))?;
        // A value must not become a second header.
        let subject = subject.replace(['\r', '\n'], " ");
        let text = text.trim_end().to_owned();
        Ok(Rendered { html: html(&subject, &text, language), subject, text })
    }
}

/// Paragraphs as HTML; a line that is a link alone becomes one.
fn html(subject: &str, text: &str, language: &str) -> String {
    let escape = |text: &str| minijinja::HtmlEscape(text).to_string();
    let paragraph = |paragraph: &str| {
        let lines: Vec<String> = paragraph
            .lines()
            .map(|line| match line.trim() {
                link if link.starts_with("https://") || link.starts_with("http://") => {
                    format!(r#"<a href="{0}">{0}</a>"#, escape(link))
                }
                line => escape(line),
            })
            .collect();
        format!("<p>{}</p>\n", lines.join("<br>\n"))
    };
    let body: String = text.split("\n\n").map(paragraph).collect();
    let language = if language.starts_with("zh") { "zh-Hans" } else { "en" };
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font-family:sans-serif;line-height:1.5;max-width:36em;margin:2em auto;padding:0 1em\">\n{body}</body>\n</html>\n",
        escape(subject)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, Value)]) -> Map<String, Value> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn a_code_is_said_in_both_languages() {
        let values = values(&[("code", "012345".into()), ("minutes", 10.into())]);
        for language in ["en", "zh-Hans"] {
            let said = Template::Code.render(language, "Example Center", &values).unwrap();
            assert!(said.text.contains("012345") && said.html.contains("012345"), "{language}");
            assert!(!said.subject.contains("012345"), "a subject shows on a locked screen");
        }
    }

    #[test]
    fn a_missing_value_is_noticed_and_markup_in_a_value_stays_text() {
        assert!(Template::Code.render("en", "x", &Map::new()).is_err());
        let values = values(&[("code", "<b>1</b>".into()), ("minutes", 10.into())]);
        let said = Template::Code.render("en", "<script>\nBcc: x", &values).unwrap();
        assert!(
            !said.html.contains("<script>") && !said.html.contains("<b>") && !said.subject.contains('\n')
        );
    }
}

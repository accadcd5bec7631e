//! Links that come in messages: to object to a ticket, and to bind after an approval. A browser opens them as pages; here they
//! are read out of the text.

use reqwest::Method;
use tessera_center_api::Hidden;
use url::Url;

use crate::{Center, CenterAddress, ClientError};

/// The address of a message's link that undoes a change of contacts.
const UNDO: &str = "undo";

/// What a link from a message is for, with its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageLink {
    /// To object to a ticket that is held.
    Objection(Hidden),
    /// To bind a new contact or device.
    Binding(Hidden),
}

impl CenterAddress {
    /// Reads a link that belongs to this center; `None` for every other text.
    pub fn message_link(&self, text: &str) -> Option<MessageLink> {
        let (kind, token) = self.link_of(text)?;
        match kind.as_str() {
            "objections" => Some(MessageLink::Objection(token)),
            "ticket-links" => Some(MessageLink::Binding(token)),
            _ => None,
        }
    }

    /// The token of a link that undoes a change of contacts at this center; `None` for every other text.
    pub fn undo_link(&self, text: &str) -> Option<Hidden> {
        let (kind, token) = self.link_of(text)?;
        (kind == UNDO).then_some(token)
    }

    fn link_of(&self, text: &str) -> Option<(String, Hidden)> {
        let link = Url::parse(text.trim()).ok()?;
        let rest = link.as_str().strip_prefix(self.base().as_str())?;
        let (kind, token) = rest.split_once('/')?;
        let is_token = !token.is_empty()
            && token.len() <= 128
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_token.then(|| (kind.to_owned(), Hidden::new(token)))
    }
}

impl Center {
    /// Undoes a change of contacts and all later ones. Every session of the account ends, and sensitive actions rest until
    /// another factor is proven.
    pub async fn undo(&self, token: &Hidden) -> Result<(), ClientError> {
        // The page of the link takes it, as a browser would send it.
        self.page(Method::POST, &[UNDO, token.expose_secret()]).form(&[]).page_done().await
    }

    /// Objects to a ticket that is held; the reason may be empty.
    pub async fn object(&self, token: &Hidden, reason: &str) -> Result<(), ClientError> {
        // The page of the link takes it, as a browser would send it.
        let page = self.page(Method::POST, &["objections", token.expose_secret()]);
        page.form(&[("reason", reason)]).page_done().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_of_this_center_is_read() {
        let center: CenterAddress = "https://center.example/base".parse().unwrap();
        let read = |text| center.message_link(text);
        let token = |text: &str| Hidden::new(text);
        assert_eq!(
            read(" https://center.example/base/objections/abc-_1 "),
            Some(MessageLink::Objection(token("abc-_1")))
        );
        assert_eq!(
            read("https://CENTER.example:443/base/ticket-links/x"),
            Some(MessageLink::Binding(token("x")))
        );
        for other in [
            "",
            "abc",
            "https://center.example/objections/abc",
            "https://center.example.evil/base/objections/abc",
            "http://center.example/base/objections/abc",
            "https://center.example/base/objections/",
            "https://center.example/base/objections/a/b",
            "https://center.example/base/objections/a?b",
            "https://center.example/base/undo/abc",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(center.undo_link("https://center.example/base/undo/abc"), Some(token("abc")));
        for other in
            ["https://center.example/undo/abc", "https://center.example/base/objections/abc", "undo/abc"]
        {
            assert_eq!(center.undo_link(other), None, "{other}");
        }
    }
}

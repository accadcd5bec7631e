//! Links that come in messages: to object to a ticket, and to bind after an approval. A browser opens them as pages; here they
//! are read out of the text.

use reqwest::Method;
use tessera_center_api::Hidden;
use url::Url;

use crate::{Center, CenterAddress, ClientError};

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
        let link = Url::parse(text.trim()).ok()?;
        let rest = link.as_str().strip_prefix(self.base().as_str())?;
        let (kind, token) = rest.split_once('/')?;
        let is_token = !token.is_empty()
            && token.len() <= 128
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        match kind {
            "objections" if is_token => Some(MessageLink::Objection(Hidden::new(token))),
            "ticket-links" if is_token => Some(MessageLink::Binding(Hidden::new(token))),
            _ => None,
        }
    }
}

impl Center {
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
    }
}

//! Text messages by an HTTP gateway.

use std::time::Duration;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Certificate, Client, Url, redirect};

use super::carrier::{CarrierFault, NotCarried, is_tls};
use super::{Opened, Rendered};
use crate::authorities;
use crate::config::{self, read_secret};

const PATIENCE: Duration = Duration::from_secs(20);

/// An SMS gateway.
pub(super) struct Gateway {
    client: Client,
    url: Url,
    body: String,
    content_type: HeaderValue,
    authorization: Option<HeaderValue>,
}

impl Gateway {
    pub(super) fn new(url: &str, configured: &config::Sms) -> Result<Self, CarrierFault> {
        let fault = |words: &str| CarrierFault::new("sms.url", words);
        let url = Url::parse(url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| fault("is no address as https://sms.example.com/send"))?;
        if url.scheme() == "http" && !url.host_str().is_some_and(config::is_this_machine) {
            return Err(fault("codes would cross the network in clear: take https://"));
        }
        body_faults(configured)?;
        let content_type = HeaderValue::from_str(&configured.content_type)
            .map_err(|_| CarrierFault::new("sms.content-type", "is no media type"))?;
        let authorization = configured
            .authorization_file
            .as_ref()
            .map(|file| {
                let key = "sms.authorization-file";
                let text =
                    read_secret(key, file).map_err(|error| CarrierFault::new(key, error.to_string()))?;
                let mut value = HeaderValue::from_str(&text)
                    .map_err(|_| CarrierFault::new(key, "holds no value of an Authorization header"))?;
                value.set_sensitive(true);
                Ok(value)
            })
            .transpose()?;
        crate::serve::install_tls_provider();
        let mut client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(Duration::from_secs(10))
            // A redirect would carry the message and the credentials to a place that nobody named.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("tessera-center/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &configured.ca_file {
            let fault = |words: String| CarrierFault::new("sms.ca-file", words);
            let pem = authorities::read(path).map_err(|error| fault(error.to_string()))?;
            let own = Certificate::from_pem_bundle(&pem).map_err(|error| fault(error.to_string()))?;
            client = client.tls_certs_only(own);
        }
        let client = client
            .build()
            .map_err(|error| fault(&format!("no HTTP client can be made: {}", error.without_url())))?;
        Ok(Self { client, url, body: configured.body.clone(), content_type, authorization })
    }

    pub(super) async fn send(&self, message: &Opened, said: &Rendered) -> Result<(), NotCarried> {
        let body = fill(&self.body, message.to.text(), &said.text, &message.id)
            .map_err(|_| NotCarried("the gateway's body template cannot be filled".into()))?;
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, &self.content_type)
            // The same at every attempt: a gateway that knows the header sends a message once.
            .header("idempotency-key", &message.id)
            .body(body);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let words = match request.send().await {
            Ok(answer) if answer.status().is_success() => return Ok(()),
            Ok(answer) => format!("the SMS gateway answered {}", answer.status().as_u16()),
            Err(error) if error.is_timeout() => "the SMS gateway did not answer in time".into(),
            Err(error) if is_tls(&error) => {
                "TLS with the SMS gateway failed: is its certificate good for this name, and from an authority of sms.ca-file or, without it, of the system?".into()
            }
            Err(error) if error.is_connect() => "the SMS gateway cannot be reached".into(),
            Err(_) => "the connection to the SMS gateway broke".into(),
        };
        Err(NotCarried(words))
    }
}

/// Whether the template can be filled, and with a JSON body whether JSON comes of it, whatever the text holds.
pub(super) fn body_faults(configured: &config::Sms) -> Result<(), CarrierFault> {
    let fault = |words: String| CarrierFault::new("sms.body", words);
    let (to, text) = ("+4915123456789", "a \"quoted\" line\nand \\ another");
    let filled = fill(&configured.body, to, text, "id")
        .map_err(|error| fault(format!("is a template that cannot be filled: {error}")))?;
    if configured.content_type.contains("json") && serde_json::from_str::<serde_json::Value>(&filled).is_err()
    {
        return Err(fault("gives no JSON: {{ to }}, {{ text }} and {{ id }} bring their own quotes".into()));
    }
    for name in ["to", "text"] {
        let other = if name == "to" { ("+4915100000000", text) } else { (to, "another") };
        if fill(&configured.body, other.0, other.1, "id").is_ok_and(|changed| changed == filled) {
            return Err(fault(format!("does not use {{{{ {name} }}}}")));
        }
    }
    Ok(())
}

fn fill(template: &str, to: &str, text: &str, id: &str) -> Result<String, minijinja::Error> {
    let quoted = |text: &str| minijinja::Value::from_safe_string(serde_json::Value::from(text).to_string());
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.render_str(template, context! { to => quoted(to), text => quoted(text), id => quoted(id) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sms;

    fn fault(body: &str) -> Option<String> {
        body_faults(&Sms { body: body.into(), ..Sms::default() }).err().map(|fault| fault.words)
    }

    #[test]
    fn a_body_that_would_not_say_it_is_refused_before_the_first_message() {
        assert_eq!(fault(&Sms::default().body), None);
        assert!(fault(r#"{"to": "{{ to }}", "text": {{ text }}}"#).unwrap().contains("quotes"));
        assert!(fault(r#"{"to": {{ to }}, "text": "hello"}"#).unwrap().contains("{{ text }}"));
        assert!(fault(r#"{"text": {{ text }}}"#).unwrap().contains("{{ to }}"));
        assert!(fault("{{ nobody }}").is_some() && fault("{{ to ").is_some());
    }

    #[test]
    fn a_text_stays_one_string_whatever_stands_in_it() {
        let text = "x\", \"to\": \"+1\n{{ id }}";
        let filled = fill(&Sms::default().body, "+4915123456789", text, "7").unwrap();
        let read: serde_json::Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(read, serde_json::json!({ "to": "+4915123456789", "text": text, "id": "7" }));
    }
}

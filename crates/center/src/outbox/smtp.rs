//! Mail by SMTP.

use std::path::Path;
use std::time::{Duration, SystemTime};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message as Mail, Tokio1Executor};

use super::carrier::{CarrierFault, NotCarried, is_tls};
use super::{Opened, Rendered};
use crate::authorities;
use crate::clock::Unix;
use crate::config::{self, is_this_machine, read_secret};

/// Longest wait for one answer of the mail server; a delivery has several.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

/// From whom mails come.
pub(super) fn sender(configured: &config::Mail) -> Result<Mailbox, CarrierFault> {
    configured
        .from
        .parse()
        .map_err(|_| CarrierFault::new("mail.from", "is no sender as Example Center <center@example.com>"))
}

impl Smtp {
    pub(super) fn new(url: &str, configured: &config::Mail) -> Result<Self, CarrierFault> {
        let fault = |words: &str| CarrierFault::new("mail.url", words);
        let shape = "must be smtps://host, smtp+starttls://host or smtp://host; a port may follow, user and password have keys of their own";
        let parsed = reqwest::Url::parse(url).map_err(|_| fault(shape))?;
        let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or_else(|| fault(shape))?;
        // An IPv6 address stands in brackets in the URL and nowhere else.
        let host = host.trim_matches(['[', ']']).to_owned();
        let bare = matches!(parsed.path(), "" | "/")
            && parsed.query().is_none()
            && parsed.fragment().is_none()
            && parsed.username().is_empty()
            && parsed.password().is_none();
        if !bare {
            return Err(fault(shape));
        }
        let authorities = configured.ca_file.as_deref().map(own_authorities).transpose()?;
        if authorities.is_some() && parsed.scheme() == "smtp" {
            return Err(CarrierFault::new("mail.ca-file", "is for smtps:// and smtp+starttls://"));
        }
        let parameters = || {
            let mut parameters = TlsParameters::builder(host.clone());
            if let Some(own) = &authorities {
                parameters =
                    parameters.certificate_store(CertificateStore::None).add_root_certificate(own.clone());
            }
            parameters.build().map_err(|error| fault(&format!("TLS cannot be set up for this host: {error}")))
        };
        let (port, tls) = match parsed.scheme() {
            "smtps" => (465, Tls::Wrapper(parameters()?)),
            "smtp+starttls" => (587, Tls::Required(parameters()?)),
            "smtp" if is_this_machine(&host) => (25, Tls::None),
            "smtp" => {
                return Err(fault(
                    "codes would cross the network in clear: smtp:// is for a mail server on this machine; take smtps:// or smtp+starttls://",
                ));
            }
            _ => return Err(fault(shape)),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
            .port(parsed.port().unwrap_or(port))
            .tls(tls)
            .timeout(Some(PATIENCE));
        builder = match (&configured.user, &configured.password_file) {
            (Some(user), Some(file)) => {
                let password = read_secret("mail.password-file", file)
                    .map_err(|error| CarrierFault::new("mail.password-file", error.to_string()))?;
                builder.credentials(Credentials::new(user.clone(), password.to_string()))
            }
            (None, None) => builder,
            (Some(_), None) => {
                return Err(CarrierFault::new("mail.password-file", "is missing beside mail.user"));
            }
            (None, Some(_)) => {
                return Err(CarrierFault::new("mail.user", "is missing beside mail.password-file"));
            }
        };
        let from = sender(configured)?;
        let domain = from.email.domain().to_owned();
        Ok(Self { transport: builder.build(), from, domain })
    }

    pub(super) async fn send(
        &self,
        message: &Opened,
        said: &Rendered,
        written_at: Unix,
    ) -> Result<(), NotCarried> {
        let mail = self.mail(message, said, written_at)?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(NotCarried(words(&error))),
        }
    }

    fn mail(&self, message: &Opened, said: &Rendered, written_at: Unix) -> Result<Mail, NotCarried> {
        let to = message
            .to
            .text()
            .parse()
            .map(|email| Mailbox::new(None, email))
            .map_err(|_| NotCarried("the address cannot be written into a mail".into()))?;
        let seconds = u64::try_from(written_at).unwrap_or_default();
        Mail::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&said.subject)
            // Of the message, not of the attempt: a reader that gets it twice can tell that it is one.
            .message_id(Some(format!("<{}@{}>", message.id, self.domain)))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .multipart(MultiPart::alternative_plain_html(said.text.clone(), said.html.clone()))
            .map_err(|_| NotCarried("the mail cannot be put together".into()))
    }
}

fn own_authorities(path: &Path) -> Result<Certificate, CarrierFault> {
    let fault = |words: String| CarrierFault::new("mail.ca-file", words);
    let pem = authorities::read(path).map_err(|error| fault(error.to_string()))?;
    Certificate::from_pem(&pem).map_err(|error| fault(error.to_string()))
}

/// What happened, without the server's own words, which may quote the address.
fn words(error: &lettre::transport::smtp::Error) -> String {
    if let Some(status) = error.status() {
        format!("the mail server answered {status}")
    } else if error.is_timeout() {
        "the mail server did not answer in time".into()
    } else if error.is_tls() || is_tls(error) {
        "TLS with the mail server failed: is its certificate good for this name, and from an authority of mail.ca-file or, without it, of the system?".into()
    } else if error.is_response() {
        "the mail server's answer was no SMTP".into()
    } else if error.is_client() {
        "the mail server does not do what is configured (TLS, or this way to sign in)".into()
    } else {
        "the mail server cannot be reached, or the connection broke".into()
    }
}

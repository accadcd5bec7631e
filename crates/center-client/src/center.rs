//! A center, and as whom it is asked.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use tessera_center_api::about::About;

use crate::exchange::Exchange;
use crate::{Authority, CenterAddress, ClientError, QueryCode, SessionToken, StaffToken, trust};

/// How long a connection may take to come about.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long a request may take in all.
const TOTAL_TIME: Duration = Duration::from_secs(30);
/// How long nothing may come while an answer is read.
const IDLE_TIME: Duration = Duration::from_secs(15);

/// How long a connection may rest and be asked over again. Centers, and what stands before them, close those that rest; a request
/// that meets the close is lost, and between two of ours lies a person's mailbox or the next period of a code.
const REST_TIME: Duration = Duration::from_secs(10);

/// A center, asked without a name. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Center {
    address: CenterAddress,
    http: Client,
}

/// A center, asked by an account that is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    pub(crate) center: Center,
    token: SessionToken,
}

/// A center, asked about tickets: by the account that filed them, or by the query code of one.
#[derive(Debug, Clone)]
pub struct Applicant {
    pub(crate) center: Center,
    by: By,
}

#[derive(Debug, Clone)]
enum By {
    Account(SessionToken),
    Code(QueryCode),
}

/// A center, asked by a staff member who is signed in.
#[derive(Debug, Clone)]
pub struct Staff {
    pub(crate) center: Center,
    token: StaffToken,
}

impl Center {
    /// A center at an address. Nothing is sent yet.
    ///
    /// # Errors
    /// When the system's certificates or the authority cannot be used.
    pub fn new(address: CenterAddress, authority: Option<&Authority>) -> Result<Self, ClientError> {
        let tls = trust::tls(authority).map_err(|error| ClientError::Certificate(error.to_string()))?;
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(address.base().scheme() == "https")
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIME)
            .timeout(TOTAL_TIME)
            .read_timeout(IDLE_TIME)
            .pool_idle_timeout(REST_TIME)
            .user_agent(concat!("tessera/", env!("CARGO_PKG_VERSION")));
        if address.is_loopback() {
            // What is on this machine goes through nobody.
            builder = builder.no_proxy();
        }
        Ok(Self { address, http: builder.build().map_err(ClientError::from)? })
    }

    /// Where it is.
    pub fn address(&self) -> &CenterAddress {
        &self.address
    }

    pub(crate) fn http(&self) -> &Client {
        &self.http
    }

    /// What the center says of itself.
    pub async fn about(&self) -> Result<About, ClientError> {
        self.get(&["center"]).read().await
    }

    /// As an account.
    pub fn as_account(&self, token: SessionToken) -> Session {
        Session { center: self.clone(), token }
    }

    /// As the applicant of a ticket that was filed without an account.
    pub fn as_holder_of(&self, code: QueryCode) -> Applicant {
        Applicant { center: self.clone(), by: By::Code(code) }
    }

    /// As a staff member.
    pub fn as_staff(&self, token: StaffToken) -> Staff {
        Staff { center: self.clone(), token }
    }
}

impl Session {
    pub(crate) fn ask(&self, method: Method, path: &[&str]) -> Exchange<'_> {
        // The center knows the session by it.
        self.center.ask(method, path).bearer(self.token.expose_secret())
    }

    pub(crate) fn get(&self, path: &[&str]) -> Exchange<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &[&str]) -> Exchange<'_> {
        self.ask(Method::POST, path)
    }

    /// About its tickets.
    pub fn as_applicant(&self) -> Applicant {
        Applicant { center: self.center.clone(), by: By::Account(self.token.clone()) }
    }
}

impl Applicant {
    pub(crate) fn ask(&self, method: Method, path: &[&str]) -> Exchange<'_> {
        let exchange = self.center.ask(method, path);
        match &self.by {
            // The center knows the session, or the ticket, by it.
            By::Account(token) => exchange.bearer(token.expose_secret()),
            By::Code(code) => exchange.ticket_code(code.expose_secret()),
        }
    }
}

impl Staff {
    pub(crate) fn ask(&self, method: Method, path: &[&str]) -> Exchange<'_> {
        // The center knows the session by it.
        self.center.ask(method, path).bearer(self.token.expose_secret())
    }
}

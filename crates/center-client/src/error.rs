//! Why a request came to nothing.

use tessera_center_api::{ErrorCode, Problem};

/// Why a request came to nothing. The first is the center's own word; the others say that nothing it said can be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The center refused, for one of its closed list of reasons.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// No connection came about, or it broke off.
    #[error("the center does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// No answer, or not all of it, in time. Whether the request was done is not known.
    #[error("the center did not answer in time")]
    TimedOut,
    /// Nobody vouches for the certificate.
    #[error("the center's certificate is not one that can be believed: {0}")]
    Certificate(String),
    /// The answer sends elsewhere, which is never followed.
    #[error("the center's address sends us elsewhere{}", elsewhere(.to.as_ref()))]
    Redirected {
        /// Where to, as far as it is an address.
        to: Option<String>,
    },
    /// What came is not what a center answers.
    #[error("what answers there is no center, or a faulty one: {0}")]
    BadAnswer(#[from] BadAnswer),
    /// A link from a message that was used, has expired or was never given out.
    #[error("this link is over: it was used, has expired or was never given out")]
    LinkEnded,
    /// A name that cannot stand in an address; it was made up or damaged.
    #[error("there is nothing of that name at the center")]
    BadName,
}

/// How an answer is not what a center answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// Another status than the contract has.
    #[error("it answers with the status {0}")]
    Status(u16),
    /// Another kind of content.
    #[error("it answers with content that is not of the expected kind")]
    MediaType,
    /// More than such an answer ever has.
    #[error("its answer does not end")]
    TooLong,
    /// The content is not of the shape that the contract has.
    #[error("its answer cannot be read")]
    Shape,
    /// It speaks no TLS.
    #[error("it does not speak HTTPS")]
    NotTls,
}

impl ClientError {
    /// The center's reason, if it gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether the same request, with the same intent, may well succeed a moment later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.code == ErrorCode::Unavailable,
            Self::Unreachable(_) | Self::TimedOut => true,
            Self::BadAnswer(BadAnswer::Status(status)) => (502..=504).contains(status),
            _ => false,
        }
    }
}

fn elsewhere(to: Option<&String>) -> String {
    to.map_or_else(String::new, |to| format!(", to {to}"))
}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // Requests may hold names and numbers in their addresses, which belong in no message.
        let error = error.without_url();
        match tls_fault(&error) {
            Some(fault @ (rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)) => {
                Self::Certificate(fault.to_string())
            }
            Some(rustls::Error::InvalidMessage(_)) => BadAnswer::NotTls.into(),
            _ => Self::Unreachable(error),
        }
    }
}

/// What TLS found wrong, wherever it is in the chain of causes. An I/O error hides its own content from `source`.
fn tls_fault(error: &reqwest::Error) -> Option<rustls::Error> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if let Some(fault) = found.downcast_ref::<rustls::Error>() {
            return Some(fault.clone());
        }
        let hidden = found.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match hidden {
            Some(hidden) => Some(hidden),
            None => found.source(),
        };
    }
    None
}

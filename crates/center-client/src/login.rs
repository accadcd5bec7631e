//! Signing in.

use tessera_center_api::Hidden;
use tessera_center_api::identity::Factor;
use tessera_center_api::login::{
    CodeSent, Login, LoginOutcome, Method, SecondStep, SendCode, SendSecondStep, SignedIn, TakeSecondStep,
};

use crate::{Center, ClientError, Intent, SessionToken, TrustedDeviceToken};

/// An attempt to sign in with a password.
#[derive(Debug, Clone)]
pub struct LoginAttempt {
    /// Account e-mail, bound phone or account ID.
    pub name: Hidden,
    /// The password.
    pub password: Hidden,
    /// The flow and the code that was sent in it, once `code-required` asked for one.
    pub code: Option<(Hidden, Hidden)>,
    /// What an earlier sign-in gave to this device.
    pub trusted_device: Option<TrustedDeviceToken>,
    /// Whether this device shall be trusted from now on.
    pub remember: bool,
    /// What the device calls itself.
    pub device: String,
}

/// What a program of ours calls the machine at a center, in the lists of sessions and trusted devices.
pub fn device_name() -> String {
    let system = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    format!("Tessera on {system}")
}

/// A session that has begun.
#[derive(Debug, Clone)]
pub struct Begun {
    /// The account's number.
    pub account: i64,
    /// The session.
    pub session: SessionToken,
    /// By which the account knows this device again, if it was to.
    pub trusted_device: Option<TrustedDeviceToken>,
    /// Until an MFA device is bound, the session can do nothing else.
    pub bind_mfa_first: bool,
}

/// What the right password led to.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// A session.
    Begun(Begun),
    /// A second credential is asked first.
    SecondStep {
        /// The flow to go on with.
        flow: Hidden,
        /// When it ends.
        expires_at: i64,
        /// Any one of these.
        methods: Vec<Method>,
    },
}

impl From<SignedIn> for Begun {
    fn from(answer: SignedIn) -> Self {
        Self {
            account: answer.account,
            session: SessionToken::of(&answer.session),
            trusted_device: answer.trusted_device.as_ref().map(TrustedDeviceToken::of),
            bind_mfa_first: answer.bind_mfa_first,
        }
    }
}

pub(crate) fn hidden(token: Option<&TrustedDeviceToken>) -> Option<Hidden> {
    // It goes to the center that gave it out.
    token.map(|token| Hidden::new(token.expose_secret()))
}

impl Center {
    /// Tries a password.
    pub async fn sign_in(&self, attempt: LoginAttempt) -> Result<SignIn, ClientError> {
        let (flow, code) = attempt.code.unzip();
        let login = Login {
            name: attempt.name,
            password: attempt.password,
            code,
            flow,
            trusted_device: hidden(attempt.trusted_device.as_ref()),
            remember: attempt.remember,
            device: attempt.device,
        };
        Ok(match self.post(&["login"]).json(&login).read().await? {
            LoginOutcome::SignedIn(answer) => SignIn::Begun(answer.into()),
            LoginOutcome::SecondStep(SecondStep { flow, expires_at, methods }) => {
                SignIn::SecondStep { flow, expires_at, methods }
            }
        })
    }

    /// Has a code sent to the account's security contact, which an attempt after wrong passwords needs.
    pub async fn send_login_code(&self, wish: &SendCode, intent: &Intent) -> Result<CodeSent, ClientError> {
        self.post(&["login", "code"]).intent(intent).json(wish).read().await
    }

    /// Has the code of a second step sent.
    pub async fn send_second_step(&self, flow: Hidden, factor: Factor) -> Result<CodeSent, ClientError> {
        self.post(&["login", "second-step", "send"]).json(&SendSecondStep { flow, factor }).read().await
    }

    /// Takes the second step.
    pub async fn take_second_step(
        &self,
        flow: Hidden,
        factor: Factor,
        code: Hidden,
    ) -> Result<Begun, ClientError> {
        let step = TakeSecondStep { flow, factor, code };
        let answer: SignedIn = self.post(&["login", "second-step"]).json(&step).read().await?;
        Ok(answer.into())
    }
}

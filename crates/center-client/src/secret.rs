//! What lets its holder act: tokens and the query code. Each is a type of its own, so that none is sent where another belongs.

use std::fmt;

use tessera_center_api::Hidden;
use zeroize::Zeroizing;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Takes the text over.
            pub fn new(text: impl Into<String>) -> Self {
                Self(Zeroizing::new(text.into()))
            }

            /// The text itself. Say why in the line above.
            pub fn expose_secret(&self) -> &str {
                &self.0
            }

            #[allow(dead_code, reason = "not every one of them comes in an answer")]
            pub(crate) fn of(hidden: &Hidden) -> Self {
                // Kept as the type that says what it is for.
                Self::new(hidden.expose_secret())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret! {
    /// The session of an account.
    SessionToken
}
secret! {
    /// The session of a staff member.
    StaffToken
}
secret! {
    /// By which an account knows this device again.
    TrustedDeviceToken
}
secret! {
    /// By which alone the applicant of a ticket without an account follows it.
    QueryCode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", SessionToken::new("abc")), "SessionToken(..)");
    }
}

//! What keys are for. A purpose's text is part of what is stored: it never changes.

macro_rules! purposes {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])+ $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])+ $variant,)+ }

        impl $name {
            pub(super) const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

purposes! {
    /// What is sealed: readable again with the key file.
    Seal {
        /// A phone number or an e-mail address.
        Contact = "contact",
        /// A TOTP or HOTP secret.
        OtpSeed = "otp-seed",
        /// Names and document numbers.
        Identity = "identity",
        /// Address and body of a message that is still to be sent.
        Message = "message",
        /// What a flow of several steps remembers between them.
        Flow = "flow",
        /// The answer kept for an `Idempotency-Key`.
        Answer = "answer",
        /// What an applicant states in a ticket.
        Statement = "statement",
        /// A display name, a device's name, an account's note.
        Label = "label",
    }
}

purposes! {
    /// What is only compared: an HMAC that nobody turns back.
    Index {
        /// Equal addresses.
        Contact = "index/contact",
        /// Equal document numbers and names.
        Identity = "index/identity",
        /// Short codes, together with the flow they belong to.
        Code = "index/code",
        /// Recovery codes of an account.
        RecoveryCode = "index/recovery-code",
        /// Serial numbers of hardware devices.
        Serial = "index/serial",
        /// Counters of attempts, names and peers.
        Tally = "index/tally",
        /// The secret of the hash-chained log of staff actions.
        Audit = "index/audit",
        /// The Ed25519 key that signs heads of that log.
        AuditHead = "index/audit-head",
        /// What pages of lists continue with.
        Cursor = "index/cursor",
    }
}

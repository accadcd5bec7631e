//! The random 16-byte ids of vaults, entries and slots.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER_PERMISSIVE;
use rand_core::CryptoRng;

/// The text is no id: an id is 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no id: an id has 32 hexadecimal digits")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id that these bytes are.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// A new id.
            #[allow(dead_code, reason = "not every kind of id is made in every module")]
            pub(crate) fn generate(rng: &mut dyn CryptoRng) -> Self {
                let mut bytes = [0; 16];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }
        }

        /// 32 lower-case hexadecimal digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; 16];
                if text.len() != 32 {
                    return Err(IdError);
                }
                HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut bytes).map_err(|_| IdError)?;
                Ok(Self(bytes))
            }
        }
    };
}

id! {
    /// Names a vault, whatever its file is called. It stays through every change, re-keying included.
    VaultId
}
id! {
    /// Names an entry of a vault. It stays through edits, trash and backups of the file.
    EntryId
}
id! {
    /// Names a slot: one wrapped copy of the vault key.
    SlotId
}

id! {
    /// Names a private record of which there may be many: a connection to a center, a ticket.
    RecordId
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_and_read_as_32_hexadecimal_digits() {
        let id = EntryId::from_bytes(*b"0123456789abcdef");
        assert_eq!(id.to_string(), "30313233343536373839616263646566");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        for wrong in ["", "3", &"0".repeat(31), &"0".repeat(33), &"é".repeat(16), &"g".repeat(32)] {
            assert_eq!(wrong.parse::<EntryId>(), Err(IdError), "{wrong}");
        }
    }
}

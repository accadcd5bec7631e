//! Tickets decided and held.

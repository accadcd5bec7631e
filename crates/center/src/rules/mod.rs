//! The rules of DESIGN §6 that several endpoints share. Each takes an open transaction and the center it runs in.

pub mod audit;
pub mod codes;
pub mod contacts;
pub mod freeze;
pub mod identity;
pub mod label;
pub mod mfa_devices;
pub mod notices;
pub mod protection;
pub mod second_factor;
pub mod security_log;
pub mod session_start;
pub mod staff;

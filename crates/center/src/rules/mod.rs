//! The rules of DESIGN §6 that several endpoints share. Each takes an open transaction and the center it runs in.

pub mod anonymous_code;
pub mod audit;
pub mod code_flow;
pub mod codes;
pub mod contacts;
pub mod erasure;
pub mod freeze;
pub mod identity;
pub mod key_list;
pub mod label;
pub mod login;
pub mod login_name;
pub mod login_window;
pub mod mfa_devices;
pub mod new_password;
pub mod notices;
pub mod password_reset;
pub mod pending_login;
pub mod protection;
pub mod registration;
pub mod second_factor;
pub mod security_contact;
pub mod security_log;
pub mod session_start;
pub mod staff;
pub mod token_import;

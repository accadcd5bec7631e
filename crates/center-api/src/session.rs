//! Sessions as their owner sees them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an account is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export_to = "center/"))]
pub struct Session {
    /// Its name, for ending it.
    pub id: String,
    /// What the client called itself.
    pub label: String,
    /// The network address it was begun from.
    pub peer: String,
    /// When it began.
    pub created_at: i64,
    /// When it was last used, to ten minutes.
    pub seen_at: i64,
    /// Whether it is the one that asks.
    pub current: bool,
}

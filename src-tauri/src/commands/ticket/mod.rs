//! Commands of tickets.

pub(crate) mod documents;
pub(crate) mod filing;
pub(crate) mod following;
pub(crate) mod photos;
pub(crate) mod ticket_links;

//! What becomes of an account's tickets when the account is erased: what the applicant stated goes, with everything made of it;
//! the number and the course stay, by which staff answer for what they did.

use super::states::Step;
use super::transition::{self, By};
use crate::Center;
use crate::http::Refusal;
use crate::store::Tx;
use crate::store::tables::account::AccountId;
use crate::store::tables::{document, ticket, ticket_history, ticket_link, ticket_mark};

/// Withdraws the open tickets that an account filed and empties all of them. Nothing they were to do can be done any more.
/// The caller has locked the account, so that it files no other meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn erase_of(tx: &mut Tx, center: &Center, account: AccountId) -> Result<(), Refusal> {
    for id in ticket::numbers_of(tx, account).await? {
        let Some(found) = ticket::lock(tx, &id).await? else { continue };
        if !found.state.is_final() {
            transition::apply(tx, center, &found, Step::Withdraw, By::APPLICANT, None, |_| {}).await?;
        }
        ticket_link::erase(tx, &id).await?;
        ticket_mark::clear(tx, &id).await?;
        ticket_history::erase_reasons(tx, &id).await?;
        document::send_away_of(tx, &id).await?;
        ticket::erase(tx, &id).await?;
    }
    Ok(())
}

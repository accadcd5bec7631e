//! Tickets as their applicants use them.

mod contact;
mod factor;
mod file;
mod filing;
mod list;
mod query;
mod read;
mod restate;
mod submit;
mod withdraw;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use tessera_center_api::ErrorCode;

use crate::http::{Refusal, Shared};
use crate::rules::codes::Verdict;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(filing::begin))
        .routes(routes!(filing::send_again))
        .routes(routes!(filing::prove))
        .routes(routes!(query::query))
        .routes(routes!(file::file, list::list))
        .routes(routes!(read::read))
        .routes(routes!(restate::restate))
        .routes(routes!(contact::send))
        .routes(routes!(contact::prove))
        .routes(routes!(factor::send))
        .routes(routes!(factor::prove))
        .routes(routes!(submit::submit))
        .routes(routes!(withdraw::withdraw))
}

/// Goes on only with a right code. To be called after the commit.
fn right(verdict: Verdict) -> Result<(), Refusal> {
    match verdict {
        Verdict::Right => Ok(()),
        Verdict::Wrong => Err(wrong_code()),
        Verdict::Over => Err(Refusal::new(
            ErrorCode::FlowEnded,
            "There is no code that could still be right. Ask for a new one.",
        )),
    }
}

fn wrong_code() -> Refusal {
    Refusal::new(ErrorCode::WrongCode, "The code is wrong. Look at the latest message.")
}

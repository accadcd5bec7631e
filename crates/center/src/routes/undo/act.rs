//! `POST /undo/{token}`

use axum::extract::State;
use axum::http::HeaderMap;
use tessera_center_api::account::Language;

use super::differences;
use crate::http::{HtmlPage, Named, Peer, Refusal, Refusals, Shared};
use crate::rules::contacts;
use crate::token::PlainToken;

/// Undoes the change and all later ones, once.
#[utoipa::path(post, path = "/undo/{token}", tag = "links", params(("token" = String, Path)),
    responses((status = 200, description = "What was done", content_type = "text/html", body = String),
        Refusals, (status = 410, description = "The link is over", content_type = "text/html", body = String)))]
#[tracing::instrument(skip_all)]
pub(super) async fn act(
    State(center): State<Shared>,
    peer: Peer,
    headers: HeaderMap,
    Named(token): Named<String>,
) -> Result<HtmlPage, Refusal> {
    let Some(token) = PlainToken::from_text(&token) else { return Ok(HtmlPage::link_ended(&headers)) };
    let mut tx = center.begin().await?;
    let Some(done) = contacts::undo(&mut tx, &center, &token.hash(), &peer.to_string()).await? else {
        return Ok(HtmlPage::link_ended(&headers));
    };
    tx.commit().await?;
    let language = Language::from_text(&done.account.language);
    let lines = differences(language, &done.now, &done.before);
    Ok(match language {
        Language::English => HtmlPage::new(language, "The change was undone")
            .list(&lines)
            .paragraph("All sessions were ended and every address was told. Sensitive actions are frozen until a factor that was not involved is proven.")
            .paragraph("Sign in now and choose a new password if somebody else may know yours. If you have no other factor, file a ticket: \"Contact us\" where you sign in."),
        Language::Chinese => HtmlPage::new(language, "更改已撤销")
            .list(&lines)
            .paragraph("所有会话均已结束，所有地址均已收到通知。敏感操作已冻结，直到验证一个未牵涉其中的凭证。")
            .paragraph("如果他人可能知道您的密码，请立即登录并更换。如果没有其他凭证，请提交工单：登录页的“联系我们”。"),
    })
}

//! `GET /undo/{token}`

use axum::extract::State;
use axum::http::HeaderMap;
use tessera_center_api::account::Language;

use super::differences;
use crate::http::{HtmlPage, Named, Refusal, Refusals, Shared};
use crate::rules::contacts;
use crate::token::PlainToken;

/// Says what the link will do and changes nothing: mail scanners open every link.
#[utoipa::path(get, path = "/undo/{token}", tag = "links", params(("token" = String, Path)),
    responses((status = 200, description = "What will happen, and a button", content_type = "text/html", body = String),
        Refusals, (status = 410, description = "The link is over", content_type = "text/html", body = String)))]
#[tracing::instrument(skip_all)]
pub(super) async fn show(
    State(center): State<Shared>,
    headers: HeaderMap,
    Named(token): Named<String>,
) -> Result<HtmlPage, Refusal> {
    let Some(token) = PlainToken::from_text(&token) else { return Ok(HtmlPage::link_ended(&headers)) };
    let mut tx = center.read().await?;
    let Some(found) = contacts::undoable(&mut tx, &center, &token.hash()).await? else {
        return Ok(HtmlPage::link_ended(&headers));
    };
    let language = Language::from_text(&found.account.language);
    let lines = differences(language, &found.now, &found.before);
    let (id, name) = (found.account.id, &center.config.name);
    Ok(match language {
        Language::English => HtmlPage::new(language, "Undo a change of addresses")
            .paragraph(&format!("Account {id} at {name}. If you go on:"))
            .list(&[lines, ["All sessions of the account end, on every device.".to_owned(),
                "Sensitive actions are frozen until a factor that was not involved in the change or in this link is proven, such as an MFA device.".to_owned(),
                "Every address is told.".to_owned()].to_vec()].concat())
            .paragraph("If you made the change yourself, close this page: then nothing happens.")
            .button("Undo the change"),
        Language::Chinese => HtmlPage::new(language, "撤销联系方式的更改")
            .paragraph(&format!("{name} 的账号 {id}。继续后："))
            .list(&[lines, ["该账号在所有设备上的会话都将结束。".to_owned(),
                "敏感操作将被冻结，直到验证一个未牵涉此更改和此链接的凭证，例如 MFA 设备。".to_owned(),
                "所有地址都会收到通知。".to_owned()].to_vec()].concat())
            .paragraph("如果更改是您本人做的，请关闭此页，不会发生任何事。")
            .button("撤销更改"),
    })
}

//! Pages that links in messages open: plain HTML, without scripts, pictures or anything fetched. GET shows such a page and
//! changes nothing, for mail scanners open every link; its form POSTs to the same address and acts.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use data_encoding::BASE64;
use minijinja::HtmlEscape;
use sha2::{Digest as _, Sha256};
use tessera_center_api::account::Language;

const STYLE: &str = "body{font-family:system-ui,sans-serif;line-height:1.5;max-width:36em;margin:3em auto;padding:0 1em;color:#1d2126;background:#fff}\
button{font:inherit;padding:.6em 1.2em;border:0;border-radius:.4em;background:#8c2f1b;color:#fff;cursor:pointer}\
button:focus-visible{outline:3px solid #1d2126;outline-offset:2px}\
@media(prefers-color-scheme:dark){body{color:#e8e6e3;background:#17191c}button:focus-visible{outline-color:#e8e6e3}}";

/// Only the one style above applies, and a form goes nowhere but back here.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = BASE64.encode(&Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

/// What a person fills in.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What kind.
    pub kind: InputKind,
    /// Its name in the body that is sent.
    pub name: &'a str,
    /// What stands over it.
    pub label: &'a str,
    /// What goes along unseen.
    pub value: &'a str,
}

/// Which kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// Goes along unseen.
    Hidden,
    /// A password.
    Password,
    /// A code.
    Code,
    /// A line of text.
    Text,
}

/// A page in the making. All text is escaped.
#[derive(Debug, Clone)]
pub struct HtmlPage {
    status: StatusCode,
    language: Language,
    title: String,
    body: String,
}

impl HtmlPage {
    /// A page with a heading.
    pub fn new(language: Language, title: &str) -> Self {
        let body = format!("<h1>{}</h1>\n", HtmlEscape(title));
        Self { status: StatusCode::OK, language, title: title.into(), body }
    }

    /// With another status than 200.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// One more paragraph.
    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        self.add(&format!("<p>{}</p>\n", HtmlEscape(text)));
        self
    }

    /// A list.
    #[must_use]
    pub fn list(mut self, lines: &[String]) -> Self {
        self.add("<ul>\n");
        for line in lines {
            self.add(&format!("<li>{}</li>\n", HtmlEscape(line)));
        }
        self.add("</ul>\n");
        self
    }

    /// A button that POSTs to the address of this page.
    #[must_use]
    pub fn button(mut self, label: &str) -> Self {
        self.add(&format!(
            "<form method=\"post\"><button type=\"submit\">{}</button></form>\n",
            HtmlEscape(label)
        ));
        self
    }

    /// A form that POSTs what is typed to the address of this page.
    #[must_use]
    pub fn form(mut self, inputs: &[Input<'_>], label: &str) -> Self {
        self.add("<form method=\"post\">\n");
        for input in inputs {
            let (name, value) = (HtmlEscape(input.name), HtmlEscape(input.value));
            let (kind, rest) = match input.kind {
                InputKind::Hidden => {
                    self.add(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n"));
                    continue;
                }
                InputKind::Password => ("password", "required autocomplete=\"current-password\""),
                InputKind::Code => ("text", "required inputmode=\"numeric\" autocomplete=\"one-time-code\""),
                InputKind::Text => ("text", "maxlength=\"2000\""),
            };
            let about = HtmlEscape(input.label);
            self.add(&format!(
                "<p><label>{about}<br><input type=\"{kind}\" name=\"{name}\" {rest}></label></p>\n"
            ));
        }
        self.add(&format!("<button type=\"submit\">{}</button></form>\n", HtmlEscape(label)));
        self
    }

    fn add(&mut self, html: &str) {
        self.body.push_str(html);
    }

    /// What a link shows that was used, expired or was never given out: the same for all three.
    pub fn link_ended(headers: &HeaderMap) -> Self {
        let language = accepted(headers);
        match language {
            Language::English => Self::new(language, "This link is over")
                .paragraph("It was used, has expired, or is not complete. Nothing was changed.")
                .paragraph("If you copied it, take all of it. Otherwise sign in to see how things stand, or choose \"Contact us\" where you sign in."),
            Language::Chinese => Self::new(language, "此链接已失效")
                .paragraph("链接已使用、已过期或不完整。没有任何更改。")
                .paragraph("如果链接是复制的，请确认复制完整。否则请登录查看当前状态，或在登录页选择“联系我们”。"),
        }
        .status(StatusCode::GONE)
    }
}

/// The language that a browser asks for first.
pub fn accepted(headers: &HeaderMap) -> Language {
    let first =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if first.trim_start().get(..2).is_some_and(|two| two.eq_ignore_ascii_case("zh")) {
        Language::Chinese
    } else {
        Language::English
    }
}

impl IntoResponse for HtmlPage {
    fn into_response(self) -> Response {
        let html = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
            self.language.text(),
            HtmlEscape(&self.title),
            self.body
        );
        let mut response = (self.status, Html(html)).into_response();
        if let Ok(policy) = HeaderValue::from_str(&POLICY) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let page = HtmlPage::new(Language::English, "<script>")
            .paragraph("a & <b>")
            .list(&["\"><i>".into()])
            .button("<u>");
        assert!(!["<script>", "<b>", "<i>", "<u>"].iter().any(|markup| page.body.contains(markup)));
    }

    #[test]
    fn the_language_is_the_one_the_browser_asks_for_first() {
        for (asked, language) in [
            ("zh-CN,en;q=0.5", Language::Chinese),
            ("en,zh", Language::English),
            ("", Language::English),
            ("é", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_bytes(asked.as_bytes()).unwrap());
            assert_eq!(accepted(&headers), language, "{asked}");
        }
    }
}

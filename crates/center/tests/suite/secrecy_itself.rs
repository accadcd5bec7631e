//! The search for secrets finds what it is to find.

use serde_json::json;

use crate::secrecy::{FIELDS, Secrets};

#[test]
fn the_contract_says_which_fields_are_hidden() {
    let fields: Vec<String> = FIELDS.iter().map(|(name, holds)| format!("{name} {holds:?}")).collect();
    for secret in [
        "password",
        "code",
        "codes",
        "session",
        "token",
        "query_code",
        "document_number",
        "phone",
        "flow",
        "secret",
        "upload",
    ] {
        assert!(fields.contains(&format!("{secret} Secret")), "{secret} is not among {fields:?}");
    }
    for private in ["name", "email", "address"] {
        assert!(fields.contains(&format!("{private} Private")), "{private} is not among {fields:?}");
    }
    assert!(!fields.iter().any(|field| field.starts_with("device ") || field.starts_with("kind ")));
}

#[test]
fn a_secret_is_found_wherever_it_was_used_and_whatever_stands_around_it() {
    let secrets = Secrets::default();
    let request = json!({
        "name": "A label", "password": "quiet lantern", "codes": ["012345", "1"], "device": "a laptop",
        "statement": { "kind": "question", "login_email": "a@example.com", "name": "Alice Example", "new_phone": "+4915123456789" },
    });
    secrets.gather(&request, true);
    secrets.gather(&json!({ "email": "b***@example.com", "session": "a-session-token" }), false);
    secrets.gather_form("password=fog+horn%21&kind=mfa-device");
    secrets.gather_path(&format!("/undo/{}?id={}", "T".repeat(43), "0".repeat(32)));
    for (text, found) in [
        ("a line with quiet lantern in it", "quiet lantern"),
        ("code=012345", "012345"),
        ("the code 012345.", "012345"),
        ("\"Alice Example\"", "Alice Example"),
        ("to +4915123456789", "+4915123456789"),
        ("to 4915123456789,", "4915123456789"),
        ("mail a@example.com", "a@example.com"),
        ("Bearer a-session-token", "a-session-token"),
        ("fog horn!", "fog horn!"),
        (&format!("/undo/{}", "T".repeat(43)), &"T".repeat(43)),
    ] {
        assert_eq!(secrets.found_in(text).as_deref(), Some(found), "{text}");
    }
    for text in
        ["", "a laptop, A label", "10123456 and 0123450", "b***@example.com", &"0".repeat(32), "mfa-device 1"]
    {
        assert_eq!(secrets.found_in(text), None, "{text}");
    }
    assert!(std::panic::catch_unwind(|| secrets.assert_none_in("a log line", "it was 012345")).is_err());
}

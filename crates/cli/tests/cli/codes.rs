//! `code` and what it depends on.

use crate::sandbox::{SECRET, Sandbox};

/// RFC 6238, appendix B.
const TIMES: [(&str, [&str; 3]); 6] = [
    ("59", ["94287082", "46119246", "90693936"]),
    ("1111111109", ["07081804", "68084774", "25091201"]),
    ("1111111111", ["14050471", "67062674", "99943326"]),
    ("1234567890", ["89005924", "91819424", "93441116"]),
    ("2000000000", ["69279037", "90698825", "38618901"]),
    ("20000000000", ["65353130", "77737706", "47863826"]),
];

#[test]
fn codes_are_those_of_rfc_6238() {
    let sandbox = Sandbox::new();
    let secrets = [
        ("SHA1", SECRET),
        ("SHA256", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"),
        (
            "SHA512",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
        ),
    ];
    for (algorithm, secret) in secrets {
        sandbox
            .add(&format!("otpauth://totp/RFC:{algorithm}?secret={secret}&algorithm={algorithm}&digits=8"));
    }
    for (time, codes) in TIMES {
        for ((algorithm, _), code) in secrets.iter().zip(codes) {
            let ran = sandbox.open(&["code", &format!("RFC:{algorithm}"), "--at", time]).exits(0);
            assert_eq!(ran.stdout, format!("{code}\n"), "{algorithm} at {time}");
        }
    }
}

#[test]
fn code_in_json_says_when_it_is_valid() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}&digits=8"));
    let code = sandbox.json(&["code", "example", "--at", "59", "--next"]);
    let wanted = serde_json::json!({
        "issuer": "Example", "account": "alice", "code": "94287082", "valid_from": 30, "valid_until": 60,
        "next": {"code": "37359152", "valid_from": 60, "valid_until": 90},
    });
    assert_eq!(code, wanted);
    let without = sandbox.json(&["code", "example", "--at", "59"]);
    assert!(without.get("next").is_none());
}

#[test]
fn code_without_a_time_takes_the_clock_and_counts_the_use() {
    let sandbox = Sandbox::with(&format!("otpauth://totp/Example:alice?secret={SECRET}"));
    let code = sandbox.json(&["code", "example"]);
    assert_eq!(code["code"].as_str().unwrap().len(), 6);
    assert_eq!(code["valid_until"].as_u64().unwrap() - code["valid_from"].as_u64().unwrap(), 30);
    let list = sandbox.json(&["list"]);
    assert_eq!(list[0]["uses"], 1);
    assert!(list[0]["last_used"].is_u64());
}

#[test]
fn hotp_goes_on_by_one_with_each_call() {
    let sandbox = Sandbox::with(&format!("otpauth://hotp/Example:alice?secret={SECRET}&counter=0"));
    // RFC 4226, appendix D.
    for code in ["755224", "287082", "359152"] {
        assert_eq!(sandbox.open(&["code", "alice"]).exits(0).stdout, format!("{code}\n"));
    }
    let code = sandbox.json(&["code", "alice"]);
    assert_eq!(code["code"], "969429");
    assert!(code["valid_from"].is_null() && code["valid_until"].is_null());
    assert_eq!(sandbox.json(&["list"])[0]["counter"], 4);
    assert_eq!(sandbox.open(&["code", "alice", "--at", "59", "--json"]).exits(2).error()["code"], "usage");
    sandbox.open(&["code", "alice", "--next"]).exits(2);
    assert_eq!(sandbox.json(&["list"])[0]["counter"], 4);
}

#[test]
fn a_pin_that_is_not_kept_is_asked_for() {
    let sandbox = Sandbox::new();
    let args =
        ["add", "--issuer", "mOTP", "--account", "a", "--type", "motp", "--hex", "--secret-stdin", "--yes"];
    sandbox.open_with(&args, "0123456789abcdef\n").exits(0);
    let asked = sandbox.open_with(&["code", "motp", "--at", "1000000000"], "1234\n").exits(0).stdout;
    sandbox.open(&["code", "motp"]).exits(2);
    let refused = sandbox.open_with(&["code", "motp", "--json"], "12x4\n").exits(1);
    assert_eq!(refused.error()["code"], "pin_needed");
    sandbox.open_with(&["edit", "motp", "--ask-pin"], "1234\n").exits(0);
    assert_eq!(sandbox.open(&["code", "motp", "--at", "1000000000"]).exits(0).stdout, asked);
    sandbox.open(&["edit", "motp", "--no-pin"]).exits(0);
    assert_eq!(sandbox.open_with(&["code", "motp", "--at", "1000000000"], "1234\n").exits(0).stdout, asked);
}

#[test]
fn a_query_that_matches_nothing_or_several_says_so() {
    let sandbox = Sandbox::new();
    for account in ["alice", "bob"] {
        sandbox
            .add(&format!("otpauth://totp/Example:{account}?secret={SECRET}&digits={}", account.len() + 3));
    }
    assert_eq!(sandbox.open(&["code", "nobody", "--json"]).exits(4).error()["code"], "not_found");
    // bob's entry has the same secret as alice's, and was left out as a duplicate.
    assert_eq!(sandbox.json(&["list"]).as_array().unwrap().len(), 1);
    sandbox.add("otpauth://totp/Example:bob?secret=MZXW6YTBOI");
    let ambiguous = sandbox.open(&["code", "example", "--json"]).exits(5).error();
    assert_eq!(ambiguous["code"], "ambiguous");
    assert_eq!(ambiguous["matches"].as_array().unwrap().len(), 2);
    let id = ambiguous["matches"][1]["id"].as_str().unwrap();
    let code = sandbox.json(&["code", &id[..12]]);
    assert_eq!(code["account"], ambiguous["matches"][1]["account"]);
    let words = sandbox.open(&["code", "example"]).exits(5);
    assert!(words.stdout.is_empty() && words.stderr.contains("alice") && words.stderr.contains("bob"));
}

#[test]
fn a_clipboard_that_is_not_there_costs_no_code() {
    let sandbox = Sandbox::with(&format!("otpauth://hotp/Example:alice?secret={SECRET}&counter=0"));
    let ran = sandbox.open(&["code", "alice", "--copy", "--json"]).exits(1);
    assert_eq!(ran.json()["code"], "755224");
    assert_eq!(ran.error()["code"], "unavailable");
}

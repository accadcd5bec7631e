//! Tokens from vendors' files: the examples of RFC 6030, hostile files, a hundred thousand, the same again.

use std::io::Read;
use std::sync::Arc;

use tessera_center::rules::token_import::{FileKey, FilePassword, ImportError, PresharedKey, Report, import};
use tessera_center::store::tables::otp_token::{self, Moving, Token};

use crate::harness::TestCenter;
use crate::on_both;

const FIGURE_2: &str = include_str!("../vectors/pskc/figure2.xml");
const FIGURE_3: &str = include_str!("../vectors/pskc/figure3.xml");
const FIGURE_5: &str = include_str!("../vectors/pskc/figure5.xml");
const FIGURE_6: &str = include_str!("../vectors/pskc/figure6.xml");
const FIGURE_7: &str = include_str!("../vectors/pskc/figure7.xml");
const FIGURE_10: &str = include_str!("../vectors/pskc/figure10.xml");
const KEY: &str = "12345678901234567890123456789012";

async fn take(center: &TestCenter, file: &str) -> (Report, Result<(), ImportError>) {
    take_with(center, file, None).await
}

async fn take_with(center: &TestCenter, file: &str, key: Option<&str>) -> (Report, Result<(), ImportError>) {
    let key = key.map(|key| FileKey::Preshared(PresharedKey::from_hex(key).unwrap()));
    import(&center.center, std::io::Cursor::new(file.as_bytes().to_vec()), key.as_ref()).await
}

async fn token(center: &TestCenter, serial: &str) -> Option<Token> {
    let mut tx = center.center.begin().await.unwrap();
    otp_token::by_serial(&mut tx, &center.center.keys, serial).await.unwrap()
}

async fn tokens(center: &TestCenter) -> i64 {
    sqlx::query_scalar("SELECT COUNT(*) FROM otp_token").fetch_one(center.center.db.pool()).await.unwrap()
}

on_both!(the_examples_of_rfc_6030_give_their_keys, |center| async move {
    for (figure, serial, secret, digits) in
        [(FIGURE_2, "12345678", "1234", 6), (FIGURE_3, "987654321", "12345678901234567890", 8)]
    {
        let (report, done) = take(&center, figure).await;
        done.unwrap();
        assert_eq!((report.added, report.failures.len()), (1, 0));
        let token = token(&center, serial).await.unwrap();
        assert_eq!(token.seed.secret.expose_secret(), secret.as_bytes());
        assert_eq!((token.seed.digits.get(), token.seed.moving, token.last), (digits, Moving::Counter, -1));
    }
    // RFC 4226, appendix D, with eight digits.
    let token = token(&center, "987654321").await.unwrap();
    assert_eq!(token.seed.code(0).unwrap().text(), "84755224");
    // Figure 5 has the same token again, and a PIN, which is no token.
    let (report, done) = take(&center, FIGURE_5).await;
    done.unwrap();
    assert_eq!((report.added, report.repeated, report.failures.len()), (0, 1, 1));
    assert_eq!(report.failures[0].place, "key 2 (123456781)");
    // Figure 6 has it encrypted.
    let (report, done) = take_with(&center, FIGURE_6, Some(KEY)).await;
    done.unwrap();
    assert_eq!((report.added, report.repeated), (0, 1));
    // Figure 10 has one serial number twice.
    let (report, done) = take(&center, FIGURE_10).await;
    done.unwrap();
    assert_eq!((report.added, report.repeated, report.failures.len()), (3, 1, 0));
});

on_both!(an_encrypted_file_opens_with_its_key_and_with_no_other, |center| async move {
    let (_, done) = take(&center, FIGURE_6).await;
    assert!(matches!(done, Err(ImportError::KeyNeeded)));
    let (report, done) = take_with(&center, FIGURE_6, Some("12345678901234567890123456789013")).await;
    assert!(matches!(done, Err(ImportError::WrongKey)) || report.failures.len() == 1, "{done:?}");
    let (_, done) = take_with(&center, FIGURE_6, Some(&KEY.repeat(2))).await;
    assert!(matches!(done, Err(ImportError::WrongKey)), "a key of another length");
    // One bit of the ciphertext, of its vector, or of the MAC.
    for (there, changed) in [("AAECAwQF", "ABECAwQF"), ("UqGv", "UqGu"), ("Su+Nvt", "Su+Nvu")] {
        assert!(FIGURE_6.contains(there));
        let (report, done) = take_with(&center, &FIGURE_6.replace(there, changed), Some(KEY)).await;
        done.unwrap();
        assert_eq!((report.added, report.failures.len()), (0, 1), "{there}");
    }
    let without_mac = FIGURE_6.replace("<MACMethod", "<Other").replace("</MACMethod>", "</Other>");
    let (_, done) = take_with(&center, &without_mac, Some(KEY)).await;
    assert!(matches!(done, Err(ImportError::Unsupported(_) | ImportError::WrongKey)), "{done:?}");
    for (there, other) in [("aes128-cbc", "tripledes-cbc"), ("hmac-sha1", "hmac-md5")] {
        let (_, done) = take_with(&center, &FIGURE_6.replace(there, other), Some(KEY)).await;
        assert!(matches!(done, Err(ImportError::Unsupported(_))), "{other}");
    }
    assert_eq!(tokens(&center).await, 0);
    let (report, done) = take_with(&center, FIGURE_6, Some(KEY)).await;
    done.unwrap();
    assert_eq!(report.added, 1);
    let token = token(&center, "987654321").await.unwrap();
    assert_eq!(token.seed.secret.expose_secret(), b"12345678901234567890");
    for text in ["", "12", "zz", &KEY[..30], &KEY.repeat(3)] {
        assert!(PresharedKey::from_hex(text).is_err(), "{text}");
    }
});

async fn take_by_password(
    center: &TestCenter,
    file: &str,
    password: &str,
) -> (Report, Result<(), ImportError>) {
    let key = FileKey::Password(FilePassword::new(password));
    import(&center.center, std::io::Cursor::new(file.as_bytes().to_vec()), Some(&key)).await
}

on_both!(a_key_derived_from_a_password_opens_figure_7, |center| async move {
    assert!(matches!(take(&center, FIGURE_7).await.1, Err(ImportError::PasswordNeeded)));
    assert!(matches!(take_with(&center, FIGURE_7, Some(KEY)).await.1, Err(ImportError::PasswordNeeded)));
    assert!(matches!(take_by_password(&center, FIGURE_6, "qwerty").await.1, Err(ImportError::KeyNeeded)));
    for wrong in ["", "Qwerty", "qwerty "] {
        let (report, done) = take_by_password(&center, FIGURE_7, wrong).await;
        assert!(matches!(done, Err(ImportError::WrongKey)) || report.failures.len() == 1, "{done:?}");
        assert_eq!(report.added, 0);
    }
    // More iterations than anybody computes, another method, another function, no salt.
    for (there, other) in [
        ("<IterationCount>1000<", "<IterationCount>4000000000<"),
        ("pkcs-5v2-0#pbkdf2\"", "pkcs-5v2-0#pbkdf1\""),
        ("<PRF/>", "<PRF Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-md5\"/>"),
        ("Specified>", "OtherSource>"),
        ("<KeyLength>16<", "<KeyLength>5<"),
    ] {
        assert!(FIGURE_7.contains(there), "{there}");
        let (report, done) = take_by_password(&center, &FIGURE_7.replace(there, other), "qwerty").await;
        assert!(matches!(done, Err(ImportError::Unsupported(_))), "{there}: {done:?}");
        assert_eq!(report.added, 0);
    }
    assert_eq!(tokens(&center).await, 0);
    let (report, done) = take_by_password(&center, FIGURE_7, "qwerty").await;
    done.unwrap();
    assert_eq!((report.added, report.failures.len()), (1, 0));
    let token = token(&center, "987654321").await.unwrap();
    assert_eq!(token.seed.secret.expose_secret(), b"12345678901234567890");
});

on_both!(hostile_xml_ends_the_reading_and_expands_nothing, |center| async move {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let (_, done) = take(&center, &format!("{bomb}{}", &FIGURE_3[FIGURE_3.find("<Key").unwrap()..])).await;
    assert!(matches!(done, Err(ImportError::Hostile { .. })));
    let outside = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><KeyContainer>&x;</KeyContainer>";
    assert!(matches!(take(&center, outside).await.1, Err(ImportError::Hostile { .. })));
    let (_, done) = take(&center, &FIGURE_3.replace("987654321", "&other;")).await;
    assert!(matches!(done, Err(ImportError::Hostile { .. })));
    let deep = format!("<KeyContainer>{}", "<a>".repeat(100_000));
    assert!(matches!(take(&center, &deep).await.1, Err(ImportError::Hostile { .. })));
    let long = format!("<KeyContainer><SerialNo>{}", "9".repeat(4 << 20));
    assert!(matches!(take(&center, &long).await.1, Err(ImportError::Read(_))));
    let long_attribute = format!("<KeyContainer a=\"{}", "9".repeat(4 << 20));
    assert!(matches!(take(&center, &long_attribute).await.1, Err(ImportError::Read(_))));
    for cut in (0..FIGURE_3.len()).step_by(37) {
        assert!(take(&center, &FIGURE_3[..cut]).await.1.is_err(), "cut at {cut}");
    }
    for file in ["", " ", "\u{0}", "<", "<html></html>", "one", "PK\u{3}\u{4}", "<KeyContainer></Other>"] {
        assert!(take(&center, file).await.1.is_err(), "{file:?}");
    }
    let (_, done) = take(&center, &FIGURE_3.replace("987654321", "98&#55;654321")).await;
    done.unwrap();
    assert!(token(&center, "987654321").await.is_some(), "a character reference is a character");
});

on_both!(what_cannot_be_taken_is_named_with_its_place_and_the_rest_is_taken, |center| async move {
    let change = |there: &str, other: &str| FIGURE_3.replace(there, other);
    for (file, reason) in [
        (change("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", "!!"), "base64"),
        (change("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=", ""), "empty"),
        (change("<Secret>", "<Other>").replace("</Secret>", "</Other>"), "no secret"),
        (change("Length=\"8\"", "Length=\"99\""), "digits"),
        (change("Length=\"8\"", "Length=\"x\""), "numbers"),
        (change("DECIMAL", "HEXADECIMAL"), "decimal"),
        (change("pskc:hotp", "pskc:ocra"), "TOTP"),
        (change("<PlainValue>0<", "<PlainValue>-1<"), "negative"),
        (change("<PlainValue>0</PlainValue>", "<EncryptedValue/>"), "encrypted"),
    ] {
        let (report, done) = take(&center, &file).await;
        done.unwrap();
        assert_eq!((report.added, report.failures.len()), (0, 1), "{reason}");
        assert!(report.failures[0].reason.contains(reason), "{reason}: {}", report.failures[0].reason);
        assert_eq!(report.failures[0].place, "key 1 (12345678)");
    }
    let csv = "serial,secret,type,digits,period,algorithm\n\
               A-1,JBSWY3DPEHPK3PXP,totp,6,30,SHA1\n\
               ,JBSWY3DPEHPK3PXP\n\
               A-2,not base32!\n\
               A-3,JBSWY3DPEHPK3PXP,steam\n\
               A-4,JBSWY3DPEHPK3PXP,totp,3\n\
               A-5,JBSWY3DPEHPK3PXP,totp,6,0\n\
               A-6,JBSWY3DPEHPK3PXP,totp,6,30,MD5\n\
               A-7,0x3132333435363738393031323334353637383930,HOTP,8,,sha-256\n\
               \n# a remark\n\
               a 1,JBSWY3DPEHPK3PXP,totp,6,30,SHA1\n\
               A-1,GEZDGNBVGY3TQOJQ,totp,6,30,SHA1\n";
    let (report, done) = take(&center, csv).await;
    done.unwrap();
    assert_eq!((report.added, report.repeated), (2, 1));
    let places: Vec<&str> = report.failures.iter().map(|failure| failure.place.as_str()).collect();
    assert_eq!(places, ["line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 13"]);
    assert!(!format!("{report:?}").contains("JBSW"), "no secret in a report");
    let counter = token(&center, "A7").await.unwrap();
    assert_eq!((counter.seed.digits.get(), counter.seed.moving), (8, Moving::Counter));
    assert_eq!(counter.seed.algorithm, tessera_otp::Algorithm::Sha256);
});

on_both!(a_csv_without_a_heading_or_with_columns_in_any_order_is_read, |center| async move {
    let (report, done) =
        take(&center, "\u{feff}B-1,JBSWY3DPEHPK3PXP\r\nB-2,GEZDGNBVGY3TQOJQ,totp,8,60,SHA512\r\n").await;
    done.unwrap();
    assert_eq!(report.added, 2);
    let (report, done) = take(&center, "Secret;x\nJBSWY3DPEHPK3PXP;y\n").await;
    assert!(done.is_err() && report.added == 0);
    let (report, done) =
        take(&center, "counter,period,Secret,Type,SERIAL\n7,,JBSWY3DPEHPK3PXP,hotp,B-3\n").await;
    done.unwrap();
    assert_eq!(report.added, 1);
    assert_eq!(token(&center, "B-3").await.unwrap().last, 6);
    let open = format!("serial,secret\nB-4,\"{}", "A".repeat(4 << 20));
    assert!(matches!(take(&center, &open).await.1, Err(ImportError::Read(_))));
});

/// A file that is made while it is read: as long as it has tokens, never as large in memory.
struct Endless {
    next: usize,
    tokens: usize,
    rest: Vec<u8>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.rest.len() < buffer.len() && self.next <= self.tokens + 1 {
            let package = match self.next {
                0 => "<KeyContainer>".to_owned(),
                number if number <= self.tokens => format!(
                    "<KeyPackage><DeviceInfo><SerialNo>S{number}</SerialNo></DeviceInfo><Key Id=\"{number}\" \
                     Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:totp\"><Data><Secret><PlainValue>\
                     MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret></Data></Key></KeyPackage>"
                ),
                _ => "</KeyContainer>".to_owned(),
            };
            self.rest.extend(package.into_bytes());
            self.next += 1;
        }
        let given = buffer.len().min(self.rest.len());
        buffer[..given].copy_from_slice(&self.rest[..given]);
        self.rest.drain(..given);
        Ok(given)
    }
}

on_both!(many_tokens_are_taken_in_batches_and_again_without_doubling, |center| async move {
    // A hundred thousand in the soak; here as many as show the batches.
    let many: usize =
        std::env::var("TESSERA_SOAK_TOKENS").ok().and_then(|many| many.parse().ok()).unwrap_or(1_750);
    let file = || Endless { next: 0, tokens: many, rest: Vec::new() };
    let (report, done) = import(&center.center, file(), None).await;
    done.unwrap();
    assert_eq!((report.added, report.repeated), (many as u64, 0));
    let (report, done) = import(&center.center, file(), None).await;
    done.unwrap();
    assert_eq!((report.added, report.repeated), (0, many as u64));
    assert_eq!(tokens(&center).await, i64::try_from(many).unwrap());
});

on_both!(two_imports_of_one_file_at_once_double_nothing, |center| async move {
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let center = Arc::clone(&center.center);
            tokio::spawn(async move {
                let (report, done) =
                    import(&center, Endless { next: 0, tokens: 700, rest: Vec::new() }, None).await;
                done.map(|()| (report.added, report.repeated))
            })
        })
        .collect();
    let mut added = 0;
    for task in tasks {
        added += task.await.unwrap().unwrap().0;
    }
    assert_eq!((added, tokens(&center).await), (700, 700));
});

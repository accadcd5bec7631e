//! Messages that one process writes and another delivers.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tessera_center::contact::Address;
use tessera_center::outbox::{Message, Template};
use tessera_center::{Center, Config};

use crate::post;
use crate::server::{PATIENCE, Server, folder, run};

async fn write(center: &Center, to: &Address) -> String {
    let mut tx = center.begin().await.unwrap();
    let message = Message::new(Template::Code, "en").with("code", "012345").with("minutes", 10);
    let id = message.send(&mut tx, center, to).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn beside(folder: &Path) -> Arc<Center> {
    Center::open(Config { data: folder.join("tessera-center-data"), ..Config::default() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_written_by_one_process_is_delivered_by_another() {
    let (folder, mail, sms) = (folder(), post::Post::smtp().await, post::Post::gateway().await);
    let (mail_url, sms_url) = (format!("smtp://{}", mail.address), format!("http://{}/", sms.address));
    let settings =
        [("MAIL__URL", mail_url.as_str()), ("SMS__URL", sms_url.as_str()), ("MAIL__FROM", "c@example.com")];
    let center = beside(folder.path()).await;
    let _server = Server::start(folder.path(), &settings);
    mail.then(&[post::Next::TakeAndHangUp]);
    let mailed = write(&center, &Address::email("alice@example.com").unwrap()).await;
    let texted = write(&center, &Address::phone("+4915123456789").unwrap()).await;
    // The mail comes twice: its first answer was lost, ten seconds before.
    tokio::time::timeout(PATIENCE, async {
        while mail.arrived().len() < 2 || sms.arrived().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    let ids: Vec<_> = mail.arrived().iter().map(|mail| post::header(mail, "message-id").to_owned()).collect();
    assert_eq!(ids, vec![format!("<{mailed}@example.com>"); 2]);
    assert!(sms.arrived()[0].contains(&texted));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_outbox_shows_what_nobody_takes_away() {
    let folder = folder();
    let center = beside(folder.path()).await;
    let _server = Server::start(folder.path(), &[]);
    let id = write(&center, &Address::email("alice@example.com").unwrap()).await;
    let said = run(folder.path(), &[], &["outbox", "--json"]);
    let line: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!((line["id"].as_str(), line["to"].as_str()), (Some(id.as_str()), Some("alice@example.com")));
    assert!(line["text"].as_str().unwrap().contains("012345"));
    // Another key file opens nothing and says so.
    std::fs::remove_file(folder.path().join("tessera-center-data/keys.json")).unwrap();
    let said = run(folder.path(), &[], &["outbox"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("key file"), "{said:?}");
}

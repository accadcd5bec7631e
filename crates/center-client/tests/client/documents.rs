//! Documents: sealed to the pinned list alone, sent in pieces, opened by a reviewer, sealed anew.

use ed25519_dalek::SigningKey;
use image::RgbImage;
use tessera_center::rules::key_list;
use tessera_center_api::Hidden;
use tessera_center_api::key_list::{KeyListError, SignedKeyList};
use tessera_center_api::staff::{AcceptanceRequest, StaffLoginRequest};
use tessera_center_api::ticket::{DocumentKind, DocumentType, Statement, TicketState, Verdict};
use tessera_center_client::document::{self, Opened, ReviewerIdentity, reseal, seal};
use tessera_center_client::{QueueFilter, RootKeyError, Staff};
use tessera_otp::Credential;

use crate::harness::{ROOT_SEED, Scene, client, intent};

const MOST: usize = 10 * 1024 * 1024;

/// A reviewer of the demo, signed in, with the authenticator.
async fn reviewer(scene: &Scene, number: usize) -> (Staff, Credential) {
    let opened = scene.client.open_staff_invitation(scene.invitations[number].clone()).await.unwrap();
    let credential = Credential::from_uri(opened.uri.expose_secret()).unwrap();
    let code = |at: i64| Hidden::new(credential.code_at(at.try_into().unwrap()).unwrap().text());
    let now = scene.now();
    let acceptance = AcceptanceRequest {
        flow: opened.flow,
        password: Hidden::new("a lantern over the quiet river"),
        codes: [code(now), code(now + 30)],
    };
    scene.client.accept_staff_invitation(&acceptance).await.unwrap();
    scene.clock.advance(120);
    let login = StaffLoginRequest {
        email: tessera_center::demo::STAFF[number].0.into(),
        password: Hidden::new("a lantern over the quiet river"),
        code: code(scene.now()),
    };
    let (token, member) = scene.client.sign_in_staff(&login).await.unwrap();
    assert_eq!(member.name, tessera_center::demo::STAFF[number].1);
    (scene.client.as_staff(token), credential)
}

/// Signs and publishes what reviewers registered, as the holder of the root key does.
async fn publish(scene: &Scene, seed: &[u8; 32]) -> SignedKeyList {
    let escrow = [ReviewerIdentity::generate().recipient()];
    let mut tx = scene.served.begin().await.unwrap();
    let list = key_list::draft(&mut tx, &scene.served, &escrow, 86_400).await.unwrap();
    let signed = SignedKeyList::sign(&list, &SigningKey::from_bytes(seed)).unwrap();
    key_list::publish(&mut tx, &scene.served, None, &signed).await.unwrap();
    tx.commit().await.unwrap();
    signed
}

fn photograph() -> Vec<u8> {
    let image = RgbImage::from_fn(900, 600, |x, y| {
        let noise = u8::try_from((x * 7919 + y * 104_729) % 251).unwrap();
        image::Rgb([noise, noise.wrapping_mul(3), noise.wrapping_add(90)])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_goes_sealed_from_the_applicant_to_the_reviewer_and_no_readable_byte_is_at_the_center() {
    let scene = Scene::start().await;
    let (rita, _) = reviewer(&scene, 0).await;
    let identity = ReviewerIdentity::generate();
    rita.register_key(&identity.recipient()).await.unwrap();
    publish(&scene, &ROOT_SEED).await;

    let session = scene.sign_in("alice@example.com").await;
    let applicant = session.as_applicant();
    let statement = Statement::IdentityVerificationIndividual {
        name: Hidden::new("Alice Example"),
        document_type: DocumentType::IdCard,
        document_number: Hidden::new("L01X00T47"),
    };
    let ticket = session.new_ticket(statement.clone(), &intent(1)).await.unwrap();
    assert_eq!(session.new_ticket(statement, &intent(1)).await.unwrap().id, ticket.id, "done once");
    assert_eq!(ticket.state, TicketState::Draft);

    let keys = scene.client.key_list(scene.now(), 0).await.unwrap();
    assert!(keys.names(&identity.recipient()));
    let jpeg = document::read(&photograph(), MOST).unwrap().to_jpeg(MOST - 65_536).unwrap();
    for (number, kind) in (2..).zip([DocumentKind::HoldingDocumentFront, DocumentKind::HoldingDocumentBack]) {
        let sealed = seal(&jpeg, &keys).unwrap();
        let upload = applicant.announce(&ticket.id, kind, sealed, &intent(number)).await.unwrap();
        let mut steps = Vec::new();
        upload.send(|progress| steps.push(progress.sent)).await.unwrap();
        assert!(steps.len() > 2 && steps.is_sorted(), "{steps:?}");
        upload.send(|progress| assert_eq!(progress.sent, progress.total)).await.unwrap();
    }
    let submitted = applicant.submit(&ticket.id, &intent(9)).await.unwrap();
    assert_eq!(submitted.state, TicketState::Submitted);

    // Nothing of the picture is in the center's data, sealed pieces and database together.
    let start = &jpeg[700..764];
    for file in files(&scene.served.config.data) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(start.len()).any(|window| window == start), "{}", file.display());
    }

    let queue = rita.queue(&QueueFilter::default(), None).await.unwrap();
    assert_eq!(queue.items.len(), 1);
    rita.claim(&ticket.id).await.unwrap();
    let read = rita.ticket(&ticket.id).await.unwrap();
    assert!(read.value.review.is_some());
    let documents = rita.documents(&ticket.id).await.unwrap();
    assert_eq!(documents.len(), 2);
    let ciphertext = rita.download(&documents[0].document).await.unwrap();
    let own = [ReviewerIdentity::from_text(&identity.to_text()).unwrap()];
    let opened = Opened::from_sealed(&ciphertext, &documents[0].digest, &own).unwrap();
    assert_eq!(opened.picture().unwrap().width(), 900);

    // Another list: the document is stale, and is sealed anew by the one who can open it.
    let next = ReviewerIdentity::generate();
    rita.register_key(&next.recipient()).await.unwrap();
    scene.clock.advance(1);
    publish(&scene, &ROOT_SEED).await;
    let stale = rita.stale_documents().await.unwrap();
    assert_eq!(stale.len(), 2);
    let keys = scene.client.key_list(scene.now(), keys.version()).await.unwrap();
    let again = reseal(&opened, &keys).unwrap();
    let upload = rita.announce_resealed(&documents[0].document, again, &intent(20)).await.unwrap();
    upload.send(|_| ()).await.unwrap();
    assert_eq!(rita.stale_documents().await.unwrap().len(), 1);

    let decision = tessera_center_api::ticket::DecisionRequest {
        verdict: Verdict::Approve,
        reason: "seen and compared".into(),
    };
    let decided = rita.decide(&ticket.id, &decision, &read.version, &intent(30)).await;
    let decided = decided.unwrap();
    assert_eq!(decided.line.state, TicketState::Executed, "one reviewer files an identity");
    scene.stop().await;
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_list_that_the_pinned_root_key_signed_is_sealed_to() {
    let scene = Scene::start().await;
    assert!(matches!(scene.client.key_list(scene.now(), 0).await, Err(RootKeyError::None)));
    let (rita, _) = reviewer(&scene, 0).await;
    rita.register_key(&ReviewerIdentity::generate().recipient()).await.unwrap();
    publish(&scene, &ROOT_SEED).await;
    let keys = scene.client.key_list(scene.now(), 0).await.unwrap();
    let older = scene.client.key_list(scene.now(), keys.version() + 1).await;
    assert!(matches!(older, Err(RootKeyError::List(KeyListError::Older))));
    let expired = scene.client.key_list(scene.now() + 86_401, 0).await;
    assert!(matches!(expired, Err(RootKeyError::List(KeyListError::Expired))));
    let other = client(scene.client.address().base().as_str(), &[8; 32]);
    assert!(matches!(other.key_list(scene.now(), 0).await, Err(RootKeyError::Other)));
    let unpinned = scene.client.address().base().as_str().parse().unwrap();
    let unpinned = tessera_center_client::Center::new(unpinned, None).unwrap();
    assert!(matches!(unpinned.key_list(scene.now(), 0).await, Err(RootKeyError::NotPinned)));
    scene.stop().await;
}

//! The store's own promises, on both databases.

use tessera_center::contact::Address;
use tessera_center::store::Dialect;
use tessera_center::store::tables::contact::{self, ContactKind};
use tessera_center::store::tables::tally::{self, TallyId};

use crate::harness::START;
use crate::on_both;

on_both!(a_window_holds_as_many_as_it_may_and_closes_on_the_second, |center| async move {
    let id = TallyId::new(&center.center.keys, "test", b"alice");
    let take = async |now| {
        let mut tx = center.center.begin().await.unwrap();
        let taken = tally::take(&mut tx, &id, 3, 100, now).await.unwrap();
        tx.commit().await.unwrap();
        taken.map(|tally| (tally.count, tally.opened_at))
    };
    assert_eq!(take(START).await, Some((1, START)));
    assert_eq!(take(START + 50).await, Some((2, START)));
    // The clock steps back: the window stays as it is.
    assert_eq!(take(START - 600).await, Some((3, START)));
    assert_eq!(take(START + 99).await, None);
    assert_eq!(take(START + 100).await, Some((1, START + 100)));
});

on_both!(fifty_at_once_take_ten_places, |center| async move {
    let id = TallyId::new(&center.center.keys, "test", b"alice");
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (center, id) = (center.center.clone(), id.clone());
            tokio::spawn(async move {
                let mut tx = center.begin().await.unwrap();
                let taken = tally::take(&mut tx, &id, 10, 100, START).await.unwrap();
                tx.commit().await.unwrap();
                taken.is_some()
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    assert_eq!(taken, 10);
});

on_both!(five_accounts_share_a_phone_and_never_six_however_many_try_at_once, |center| async move {
    let mut accounts = Vec::new();
    for number in 0..12 {
        accounts.push(center.account(&format!("a{number}@example.com")).await);
    }
    let phone = Address::phone("+4915123456789").unwrap();
    let tasks: Vec<_> = accounts
        .iter()
        .map(|&account| {
            let (center, phone) = (center.center.clone(), phone.clone());
            tokio::spawn(async move {
                let mut tx = center.begin().await.unwrap();
                let bound =
                    contact::bind(&mut tx, &center, account, ContactKind::SecurePhone, &phone, START).await;
                // A constraint may also refuse a whole transaction; then nothing is bound either.
                let Ok(bound) = bound else { return false };
                if bound { tx.commit().await.is_ok() } else { false }
            })
        })
        .collect();
    let mut bound = 0;
    for task in tasks {
        bound += usize::from(task.await.unwrap());
    }
    let mut tx = center.center.begin().await.unwrap();
    let holders =
        contact::accounts_with(&mut tx, &center.center.keys, ContactKind::SecurePhone, &phone).await.unwrap();
    assert_eq!((bound, holders.len()), (5, 5));
});

on_both!(an_account_moves_to_another_address_and_frees_the_first, |center| async move {
    let (alice, bob) = (center.account("alice@example.com").await, center.account("bob@example.com").await);
    let shared = Address::email("alice@example.com").unwrap();
    let other = Address::email("other@example.com").unwrap();
    let mut tx = center.center.begin().await.unwrap();
    let kind = ContactKind::AccountEmail;
    assert!(!contact::bind(&mut tx, &center.center, bob, kind, &shared, START).await.unwrap());
    assert!(contact::bind(&mut tx, &center.center, alice, kind, &other, START).await.unwrap());
    assert!(contact::bind(&mut tx, &center.center, bob, kind, &shared, START).await.unwrap());
    let hers = contact::of_account(&mut tx, &center.center.keys, alice).await.unwrap();
    assert_eq!(hers.iter().find(|one| one.kind == kind).unwrap().address, other);
    tx.commit().await.unwrap();
});

on_both!(a_connection_that_broke_while_it_was_kept_is_not_trusted, |center| async move {
    let alice = center.account("alice@example.com").await;
    let session = center.session(alice).await;
    for _ in 0..3 {
        // Several at once, so that several are kept.
        let asking = (0..8).map(|_| center.get("/v1/account").by(&session).send());
        for answer in futures_util::future::join_all(asking).await {
            assert_eq!(answer.ok()["id"], alice);
        }
        if center.center.db.dialect() == Dialect::Postgres {
            let all_others = "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
            let ended: i64 = sqlx::query_scalar(all_others).fetch_one(center.center.db.pool()).await.unwrap();
            assert!(ended > 0);
        }
    }
    assert_eq!(center.get("/v1/account").by(&session).send().await.ok()["id"], alice);
});

//! `GET /v1/account` against the same query through the bare driver.

use crate::client::{Client, ask_all, get};
use crate::people::People;
use crate::result::{Goal, Results};
use crate::server::Server;
use crate::turns::{in_turn, ratio, seconds};

/// At least so much of the bare driver's rate.
const GOAL: Goal = Goal::AtLeast(0.8);
/// With many accounts at most so much slower than with few.
const GROWTH: Goal = Goal::AtMost(1.2);

pub(crate) fn measure([few, many]: [&People; 2], rounds: usize, reads: usize, results: &mut Results) {
    let name = few.database.kind.name();
    let servers = [few, many].map(|people| (Server::center(people, &[]), Server::bare(people), people));
    for (at_once, how) in [(8, "eight at once"), (1, "one after another")] {
        let mut turns = [few, many].map(|_| 0);
        let mut clients: Vec<(Vec<Client>, Vec<Client>)> = servers
            .iter()
            .map(|(center, bare, _)| {
                (Client::several(center.address, at_once), Client::several(bare.address, at_once))
            })
            .collect();
        let cpu = || servers.iter().map(|(center, bare, _)| (center.cpu(), bare.cpu())).collect::<Vec<_>>();
        let before = cpu();
        let times = {
            let [(few_center, few_bare), (many_center, many_bare)] = clients.as_mut_slice() else {
                unreachable!()
            };
            let [of_few, of_many] = &mut turns;
            // Center and handler meet the same people in the same order, each its own share of the walk.
            let mut turn = |clients: &mut Vec<Client>, people: &People, turn: &mut usize| {
                let requests: Vec<Vec<u8>> = people
                    .some(*turn * reads, reads)
                    .into_iter()
                    .map(|number| get("/v1/account", &People::token(number)))
                    .collect();
                *turn += 1;
                ask_all(clients, &requests);
            };
            let turn = std::cell::RefCell::new(&mut turn);
            let (of_few, of_many) = (std::cell::RefCell::new(of_few), std::cell::RefCell::new(of_many));
            let mut run = [
                (few_center, few, &of_few),
                (few_bare, few, &of_few),
                (many_center, many, &of_many),
                (many_bare, many, &of_many),
            ]
            .map(|(clients, people, count)| {
                let turn = &turn;
                move || (turn.borrow_mut())(clients, people, &mut count.borrow_mut())
            });
            let [a, b, c, d] = &mut run;
            in_turn(rounds, &mut [a, b, c, d])
        };
        let after = cpu();
        let rate = |times: &[std::time::Duration]| reads as f64 / seconds(times);
        for (place, (_, _, people)) in servers.iter().enumerate() {
            let (center, bare) = (&times[place * 2], &times[place * 2 + 1]);
            let mut behind = format!("{:.0} and {:.0} a second", rate(center), rate(bare));
            if let ((Some(from), Some(bare_from)), (Some(to), Some(bare_to))) = (before[place], after[place])
            {
                let each = |from: std::time::Duration, to: std::time::Duration| {
                    (to - from).as_secs_f64() * 1e6 / ((rounds + 1) * reads) as f64
                };
                behind +=
                    &format!("; {:.0} and {:.0} µs of CPU each", each(from, to), each(bare_from, bare_to));
            }
            let what = format!("{name}, {} accounts: reads, {how}, to the bare driver", people.many);
            let goal = if at_once > 1 { GOAL } else { Goal::Told };
            results.tell(what, ratio(bare, center), goal, &behind);
        }
        let what = format!("{name}: a read among {} to one among {}, {how}", many.many, few.many);
        let behind = format!("{:.0} and {:.0} a second", rate(&times[2]), rate(&times[0]));
        results.tell(what, ratio(&times[2], &times[0]), GROWTH, &behind);
    }
}

//! Lets several commands work at the same time, call by call, as a seed decides.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use cloud::memory::Door;
use fastrand::Rng;

use super::command::{Ended, Misfortune, Order};
use crate::session::{ConsoleSession, Printed};

/// The commands of one person, one after the other.
pub(super) struct Person {
    pub(super) orders: VecDeque<Order>,
    running: Option<Running>,
}

struct Running {
    order: Order,
    door: Door,
    calls: usize,
    session: Pin<Box<dyn Future<Output = Printed>>>,
    printed: Option<Printed>,
}

impl Person {
    pub(super) fn with(orders: VecDeque<Order>) -> Self {
        Self { orders, running: None }
    }

    fn begin(&mut self, base: &ConsoleSession) -> bool {
        let Some(order) = self.orders.pop_front() else { return false };
        let door = Door::of(order.number);
        let session = base.behind(&door);
        let words: Vec<String> = order.line().split_whitespace().map(str::to_owned).collect();
        let session = Box::pin(async move { session.run_words(words, order.answer()).await });
        self.running = Some(Running { order, door, calls: 0, session, printed: None });
        true
    }
}

/// How many steps a round has at most. A command that never ends takes more.
const MAX_STEPS: usize = 20_000;

/// Plays all commands to their ends.
#[expect(clippy::print_stdout, reason = "a round that is played again shows itself")]
pub(super) async fn play(
    base: &ConsoleSession,
    people: &mut [Person],
    random: &mut Rng,
    loud: bool,
) -> Result<Vec<Ended>, String> {
    let mut ended = Vec::new();
    let mut shown = base.cloud.calls().len();
    for _ in 0..MAX_STEPS {
        let nobody = people.iter().all(|person| person.running.is_none());
        for person in people.iter_mut().filter(|person| person.running.is_none()) {
            if (nobody || random.u8(..) < 16) && person.begin(base) && loud {
                println!("begin {:?}", person.running.as_ref().map(|running| running.order));
            }
        }
        if people.iter().all(|person| person.running.is_none()) {
            return Ok(ended);
        }
        settle(people).await;
        if loud {
            let calls = base.cloud.calls();
            calls[shown..].iter().for_each(|call| println!("  {call:?}"));
            shown = calls.len();
        }
        finish(people, &mut ended, loud);
        let mut waiting: Vec<&mut Person> = people
            .iter_mut()
            .filter(|person| person.running.as_ref().is_some_and(|one| one.door.is_waiting()))
            .collect();
        // Time passes for those who wait for it.
        if waiting.is_empty() || random.u8(..) < 8 {
            tokio::time::sleep(Duration::from_millis(random.u64(1..4_000))).await;
            continue;
        }
        let chosen = random.usize(..waiting.len());
        let person = &mut waiting[chosen];
        let Some(running) = &mut person.running else { continue };
        match running.order.misfortune {
            Misfortune::Killed(calls) if calls == running.calls => {
                if loud {
                    println!("kill {}", running.order.number);
                }
                ended.push(Ended { order: running.order, printed: None });
                person.running = None;
                continue;
            }
            Misfortune::Expired(calls) if calls == running.calls => running.door.expire(),
            _ => {}
        }
        running.calls += 1;
        if loud {
            println!("call {} of {}", running.calls, running.order.number);
        }
        running.door.open();
    }
    Err("a command does not end".to_owned())
}

/// Polls until every command has ended, waits at its door, or waits for time to pass.
async fn settle(people: &mut [Person]) {
    poll(people).await;
    let is_elsewhere = |person: &Person| {
        person.running.as_ref().is_some_and(|one| one.printed.is_none() && !one.door.is_waiting())
    };
    if people.iter().any(is_elsewhere) {
        // A prompt is read by another thread; the clock stands still until it is.
        tokio::time::sleep(Duration::from_millis(1)).await;
        poll(people).await;
    }
}

async fn poll(people: &mut [Person]) {
    poll_fn(|context| {
        for running in people.iter_mut().filter_map(|person| person.running.as_mut()) {
            if running.printed.is_none()
                && let Poll::Ready(printed) = running.session.as_mut().poll(context)
            {
                running.printed = Some(printed);
            }
        }
        Poll::Ready(())
    })
    .await;
}

#[expect(clippy::print_stdout, reason = "a round that is played again shows itself")]
fn finish(people: &mut [Person], ended: &mut Vec<Ended>, loud: bool) {
    for person in people {
        if let Some(running) = person.running.take_if(|running| running.printed.is_some()) {
            if let Some(printed) = running.printed.as_ref().filter(|_| loud) {
                println!("end {}: {}", running.order.number, printed.all());
            }
            ended.push(Ended { order: running.order, printed: running.printed });
        }
    }
}

//! Many invocations for one message: one execution, one verdict.

use handler::memory::{Fault, Script};
use handler::on_failure::OnFailure;
use proptest::prelude::*;

use crate::world::{BOUNCE, DELIVER, DROP, World, failed, minutes, ms, succeeding};

#[tokio::test(start_paused = true)]
async fn one_two_and_twenty_invocations_get_one_execution_and_equal_verdicts() {
    for invocations in [1, 2, 20] {
        let world = World::new(succeeding(100, DROP));
        for _ in 0..invocations {
            assert_eq!(world.invoke_after(ms(7)).await.verdict(), DROP);
        }
        world.assert_one_execution();
        assert_eq!(world.count("StartExecution"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn eight_invocations_at_once_get_one_execution_and_equal_verdicts() {
    for world in [
        World::new(succeeding(0, DROP)),
        World::new(Script::new().exits(ms(0), "Decide", Some(DROP))).output_state("Decide"),
    ] {
        let all: Vec<_> = (0..8)
            .map(|_| world.clone())
            .map(|world| tokio::spawn(async move { world.invoke().await }))
            .collect();
        for invocation in all {
            assert_eq!(invocation.await.unwrap().verdict(), DROP);
        }
        world.assert_one_execution();
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_overlaps_the_first_invocation_starts_nothing() {
    let world = World::new(succeeding(3_000, DROP)).wait(12_000);
    let overlapped = world.clone();
    let first = tokio::spawn(async move { overlapped.invoke().await });
    assert_eq!(world.invoke_after(ms(1_000)).await.error_type(), "NotReady");
    assert_eq!(first.await.unwrap().verdict(), DROP);
    assert_eq!(world.count("StartExecution"), 1);
}

#[tokio::test(start_paused = true)]
async fn of_two_different_verdicts_at_once_the_first_recorded_is_given_to_both() {
    // One invocation sees the first exit but records it late; the other sees the second one.
    let script = Script::new().exits(ms(0), "Decide", Some(DROP));
    let script = script.exits(ms(5_000), "Decide", Some(DELIVER));
    let world = World::new(script).output_state("Decide");
    world.flow.ledger.plan("record", Fault::Silence);
    let slow = world.clone();
    let slow = tokio::spawn(async move { slow.invoke().await });
    assert_eq!(world.invoke_after(ms(6_000)).await.verdict(), DELIVER);
    assert_eq!(slow.await.unwrap().error_type(), "OutOfTime");
    assert_eq!(world.invoke().await.verdict(), DELIVER);
}

fn fault() -> impl Strategy<Value = (&'static str, Fault)> {
    let operation =
        prop::sample::select(vec!["claim", "record", "start", "describe", "history_page"]);
    let fault = prop::sample::select(vec![Fault::Before, Fault::After, Fault::Silence]);
    (operation, fault)
}

fn script() -> impl Strategy<Value = Script> {
    let exit = (0..90_000_u64, prop::sample::select(vec![DROP, DELIVER, "null"]));
    (prop::collection::vec(exit, 0..4), 0..120_000_u64, 0..3_u8).prop_map(
        |(mut exits, end, how)| {
            exits.sort_unstable();
            let script = exits.into_iter().fold(Script::new(), |script, (after, output)| {
                script.exits(ms(after), "Decide", Some(output))
            });
            match how {
                0 => script.succeeds(ms(90_000 + end), BOUNCE),
                1 => script.ends(ms(90_000 + end), failed()),
                _ => script,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// For any faults and any overlap of invocations, there is at most one execution, and every
    /// verdict equals the first one.
    #[test]
    fn at_most_one_execution_and_one_verdict_forever(
        script in script(),
        faults in prop::collection::vec(fault(), 0..6),
        arrivals in prop::collection::vec(0..240_000_u64, 1..8),
        lag in 0..2_000_u64,
        output_state in any::<bool>(),
        policy in prop::sample::select(OnFailure::ALL.to_vec()),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async move {
            let world = World::new(script).policy(policy);
            let world = if output_state { world.output_state("Decide") } else { world };
            world.executions.set_lag(ms(lag));
            for (operation, fault) in faults {
                world.flow.ledger.plan(operation, fault);
                world.flow.executions.plan(operation, fault);
            }
            let invocations: Vec<_> = arrivals
                .into_iter()
                .map(|after| (world.clone(), ms(after)))
                .map(|(world, after)| tokio::spawn(async move { world.invoke_after(after).await }))
                .collect();
            let mut verdicts = Vec::new();
            for invocation in invocations {
                verdicts.extend(invocation.await.unwrap().answer.ok());
            }
            verdicts.extend(world.invoke_after(minutes(10)).await.answer.ok());
            verdicts.dedup();
            assert!(verdicts.len() <= 1, "{verdicts:?}");
            assert!(world.executions.started().len() <= 1);
        });
    }
}

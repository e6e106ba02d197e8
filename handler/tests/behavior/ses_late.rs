//! Messages from Amazon SES without a verdict in time: an error, or the fallback that `LATE` names.

use handler::memory::{Fault, Script};
use handler::on_failure::OnFailure;
use handler::ses::Disposition::{Continue, StopRuleSet};
use handler::ses::policy::Passing;

use crate::ses_world::SesWorld;
use crate::world::{DELIVER, DROP, failing, minutes, ms, succeeding};

fn late(world: SesWorld, passing: Passing) -> SesWorld {
    world.policy(|policy| policy.late = Some(passing))
}

#[tokio::test(start_paused = true)]
async fn without_the_setting_the_error_is_the_answer() {
    let world = SesWorld::new(succeeding(5_000, DROP));
    assert_eq!(world.invoke().await.answer, Err("NotReady"));
    assert_eq!(world.invoke_after(minutes(1)).await.answer, Ok(StopRuleSet));
    assert_eq!(world.executions.started().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_fallback_is_final_even_if_the_execution_decides_later() {
    for (passing, verdict, expected) in
        [(Passing::Deliver, DROP, Continue), (Passing::Stop, DELIVER, StopRuleSet)]
    {
        let world = late(SesWorld::new(succeeding(5_000, verdict)), passing);
        let gated = world.invoke().await;
        assert_eq!((gated.answer, gated.trace.fell_back), (Ok(expected), Some("NotReady")));
        let again = world.invoke_after(minutes(1)).await;
        assert_eq!((again.answer, again.trace.fell_back), (Ok(expected), None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_verdict_in_time_is_not_late() {
    let world = late(SesWorld::new(succeeding(500, DROP)), Passing::Deliver);
    let gated = world.invoke().await;
    assert_eq!((gated.answer, gated.trace.fell_back), (Ok(StopRuleSet), None));
}

#[tokio::test(start_paused = true)]
async fn whatever_fails_the_answer_is_the_fallback_in_time() {
    for (operation, fault) in [
        ("claim", Fault::Before),
        ("claim", Fault::After),
        ("claim", Fault::Silence),
        ("start", Fault::Before),
        ("start", Fault::Silence),
        ("describe", Fault::Silence),
    ] {
        let world = late(SesWorld::new(succeeding(10, DELIVER)), Passing::Stop);
        world.gate.flow.ledger.plan(operation, fault);
        world.gate.flow.executions.plan(operation, fault);
        let began = tokio::time::Instant::now();
        let gated = world.invoke().await;
        assert_eq!(gated.answer, Ok(StopRuleSet), "{operation} {fault:?}");
        assert!(gated.trace.fell_back.is_some(), "{operation} {fault:?}");
        assert!(began.elapsed() <= ms(13_500), "{operation} {fault:?}: {:?}", began.elapsed());
        // The record is in the ledger, although the claim may not be.
        assert_eq!(world.invoke_after(minutes(1)).await.answer, Ok(StopRuleSet));
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_ledger_the_fallback_is_answered_all_the_same() {
    for fault in [Fault::Before, Fault::Silence] {
        let world = late(SesWorld::new(succeeding(10, DELIVER)), Passing::Stop);
        world.gate.flow.ledger.plan("claim", Fault::Before);
        world.gate.flow.ledger.plan("record", fault);
        assert_eq!(world.invoke().await.answer, Ok(StopRuleSet), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_another_invocation_recorded_is_not_overwritten() {
    // The policy is recorded, and then the claim of the next invocation fails.
    let mut world = late(SesWorld::new(failing(10)), Passing::Deliver);
    world.gate.flow.on_failure = OnFailure::Drop;
    assert_eq!(world.invoke().await.answer, Ok(StopRuleSet));
    world.gate.flow.ledger.plan("claim", Fault::Before);
    let again = world.invoke_after(minutes(1)).await;
    assert_eq!((again.answer, again.trace.fell_back), (Ok(StopRuleSet), Some("LedgerUnavailable")));
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_fails_falls_back_unless_a_policy_answers() {
    let world = late(SesWorld::new(failing(10)), Passing::Deliver);
    let gated = world.invoke().await;
    assert_eq!((gated.answer, gated.trace.fell_back), (Ok(Continue), Some("ExecutionFailed")));
    let world = late(SesWorld::new(Script::new().succeeds(ms(10), "7")), Passing::Stop);
    let gated = world.invoke().await;
    assert_eq!((gated.answer, gated.trace.fell_back), (Ok(StopRuleSet), Some("InvalidVerdict")));
}

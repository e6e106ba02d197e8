//! Walks through a machine, from state to state.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::branch::Branch;
use super::coverage::Part;
use super::history::{Details, EventKind};
use super::run::Run;
use super::states;
use super::visit::{Exit, Visit};
use crate::definition::machine::{Kind, Machine, State};
use crate::fault::{Failure, Fault, FaultKind};
use crate::limits;

/// A boxed future, because machines are nested and their futures would contain each other.
pub(crate) type Walk<'a> = Pin<Box<dyn Future<Output = Result<Arc<Value>, Failure>> + Send + 'a>>;

/// Walks through a machine to its end and returns its output.
pub(crate) fn walk<'a>(
    run: &'a Run,
    machine: &'a Machine,
    mut branch: Branch,
    input: Arc<Value>,
) -> Walk<'a> {
    Box::pin(async move {
        let mut data = input;
        let mut name = &machine.start_at;
        loop {
            let Some(state) = machine.states.get(name) else {
                let message = format!("There is no state '{name}'.");
                return Err(Fault::runtime(message).into_failure(name, branch.chain.previous()));
            };
            run.cover(&state.name, Part::State);
            let exit = step(run, state, &branch, data).await?;
            run.cover(&state.name, exit.part);
            let output = Arc::new(exit.output);
            leave(run, state, &branch, &output, exit.assigned.as_ref());
            if let Some(assigned) = exit.assigned {
                Arc::make_mut(&mut branch.variables).assign(assigned);
            }
            data = output;
            let Some(next) = exit.next else { return Ok(data) };
            let Some((known, _)) = machine.states.get_key_value(&next) else {
                let message = format!("There is no state '{next}'.");
                return Err(Fault::runtime(message).into_failure(&next, branch.chain.previous()));
            };
            name = known;
        }
    })
}

/// Enters a state and runs it until it exits.
async fn step(
    run: &Run,
    state: &State,
    branch: &Branch,
    input: Arc<Value>,
) -> Result<Exit, Failure> {
    let details = Details { input: Some(Arc::clone(&input)), ..Details::named(&state.name) };
    let entered = branch.chain.record(run, state.kind.entered(), details);
    let mut visit = Visit::new(run, state, branch, input, entered);
    run.count_state().map_err(|fault| visit.fail(fault))?;
    branch.chain.set_abort(state.kind.aborted());
    if branch.nested {
        // Concurrent branches take turns, one state at a time, so that their events interleave.
        run.clock.yield_now().await;
    }
    let exit = match &state.kind {
        Kind::Pass { result, parameters } => {
            states::pass::pass(&visit, result.as_ref(), parameters.as_ref())
        }
        Kind::Choice(choice) => states::choice::choice(&visit, choice),
        Kind::Succeed => states::succeed(&visit),
        Kind::Wait(until) => match states::wait::until(&visit, until) {
            Ok(time) => {
                run.clock.sleep_until(time).await;
                visit.exit_unchanged()
            }
            Err(fault) => Err(fault),
        },
        Kind::Fail(fail) => {
            let failure = states::fail(&visit, fail.error.as_ref(), fail.cause.as_ref());
            return Err(failure.unwrap_or_else(|fault| visit.fail(fault)));
        }
        Kind::Task(_) | Kind::Parallel { .. } | Kind::Map(_) => {
            let exit = states::retry::run_with_retries(&mut visit).await?;
            branch.chain.set_abort(None);
            return visit.checked(exit).map_err(|fault| visit.fail(fault));
        }
    };
    branch.chain.set_abort(None);
    exit.and_then(|exit| visit.checked(exit)).map_err(|fault| visit.fail(fault))
}

fn leave(
    run: &Run,
    state: &State,
    branch: &Branch,
    output: &Arc<Value>,
    assigned: Option<&Map<String, Value>>,
) {
    let details = Details {
        output: Some(Arc::clone(output)),
        assigned_variables: assigned.filter(|assigned| !assigned.is_empty()).cloned(),
        ..Details::named(&state.name)
    };
    branch.chain.record(run, state.kind.exited(), details);
}

impl Visit<'_> {
    /// Fails if an exit has too much data.
    fn checked(&self, exit: Exit) -> Result<Exit, Fault> {
        limits::check(&exit.output, "output", &self.state.name)?;
        for (name, value) in exit.assigned.iter().flatten() {
            limits::check(value, &format!("variable '{name}'"), &self.state.name)?;
        }
        Ok(exit)
    }

    /// Turns a fault into a failure. The fault of an expression is also recorded as an event.
    pub(crate) fn fail(&self, fault: Fault) -> Failure {
        let location = match &fault.kind {
            FaultKind::Query(location) => Some(location.clone()),
            _ => None,
        };
        let failure = fault.into_failure(&self.state.name, self.entered);
        if let Some(location) = location {
            let details = Details {
                location: (!location.is_empty()).then_some(location),
                error: failure.error.clone(),
                cause: failure.cause.clone(),
                ..Details::named(&self.state.name)
            };
            self.branch.chain.record(self.run, EventKind::EvaluationFailed, details);
        }
        failure
    }
}

impl Kind {
    fn entered(&self) -> EventKind {
        match self {
            Self::Pass { .. } => EventKind::PassStateEntered,
            Self::Choice(_) => EventKind::ChoiceStateEntered,
            Self::Wait(_) => EventKind::WaitStateEntered,
            Self::Succeed => EventKind::SucceedStateEntered,
            Self::Fail(_) => EventKind::FailStateEntered,
            Self::Task(_) => EventKind::TaskStateEntered,
            Self::Parallel { .. } => EventKind::ParallelStateEntered,
            Self::Map(_) => EventKind::MapStateEntered,
        }
    }

    /// A Fail state is never left, so it has no event for that.
    fn exited(&self) -> EventKind {
        match self {
            Self::Pass { .. } => EventKind::PassStateExited,
            Self::Choice(_) => EventKind::ChoiceStateExited,
            Self::Wait(_) => EventKind::WaitStateExited,
            Self::Succeed | Self::Fail(_) => EventKind::SucceedStateExited,
            Self::Task(_) => EventKind::TaskStateExited,
            Self::Parallel { .. } => EventKind::ParallelStateExited,
            Self::Map(_) => EventKind::MapStateExited,
        }
    }

    fn aborted(&self) -> Option<EventKind> {
        match self {
            Self::Wait(_) => Some(EventKind::WaitStateAborted),
            Self::Task(_) => Some(EventKind::TaskStateAborted),
            Self::Parallel { .. } => Some(EventKind::ParallelStateAborted),
            Self::Map(_) => Some(EventKind::MapStateAborted),
            Self::Pass { .. } | Self::Choice(_) | Self::Succeed | Self::Fail(_) => None,
        }
    }
}

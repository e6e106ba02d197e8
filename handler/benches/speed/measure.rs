//! Measures one row: cold starts and warm invocations of the handler, alternating with the floor.

use std::path::Path as FilePath;
use std::process::Command;

use crate::answers::{MACHINE, VERDICT};
use crate::aws::{Aws, Traffic};
use crate::lambda::{Answered, Lambda};
use crate::path::{Path, Transport};
use crate::process::Process;
use crate::programs::Programs;
use crate::samples::Samples;
use crate::tls::Authority;

/// The number of processes per row and program.
const COLD_STARTS: usize = 21;

/// The number of invocations of a process before the measurement, to fill caches.
const WARM_UP: usize = 20;

/// The number of measured invocations of a process.
const WARM: usize = 300;

/// The measurements of the handler on one path, and of the floor.
pub(crate) struct Row {
    pub(crate) path: Path,
    pub(crate) transport: Transport,
    pub(crate) handler: Measured,
    pub(crate) floor: Measured,
    /// The traffic to AWS of all measured warm invocations.
    pub(crate) traffic: Traffic,
}

/// The measurements of one program.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) cold: Samples,
    pub(crate) first: Samples,
    pub(crate) cold_and_first: Samples,
    pub(crate) warm: Samples,
    pub(crate) cpu_of_init: Samples,
    pub(crate) cpu_of_first: Samples,
    pub(crate) cpu_of_warm: Samples,
    /// In KiB.
    pub(crate) peak_memory: u64,
}

impl Row {
    pub(crate) fn per_invocation(count: usize) -> f64 {
        count as f64 / WARM as f64
    }
}

/// Measures one path.
pub(crate) fn row(
    programs: &Programs,
    authority: &Authority,
    path: Path,
    transport: Transport,
) -> Row {
    let aws = Aws::listen(path, transport, authority);
    let (ours, theirs) = (Lambda::listen(), Lambda::listen());
    let mut bootstrap = lambda_command(&programs.bootstrap, &ours);
    bootstrap.envs(aws.endpoints.clone()).envs(path.settings());
    bootstrap.envs([("STATE_MACHINE_ARN", MACHINE), ("EXECUTION_TABLE", "Executions")]);
    if transport == Transport::Tls {
        bootstrap.env("AWS_CA_BUNDLE", &authority.bundle);
    }
    let mut floor = lambda_command(&programs.floor, &theirs);
    let check = |answered: &Answered| check(path, answered);

    let (mut ours_measured, mut theirs_measured) = Default::default();
    for _ in 0..COLD_STARTS {
        cold_start(&mut floor, &theirs, &mut theirs_measured, |_| ());
        cold_start(&mut bootstrap, &ours, &mut ours_measured, check);
    }
    let mut floor = Process::start(&mut floor, &theirs);
    let mut handler = Process::start(&mut bootstrap, &ours);
    for id in 0..WARM_UP {
        floor.invoke(event(id));
        handler.invoke(event(id));
    }
    let before = aws.traffic();
    for id in WARM_UP..WARM_UP + WARM {
        warm(&mut floor, id, &mut theirs_measured, |_| ());
        warm(&mut handler, id, &mut ours_measured, check);
    }
    let after = aws.traffic();
    theirs_measured.peak_memory = floor.peak_memory();
    ours_measured.peak_memory = handler.peak_memory();
    let traffic = Traffic {
        calls: after.calls - before.calls,
        connections: after.connections - before.connections,
    };
    Row { path, transport, handler: ours_measured, floor: theirs_measured, traffic }
}

/// A program in the environment that Lambda provides.
fn lambda_command(program: &FilePath, lambda: &Lambda) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", lambda.address.to_string().as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", "flow"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
    ]);
    command
}

fn cold_start(
    program: &mut Command,
    lambda: &Lambda,
    measured: &mut Measured,
    check: impl Fn(&Answered),
) {
    let mut process = Process::start(program, lambda);
    measured.cold.push(process.cold);
    measured.cpu_of_init.push(process.cpu());
    let (answered, cpu) = process.invoke(event(0));
    check(&answered);
    measured.first.push(answered.took);
    measured.cpu_of_first.push(cpu);
    measured.cold_and_first.push(process.cold + answered.took);
}

fn warm(process: &mut Process, id: usize, measured: &mut Measured, check: impl Fn(&Answered)) {
    let (answered, cpu) = process.invoke(event(id));
    check(&answered);
    measured.warm.push(answered.took);
    measured.cpu_of_warm.push(cpu);
}

/// Panics if the answer is wrong.
fn check(path: Path, answered: &Answered) {
    let Answered { is_error, body, .. } = answered;
    if path.is_running() {
        assert!(*is_error && body.contains("\"NotReady\""), "{path:?}: {body}");
    } else {
        let verdict = VERDICT.replace(
            "MOVE_TO_JUNK",
            match path {
                Path::FailedWithPolicy => "DROP",
                _ => "MOVE_TO_JUNK",
            },
        );
        assert!(!is_error && *body == verdict, "{path:?}: {body}");
    }
}

/// The event of one message, as WorkMail sends it.
fn event(id: usize) -> String {
    format!(
        r#"{{"summaryVersion":"2018-10-10","envelope":{{"mailFrom":{{"address":"from@example.com"}},"recipients":[{{"address":"recipient1@example.com"}},{{"address":"recipient2@example.com"}}]}},"sender":{{"address":"sender@example.com"}},"subject":"Hello From Amazon WorkMail!","messageId":"00000000-0000-0000-0000-{id:012}","invocationId":"{id:040x}","flowDirection":"INBOUND","truncated":false}}"#
    )
}

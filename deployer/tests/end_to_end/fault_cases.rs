//! The faults that `faults.rs` causes: which call meets which fault, and how the command ends.

use serde_json::{Value, json};

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// AWS throttles.
    Throttled,
    /// AWS denies permission.
    Denied,
    /// The credentials have expired.
    Expired,
    /// The connection breaks before an answer.
    Reset,
    /// No answer arrives for longer than the deployer waits.
    Hang,
    /// The connection breaks while the request is sent.
    CutUpload,
    /// The call is executed, and its answer is cut off after the first byte.
    LostAnswer,
}

/// How often a fault occurs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Times {
    /// This many times.
    Exactly(usize),
    /// Every time.
    Always,
}

/// The state before the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Nothing,
    AStack,
}

/// One fault of one command.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) before: Before,
    /// The command line, without the options that every command of the test needs.
    pub(crate) command: &'static str,
    /// The service by microburst's name; a rule for any other name never fires.
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) fault: Fault,
    pub(crate) times: Times,
    /// A condition on the request, as a JMESPath expression.
    pub(crate) body: Option<&'static str>,
    pub(crate) ends: i32,
    pub(crate) tells: &'static [&'static str],
    /// A status that the stack may have afterwards besides the stable ones.
    pub(crate) leaves: &'static str,
    /// The next command: `up`, then `down`, or `down` alone.
    pub(crate) next: &'static str,
}

impl Fault {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Reset => "reset",
            Self::Hang => "hang",
            Self::CutUpload => "cut upload",
            Self::LostAnswer => "lost answer",
        }
    }

    /// The rule's effect. Each service has its own error codes. Sources: the common errors of the
    /// services' API references, S3's list of error codes.
    pub(crate) fn effect(self, service: &str) -> Value {
        let error =
            |code: &str, status: u16| json!({ "error": { "code": code, "status": status } });
        match (self, service) {
            (Self::Throttled, "s3") => error("SlowDown", 503),
            (Self::Throttled, "lambda") => error("TooManyRequestsException", 429),
            (Self::Throttled, "stepfunctions") => error("ThrottlingException", 400),
            (Self::Throttled, _) => error("Throttling", 400),
            (Self::Denied, "lambda") => error("AccessDeniedException", 403),
            (Self::Denied, "stepfunctions") => error("AccessDeniedException", 400),
            (Self::Denied, _) => error("AccessDenied", 403),
            (Self::Expired, "lambda" | "stepfunctions") => error("ExpiredTokenException", 400),
            (Self::Expired, "s3") => error("ExpiredToken", 400),
            (Self::Expired, _) => error("ExpiredToken", 403),
            (Self::Reset, _) => json!({ "reset": true }),
            // The deployer waits for half a minute.
            (Self::Hang, _) => json!({ "timeout_ms": 40_000 }),
            (Self::CutUpload, _) => {
                json!({ "request": { "cut_upload": { "after_bytes": 65_536 } } })
            }
            (Self::LostAnswer, _) => json!({ "response": { "abort_bytes": 1 } }),
        }
    }
}

impl Case {
    pub(crate) fn name(&self) -> String {
        let Self { fault, operation, command, times, .. } = self;
        format!("{} at {operation} of {command}, {times:?}", fault.kind())
    }

    pub(crate) fn command_name(&self) -> &'static str {
        self.command.split_whitespace().next().unwrap_or_default()
    }

    const fn of(
        command: &'static str,
        service: &'static str,
        operation: &'static str,
        fault: Fault,
        times: Times,
    ) -> Self {
        let (body, ends, tells, leaves): (_, _, &[&str], _) = (None, 0, &[], "");
        let (before, next) = (Before::Nothing, "up");
        Self { before, command, service, operation, fault, times, body, ends, tells, leaves, next }
    }

    const fn after_up(self) -> Self {
        Self { before: Before::AStack, ..self }
    }

    const fn then_down(self) -> Self {
        Self { next: "down", ..self }
    }

    const fn ends(self, ends: i32, tells: &'static [&'static str]) -> Self {
        Self { ends, tells, ..self }
    }

    const fn tells(self, tells: &'static [&'static str]) -> Self {
        Self { tells, ..self }
    }

    const fn leaves(self, leaves: &'static str) -> Self {
        Self { leaves, ..self }
    }

    /// Only if the stack is described by its ARN, as it is once the deployer follows it.
    const fn once_followed(self) -> Self {
        Self { body: Some("contains(StackName, 'arn:')"), ..self }
    }
}

const ONCE: Times = Times::Exactly(1);
/// More often than one call is retried.
const FOR_A_WHILE: Times = Times::Exactly(7);

const CREATE: &str = "up --yes";
const UPDATE: &str = "up --yes --memory 256";
const DOWN: &str = "down --yes";
const CFN: &str = "cloudformation";

const EXPIRED: &[&str] = &["ExpiredToken", "request ID", "hint: the credentials have expired"];
const DENIED: &[&str] = &["AccessDenied", "request ID", "lacks this permission"];
const SLOW: &[&str] = &["Throttling", "request ID", "hint: AWS throttled the call"];
const LOST: &[&str] = &["hint: check the network"];
const REPEATED: &[&str] = &["polling failed, retrying"];

use Fault::{CutUpload, Denied, Expired, Hang, LostAnswer, Reset, Throttled};
use Times::Always;

pub(crate) static CASES: [Case; 60] = [
    // No answer. These cases take longest, so they come first.
    Case::of(CREATE, CFN, "ExecuteChangeSet", Hang, ONCE),
    Case::of(DOWN, CFN, "DescribeStacks", Hang, ONCE).after_up().once_followed(),
    Case::of("plan", CFN, "DescribeStacks", Hang, ONCE),
    Case::of("status", CFN, "DescribeStacks", Hang, ONCE).after_up(),
    Case::of("watch", CFN, "DescribeStacks", Hang, ONCE).after_up(),
    // Throttling: retried by the SDK, retried by the deployer while it polls, or reported.
    Case::of(CREATE, "sts", "GetCallerIdentity", Throttled, ONCE),
    Case::of(CREATE, CFN, "CreateChangeSet", Throttled, Times::Exactly(2)),
    Case::of(CREATE, "s3", "PutObject", Throttled, ONCE),
    Case::of(CREATE, CFN, "DescribeChangeSet", Throttled, FOR_A_WHILE).tells(REPEATED),
    Case::of(CREATE, CFN, "DescribeStackEvents", Throttled, FOR_A_WHILE).tells(REPEATED),
    Case::of(CREATE, "lambda", "GetFunctionConfiguration", Throttled, FOR_A_WHILE).tells(REPEATED),
    Case::of(CREATE, CFN, "CreateChangeSet", Throttled, Always).ends(1, SLOW),
    Case::of(CREATE, CFN, "ExecuteChangeSet", Throttled, Always).ends(1, SLOW),
    Case::of(UPDATE, CFN, "DescribeStacks", Throttled, FOR_A_WHILE)
        .after_up()
        .once_followed()
        .tells(REPEATED),
    Case::of(DOWN, CFN, "DeleteStack", Throttled, Always).after_up().ends(1, SLOW),
    Case::of(DOWN, "s3", "DeleteBucket", Throttled, Always)
        .after_up()
        .then_down()
        .ends(1, &["SlowDown"]),
    Case::of("plan", "stepfunctions", "DescribeStateMachine", Throttled, ONCE).after_up(),
    Case::of("status", CFN, "DescribeStacks", Throttled, ONCE).after_up(),
    Case::of("watch", CFN, "DescribeStacks", Throttled, Always).after_up().ends(1, SLOW),
    // A missing permission, at each of the services.
    Case::of(CREATE, "sts", "GetCallerIdentity", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, CFN, "DescribeStacks", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, CFN, "CreateChangeSet", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, CFN, "ExecuteChangeSet", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, CFN, "DescribeChangeSet", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, "s3", "HeadBucket", Denied, Always)
        .ends(1, &["no access to it", "s3:ListBucket"]),
    Case::of(CREATE, "s3", "CreateBucket", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, "s3", "PutBucketPolicy", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, "s3", "PutObject", Denied, Always).ends(4, DENIED),
    Case::of(CREATE, "lambda", "GetFunctionConfiguration", Denied, Always)
        .ends(4, &["the stack is up to date, but", "AccessDenied", "again: it does what is left"]),
    Case::of(UPDATE, "stepfunctions", "DescribeStateMachine", Denied, Always)
        .after_up()
        .ends(4, DENIED),
    Case::of(DOWN, CFN, "DeleteStack", Denied, Always).after_up().ends(4, DENIED),
    Case::of(DOWN, "s3", "HeadBucket", Denied, Always).after_up().ends(1, &["no access to it"]),
    Case::of(DOWN, "s3", "ListObjectVersions", Denied, Always)
        .after_up()
        .then_down()
        .ends(4, DENIED),
    Case::of("plan", CFN, "GetTemplate", Denied, Always).after_up().ends(4, DENIED),
    Case::of("status", CFN, "DescribeStackEvents", Denied, Always).after_up().ends(4, DENIED),
    Case::of("watch", CFN, "DescribeStacks", Denied, Always).after_up().ends(4, DENIED),
    // Credentials that have expired before or during the command.
    Case::of(CREATE, "sts", "GetCallerIdentity", Expired, Always).ends(4, EXPIRED),
    Case::of(CREATE, "s3", "PutObject", Expired, Always).ends(4, EXPIRED),
    Case::of(UPDATE, CFN, "DescribeStacks", Expired, Always).after_up().once_followed().ends(
        5,
        &["lost the connection", "ExpiredToken", "the credentials have expired", "deployer watch"],
    ),
    Case::of(DOWN, CFN, "DescribeStacks", Expired, Always)
        .after_up()
        .once_followed()
        .then_down()
        .ends(
            5,
            &[
                "lost the connection",
                "ExpiredToken",
                "the credentials have expired",
                "deployer watch",
            ],
        ),
    Case::of("plan", "sts", "GetCallerIdentity", Expired, Always).ends(4, EXPIRED),
    Case::of("status", CFN, "DescribeStacks", Expired, Always).after_up().ends(4, EXPIRED),
    Case::of("watch", CFN, "DescribeStacks", Expired, Always).after_up().ends(4, EXPIRED),
    // Connections that break.
    Case::of(CREATE, CFN, "CreateChangeSet", Reset, ONCE),
    Case::of(UPDATE, CFN, "ExecuteChangeSet", Reset, Always)
        .after_up()
        .ends(1, &["hint: check the network", "deployer watch"]),
    Case::of(DOWN, CFN, "DeleteStack", Reset, ONCE).after_up(),
    Case::of("plan", CFN, "DescribeStacks", Reset, Always).ends(1, LOST),
    Case::of("status", CFN, "DescribeStacks", Reset, ONCE).after_up(),
    Case::of("watch", CFN, "DescribeStacks", Reset, ONCE).after_up(),
    Case::of(CREATE, "s3", "PutObject", CutUpload, ONCE),
    Case::of(CREATE, "s3", "PutObject", CutUpload, Always).ends(1, LOST),
    // The call was executed, and its answer was lost.
    Case::of(CREATE, CFN, "ExecuteChangeSet", LostAnswer, ONCE),
    Case::of(UPDATE, CFN, "ExecuteChangeSet", LostAnswer, ONCE).after_up(),
    // By its token, AWS recognizes the repeated request; the emulator does not.
    Case::of(CREATE, CFN, "CreateChangeSet", LostAnswer, ONCE)
        .ends(1, &["AlreadyExistsException"])
        .leaves("REVIEW_IN_PROGRESS"),
    Case::of(DOWN, CFN, "DeleteStack", LostAnswer, ONCE).after_up(),
    Case::of(CREATE, "s3", "CreateBucket", LostAnswer, ONCE),
    Case::of(CREATE, "s3", "PutObject", LostAnswer, ONCE),
    Case::of("plan", CFN, "DescribeStacks", LostAnswer, ONCE),
    Case::of("status", CFN, "DescribeStacks", LostAnswer, ONCE).after_up(),
    Case::of("watch", CFN, "DescribeStacks", LostAnswer, ONCE).after_up(),
];

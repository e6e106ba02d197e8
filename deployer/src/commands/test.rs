//! `deployer test`.

use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;

use crate::config::{AnswerArgs, AnswerSettings, FlowLocation, FlowSource, Origin, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::files::atomic_write;
use crate::files::watcher::{FileWatcher, place_of};
use crate::finding::Finding;
use crate::flow::{TestFile, built_in, stray_tests, tests_at, tests_of};
use crate::graph::Graph;
use crate::host::interrupt;
use crate::next_command::NextCommand;
use crate::options::functions::FunctionsArgs;
use crate::options::page::PageArgs;
use crate::report;
use crate::report::answers::Changed;
use crate::session::Session;
use crate::testing::{
    self, Coverage, FlowUnderTest, FunctionsUnderTest, Suite, Test, TestResult, TestRun,
    TestSummary, compare_online,
};

/// Run the tests of a flow on this machine, without AWS.
///
/// Tests are in the flow's folder, in `tests/*.yaml`: an event, the answers of tasks, the failures,
/// and the expected result: the verdict for each recipient, the states that are entered, the time
/// to the verdict, and the inputs of tasks (docs/guides/test-a-flow.md). Each test runs as
/// `deployer local` runs a message, and no time passes.
///
/// Functions of the flow run on this machine, unless a test sets the answers of their states.
///
/// With --coverage, shows which states, and which transitions from them, no test covers.
///
/// Exits with 0 if all tests pass, with 1 if one fails, with 2 if a file is invalid (then no test
/// was run), and with 3 if there is no test, or less coverage than --min-coverage.
///
/// With --online, Step Functions also runs every state that the tests enter, one by one
/// (`TestState`), with the answers of the tests instead of real services. A test fails if its
/// result in Step Functions differs. States that Step Functions cannot run alone are listed.
///
/// With --watch, only Ctrl-C ends the command, with 0; a failed test or an incomplete file does
/// not. With --output json, the objects of each run follow those of the previous run, with a
/// `changed` between them.
#[derive(Debug, Clone, clap::Args)]
pub struct TestArgs {
    /// Message flow: a built-in one (`deployer flows` lists them) or a folder [default: the current
    /// folder, or a parent folder, if it has a flow.yaml]
    #[arg(long, value_name = "NAME|DIR", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "state_machine")]
    pub flow: Option<String>,
    /// Value of one of the flow's parameters, for tests that do not set it; may be repeated
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "state_machine")]
    pub parameter: Vec<String>,
    /// State machine to test instead of a flow: Amazon States Language, JSON or YAML
    #[arg(long, value_name = "FILE", requires = "tests")]
    pub state_machine: Option<PathBuf>,
    /// The settings that the stack would have, for tests that do not set others.
    #[command(flatten)]
    pub answer: AnswerArgs,
    /// File of tests, or folder of such files, instead of the flow's own; may be repeated
    #[arg(long, value_name = "FILE|DIR")]
    pub tests: Vec<PathBuf>,
    /// How the functions of the flow run.
    #[command(flatten)]
    pub functions: FunctionsArgs,
    /// Run only the tests with this text in `FILE: NAME`
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Show which parts of the state machine the tests cover
    #[arg(long)]
    pub coverage: bool,
    /// Exit with 3 if the coverage is lower, in percent, 0 to 100
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_coverage: Option<u8>,
    /// Also write the results to a file, as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Whether to write a page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Also run every state in Step Functions, and show what differs
    #[arg(long, conflicts_with = "watch")]
    pub online: bool,
    /// Run the tests again whenever a file of the flow, its tests, or the settings is saved; Ctrl-C
    /// ends it
    #[arg(long)]
    pub watch: bool,
}

/// Fails when an input is invalid, there is no test, or the file of results cannot be written.
pub(super) async fn run(args: &TestArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    if !args.watch {
        return once(args, session, &mut Vec::new()).await;
    }
    let interruption = session.host.terminal.asking();
    let work = watch(args, session);
    interrupt::unless_pressed(&interruption, work).await.unwrap_or(Ok(Exit::Done))
}

/// Runs them again whenever a file is saved. Ends only if the settings file changes: then
/// everything has to be read again.
async fn watch(args: &TestArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let settings = session.settings_file();
    let mut files = FileWatcher::new(Vec::new());
    files.add(watched(args, session));
    files.add(vec![settings.clone()]);
    loop {
        let mut events = Vec::new();
        if let Err(error) = once(args, session, &mut events).await {
            let now = session.now();
            let terminal = &mut session.host.terminal;
            report::tell_error(&error, terminal, session.global.output, now);
        }
        if session.host.terminal.unwritten().is_some() {
            return Ok(Exit::Failed);
        }
        files.add(events);
        session.remark(&report::waits_for_changes(files.count()));
        let changed = files.changed().await;
        session.answer(&Changed::new(&changed, session.now()));
        if changed.iter().any(|path| place_of(path) == place_of(&settings)) {
            session.again = Some(files);
            return Ok(Exit::Done);
        }
    }
}

/// The files and folders that decide what happens, except the files with events.
fn watched(args: &TestArgs, session: &Session<'_>) -> Vec<PathBuf> {
    let flow = match source(args, session).map(|source| source.location) {
        Ok(FlowLocation::Named(name)) if built_in(&name).is_none() => Some(PathBuf::from(name)),
        _ => None,
    };
    flow.into_iter().chain(args.state_machine.clone()).chain(args.tests.iter().cloned()).collect()
}

/// Runs them; adds the files with their events to `events`.
async fn once(
    args: &TestArgs,
    session: &mut Session<'_>,
    events: &mut Vec<PathBuf>,
) -> Result<Exit, CommandError> {
    let source = source(args, session)?;
    let settings = AnswerSettings::parse(&args.answer).map_err(bad_values)?;
    remark_settings(args, session);
    if let (FlowLocation::Named(name), true) = (&source.location, args.tests.is_empty()) {
        session.warn(&stray_tests(name));
    }
    let suite = suite(args, &source, settings, &session.next)?;
    events.extend(suite.tests.iter().filter_map(Test::event_file));
    let (runner, mut lines) = args.functions.runner(session)?;
    let functions = FunctionsUnderTest::of_tests(&suite.tests, &runner);
    let functions = session.with_lines(&mut lines, functions).await?;
    session.warn_of_versions(&functions.other_versions());
    let graph = suite.graph();
    let running = testing::run(suite.tests, args.online, functions);
    let mut run = session.with_lines(&mut lines, running).await?;
    let online = match args.online {
        true => {
            let cloud = session.connect().await?;
            Some(compare_online(&mut run, &*cloud.machines).await?)
        }
        false => None,
    };
    let summary = TestSummary::of(&run, source.to_string(), online);
    print_results(args, session, &run);
    if let Some(path) = &args.junit {
        write_junit(path, &summary.flow, &run)?;
    }
    let with_coverage = args.coverage || args.min_coverage.is_some();
    let coverage = (with_coverage || args.page.html.is_some())
        .then(|| Coverage::of(&suite.parts, &run.results));
    if let Some(coverage) = &coverage {
        write_page(args, &summary, &run, coverage, graph.as_ref())?;
        if with_coverage {
            session.answer(coverage);
        }
    }
    session.answer(&summary);
    if summary.failed > 0 {
        return Ok(Exit::Failed);
    }
    match (coverage, args.min_coverage) {
        (Some(coverage), Some(least)) if coverage.percent < f64::from(least) => {
            session.log(&report::too_little_coverage(coverage.percent, least));
            Ok(Exit::Work)
        }
        _ => Ok(Exit::Done),
    }
}

/// Writes the page, if an option asks for it.
fn write_page(
    args: &TestArgs,
    summary: &TestSummary,
    run: &TestRun,
    coverage: &Coverage,
    graph: Option<&Graph>,
) -> Result<(), CommandError> {
    let results = &run.results[..];
    args.page.write(|| report::TestedFlow { summary, results, coverage, graph }.html())
}

/// Reports the settings that were not typed and that affect the results.
fn remark_settings(args: &TestArgs, session: &mut Session<'_>) {
    let AnswerArgs { rule, wait_time, output_state, on_failure } = &args.answer;
    let settings = [
        ("rule", rule),
        ("wait-time", wait_time),
        ("output-state", output_state),
        ("on-failure", on_failure),
    ];
    for (key, value) in settings {
        let origin = session.layers.origins.of(key);
        if let (Some(value), false) = (value, matches!(origin, Origin::Option(_))) {
            session.remark(&report::setting_of_tests(key, value, &origin.to_string()));
        }
    }
}

/// The flow: the one that an option names, or else the one of this folder.
fn source(args: &TestArgs, session: &Session<'_>) -> Result<FlowSource, CommandError> {
    let source = FlowSource::of(&args.state_machine, &args.flow, &args.parameter);
    let FlowLocation::Default = source.location else { return Ok(source) };
    let sentence = "no flow is named, and neither this folder nor a parent folder has a flow.yaml";
    let sentence = sentence.to_owned();
    Err(CommandError::usage(Sentence(sentence)).hint(format!(
        "name one with --flow NAME|DIR, or change to its folder; {} lists the built-in flows",
        session.next.code(&["flows"])
    )))
}

/// The selected tests.
fn suite(
    args: &TestArgs,
    source: &FlowSource,
    settings: AnswerSettings,
    next: &NextCommand,
) -> Result<Suite, CommandError> {
    let files = files(args, source)?;
    let mut flow = FlowUnderTest::new(source.clone(), settings);
    let mut suite = Suite::read(&files, &mut flow).map_err(faulty)?;
    if suite.tests.is_empty() {
        let sentence = format!("{source} has no tests");
        return Err(CommandError::new(Exit::Work, Sentence(sentence)).hint(
            "write some in the folder `tests` of the flow (docs/guides/test-a-flow.md), or name \
             files with --tests",
        ));
    }
    if let Some(text) = &args.filter {
        suite.tests.retain(|test| test.title().contains(text));
        if suite.tests.is_empty() {
            let sentence =
                format!("no test has `{}` in its file name or its name", text.escape_debug());
            return Err(CommandError::new(Exit::Work, Sentence(sentence))
                .hint(format!("without --filter, `{}` lists the tests", again(args, None, next))));
        }
    }
    Ok(suite)
}

fn files(args: &TestArgs, source: &FlowSource) -> Result<Vec<TestFile>, CommandError> {
    let read = match &source.location {
        FlowLocation::Named(name) if args.tests.is_empty() => tests_of(name),
        _ => args
            .tests
            .iter()
            .map(|path| tests_at(path))
            .collect::<Result<Vec<_>, _>>()
            .map(|files| files.concat()),
    };
    Ok(read?)
}

fn faulty(findings: Vec<Finding>) -> CommandError {
    let sentence = "the tests are invalid; no test was run".to_owned();
    CommandError::usage(Sentence(sentence)).findings(findings)
}

fn print_results(args: &TestArgs, session: &mut Session<'_>, run: &TestRun) {
    run.results.iter().for_each(|result| session.answer(result));
    if !session.is_text() {
        return;
    }
    for result in run.results.iter().filter(|result| !result.passed) {
        let rerun = again(args, Some(result), &session.next);
        session.print(&format!("\n{}", report::test_failure(result, &rerun)));
    }
}

/// The command line that runs this test again, and tests with a similar name; all tests without one.
fn again(args: &TestArgs, result: Option<&TestResult>, next: &NextCommand) -> String {
    let mut words = vec!["test".to_owned()];
    let mut option = |name: &str, value: String| words.push(format!("--{name}={value}"));
    args.flow.iter().for_each(|flow| option("flow", flow.clone()));
    args.parameter.iter().for_each(|pair| option("parameter", pair.clone()));
    args.state_machine.iter().for_each(|path| option("state-machine", path.display().to_string()));
    args.answer.rule.iter().for_each(|rule| option("rule", rule.clone()));
    args.answer.wait_time.iter().for_each(|time| option("wait-time", time.clone()));
    args.answer.output_state.iter().for_each(|state| option("output-state", state.clone()));
    args.answer.on_failure.iter().for_each(|policy| option("on-failure", policy.clone()));
    args.tests.iter().for_each(|path| option("tests", path.display().to_string()));
    result.iter().for_each(|one| option("filter", format!("{}: {}", one.file, one.name)));
    if args.online {
        words.push("--online".to_owned());
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    next.line(&words)
}

fn write_junit(path: &Path, flow: &str, run: &TestRun) -> Result<(), CommandError> {
    atomic_write(path, report::junit(flow, &run.results).as_bytes()).map_err(|error| {
        CommandError::new(Exit::Failed, error.of("the results to "))
            .hint("the tests were run; name a writable file with --junit")
    })
}

//! What is wrong with a regular expression of JSONata is known when the definition is read, at its field.

use serde_json::{Value, json};

use crate::{run, single_state, start};
use asl::{Diagnostic, Doubt, Machine, MachineType, Progress, Undecided};

fn state(output: &Value) -> Value {
    single_state(json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": output }))
}

fn diagnostics(definition: &Value) -> Vec<Diagnostic> {
    Machine::read(definition, MachineType::Standard).unwrap_err().diagnostics
}

fn doubts(expression: &str) -> Vec<(String, Doubt)> {
    let definition = state(&json!({ "a": [expression] }));
    Machine::read(&definition, MachineType::Standard).unwrap().doubts().to_vec()
}

#[test]
fn what_the_reference_implementation_refuses_is_found_before_a_run() {
    // Each fails in JSONata 2.0.6 on Node.js 20 when the expression is parsed.
    for pattern in [
        "/(/",
        "/[b-a]/",
        "/a**/",
        "/(?i)re/",
        "/a++/",
        "/(?>a)/",
        "/(?<a>x)(?<a>y)/",
        "/x/g",
        "/x/ii",
        "/x/mim",
        "//",
        "/a",
        "/(?P<a>x)/",
        "/\\\\/b/",
    ] {
        for call in ["$contains($states.input.s, {})", "$p := {}", "a[$match(b, {})]", "{'a': {}}"]
        {
            let expression = format!("{{% {} %}}", call.replace("{}", pattern));
            let found = diagnostics(&state(&json!({ "a": [expression] })));
            assert_eq!(found.len(), 1, "{expression}: {found:?}");
            assert_eq!(found[0].pointer, "/States/S/Output/a/0", "{expression}");
            assert!(!found[0].is_unsupported(), "{expression}");
        }
    }
}

#[test]
fn what_is_too_large_for_this_program_is_not_refused_in_the_name_of_step_functions() {
    for pattern in ["(".repeat(200) + &")".repeat(200), "(?:ab)?".repeat(60_000)] {
        let expression = format!("{{% $contains('a', /{pattern}/) %}}");
        let found = diagnostics(&state(&Value::from(expression)));
        assert_eq!(found.len(), 1);
        assert!(found[0].is_unsupported(), "{}", found[0].code);
        assert_eq!(found[0].pointer, "/States/S/Output");
    }
    // What JavaScript refuses is said first.
    let expression = format!("{{% [/{}{}/, /(/] %}}", "(".repeat(200), ")".repeat(200));
    assert!(!diagnostics(&state(&Value::from(expression)))[0].is_unsupported());
}

#[test]
fn a_pattern_that_matches_nothing_is_doubted_with_a_text_on_which_the_run_fails() {
    for (call, pattern) in [
        ("$replace(s, /x*/, '-')", "x*"),
        ("$replace(s, /^\\s*/, function($m) { '' })", "^\\s*"),
        ("$split(s, /,?/)", ",?"),
        ("$match(s, /\\b/)", "\\b"),
        ("s ~> $replace(/(?=[A-Z])/, ' ', 1)", "(?=[A-Z])"),
        ("$split(s, /$/m)", "$"),
    ] {
        let found = doubts(&format!("{{% $states.input.({call}) %}}"));
        let [(pointer, Doubt::EmptyMatch { pattern: doubted, text, .. })] = &found[..] else {
            panic!("{call}: {found:?}");
        };
        assert_eq!((pointer.as_str(), doubted.as_str()), ("/States/S/Output/a/0", pattern));
        let definition = state(&Value::from(format!("{{% $states.input.({call}) %}}")));
        let ended = run(&definition, json!({ "s": text }));
        let (error, cause) = ended.error();
        assert_eq!(error, "States.QueryEvaluationError", "{call}");
        assert!(cause.contains("D1004"), "{call} on {text:?}: {cause}");
    }
    for call in [
        "$contains(s, /x*/)",
        "$replace(s, /\\s+$/, '')",
        "$replace(s, /\\s*$/, '')",
        "$split(s, /\\s*,\\s*/)",
        "$match(s, /^(?:re|fwd?):\\s*/i)",
        "($replace := function($a, $b) { $a }; $replace(s, /x*/))",
    ] {
        assert_eq!(doubts(&format!("{{% $states.input.({call}) %}}")), [], "{call}");
    }
}

#[test]
fn a_pattern_that_a_short_text_keeps_busy_is_doubted() {
    let found = doubts("{% $contains($states.input.s, /^(\\w+\\s?)*$/) %}");
    let [(_, Doubt::Slow { text, .. })] = &found[..] else { panic!("{found:?}") };
    let longer = json!({ "s": format!("{}{text}", "a".repeat(20)) });
    let definition = state(&Value::from("{% $contains($states.input.s, /^(\\w+\\s?)*$/) %}"));
    let ended = run(&definition, longer);
    assert!(ended.error().1.contains("D1012"), "{}", ended.error().1);
}

#[test]
fn what_java_reads_differently_is_doubted_and_undecided_when_it_runs() {
    let found = doubts("{% $contains($states.input.s, /[^]/) %}");
    assert_eq!(found.len(), 1);
    assert!(found[0].1.to_string().contains("`[^]`"), "{}", found[0].1);
    assert!(found[0].1.instead().contains("[\\s\\S]"));
    let text = "{% $contains($states.input.s, /[^]/) %}";
    let mut execution = start(&state(&Value::from(text)), json!({ "s": "a" }), Vec::new());
    assert!(matches!(execution.advance(jiff::Timestamp::MAX), Progress::Ended(_)));
    let inside = "$contains($states.input.s, /[^]/)".to_owned();
    assert_eq!(execution.undecided(), [(inside, Undecided::Pattern)]);
    assert_eq!(doubts("{% $contains($states.input.s, /^(?!re:)[\\w.+-]+@/i) %}"), []);
}

#[test]
fn doubts_are_known_beside_diagnostics() {
    let mut definition = state(&Value::from("{% $split('a', /x*/) %}"));
    definition["States"]["S"]["Bogus"] = Value::from(1);
    let invalid = Machine::read(&definition, MachineType::Standard).unwrap_err();
    assert_eq!((invalid.diagnostics.len(), invalid.doubts.len()), (1, 1));
}

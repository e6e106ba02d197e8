//! Tests of JSONata in states.

use serde_json::{Value, json};

use asl::{Machine, MachineType};

use crate::{Ended, run, run_with, single_state, succeeds};

fn output(expression: &str, input: Value) -> Ended {
    let text = format!("{{% {expression} %}}");
    run(&single_state(json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": text })), input)
}

#[test]
fn expressions_can_read_input_result_and_variables() {
    let definition = json!({
        "QueryLanguage": "JSONata",
        "StartAt": "A",
        "States": {
            "A": { "Type": "Pass", "Assign": { "n": "{% $states.input.n * 2 %}" }, "Next": "B" },
            "B": {
                "Type": "Task",
                "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f",
                "Arguments": { "n": "{% $n %}", "literal": " {% $n %} " },
                "Output": [
                    "{% $states.result.x & $states.context.State.Name %}",
                    "{% $states.input.n %}",
                    "{% $n %}",
                ],
                "Assign": { "n": "{% $n + 1 %}" },
                "Next": "C",
            },
            "C": { "Type": "Pass", "Output": { "from": "{% $states.input %}", "n": "{% $n %}" }, "End": true },
        },
    });
    let answers = vec![("B", vec![succeeds(json!({ "x": "r" }))])];
    let ended = run_with(&definition, json!({ "n": 3 }), answers);
    assert_eq!(*ended.output(), json!({ "from": ["rB", 3, 6], "n": 7 }));
    let sent = ended.events[4].details.input.as_deref().unwrap();
    assert_eq!(*sent, json!({ "n": 6, "literal": " {% $n %} " }));
}

#[test]
fn failed_expressions_are_reported_with_their_field() {
    let ended = output("$nothing", json!({}));
    let cause = "An error occurred while executing the state 'S' (entered at the event id #2). The JSONata \
                 expression '$nothing' specified for the field 'Output' returned nothing (undefined).";
    assert_eq!(ended.error(), ("States.QueryEvaluationError", cause));
    let failed = &ended.events[2].details;
    assert_eq!(failed.location.as_deref(), Some("Output"));
    assert_eq!(ended.event_names()[2], "EvaluationFailed S");
    let ended = output("1 + 'a'", json!({}));
    assert!(
        ended.error().1.contains("threw an error during evaluation. T2002"),
        "{:?}",
        ended.error()
    );
    assert_eq!(output("$sum", json!({})).error().0, "States.QueryEvaluationError");
}

#[test]
fn functions_of_step_functions_are_available() {
    for (expression, expected) in [
        ("$partition([1, 2, 3], 2)", json!([[1, 2], [3]])),
        ("$range(1, 5, 2)", json!([1, 3, 5])),
        ("$range(1, 5, 9)", json!(1)),
        ("$hash('abc', 'MD5')", json!("900150983cd24fb0d6963f7d28e17f72")),
        ("$parse('{\"a\":[1, 2]}').a", json!([1, 2])),
        ("$random(7) = $random(7)", json!(true)),
        ("$length($uuid())", json!(36)),
        ("$uuid() = $uuid()", json!(false)),
        ("$now()", json!("1970-01-01T00:00:00.000Z")),
        ("$millis()", json!(0)),
        ("$pad('x', 4, 'ab') & $pad('x', -3)", json!("xaba  x")),
        ("0.1 + 0.2 < 0.31", json!(true)),
        ("{'i': 3.0, 'f': 0.5, 'n': null}", json!({ "i": 3, "f": 0.5, "n": null })),
    ] {
        assert_eq!(*output(expression, json!({})).output(), expected, "{expression}");
    }
    for expression in ["$eval('1')", "$hash('a', 'CRC')", "$partition([1], 0)", "$parse('{')"] {
        assert_eq!(output(expression, json!({})).error().0, "States.QueryEvaluationError");
    }
}

#[test]
fn regular_expressions_are_those_of_javascript() {
    for (expression, expected) in [
        ("$contains('Order 7', /^(?!re:)/i)", json!(true)),
        ("$contains('RE: Order 7', /^(?!re:)/i)", json!(false)),
        ("'Müller' ~> $contains(/^\\w+$/)", json!(false)),
        ("$replace('Grüße', /\\W/, '')", json!("Gre")),
        ("$replace('a-b', /(\\w)-(\\w)/, '$2$$$1')", json!("b$a")),
        (
            "$replace('abc', /[ab]/, function($m) { $uppercase($m.match) & $m.start })",
            json!("A0B1c"),
        ),
        ("($by := function($m) { '<' & $m.match & '>' }; $replace('ab', /b/, $by))", json!("a<b>")),
        ("$split('a, b;c', /[,;] */)", json!(["a", "b", "c"])),
        ("$split('a,b,c', /,/, 2)", json!(["a", "b"])),
        ("$match('😀b', /b/)", json!({ "match": "b", "index": 2, "groups": [] })),
        ("$match('aXbX', /(.)X/).groups", json!(["a", "b"])),
        ("$count($match('abc', /./, 2))", json!(2)),
        ("($r := /,/; [$contains('a,b', $r), $split('a,b', $r)])", json!([true, "a", "b"])),
        ("$map(['a1', 'b'], $contains(?, /\\d/))", json!([true, false])),
        ("('a/b').$contains(/[/]/)", json!(true)),
        ("['a', 'b'].$contains(/b/)", json!([false, true])),
        ("/(b)(c)?/('abb').next().start", json!(2)),
        ("$filter(['y', 'x'], /y/)", json!("y")),
        ("$exists('x' ~> /y/)", json!(false)),
        ("$contains('a\\nb', /a$/m) and 6 / 2 / 3 = 1", json!(true)),
    ] {
        assert_eq!(*output(expression, json!({})).output(), expected, "{expression}");
    }
    for (expression, code) in [
        ("$replace('abc', /x*/, '-')", "D1004"),
        ("$match(7, /7/)", "T0410"),
        ("$split('a', /a/, -1)", "D3020"),
        ("$contains('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /^(a+)+$/)", "D1012"),
    ] {
        let cause = output(expression, json!({})).error().1.to_owned();
        assert!(cause.contains(code), "{cause}");
    }
}

#[test]
fn invalid_regular_expressions_are_found_when_a_definition_is_read() {
    for expression in ["/(/", "/a**/", "/[b-a]/", "/\\k<n>(?<m>a)/", "//", "/a/g", "/[/"] {
        let text = format!("{{% $contains($states.input.a, {expression}) %}}");
        let definition =
            single_state(json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": text }));
        let invalid = Machine::read(&definition, MachineType::Standard).unwrap_err();
        assert_eq!(invalid.diagnostics.len(), 1, "{expression}: {invalid}");
    }
}

#[test]
fn functions_are_those_of_version_2_0_6() {
    for (expression, expected) in [
        ("$toMillis('13:45', '[H]:[m]')", json!(49_500_000)),
        ("$fromMillis($toMillis('1:45 pm', '[h]:[m] [P]'))", json!("1970-01-01T13:45:00.000Z")),
        (
            "'2026-01-05 00:00:00.5' ~> $toMillis('[Y]-[M]-[D] [H]:[m]:[s].[f1]')",
            json!(1_767_571_200_005_i64),
        ),
        ("$map(['0:01'], $toMillis(?, '[H]:[m]'))", json!(60_000)),
        (
            "$string(123456789012345678) & 123456789012345678",
            json!("123456789012346000123456789012346000"),
        ),
        ("[1, 2] ~> $zip", json!([[1], [2]])),
        ("$filter(null, function($x) { true })", Value::Null),
        ("$clone({'a': [1]})", json!({ "a": [1] })),
        ("$base64decode($base64encode('ü'))", json!("ü")),
        ("$map(['5', '6'], $number)", json!([5, 6])),
        ("($number := function($x) { 'mine' }; $number('5.'))", json!("mine")),
        ("($split := function($x, $y) { 'mine' }; $split('a', /x/))", json!("mine")),
        ("[1..3]", json!([1, 2, 3])),
    ] {
        assert_eq!(*output(expression, json!({})).output(), expected, "{expression}");
    }
    for expression in [
        "$number(' 7.5 ')",
        "$map(['+5'], $number)",
        "$reduce([], function($a, $b) { $a })",
        "$parseInteger('XIV', '٠')",
        "$toMillis('2020', '[Y٠٠٠١]')",
        "$fromMillis(1e21, '[D] [H]')",
    ] {
        assert_eq!(output(expression, json!({})).error().0, "States.QueryEvaluationError");
    }
    for expression in ["1..3", "(1..3)", "{'a': 1..2}", "[1, 2, 3][0..1]"] {
        let text = format!("{{% {expression} %}}");
        let definition =
            single_state(json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": text }));
        assert!(Machine::read(&definition, MachineType::Standard).is_err(), "{expression}");
    }
}

#[test]
fn conditions_must_be_booleans() {
    let choice = |condition: &str| {
        let definition = json!({
            "QueryLanguage": "JSONata",
            "StartAt": "S",
            "States": {
                "S": {
                    "Type": "Choice",
                    "Choices": [{
                        "Condition": condition, "Next": "Yes", "Assign": { "v": 1 }, "Output": "yes",
                    }],
                    "Default": "No",
                    "Output": "no",
                },
                "Yes": { "Type": "Succeed", "Output": "{% $states.input & $v %}" },
                "No": { "Type": "Succeed" },
            },
        });
        run(&definition, json!({ "n": 1 }))
    };
    assert_eq!(*choice("{% $states.input.n = 1 %}").output(), "yes1");
    assert_eq!(*choice("{% $states.input.n = 2 %}").output(), "no");
    let ended = choice("{% $states.input.n %}");
    let (error, cause) = ended.error();
    assert_eq!(error, "States.QueryEvaluationError");
    assert!(cause.contains("specified for the field 'Choices[0]/Condition'"), "{cause}");
    assert!(cause.contains("Expected 'boolean', but was 'number' for value: 1"), "{cause}");
}

#[test]
fn size_checks_do_not_change_results() {
    for (expression, expected) in [
        ("$join($map([1, 2, 3], $string), ',')", json!("1,2,3")),
        ("[1, 2, 2] ~> $distinct", json!([1, 2])),
        ("'abc' ~> $replace('b', 'x')", json!("axc")),
        ("($r := $replace(?, 'b', 'x'); $r('abc'))", json!("axc")),
        ("$replace('abc', /[ab]/, function($m) { $uppercase($m.match) })", json!("ABc")),
        ("$map([1, 2], $formatInteger(?, 'w'))", json!(["one", "two"])),
        ("$states.input.l.($string() & '!')", json!(["3!", "1!"])),
        ("$count([$states.input.l, [1, 2], 7])", json!(4)),
        ("[[1, 2], $states.input.l]", json!([[1, 2], 3, 1])),
        ("{'a': $states.input.l[0][], 'b': $states.input.none}", json!({ "a": [3] })),
        ("($join := 5; $join)", json!(5)),
        ("($string := function($x) { 'mine' }; $string(1))", json!("mine")),
        ("($f := function($n) { $n < 1 ? 'end' : $f($n - 1) }; $f(1900))", json!("end")),
        ("$states.input ~> |$|{'l': $join(['a', 'b'])}|", json!({ "l": "ab" })),
        ("$exists($string($states.input.none))", json!(false)),
        ("$now('[Y0001]')", json!("1970")),
    ] {
        assert_eq!(*output(expression, json!({ "l": [3, 1] })).output(), expected, "{expression}");
    }
}

//! JSON text of any shape, including text that a JSON library would never write.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use crate::oracle::output::MARK;

/// Valid JSON that is difficult for parsers, and some invalid JSON.
pub(crate) const ODD: [&str; 22] = [
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ud83d\ude00""#,
    r#""\u0000""#,
    r#""\/\b\f""#,
    r#"{"type":"DROP","type":"DEFAULT"}"#,
    r#"{"\ud800":1}"#,
    "\"\u{0}\"",
    "\"\n\"",
    "1e999",
    "-1E+400",
    "1e-999",
    "-0",
    "1E+2",
    "01",
    "123456789012345678901234567890",
    "0.12345678901234567890",
    "9007199254740993.0",
    "NaN",
    "\u{feff}null",
    "",
    ",",
];

/// The text of any JSON, preferably with these names and words.
pub(crate) fn any_json(
    names: &'static [&'static str],
    words: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        2 => select(vec!["null", "true", "false", "{}", "[]"]).prop_map(str::to_owned),
        2 => number(),
        2 => content().prop_map(|text| quoted(&text)),
        3 => select(words).prop_map(quoted),
        1 => select(ODD.to_vec()).prop_map(str::to_owned),
        1 => nested(),
    ];
    let name = prop_oneof![
        8 => select(names).prop_map(quoted),
        1 => content().prop_map(|text| quoted(&text)),
        1 => Just(r#""\ud800""#.to_owned()),
    ];
    leaf.prop_recursive(6, 64, 5, move |inner| {
        let space = select(vec!["", "", " ", "\r\n\t"]);
        let member = (name.clone(), space.clone(), inner.clone())
            .prop_map(|(name, space, value)| format!("{name}{space}:{value}{space}"));
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            2 => (space, prop::collection::vec(member, 0..6))
                .prop_map(|(space, all)| format!("{space}{{{}}}{space}", all.join(","))),
        ]
    })
}

/// Text that people could have written. It always contains the mark.
pub(crate) fn content() -> impl Strategy<Value = String> {
    prop_oneof![".{0,24}", r#"[\x00-\x7f]{0,24}"#, "[a-z]{1,8}@[a-z]{1,8}\\.example"]
        .prop_map(|text| format!("{MARK}{text}{MARK}"))
}

/// Numbers of any size and precision.
pub(crate) fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?",
    ]
}

/// Nested lists or nested objects, near the depth limits of parsers.
fn nested() -> impl Strategy<Value = String> {
    let depth = Union::new([1..4_usize, 120..132, 5_000..5_001]);
    (depth, any::<bool>()).prop_map(|(depth, lists)| {
        let (open, close) = if lists { ("[", "]") } else { (r#"{"a":"#, "}") };
        format!("{}0{}", open.repeat(depth), close.repeat(depth))
    })
}

fn quoted(text: impl AsRef<str>) -> String {
    serde_json::to_string(text.as_ref()).unwrap()
}

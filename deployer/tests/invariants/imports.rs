//! Imports point downward: between files there are only small circles, and between folders none.
//!
//! A file imports another one if a `use` or a path names an item that is defined there; `pub use` is
//! followed to the definition. Tests inside the sources do not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources;

/// The most files in a circle: recursion, or one type whose operations are in several files.
const LARGEST_CIRCLE: usize = 5;

/// Folders and files that know nothing of the command line.
const BELOW_THE_COMMAND_LINE: [&str; 4] = ["config", "plan", "report", "operation"];

type Path = Vec<String>;

/// A source file as a module.
struct Module {
    file: String,
    /// Without comments, literals of strings, and tests.
    code: String,
    /// The names that it offers of other modules, and where they are.
    exports: BTreeMap<String, Path>,
}

/// All modules of the four crates, by their paths: the crate's name first.
struct Modules(BTreeMap<Path, Module>);

impl Modules {
    fn read() -> Self {
        let files = sources().into_iter().filter_map(|(file, text)| {
            let path = module_path(&file)?;
            Some((path, Module { code: code_of(&text), file, exports: BTreeMap::new() }))
        });
        let mut modules = Self(files.collect());
        let exports: Vec<(Path, String, Path)> = modules
            .0
            .iter()
            .flat_map(|(at, module)| {
                let exported = uses(&module.code).into_iter().filter(|(public, _)| *public);
                exported.filter_map(|(_, name)| {
                    let (path, alias) = name.split_once(" as ").unwrap_or((&name, ""));
                    let target = modules.absolute(at, &segments(path))?;
                    let known =
                        if alias.is_empty() { target.last()?.clone() } else { alias.to_owned() };
                    Some((at.clone(), known, target))
                })
            })
            .collect();
        for (at, name, target) in exports {
            modules.0.get_mut(&at).unwrap().exports.insert(name, target);
        }
        modules
    }

    /// The path from the crate on, of a path as it is written in a module; `None` for other crates.
    fn absolute(&self, at: &Path, written: &[String]) -> Option<Path> {
        let first = written.first()?.as_str();
        let mut base: Path = match first {
            "crate" => vec![at[0].clone()],
            "self" | "super" => at.clone(),
            name if ["asl", "cloud", "handler"].contains(&name) && at[0] != name => Vec::new(),
            name if self.0.contains_key(&child(at, name)) => at.clone(),
            _ => return None,
        };
        for segment in written {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(base.pop()),
                name => base.push(name.to_owned()),
            }
        }
        Some(base)
    }

    /// The file that defines what a path names.
    fn defined_in(&self, path: &Path) -> Option<&Module> {
        let mut path = path.clone();
        for _ in 0..8 {
            let depth =
                (1..=path.len()).rev().find(|&depth| self.0.contains_key(&path[..depth]))?;
            let module = &self.0[&path[..depth]];
            let Some(target) = path.get(depth).and_then(|name| module.exports.get(name)) else {
                return Some(module);
            };
            path = [target.as_slice(), &path[depth + 1..]].concat();
        }
        None
    }

    /// The files that a module imports.
    fn imports(&self, at: &Path, module: &Module) -> BTreeSet<String> {
        let mut paths = Vec::new();
        for (public, name) in uses(&module.code) {
            let name = name.split(" as ").next().unwrap_or_default();
            let Some(path) = self.absolute(at, &segments(name)) else { continue };
            let local = path.last().cloned().unwrap_or_default();
            // A re-export is not an import; of an imported module, what is used of it counts.
            match self.0.contains_key(&path) {
                true => paths.extend(members(&module.code, &local).map(|name| child(&path, &name))),
                false if !public => paths.push(path),
                false => {}
            }
        }
        let inline = inline_paths(&module.code);
        paths.extend(inline.iter().filter_map(|path| self.absolute(at, path)));
        let files = paths.iter().filter_map(|path| Some(self.defined_in(path)?.file.clone()));
        files.filter(|file| *file != module.file).collect()
    }

    fn graph(&self) -> BTreeMap<String, BTreeSet<String>> {
        let edges =
            self.0.iter().map(|(at, module)| (module.file.clone(), self.imports(at, module)));
        edges.collect()
    }
}

fn child(path: &[String], name: &str) -> Path {
    [path, &[name.to_owned()]].concat()
}

fn segments(path: &str) -> Path {
    path.split("::").map(|segment| segment.trim().to_owned()).collect()
}

/// `deployer/src/plan/mod.rs` is `[deployer, plan]`.
fn module_path(file: &str) -> Option<Path> {
    let (package, path) = file.split_once("/src/")?;
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if path.ends_with("tests") || path.contains("/tests/") || path == "main" {
        return None;
    }
    let inside = path.split('/').filter(|part| !["lib", "mod"].contains(part));
    Some(std::iter::once(package).chain(inside).map(str::to_owned).collect())
}

/// The code before the tests, without comments, attributes' texts and strings.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut code = String::new();
    for line in lines {
        for (nth, part) in line.split('"').enumerate() {
            code.push_str(if nth % 2 == 0 { part } else { " " });
        }
        code.push('\n');
    }
    code
}

/// What a source imports: whether it hands it on, and the path.
fn uses(code: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        if !(line.is_empty() || line.starts_with("pub")) {
            continue;
        }
        let tree = code[at + 4..].split(';').next().unwrap_or_default();
        let mut names = Vec::new();
        unfold(&tree.replace('\n', " "), "", &mut names);
        found.extend(names.into_iter().map(|name| (!line.is_empty(), name)));
    }
    found
}

/// The paths of a tree such as `a::{b, c::{self, d}}`.
fn unfold(tree: &str, prefix: &str, names: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((before, group)) = tree.split_once('{') else {
        let name = format!("{prefix}{tree}");
        names.push(name.trim_end_matches("::self").trim_end_matches("::*").to_owned());
        return;
    };
    let prefix = format!("{prefix}{}", before.trim());
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut start) = (0_i32, 0);
    for (at, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                unfold(&group[start..at], &prefix, names);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !group[start..].trim().is_empty() {
        unfold(&group[start..], &prefix, names);
    }
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// What a source uses of a module by its name: `summary` of `report::summary(…)`.
fn members<'a>(code: &'a str, module: &'a str) -> impl Iterator<Item = String> + 'a {
    let start = format!("{module}::");
    let found: Vec<usize> = code.match_indices(&start).map(|(at, _)| at).collect();
    found.into_iter().filter_map(move |at| {
        let before = code[..at].chars().next_back();
        let rest = &code[at + module.len() + 2..];
        let member: String = rest.chars().take_while(|&char| is_name(char)).collect();
        let is_path = before.is_none_or(|char| !is_name(char) && char != ':');
        (is_path && !member.is_empty()).then_some(member)
    })
}

/// Paths outside of `use` that begin with `crate` or `super`.
fn inline_paths(code: &str) -> Vec<Path> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = &code[..at];
            let line = before.rsplit('\n').next().unwrap_or_default();
            let path: String =
                code[at..].chars().take_while(|&char| is_name(char) || char == ':').collect();
            if !line.contains("use ") && !before.ends_with("::") && !path.ends_with(':') {
                found.push(segments(&path));
            }
        }
    }
    found
}

/// The circles of a graph: sets of nodes that reach each other.
fn circles(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reach = |start: &String| {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![start]);
        while let Some(node) = waiting.pop() {
            for next in graph.get(node).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    waiting.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        graph.keys().map(|node| (node, reach(node))).collect();
    let mut circles = BTreeSet::new();
    for (node, seen) in &reached {
        let back =
            seen.iter().filter(|other| reached.get(other).is_some_and(|seen| seen.contains(*node)));
        let circle: BTreeSet<String> = back.cloned().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// The folder of a crate that a file is in: `deployer/src/plan`, or `cloud/src` for a file right below it.
fn folder(file: &str) -> &str {
    let ends: Vec<usize> = file.match_indices('/').map(|(at, _)| at).collect();
    let end = ends.get(2).or(ends.get(1)).copied().unwrap_or(file.len());
    &file[..end]
}

/// The same for the order of folders. Files right below a source folder are at the top or at the
/// bottom; those of the deployer count as folders, those of the other crates do not count.
fn room(file: &str) -> Option<&str> {
    match folder(file) {
        "deployer/src" => Some(file),
        "asl/src" | "cloud/src" | "handler/src" => None,
        folder => Some(folder),
    }
}

#[test]
fn the_imports_of_this_test_are_seen() {
    let graph = Modules::read().graph();
    let edges: usize = graph.values().map(BTreeSet::len).sum();
    assert!(graph.len() > 400 && edges > 1500, "{} files, {edges} imports", graph.len());
    let up = &graph["deployer/src/commands/status.rs"];
    // One that a module hands on, one by the name of its module, and one of another crate.
    for file in ["deployer/src/session/mod.rs", "deployer/src/health/mod.rs"] {
        assert!(up.contains(file), "{up:?}");
    }
    let circle = BTreeMap::from([
        ("a".to_owned(), BTreeSet::from(["b".to_owned()])),
        ("b".to_owned(), BTreeSet::from(["a".to_owned(), "c".to_owned()])),
    ]);
    assert_eq!(circles(&circle), [BTreeSet::from(["a".to_owned(), "b".to_owned()])]);
}

#[test]
fn circles_between_files_are_small_and_stay_in_their_folder() {
    let faults: Vec<_> = circles(&Modules::read().graph())
        .into_iter()
        .filter(|circle| {
            let folders: BTreeSet<&str> = circle.iter().map(|file| folder(file)).collect();
            circle.len() > LARGEST_CIRCLE || folders.len() > 1
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn folders_import_each_other_in_one_direction_only() {
    let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, imports) in Modules::read().graph() {
        let Some(from) = room(&file) else { continue };
        let to = imports.iter().filter_map(|file| room(file)).filter(|to| *to != from);
        folders.entry(from.to_owned()).or_default().extend(to.map(str::to_owned));
    }
    let faults = circles(&folders);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn what_is_meant_and_planned_and_reported_knows_no_command_line() {
    let above = ["commands", "options", "session", "command_line"];
    let mut faults = Vec::new();
    for (file, imports) in Modules::read().graph() {
        let is_in = |file: &str, places: &[&str]| {
            places.iter().any(|place| room(file) == Some(&format!("deployer/src/{place}")))
        };
        if is_in(&file, &BELOW_THE_COMMAND_LINE) || file.starts_with("cloud/") {
            faults.extend(
                imports
                    .iter()
                    .filter(|to| is_in(to, &above))
                    .map(|to| format!("{file} imports {to}")),
            );
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

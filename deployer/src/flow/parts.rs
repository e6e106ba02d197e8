//! All states of a flow's definition and all transitions out of them, with their positions in the
//! file.

use serde_json::{Map, Value};

use super::Flow;
use crate::document::{item, member};
use crate::finding::Position;
use asl::{Covered, Part};

/// A part of the definition of a flow that an execution can cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowPart {
    /// Which one.
    pub part: Covered,
    /// The state that it leads to, if it leads to another one.
    pub to: Option<String>,
    /// Its JSON path.
    pub location: String,
    /// Its position in the file.
    pub position: Option<Position>,
}

impl Flow {
    /// Every state, followed by its transitions, in the order of the file. States inside Parallel
    /// and Map states come after the state around them.
    pub fn parts(&self) -> Vec<FlowPart> {
        let mut parts = Vec::new();
        collect(self.definition.document(), "$", &mut parts);
        let positions = self.definition.positions();
        for part in &mut parts {
            let file = self.definition.origin().to_owned();
            let place = positions.find(&part.location);
            part.position = place.map(|(line, column)| Position { file, line, column });
        }
        parts
    }
}

fn collect(machine: &Map<String, Value>, path: &str, parts: &mut Vec<FlowPart>) {
    let states = machine.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        let at = member(&member(path, "States"), name);
        State { name, state, at: &at }.parts(parts);
        let branches = state["Branches"].as_array().into_iter().flatten().enumerate();
        let branches = branches.map(|(nth, branch)| (branch, item(&member(&at, "Branches"), nth)));
        let processors = ["ItemProcessor", "Iterator"];
        let processors = processors.map(|field| (&state[field], member(&at, field)));
        for (inner, path) in branches.chain(processors) {
            if let Some(machine) = inner.as_object() {
                collect(machine, &path, parts);
            }
        }
    }
}

/// One state in its machine.
struct State<'a> {
    name: &'a str,
    state: &'a Value,
    /// Its JSON path.
    at: &'a str,
}

impl State<'_> {
    fn parts(&self, parts: &mut Vec<FlowPart>) {
        parts.push(self.part(Part::State, None, self.at.to_owned()));
        let to = |target: &Value| target.as_str().map(str::to_owned);
        let field = |name: &str| (to(&self.state[name]), member(self.at, name));
        if self.state["Type"] == "Choice" {
            self.list("Choices", Part::Choice, parts);
            if let (Some(target), at) = field("Default") {
                parts.push(self.part(Part::Default, Some(target), at));
            }
            return;
        }
        if let (Some(target), at) = field("Next") {
            parts.push(self.part(Part::Next, Some(target), at));
        }
        if self.state["End"] == true {
            parts.push(self.part(Part::End, None, member(self.at, "End")));
        }
        self.list("Retry", Part::Retry, parts);
        self.list("Catch", Part::Catch, parts);
    }

    /// Adds the items of a list, each of which can be a transition.
    fn list(&self, field: &str, part: fn(usize) -> Part, parts: &mut Vec<FlowPart>) {
        let items = self.state[field].as_array().into_iter().flatten();
        for (nth, one) in items.enumerate() {
            let to = one["Next"].as_str().map(str::to_owned);
            parts.push(self.part(part(nth), to, item(&member(self.at, field), nth)));
        }
    }

    fn part(&self, part: Part, to: Option<String>, location: String) -> FlowPart {
        FlowPart { part: Covered { state: self.name.into(), part }, to, location, position: None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Belongings, Definition, Home};
    use super::*;

    const DEFINITION: &str = "\
StartAt: A
States:
  A:
    Type: Map
    ItemProcessor:
      StartAt: B
      States:
        B: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: f}, End: true,
            Retry: [{ErrorEquals: [E]}], Catch: [{ErrorEquals: [States.ALL], Next: C}]}
        C: {Type: Fail}
    Next: D
  D:
    Type: Choice
    Choices:
      - {Variable: $.x, IsPresent: true, Next: E}
    Default: E
  E: {Type: Succeed}
";

    #[test]
    fn every_state_and_transition_is_listed_with_its_position() {
        let definition = Definition::from_yaml(DEFINITION, "f.yaml").unwrap();
        let home = Home { region: "us-east-1", account: "123456789012" };
        let (name, none) = ("f".to_owned(), Belongings::default());
        let flow = Flow::checked(name.clone(), name, definition, home, None, none).unwrap();
        let listed = flow.parts().into_iter().map(|part| {
            let Covered { state, part: way } = part.part;
            let to = part.to.map(|to| format!(" to {to}")).unwrap_or_default();
            format!("{}:{} {state} {way}{to}", part.position.unwrap().line, part.location)
        });
        assert_eq!(
            listed.collect::<Vec<_>>(),
            [
                "3:$.States.A A State",
                "11:$.States.A.Next A Next to D",
                "8:$.States.A.ItemProcessor.States.B B State",
                "8:$.States.A.ItemProcessor.States.B.End B End",
                "9:$.States.A.ItemProcessor.States.B.Retry[0] B Retry[0]",
                "9:$.States.A.ItemProcessor.States.B.Catch[0] B Catch[0] to C",
                "10:$.States.A.ItemProcessor.States.C C State",
                "12:$.States.D D State",
                "15:$.States.D.Choices[0] D Choices[0] to E",
                "16:$.States.D.Default D Default to E",
                "17:$.States.E E State",
            ]
        );
    }
}

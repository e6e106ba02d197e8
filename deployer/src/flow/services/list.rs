//! The list of AWS services and their actions. `update.py` writes it, and says how it is built.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Cursor, Read};
use std::sync::OnceLock;

use zip::ZipArchive;

use super::members::Members;

/// The list, as a zip whose only entry is a text.
const PACKED: &[u8] = include_bytes!("services.zip");

/// What is in front of verbs of actions that are not, or may not be, supported.
const MARKS: [char; 2] = ['!', '%'];

/// What is known of the actions that Step Functions calls by its AWS SDK integrations.
pub(super) struct Services {
    /// What the list is made from: `botocore 1.44.8`.
    pub(super) source: &'static str,
    /// In order, so that the same is suggested each time.
    services: BTreeMap<&'static str, Service>,
    /// The names of services in other tools.
    elsewhere: HashMap<&'static str, &'static str>,
    verbs: HashSet<&'static str>,
}

/// One service.
#[derive(Clone, Copy)]
pub(super) struct Service {
    pub(super) name: &'static str,
    /// The lines of its actions.
    nouns: &'static str,
    /// The lines of the structures inside of its parameters.
    structures: &'static str,
    /// Whether AWS has ended it. Its actions are not known.
    pub(super) has_ended: bool,
    /// Whether the developer guide names it.
    pub(super) is_documented: bool,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Action {
    /// As in the ARN of a task: `getItem`.
    pub(super) name: String,
    pub(super) support: Support,
    pub(super) parameters: Members,
}

/// Whether Step Functions supports an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// Nothing says otherwise.
    Supported,
    /// It streams events, as most of those that are not supported do.
    Streams,
    /// The developer guide says that it is not.
    Unsupported,
}

/// The list, unpacked and read once. `None` if it cannot be unpacked, which a test excludes.
pub(super) fn services() -> Option<&'static Services> {
    static TEXT: OnceLock<Option<String>> = OnceLock::new();
    static LIST: OnceLock<Option<Services>> = OnceLock::new();
    let list = LIST.get_or_init(|| TEXT.get_or_init(unpacked).as_deref().map(Services::read));
    list.as_ref()
}

fn unpacked() -> Option<String> {
    let mut text = String::new();
    let mut zip = ZipArchive::new(Cursor::new(PACKED)).ok()?;
    zip.by_index(0).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

impl Services {
    fn read(text: &'static str) -> Self {
        let (source, rest) = text.split_once('\n').unwrap_or((text, ""));
        let (lists, elsewhere) = rest.split_once("\n~").unwrap_or((rest, ""));
        let mut services = BTreeMap::new();
        let mut verbs = HashSet::new();
        for service in lists.split("\n=") {
            let (heading, lines) = service.split_once('\n').unwrap_or((service, ""));
            let (name, mark) = heading.split_once(' ').unwrap_or((heading, ""));
            let name = name.trim_start_matches('=');
            let (has_ended, is_documented) = (mark == ".", mark != "-");
            let (nouns, structures) = lines.split_once("\n+").unwrap_or((lines, ""));
            let service = Service { name, nouns, structures, has_ended, is_documented };
            service.each(|_, verb, _| {
                verbs.insert(verb.trim_start_matches(MARKS));
            });
            services.insert(name, service);
        }
        let elsewhere =
            elsewhere.lines().filter_map(|line| line.trim_start_matches('~').split_once(' '));
        Self { source, services, elsewhere: elsewhere.collect(), verbs }
    }

    /// The service with this name.
    pub(super) fn service(&self, name: &str) -> Option<Service> {
        self.services.get(name).copied()
    }

    /// The names of all services.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.services.keys().copied()
    }

    /// The service that other tools call by this name: `sfn` for `states`.
    pub(super) fn called_elsewhere(&self, name: &str) -> Option<&'static str> {
        self.elsewhere.get(name).copied()
    }

    /// Whether an action of any service begins with this verb.
    pub(super) fn is_verb(&self, verb: &str) -> bool {
        self.verbs.contains(verb)
    }
}

impl Service {
    /// The action with this name.
    pub(super) fn action(&self, name: &str) -> Option<Action> {
        let mut found = None;
        self.each(|noun, verb, parameters| {
            let plain = verb.trim_start_matches(MARKS);
            if name.strip_prefix(plain) == Some(noun) {
                found = Some(Action {
                    name: name.to_owned(),
                    support: match verb.chars().next() {
                        Some('!') => Support::Unsupported,
                        Some('%') => Support::Streams,
                        _ => Support::Supported,
                    },
                    parameters: Members::read(parameters),
                });
            }
        });
        found
    }

    /// The members of a structure inside of its parameters.
    pub(super) fn structure(&self, number: usize) -> Option<Members> {
        let line = self.structures.split('\n').nth(number)?;
        Some(Members::read(line.trim_start_matches('+')))
    }

    /// The names of all its actions.
    pub(super) fn actions(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.each(|noun, verb, _| names.push(format!("{}{noun}", verb.trim_start_matches(MARKS))));
        names
    }

    /// Visits the actions: noun, verb and parameters of each.
    fn each(&self, mut visit: impl FnMut(&'static str, &'static str, &'static str)) {
        let mut noun = "";
        for line in self.nouns.split('\n') {
            match line.strip_prefix(' ') {
                None => noun = line,
                Some(rest) => {
                    let (verbs, parameters) = rest.split_once(' ').unwrap_or((rest, ""));
                    verbs.split(',').for_each(|verb| visit(noun, verb, parameters));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::members::Around;
    use super::*;

    #[test]
    fn the_list_has_services_actions_and_parameters() {
        let services = services().unwrap();
        assert!(services.source.starts_with("botocore 1."), "{}", services.source);
        let names: Vec<&str> = services.names().collect();
        assert!(names.len() > 450 && names.contains(&"workmail"), "{} services", names.len());
        let all: usize =
            names.iter().map(|name| services.service(name).unwrap().actions().len()).sum();
        assert!(all > 19_000, "{all} actions");
        let item = services.service("dynamodb").unwrap().action("getItem").unwrap();
        assert_eq!(item.parameters.required, ["Key", "TableName"]);
        assert_eq!(item.support, Support::Supported);
        assert!(item.parameters.optional.unwrap().contains(&"ConsistentRead"));
        let execution = services.service("sfn").unwrap().action("startExecution").unwrap();
        assert_eq!(execution.parameters.required, ["StateMachineArn"]);
        // A noun that is only the verb.
        let query = services.service("dynamodb").unwrap().action("query").unwrap();
        assert_eq!(query.parameters.required, ["TableName"]);
        let rds = services.service("rds").unwrap().action("stopDBInstance").unwrap();
        assert_eq!(rds.parameters.required, ["DbInstanceIdentifier"]);
        let shards = services.service("kinesis").unwrap().action("subscribeToShard").unwrap();
        assert_eq!(shards.support, Support::Unsupported);
        assert!(services.service("sms").unwrap().has_ended);
        assert!(!services.service("iotdataplane").unwrap().is_documented);
        assert!(services.service("workmailmessageflow").unwrap().is_documented);
        assert!(services.service("dynamo").is_none());
    }

    #[test]
    fn structures_lead_to_each_other_and_to_themselves() {
        let services = services().unwrap();
        let structure = |service: &str, members: &Members, name: &str| {
            let inside = members.inside(name).unwrap();
            services.service(service).unwrap().structure(inside.structure).unwrap()
        };
        let email = services.service("sesv2").unwrap().action("sendEmail").unwrap().parameters;
        let simple = structure("sesv2", &structure("sesv2", &email, "Content"), "Simple");
        assert_eq!(simple.required, ["Body", "Subject"]);
        let subject = structure("sesv2", &simple, "Subject");
        assert_eq!((subject.required, subject.optional), (vec!["Data"], Some(vec!["Charset"])));
        let item = services.service("dynamodb").unwrap().action("putItem").unwrap().parameters;
        assert_eq!(item.inside("Item").unwrap().around, [Around::Map]);
        let value = structure("dynamodb", &item, "Item");
        for name in ["S", "BOOL", "Bool", "NULL", "Nul", "SS", "Ss", "M", "L"] {
            assert!(value.spelled(name).is_some(), "{name}");
        }
        assert_eq!(value.inside("L").unwrap().structure, item.inside("Item").unwrap().structure);
        // Binary data, texts and documents can be anything.
        let invoke = services.service("lambda").unwrap().action("invoke").unwrap().parameters;
        assert!(invoke.inside("Payload").is_none() && invoke.spelled("Payload").is_some());
    }

    #[test]
    fn every_reference_leads_to_a_structure() {
        let services = services().unwrap();
        let mut seen = 0;
        for name in services.names() {
            let service = services.service(name).unwrap();
            let structures = service.structures.lines().map(|line| line.trim_start_matches('+'));
            let mut lists: Vec<Members> = structures.map(Members::read).collect();
            service.each(|_, _, parameters| lists.push(Members::read(parameters)));
            for (place, inside) in lists.iter().flat_map(Members::all_inside) {
                assert!(service.structure(inside.structure).is_some(), "{name} {place}");
                seen += 1;
            }
        }
        assert!(seen > 2_000, "{seen}");
    }

    #[test]
    fn every_action_is_found_by_its_name() {
        let services = services().unwrap();
        for name in ["s3", "sesv2", "workmail", "lambda", "ec2"] {
            let service = services.service(name).unwrap();
            for action in service.actions() {
                assert_eq!(service.action(&action).map(|found| found.name), Some(action));
            }
        }
    }

    #[test]
    fn other_names_of_services_lead_to_their_own() {
        let services = services().unwrap();
        for (other, name) in [
            ("states", "sfn"),
            ("stepfunctions", "sfn"),
            ("events", "eventbridge"),
            ("logs", "cloudwatchlogs"),
            ("cognito-idp", "cognitoidentityprovider"),
            ("elbv2", "elasticloadbalancingv2"),
        ] {
            assert_eq!(services.called_elsewhere(other), Some(name), "{other}");
        }
        assert_eq!(services.called_elsewhere("nothing"), None);
        assert!(services.is_verb("get") && !services.is_verb("frobnicate"));
    }
}

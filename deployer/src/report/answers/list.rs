//! `list`: the message flows of an account.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::artifact::embedded;
use crate::health::ListedFlow;
use crate::host::harmless::printable;
use crate::report::local_time::moment;
use crate::report::style::{BOLD, DIM, WARNING, styled};
use crate::report::{Answer, Reader};

/// The flows of the regions that answered, and the regions that did not.
#[derive(Serialize)]
pub struct List {
    /// The account, if AWS says whose the credentials are.
    pub account: Option<String>,
    /// The regions that were queried.
    pub regions: Vec<String>,
    /// Whether these are all regions.
    #[serde(skip)]
    pub all_regions: bool,
    pub flows: Vec<ListedFlow>,
    pub refused: Vec<Refused>,
}

/// A region that could not be read.
#[derive(Serialize)]
pub struct Refused {
    pub region: String,
    /// AWS's code, if AWS answered.
    pub code: Option<String>,
    pub reason: String,
}

impl List {
    fn place(&self) -> String {
        let refuses = |region: &&String| self.refused.iter().any(|one| one.region == **region);
        let answered: Vec<&str> =
            self.regions.iter().filter(|one| !refuses(one)).map(String::as_str).collect();
        let noun = if answered.len() == 1 { "region" } else { "regions" };
        let regions = format!("{noun} {}", answered.join(", "));
        match &self.account {
            Some(account) => format!("account {account}, {regions}"),
            None => regions,
        }
    }

    /// What the answer lacks, one line for each region.
    pub fn warnings(&self) -> Vec<String> {
        let line = |one: &Refused| {
            let reason = printable(&one.reason);
            styled(WARNING, &format!("region {} could not be read: {reason}", one.region))
        };
        self.refused.iter().map(line).collect()
    }

    fn heading(&self, reader: &Reader<'_>) -> String {
        let place = self.place();
        match self.flows.len() {
            0 => {
                let up = reader.next.code(&["up"]);
                let elsewhere = match self.all_regions {
                    true => String::new(),
                    false => {
                        let all = reader.next.code(&["list", "--all-regions"]);
                        format!(", and {all} searches the other regions")
                    }
                };
                format!("there is no message flow in {place}: {up} installs one{elsewhere}")
            }
            1 => styled(BOLD, &format!("1 message flow in {place}:")),
            count => styled(BOLD, &format!("{count} message flows in {place}:")),
        }
    }
}

impl Answer for List {
    const KIND: &'static str = "list";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let mut lines = vec![self.heading(reader)];
        for flow in &self.flows {
            lines.push(String::new());
            lines.extend(flow_lines(flow, &reader.zone));
        }
        Some(lines.join("\n"))
    }
}

fn flow_lines(flow: &ListedFlow, zone: &TimeZone) -> Vec<String> {
    let name = styled(BOLD, &printable(&flow.stack_name));
    let mut lines = vec![format!("{name}  {}  {}", flow.region, flow.status)];
    let mut line = |name: &str, value: &str| {
        lines.push(format!("  {name:<12}  {}", printable(value)));
    };
    flow.flow.iter().for_each(|name| line("flow", name));
    let ids = flow.organizations.iter().map(|arn| arn.rsplit('/').next().unwrap_or(arn));
    ids.for_each(|id| line("organization", id));
    if let Some(digest) = &flow.handler_sha256 {
        let short: String = digest.chars().take(8).collect();
        let own = embedded::digest() == Some(digest);
        let own = if own { ", the one in this program" } else { "" };
        line("handler", &format!("sha256 {short}…{own}"));
    }
    if let Some(changed) = flow.changed {
        line("changed", &moment(changed, zone));
    }
    if let Some(reason) = &flow.could_not_tell {
        let reason = printable(reason);
        lines.push(styled(DIM, &format!("  its template could not be read: {reason}")));
    }
    lines
}

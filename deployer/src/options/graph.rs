//! The state machine as a graph: as lines, as an object, as a picture in a file.

use std::path::{Path, PathBuf};

use crate::error::{CommandError, Sentence};
use crate::files::atomic_write;
use crate::flow::Flow;
use crate::graph::{Graph, PathTaken};
use crate::report;
use crate::report::answers::GraphObject;
use crate::session::Session;

/// What is shown of a state machine.
#[derive(Debug, Clone, clap::Args)]
pub struct GraphArgs {
    /// What to show: timeline, or graph (the state machine with the path that was taken); may be
    /// repeated
    #[arg(long, value_name = "WHAT", default_value = "timeline")]
    pub show: Vec<Shown>,
    /// Write a picture of the state machine with the path that was taken, in SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// What can be shown of a message's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shown {
    /// What happened, by time
    Timeline,
    /// The state machine with the path that was taken
    Graph,
}

impl GraphArgs {
    /// Whether the options ask for this.
    pub fn shows(&self, shown: Shown) -> bool {
        self.show.contains(&shown)
    }

    /// Prints the graph, and draws it, if the options ask for it.
    /// Fails when the picture would be too large, or cannot be written.
    pub fn show(
        &self,
        flow: &Flow,
        path: &PathTaken,
        session: &mut Session<'_>,
    ) -> Result<(), CommandError> {
        let graph = Graph::of(flow.definition.document());
        if self.shows(Shown::Graph) {
            session.answer(&GraphObject::of(&graph, path));
        }
        match &self.svg {
            Some(file) => write(file, &report::picture(&flow.name, &graph, Some(path)), &graph),
            None => Ok(()),
        }
    }
}

fn write(path: &Path, picture: &Option<String>, graph: &Graph) -> Result<(), CommandError> {
    let Some(picture) = picture else {
        let (size, most) = (graph.size(), report::MOST_STATES);
        let sentence =
            format!("the state machine has {size} states; a picture shows at most {most}");
        return Err(CommandError::usage(Sentence(sentence)).hint("--show graph shows any number"));
    };
    Ok(atomic_write(path, picture.as_bytes()).map_err(|error| error.of("the picture "))?)
}

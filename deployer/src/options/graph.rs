//! The state machine as a graph, where it is shown: as lines, as an object, as a picture in a file.

use std::path::{Path, PathBuf};

use crate::error::{CommandError, Sentence};
use crate::flow::Flow;
use crate::graph::{Graph, Passage, Told};
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::report;
use crate::session::GlobalArgs;

/// What is shown of a state machine.
#[derive(Debug, Clone, clap::Args)]
pub struct DrawingArgs {
    /// What to show: timeline, or graph for the state machine with the path that was taken; may be repeated
    #[arg(long, value_name = "WHAT", default_value = "timeline")]
    pub show: Vec<Shown>,
    /// Draw the state machine with the path that was taken as a picture, in SVG
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
}

/// What can be shown of a message's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shown {
    /// What happened, by time
    Timeline,
    /// The state machine with the path that was taken
    Graph,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the picture {0}")]
struct PictureError(String, #[source] std::io::Error);

impl DrawingArgs {
    /// Whether this is wanted.
    pub fn shows(&self, shown: Shown) -> bool {
        self.show.contains(&shown)
    }

    /// Shows the graph, and draws it, as far as that is wanted.
    ///
    /// # Errors
    /// When the picture would be too large, or cannot be written.
    pub fn draw(
        &self,
        flow: &Flow,
        passage: &Passage,
        global: &GlobalArgs,
        world: &mut Host,
    ) -> Result<(), CommandError> {
        let graph = Graph::of(flow.definition.document());
        if self.shows(Shown::Graph) {
            match global.output {
                OutputFormat::Text => world.answer(&report::graph(&graph, Some(passage))),
                OutputFormat::Json => {
                    world.answer_object("graph", &Told::of(&graph, Some(passage)));
                }
            }
        }
        match &self.svg {
            Some(path) => write(path, &report::picture(&flow.name, &graph, Some(passage)), &graph),
            None => Ok(()),
        }
    }
}

fn write(path: &Path, picture: &Option<String>, graph: &Graph) -> Result<(), CommandError> {
    let Some(picture) = picture else {
        let (size, most) = (graph.size(), report::MOST_STATES);
        let sentence = format!("the state machine has {size} states; a picture can show {most}");
        return Err(CommandError::usage(Sentence(sentence)).hint("--show graph shows any number"));
    };
    let name = path.display().to_string();
    std::fs::write(path, picture).map_err(|error| CommandError::usage(PictureError(name, error)))
}

//! What to do about a function that cannot be packed.

use std::error::Error as _;

use crate::artifact::functions::{
    BuildError, CodeError, IGNORE_FILE, PackageError, Reason, ToolError, Unfit,
};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::flow::FlowFunction;

impl From<PackageError> for CommandError {
    fn from(error: PackageError) -> Self {
        let exit = match &*error.reason {
            Reason::Build(BuildError::Tool(ToolError::Failed { .. } | ToolError::Start { .. }))
            | Reason::Build(BuildError::Folder(_)) => Exit::Failed,
            _ => Exit::Usage,
        };
        let hint = fix(&error);
        let error = Self::new(exit, error);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// The error as a finding about the function's folder.
pub fn finding(error: &PackageError, function: &FlowFunction) -> Finding {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        sentence.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    let finding = Finding::error("function-package", function.code.origin(), sentence);
    match fix(error) {
        Some(fix) => finding.fix(fix),
        None => finding,
    }
}

fn fix(error: &PackageError) -> Option<String> {
    let function = &error.function;
    Some(match &*error.reason {
        Reason::Code(code) => code_fix(code),
        Reason::Build(BuildError::Code(code)) => code_fix(code),
        Reason::Build(BuildError::Tool(ToolError::Missing { needs, .. })) => format!(
            "install {needs}, or name code that is built already with `code: FOLDER` in \
             functions/{function}/function.yaml"
        ),
        Reason::Build(BuildError::Tool(_)) => {
            "nothing was changed; fix the problem that the tool reports and try again".to_owned()
        }
        Reason::Build(BuildError::NoLock) => {
            format!(
                "run `npm install --package-lock-only --prefix functions/{function}` in the flow's folder"
            )
        }
        Reason::Unfit(Unfit::NoHandler { .. }) => {
            format!("correct `handler` in functions/{function}/function.yaml, or rename the file")
        }
        Reason::Unfit(Unfit::OtherProcessor { found, .. }) if found.starts_with(['a', 'x']) => {
            format!(
                "build it for the function's processor, or write `architecture: {found}` into \
             functions/{function}/function.yaml"
            )
        }
        Reason::Unfit(Unfit::OtherPython { found, .. }) => format!(
            "build it for the function's runtime, or write `runtime: python{found}` into \
             functions/{function}/function.yaml"
        ),
        Reason::Unfit(Unfit::Mode { .. }) => {
            "run `chmod -R u=rwX,go=rX` on the files and zip them again".to_owned()
        }
        _ => return None,
    })
}

fn code_fix(error: &CodeError) -> String {
    match error {
        CodeError::Ignore(..) => format!("correct the patterns in {IGNORE_FILE}"),
        _ => format!("correct it, or exclude it with a line in {IGNORE_FILE}"),
    }
}

//! Everything that one function does: for each mail system that may invoke it, how to answer.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::bounces::Bounces;
use crate::error::InvocationError;
use crate::executions::Executions;
use crate::flow::{self, Flow, Invocation};
use crate::gate::{self, Gate};
use crate::incoming::{AMAZON_SES, AMAZON_WORKMAIL, Admitted, Incoming};
use crate::ledger::Ledger;
use crate::ses::Disposition;
use crate::source::VerdictJson;
use crate::trace::Trace;

/// The mail systems that may invoke the function.
#[derive(Debug, Clone)]
pub struct Service<L, E, B> {
    /// How messages from WorkMail are answered, if WorkMail may invoke.
    pub workmail: Option<Flow<L, E>>,
    /// How messages from SES are answered, if SES may invoke.
    pub ses: Option<Gate<L, E, B>>,
}

/// An answer in the format of its mail system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To WorkMail: the verdict.
    Verdict(VerdictJson),
    /// To SES.
    Disposition {
        /// What SES does with the rest of its rules.
        disposition: Disposition,
    },
}

impl<L: Ledger, E: Executions, B: Bounces> Service<L, E, B> {
    /// Reads an event of a mail system that may invoke the function.
    ///
    /// # Errors
    ///
    /// Those of [`Incoming::read`].
    pub fn read(&self, event: Box<RawValue>) -> Result<Incoming, InvocationError> {
        let admitted = Admitted {
            workmail: self.workmail.is_some(),
            ses: self.ses.as_ref().map(|gate| &gate.input),
        };
        Incoming::read(event, admitted)
    }

    /// Answers one invocation for a message.
    ///
    /// # Errors
    ///
    /// [`InvocationError`] whenever there is no answer.
    pub async fn answer(
        &self,
        message: &Incoming,
        invocation: Invocation,
        trace: &mut Trace,
    ) -> Result<Answer, InvocationError> {
        match message {
            Incoming::WorkMail(message) => {
                let flow = self.workmail.as_ref();
                let flow = flow.ok_or(InvocationError::SourceNotEnabled(AMAZON_WORKMAIL))?;
                flow::answer(flow, message, invocation, trace).await.map(Answer::Verdict)
            }
            Incoming::Ses(message) => {
                let gate = self.ses.as_ref();
                let gate = gate.ok_or(InvocationError::SourceNotEnabled(AMAZON_SES))?;
                let disposition = gate::answer(gate, message, invocation, trace).await?;
                Ok(Answer::Disposition { disposition })
            }
        }
    }
}

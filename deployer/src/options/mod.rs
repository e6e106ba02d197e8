//! Groups of options that several commands take.

pub mod adoption;
pub mod deny_warnings;
pub mod flow_resources;
pub mod functions;
pub mod graph;
pub mod local_flow;
pub mod message_id;
pub mod new_event;
pub mod on_drift;
pub mod page;
pub mod plan_file;
pub mod real_tasks;
pub mod stack;
pub mod task_mocks;
pub mod workmail_endpoint;

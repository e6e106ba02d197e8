//! End to end: the real `deployer`, over HTTP, against an emulated AWS that runs the real handler.
//!
//! One emulator serves the whole run, and every test has its own account in it. Tests read the
//! results with AWS's own clients, and never with the deployer's code.

#[path = "../emulator/mod.rs"]
mod emulator;
mod fault_proxy;
mod microburst;
#[path = "../original/mod.rs"]
mod original;
mod package;
mod paths;
#[path = "../picture/mod.rs"]
mod picture;
mod role;
mod sandbox;
#[cfg(unix)]
#[path = "../screen/mod.rs"]
mod screen;

// Python has pseudo-terminals on Unix only.
mod adopt;
mod agreement;
#[cfg(unix)]
mod at_a_terminal;
mod campaign;
mod drift;
mod fault_cases;
mod faults;
mod functions;
mod functions_in_rust;
mod gateway;
mod installed;
mod killed;
mod least_privilege;
mod leftovers;
mod life;
mod logs_and_trace;
mod mail;
mod message_bodies;
mod message_content;
mod names;
mod overlay;
mod own_handler;
mod permissions;
#[cfg(unix)]
mod pictures;
mod pictures_local;
mod printed_policy;
mod refusals;
mod rollback;
mod sabotage;
mod several;
mod tutorial;
mod using;

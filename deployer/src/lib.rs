//! Installs and runs e-mail message flows on AWS from a single binary.

pub mod artifact;
pub mod cloud;

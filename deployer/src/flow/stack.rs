//! The stack that a flow is for.

/// The location of the stack, in which functions without an ARN are looked up.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// The region.
    pub region: &'a str,
    /// The account.
    pub account: &'a str,
}

/// The stack that a flow is for.
#[derive(Debug, Clone, Copy)]
pub struct FlowStack<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its location.
    pub home: Home<'a>,
    /// Whether parameters without a value get the sample that their flow has: where nothing is deployed.
    pub with_samples: bool,
}

//! The built-in flows, carried in the binary.

/// A built-in flow's files.
pub(super) struct BuiltIn {
    /// `flow.yaml`.
    pub(super) manifest: &'static str,
    /// `definition.asl.yaml`.
    pub(super) definition: &'static str,
}

/// Delivers every message.
pub(super) const DEFAULT: BuiltIn = BuiltIn {
    manifest: include_str!("../../../state-machines/default/flow.yaml"),
    definition: include_str!("../../../state-machines/default/definition.asl.yaml"),
};

//! The endpoint of WorkMail, which no emulator has.

/// How to reach WorkMail.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct WorkMailArgs {
    /// Endpoint of WorkMail; --endpoint-url does not replace it [default: AWS's own, or the one of
    /// AWS_ENDPOINT_URL_WORKMAIL]
    #[arg(long, value_name = "URL", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub workmail_endpoint_url: Option<String>,
}

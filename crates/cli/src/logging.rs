//! The log of a server: what it did, on standard error.

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;

/// How much is logged, and in which form.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Log")]
pub(crate) struct LogArgs {
    /// What to log on standard error: `info` has a line for each request
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Level::Warn)]
    log: Level,

    /// The form of the log
    #[arg(long, value_enum, value_name = "FORM", default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl LogArgs {
    /// Begins to log, for as long as the process lives.
    pub(crate) fn begin(&self) {
        let level = match self.log {
            Level::Off => LevelFilter::OFF,
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
            Level::Trace => LevelFilter::TRACE,
        };
        let log = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
        let begun = match self.log_format {
            LogFormat::Text => log.with_ansi(false).try_init(),
            LogFormat::Json => log.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
        };
        // A process that runs several servers logs as the first one was told.
        let _ = begun;
    }
}

//! What the process does for its own memory before it holds a secret: no core dumps, no reading by other programs of the same
//! user (docs/adr/0060-not-dumpable-and-portals.md).

/// Whether a crash of this process may leave a core file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CoreDumps {
    /// The limit is zero and the process is marked as not dumpable.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    Off,
    /// The system refused one of the two.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    On,
    /// This system has no such switch that we know.
    #[cfg_attr(target_os = "linux", allow(dead_code))]
    Unknown,
}

/// Core files off. With `portal_first` the process stays readable until [`close`]: xdg-desktop-portal looks into the
/// caller's `/proc` folder before it answers, and refuses one that it cannot read.
pub(crate) fn start(portal_first: bool) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // A refusal is no error: `doctor` tells what holds here.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    if !portal_first {
        close();
    }
}

/// From here on no core dump, and nobody but root reads our memory. Called before a password or a vault key is in it.
pub(crate) fn close() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// What is really on, asked from the system.
pub(crate) fn core_dumps() -> CoreDumps {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        let limit = getrlimit(Resource::Core).current == Some(0);
        let marked = matches!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
        if limit && marked { CoreDumps::Off } else { CoreDumps::On }
    }
    #[cfg(not(target_os = "linux"))]
    CoreDumps::Unknown
}

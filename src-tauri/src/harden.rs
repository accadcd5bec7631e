//! What the process does for its own memory before it holds a secret: no core dumps, no reading by other programs of the same
//! user.

use std::sync::Mutex;

/// Core files off, and nobody but root reads our memory. A refusal is no error: `are_core_dumps_off` tells what holds.
pub(crate) fn start() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    set_readable(false);
}

/// What is really on, asked from the system; nothing where it cannot be asked.
#[cfg_attr(unix, allow(clippy::unnecessary_wraps, reason = "other systems cannot be asked"))]
pub(crate) fn are_core_dumps_off() -> Option<bool> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        Some(getrlimit(Resource::Core).current == Some(0))
    }
    #[cfg(not(unix))]
    None
}

/// Closes our memory again, also when what was asked panics.
struct Closing;

impl Drop for Closing {
    fn drop(&mut self) {
        set_readable(false);
    }
}

/// Runs something that asks a desktop portal. A portal looks into the caller's `/proc` folder before it answers and refuses
/// one that it cannot read, so for as long as it takes other programs of this user may read our memory (where the system's
/// ptrace rules let them). Only on Wayland: on X11 no portal is asked.
pub(crate) fn readable_for_portals<T>(ask: impl FnOnce() -> T) -> T {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    if tessera_scan::screen::backend() != tessera_scan::screen::Backend::Portal {
        return ask();
    }
    let _turn = crate::shell::held(&ONE_AT_A_TIME);
    set_readable(true);
    let _closing = Closing;
    ask()
}

fn set_readable(readable: bool) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let behavior = if readable { DumpableBehavior::Dumpable } else { DumpableBehavior::NotDumpable };
        let _ = set_dumpable_behavior(behavior);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = readable;
}

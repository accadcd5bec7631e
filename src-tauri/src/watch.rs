//! What goes on without anybody asking: the idle clock, the clipboard's clock, other programs' writes, use counts.

use std::{sync::Weak, thread, time::Duration};

use tessera_vault::VaultError;

use crate::{
    clock,
    dto::{LockReason, PlatformNote},
    shell::{Notice, Shell, held},
    system_idle::SystemIdle,
};

const TICK: Duration = Duration::from_secs(1);

/// Watches until the shell is gone.
pub(crate) fn start(shell: Weak<Shell>) {
    thread::spawn(move || {
        let system = SystemIdle::find();
        if !system.is_known()
            && let Some(shell) = shell.upgrade()
        {
            held(&shell.notes).push(PlatformNote::IdleInWindowOnly);
        }
        while let Some(shell) = shell.upgrade() {
            tick(&shell, system.time());
            drop(shell);
            clock::wait(TICK);
        }
    });
}

/// One look. `system`: how long nobody touched the computer, if that is known.
fn tick(shell: &Shell, system: Option<Duration>) {
    shell.clipboard.tick(shell.clock.steady());
    shell.expire_keys();
    let mut changed = Ok(false);
    let mut limit = Duration::ZERO;
    {
        let mut session = shell.session();
        if let Ok(open) = session.open() {
            limit = Duration::from_secs(open.vault.settings().auto_lock_s.into());
            changed = open.vault.refresh();
            // Refused when the disk is full or read-only; counts are kept in memory then, and tried again.
            let _ = open.vault.flush_usage(false);
        }
    }
    // Asked also while locked, so that the time before unlocking does not count.
    if shell.is_idle(limit, system) {
        shell.lock(LockReason::Idle);
        return;
    }
    match changed {
        Ok(true) => shell.tell(Notice::VaultChanged),
        // Nothing that is in memory can be written there any more.
        Err(VaultError::KeyChanged | VaultError::Replaced(_)) => shell.lock(LockReason::Replaced),
        Ok(false) | Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{session::tests::opened, shell::tests::Fixture};

    #[test]
    fn an_idle_vault_locks_and_the_page_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let fixture = Fixture::new(folder.path());
        opened(&fixture);
        tick(&fixture.shell, None);
        fixture.pass(299);
        tick(&fixture.shell, None);
        assert!(fixture.shell.with_vault(|_| Ok(())).is_ok());
        fixture.shell.activity();
        fixture.pass(20);
        tick(&fixture.shell, None);
        assert!(fixture.shell.with_vault(|_| Ok(())).is_ok());
        fixture.pass(290);
        tick(&fixture.shell, None);
        assert!(fixture.shell.with_vault(|_| Ok(())).is_err());
        let notices = fixture.notices.lock().unwrap();
        assert!(matches!(notices.as_slice(), [.., Notice::Locked(LockReason::Idle), Notice::ReplacePage]));
    }
}

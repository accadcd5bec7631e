//! A drive that sleeps: a file system (FUSE) whose server never answers, mounted over a folder. Linux alone.
//!
//! Mounting is for the super-user, or for whoever has a mount namespace of their own: a test that needs such a drive runs a part of
//! itself there, as an ignored `child_` test ([`run_with_own_mounts`]).

// A test may stop at what a working system does not do.
#![allow(clippy::expect_used, clippy::missing_panics_doc)]

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// In it the child is the super-user, of its own mounts alone.
const OWN_MOUNTS: [&str; 3] = ["--user", "--map-root-user", "--mount"];
/// Opens the door of a file system's server, mounts it, and never looks who knocks.
const NEVER_ANSWERS: &str = r#"
exec 3<>/dev/fuse
mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 sleeping "$0" && echo mounted
read -r wait
"#;
const MOUNTED: &str = "mounted\n";
/// Where a child finds its folder.
const FOLDER: &str = "TESSERA_DRIVE";

/// A folder whose drive does not answer until this is dropped. Then its server is gone, and the folder with it, until it is unmounted.
#[derive(Debug)]
pub struct SleepingDrive {
    server: Child,
    folder: PathBuf,
}

impl SleepingDrive {
    /// Mounts one, in a child of [`run_with_own_mounts`].
    pub fn over(folder: &Path) -> Self {
        let server = Command::new("sh")
            .args(["-c", NEVER_ANSWERS])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let mut drive = Self { server, folder: folder.to_owned() };
        let mut said = String::new();
        let out = drive.server.stdout.take().expect("it has a pipe");
        BufReader::new(out).read_line(&mut said).expect("it is a text");
        assert_eq!(said, MOUNTED, "what was tried before works");
        drive
    }

    /// The server goes, as when a cable is pulled: every call that waits fails, and every new one too.
    pub fn lose(mut self) -> LostDrive {
        drop(self.server.stdin.take());
        self.server.wait().expect("it ends with its input");
        LostDrive { folder: self.folder }
    }
}

/// A folder whose drive is gone.
#[derive(Debug)]
pub struct LostDrive {
    folder: PathBuf,
}

impl LostDrive {
    /// What was in the folder before is there again.
    pub fn unmount(self) {
        let status = Command::new("umount").arg(self.folder).status().expect("there is an umount");
        assert!(status.success());
    }
}

/// The folder that a child was given.
pub fn given_folder() -> PathBuf {
    env::var_os(FOLDER).expect("this is a child of another test and is started by it").into()
}

/// Runs one ignored test of the calling test program where it may mount drives over `folder`. `None` where the system gives nobody
/// mounts of their own: then there is nothing to test.
pub fn run_with_own_mounts(child_test: &str, folder: &Path) -> Option<Output> {
    let tried = Command::new("unshare")
        .args(OWN_MOUNTS)
        .args(["sh", "-c", NEVER_ANSWERS])
        .arg(folder)
        .stdin(Stdio::null())
        .output();
    if !tried.is_ok_and(|output| output.stdout == MOUNTED.as_bytes()) {
        return None;
    }
    let this = env::current_exe().expect("a test knows itself");
    let mut child = Command::new("unshare");
    child.args(OWN_MOUNTS).arg(this).args([child_test, "--exact", "--ignored", "--nocapture"]);
    Some(child.env(FOLDER, folder).output().expect("it was tried"))
}

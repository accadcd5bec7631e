//! The screen and the clipboard, against the real thing as far as it runs without a desktop: an X server (Xvfb) whose
//! picture the test draws, and a message bus of its own on which the test plays the desktop's portal.
//!
//! What needs other environment variables runs in a child: this file's own program, told by `SCAN_CHILD` what to do.
//! Without Xvfb or dbus-daemon the test that needs it says so and passes (`cargo xtask setup` installs both).
#![cfg(target_os = "linux")]
#![allow(
    clippy::unused_self,
    clippy::used_underscore_binding,
    reason = "the bus interfaces are given as their documents say"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods
)]

mod paint;

use std::{
    collections::HashMap,
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use paint::{Canvas, URI};
use tessera_scan::{Effort, Frame, clipboard, decode, screen};
use zbus::{
    Connection, interface,
    message::Header,
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

/// Ends the program when the test ends, however it ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it and reads the line that it prints when it is ready; None if it is not installed.
fn start(program: &str, arguments: &[&str]) -> Option<(Server, String)> {
    let child = Command::new(program).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut server = match child {
        Ok(child) => Server(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: {program} is not installed");
            return None;
        }
        Err(error) => panic!("{program}: {error}"),
    };
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.trim().is_empty(), "{program} did not start");
    Some((server, line.trim().to_owned()))
}

/// What the child printed.
fn told_by_child(task: &str, environment: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--include-ignored"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("XDG_SESSION_TYPE")
        .envs(environment.iter().copied())
        .env("SCAN_CHILD", task)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn tell(frames: &[Frame]) {
    for frame in frames {
        println!("frame {} x {}", frame.width(), frame.height());
        for found in decode(frame, Effort::Still) {
            println!("text {}", found.text.as_str());
        }
    }
}

#[test]
#[ignore = "started by the other tests"]
fn child() {
    println!();
    match std::env::var("SCAN_CHILD").unwrap_or_default().as_str() {
        "all" => match screen::capture_all() {
            Ok(frames) => tell(&frames),
            Err(error) => println!("error {error}"),
        },
        "x11" => {
            let screens = screen::list().unwrap();
            println!("screens {}: {} x {}", screens.len(), screens[0].width, screens[0].height);
            tell(&[screen::capture(screens[0].id).unwrap()]);
            let region = |x, width| screen::Region { x, y: 0, width, height: 600 };
            tell(&[
                screen::capture_region(region(400, 500)).unwrap(),
                screen::capture_region(region(0, 300)).unwrap(),
            ]);
            println!("outside: {}", screen::capture_region(region(5000, 10)).unwrap_err());
            println!("no such: {}", screen::capture(12345).unwrap_err());
        }
        "clipboard" => {
            let mut own = arboard::Clipboard::new().unwrap();
            own.set_text(URI).unwrap();
            println!("text {}", clipboard::read_text().unwrap().unwrap().as_str());
            println!("no image: {}", clipboard::read_image().unwrap().is_none());
            let canvas = canvas();
            let bytes = canvas.luma.iter().flat_map(|&p| [p, p, p, 255]).collect::<Vec<_>>().into();
            own.set_image(arboard::ImageData { width: canvas.width, height: canvas.height, bytes }).unwrap();
            tell(&[clipboard::read_image().unwrap().unwrap()]);
            println!("no text: {}", clipboard::read_text().unwrap().is_none());
        }
        "no clipboard" => println!("error {}", clipboard::read_text().unwrap_err()),
        other => println!("nothing to do: {other:?}"),
    }
}

fn canvas() -> Canvas {
    let mut canvas = Canvas::new(800, 600, 120);
    canvas.code(URI, 450, 100, 5, 0, 255);
    canvas
}

/// An X server that shows the canvas.
struct Screen {
    _server: Server,
    _dir: tempfile::TempDir,
    display: String,
}

fn x_server() -> Option<Screen> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap();
    let (server, number) = start(
        "Xvfb",
        &["-displayfd", "1", "-screen", "0", "800x600x24", "-fbdir", path, "-nolisten", "tcp", "-noreset"],
    )?;
    draw(&dir.path().join("Xvfb_screen0"), &canvas());
    Some(Screen { _server: server, _dir: dir, display: format!(":{number}") })
}

/// Xvfb's screen is a file in memory, in the format of xwd: what is written there is shown.
fn draw(screen: &Path, canvas: &Canvas) {
    let bytes = fs::read(screen).unwrap();
    let word = |i: usize| u32::from_be_bytes(bytes[i * 4..i * 4 + 4].try_into().unwrap()) as usize;
    let (header, stride, colors) = (word(0), word(12), word(19));
    assert_eq!((word(4), word(5), word(11)), (canvas.width, canvas.height, 32));
    let mut file = OpenOptions::new().write(true).open(screen).unwrap();
    for (y, row) in canvas.luma.chunks_exact(canvas.width).enumerate() {
        file.seek(SeekFrom::Start((header + colors * 12 + y * stride) as u64)).unwrap();
        file.write_all(&row.iter().flat_map(|&p| [p, p, p, 0]).collect::<Vec<_>>()).unwrap();
    }
}

#[test]
fn the_screen_of_x11_is_read_whole_and_in_part() {
    let Some(screen) = x_server() else { return };
    let said = told_by_child("x11", &[("DISPLAY", &screen.display)]);
    let expected = format!(
        "screens 1: 800 x 600\nframe 800 x 600\ntext {URI}\nframe 400 x 600\ntext {URI}\nframe 300 x 600\n\
         outside: that part lies outside of the screen\nno such: there is no such screen: it may have been unplugged\n"
    );
    assert!(said.contains(&expected), "{said}");
    let said = told_by_child("all", &[("DISPLAY", &screen.display)]);
    assert!(said.contains(&format!("frame 800 x 600\ntext {URI}\n")), "{said}");
}

#[test]
fn the_clipboard_gives_text_and_pictures() {
    let Some(screen) = x_server() else { return };
    let said = told_by_child("clipboard", &[("DISPLAY", &screen.display)]);
    let expected = format!("text {URI}\nno image: true\nframe 800 x 600\ntext {URI}\nno text: true\n");
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn without_a_display_everything_is_refused_in_words() {
    let said = told_by_child("all", &[]);
    assert!(said.contains("error there is no screen to read here"), "{said}");
    let said = told_by_child("no clipboard", &[]);
    assert!(said.contains("error the clipboard cannot be reached from here"), "{said}");
    let said = told_by_child("all", &[("DISPLAY", ":65000")]);
    assert!(said.contains("error the screen could not be captured"), "{said}");
}

/// The desktop's side of the portals.
struct Screenshot {
    file: PathBuf,
    asked: Arc<AtomicUsize>,
}

struct ScreenCast {
    /// 1: the person said no. 2: it failed.
    answer: u32,
    asked: Arc<AtomicUsize>,
}

type Options = HashMap<String, OwnedValue>;

/// Answers as the portals do: by a signal on an object that is named after the caller and its token.
async fn answer(
    bus: &Connection,
    header: &Header<'_>,
    options: &Options,
    code: u32,
    results: HashMap<&str, Value<'_>>,
) -> OwnedObjectPath {
    let caller = header.sender().unwrap();
    let token: &str = options["handle_token"].downcast_ref().unwrap();
    let name = caller.trim_start_matches(':').replace('.', "_");
    let path = format!("/org/freedesktop/portal/desktop/request/{name}/{token}");
    let path = ObjectPath::try_from(path).unwrap();
    bus.emit_signal(
        Some(caller.as_str()),
        &path,
        "org.freedesktop.portal.Request",
        "Response",
        &(code, results),
    )
    .await
    .unwrap();
    path.into()
}

#[interface(name = "org.freedesktop.portal.Screenshot")]
impl Screenshot {
    async fn screenshot(
        &self,
        _parent: String,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] bus: &Connection,
    ) -> OwnedObjectPath {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let uri = format!("file://{}", self.file.display());
        answer(bus, &header, &options, 0, HashMap::from([("uri", Value::from(uri))])).await
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }
}

#[interface(name = "org.freedesktop.portal.ScreenCast")]
impl ScreenCast {
    async fn create_session(
        &self,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] bus: &Connection,
    ) -> OwnedObjectPath {
        self.asked.fetch_add(1, Ordering::Relaxed);
        answer(bus, &header, &options, self.answer, HashMap::new()).await
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        5
    }
}

struct Desktop {
    dir: tempfile::TempDir,
    screenshots: Arc<AtomicUsize>,
    casts: Arc<AtomicUsize>,
    said: String,
}

/// Lets a child capture the screen on a bus with these portals.
fn wayland(cast_answer: Option<u32>, picture: Option<&[u8]>) -> Option<Desktop> {
    let dir = tempfile::tempdir().unwrap();
    let address = format!("--address=unix:dir={}", dir.path().display());
    let (_bus, address) = start("dbus-daemon", &["--session", "--nofork", "--print-address=1", &address])?;
    let file = dir.path().join("Screenshot from now.png");
    if let Some(picture) = picture {
        fs::write(&file, picture).unwrap();
    }
    let (screenshots, casts) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let said = runtime.block_on(async {
        let at = "/org/freedesktop/portal/desktop";
        let mut portal = zbus::connection::Builder::address(address.as_str()).unwrap();
        if picture.is_some() {
            portal = portal.serve_at(at, Screenshot { file, asked: Arc::clone(&screenshots) }).unwrap();
        }
        if let Some(answer) = cast_answer {
            portal = portal.serve_at(at, ScreenCast { answer, asked: Arc::clone(&casts) }).unwrap();
        }
        // without any interface the portals are not installed: nobody owns the name
        if picture.is_some() || cast_answer.is_some() {
            portal = portal.name("org.freedesktop.portal.Desktop").unwrap();
        }
        let _portal = portal.build().await.unwrap();
        let environment =
            [("DBUS_SESSION_BUS_ADDRESS", address.clone()), ("WAYLAND_DISPLAY", "wayland-9".into())];
        let task = tokio::task::spawn_blocking(move || {
            let environment: Vec<_> =
                environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
            told_by_child("all", &environment)
        });
        task.await.unwrap()
    });
    Some(Desktop { dir, screenshots, casts, said })
}

fn left_behind(desktop: &Desktop) -> usize {
    let files = fs::read_dir(desktop.dir.path()).unwrap();
    files.filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with("Screenshot")).count()
}

fn png() -> Vec<u8> {
    let canvas = canvas();
    let image = image::GrayImage::from_raw(800, 600, canvas.luma).unwrap();
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn on_wayland_a_failed_screen_cast_falls_back_to_a_screenshot_whose_file_is_deleted() {
    let Some(desktop) = wayland(Some(2), Some(&png())) else { return };
    assert!(desktop.said.contains(&format!("frame 800 x 600\ntext {URI}\n")), "{}", desktop.said);
    assert_eq!((desktop.casts.load(Ordering::Relaxed), desktop.screenshots.load(Ordering::Relaxed)), (1, 1));
    assert_eq!(left_behind(&desktop), 0, "the portal's file is deleted");
}

#[test]
fn on_wayland_a_desktop_without_screen_cast_is_asked_for_a_screenshot() {
    let Some(desktop) = wayland(None, Some(&png())) else { return };
    assert!(desktop.said.contains(&format!("text {URI}\n")), "{}", desktop.said);
    assert_eq!(left_behind(&desktop), 0);
}

#[test]
fn on_wayland_who_says_no_is_not_asked_twice() {
    let Some(desktop) = wayland(Some(1), Some(&png())) else { return };
    assert!(desktop.said.contains("error the screen was not shared"), "{}", desktop.said);
    assert_eq!(desktop.screenshots.load(Ordering::Relaxed), 0);
}

#[test]
fn on_wayland_a_broken_picture_is_an_error_and_deleted_too() {
    let Some(desktop) = wayland(Some(2), Some(b"\x89PNG\r\n\x1a\nbroken")) else { return };
    assert!(desktop.said.contains("error ") && desktop.said.contains("damaged"), "{}", desktop.said);
    assert_eq!(left_behind(&desktop), 0);
}

#[test]
fn on_wayland_without_portals_the_message_says_what_to_install() {
    let start = Instant::now();
    let Some(desktop) = wayland(None, None) else { return };
    assert!(desktop.said.contains("install xdg-desktop-portal"), "{}", desktop.said);
    assert!(start.elapsed() < Duration::from_secs(30));
}

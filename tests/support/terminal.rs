//! A terminal of a program's own, by util-linux's `script`: keys go in, what the screen shows comes out.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(5);

const PROMPT: &str = "cahier> ";

/// Ctrl-C.
pub const INTERRUPT: &str = "\u{3}";
/// Ctrl-D.
pub const END: &str = "\u{4}";

/// `command`, at a terminal instead of a pipe.
pub fn at_terminal(command: &Command) -> Command {
    at_terminal_after("", command)
}

/// The same, after some words of a shell, which then becomes the program.
fn at_terminal_after(before: &str, command: &Command) -> Command {
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let mut terminal = Command::new("script");
    terminal
        // Without a shell in between, which would take Ctrl-C too.
        .args(["-qec", &format!("{before} exec {}", words.join(" ")), "/dev/null"])
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    if let Some(folder) = command.get_current_dir() {
        terminal.current_dir(folder);
    }
    terminal
}

/// A program at work in a terminal.
pub struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: Receiver<Vec<u8>>,
    shown: Vec<u8>,
    /// How much of it was waited for already.
    read: usize,
    size: Size,
}

/// Columns and lines.
#[derive(Clone, Copy)]
struct Size {
    columns: u16,
    lines: u16,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            columns: 80,
            lines: 24,
        }
    }
}

impl Terminal {
    pub fn open(command: &Command) -> Self {
        Self::start(at_terminal(command), Size::default())
    }

    /// A terminal of a size of its own. The program's number is in the file `pid` of its folder.
    pub fn sized(command: &Command, columns: u16, lines: u16) -> Self {
        let before = format!("stty cols {columns} rows {lines}; echo $$ > pid;");
        Self::start(at_terminal_after(&before, command), Size { columns, lines })
    }

    fn start(mut terminal: Command, size: Size) -> Self {
        terminal
            .env("TERM", "xterm")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = terminal.spawn().unwrap();
        let keys = child.stdin.take().unwrap();
        let mut out = child.stdout.take().unwrap();
        let (sender, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = out.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keys,
            screen,
            shown: Vec::new(),
            read: 0,
            size,
        }
    }

    pub fn press(&mut self, keys: impl AsRef<[u8]>) {
        self.keys.write_all(keys.as_ref()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Types a line, once there is a prompt for it.
    pub fn enter(&mut self, line: &str) {
        self.wait_for(PROMPT);
        self.press(format!("{line}\r"));
    }

    /// Reads on until `text` is shown.
    pub fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let unread = &self.shown[self.read..];
            if let Some(at) = unread
                .windows(text.len())
                .position(|seen| seen == text.as_bytes())
            {
                self.read += at + text.len();
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let more = self.screen.recv_timeout(left);
            self.shown
                .extend(more.unwrap_or_else(|error| panic!("{error}: no {text:?} in {}", self.transcript())));
        }
    }

    /// Reads on until `text` has been shown, before what was waited for last or after it.
    pub fn wait_in_transcript(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.transcript().contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            let more = self.screen.recv_timeout(left);
            self.shown
                .extend(more.unwrap_or_else(|error| panic!("{error}: no {text:?} in {}", self.transcript())));
        }
    }

    /// Makes the window of a program that was started with a size of its own as wide as this; `folder` is the program's.
    pub fn widen(&mut self, folder: &Path, columns: u16) {
        let pid = std::fs::read_to_string(folder.join("pid")).unwrap();
        let terminal = format!("/proc/{}/fd/0", pid.trim());
        let done = Command::new("stty")
            .args(["-F", &terminal, "cols", &columns.to_string()])
            .status();
        assert!(done.unwrap().success());
        self.size.columns = columns;
    }

    /// Reads on until `text` stands on the screen, as a person sees it; the whole of it.
    pub fn wait_for_screen(&mut self, text: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let more = self.screen.recv_timeout(left);
            self.shown
                .extend(more.unwrap_or_else(|error| panic!("{error}: no {text:?} on\n{screen}")));
        }
    }

    /// What the screen shows now, with plain spaces.
    fn screen(&self) -> String {
        let size = |count: u16| NonZero::new(count).unwrap();
        let mut screen = vt100::Parser::new(size(self.size.lines), size(self.size.columns), 0);
        screen.process(&self.shown);
        screen.screen().contents().replace('\u{a0}', " ")
    }

    /// Presses keys, and again when a while has passed, until `text` is shown: an engine that is busy completes at the
    /// next Tab only.
    pub fn press_until(&mut self, keys: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.transcript().contains(text) {
            assert!(Instant::now() < deadline, "no {text:?} in {}", self.transcript());
            self.press(keys);
            let pause = Instant::now() + Duration::from_secs(1);
            while let Ok(more) = self
                .screen
                .recv_timeout(pause.saturating_duration_since(Instant::now()))
            {
                self.shown.extend(more);
            }
        }
        self.read = self.shown.len();
    }

    /// All that was shown.
    pub fn transcript(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// Waits for the end of a program that ends by itself; its status.
    pub fn end(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Leaves by Ctrl-D; the program's status.
    pub fn leave(mut self) -> Option<i32> {
        self.wait_for(PROMPT);
        self.press(END);
        self.wait_for("À bientôt");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Terminal {
    /// A test that failed must not leave its program behind: it ends when its terminal does.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

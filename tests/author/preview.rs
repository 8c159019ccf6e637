//! `apercu`: the page, its reload after a save, and who it is not for.

use super::folder;
use super::support::Machine;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A preview that runs.
struct Preview {
    machine: Machine,
    child: Child,
    address: String,
}

impl Preview {
    fn start() -> Self {
        let machine = Machine::new();
        std::fs::copy(folder().join("sound.md"), machine.lessons().join("01-essai.md")).unwrap();
        let mut command = machine.command(&["auteur", "apercu", "essai", "--json", "--lecons"]);
        command
            .arg(machine.lessons())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let document: serde_json::Value = serde_json::from_str(&line).unwrap();
        let url = document["url"].as_str().unwrap();
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{url}");
        Self {
            machine,
            child,
            address,
        }
    }

    /// The answer to a request, with its head.
    fn ask(&self, request: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let text = format!("{request} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), &self.address)
    }

    fn write(&self, text: &str) {
        std::fs::write(self.machine.lessons().join("01-essai.md"), text).unwrap();
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sound() -> String {
    std::fs::read_to_string(folder().join("sound.md")).unwrap()
}

#[test]
fn the_lesson_is_a_page_with_its_exercises_folded() {
    let preview = Preview::start();
    let page = preview.get("/");
    for expected in [
        "HTTP/1.1 200",
        "default-src 'none'",
        "x-content-type-options: nosniff",
        "<h1 id=\"une-leçon-sans-défaut\">",
        "<details><summary>Indice 1</summary>",
        "<details><summary>Solution</summary>",
        "println!(&quot;somme {}&quot;, 1 + 2);",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert_eq!(
        preview.get("/01-essai").split("\r\n\r\n").nth(1),
        page.split("\r\n\r\n").nth(1)
    );
    for asset in ["/apercu.css", "/apercu.js"] {
        assert!(preview.get(asset).starts_with("HTTP/1.1 200"), "{asset}");
    }
}

#[test]
fn a_save_reloads_the_page_and_mistakes_take_the_lessons_place() {
    let preview = Preview::start();
    preview.write(&sound().replace(
        "Une cellule l’affiche",
        "Un <script>autre</script> texte l’affiche",
    ));
    assert!(preview.get("/attendre?apres=1").ends_with("{\"version\":2}"));
    let page = preview.get("/");
    assert!(
        page.contains("data-version=\"2\"") && page.contains("&lt;script&gt;autre"),
        "{page}"
    );
    assert!(!page.contains("<script>autre"), "{page}");
    preview.write(&sound().replace("genre = \"nombre\"", "genre = \"nombr\""));
    assert!(preview.get("/attendre?apres=2").ends_with("{\"version\":3}"));
    let page = preview.get("/");
    assert!(
        page.contains("genre inconnu") && page.contains("Ligne 26, colonne 9"),
        "{page}"
    );
    assert!(!page.contains("Une cellule l’affiche"), "{page}");
    preview.write(&sound());
    assert!(preview.get("/attendre?apres=3").ends_with("{\"version\":4}"));
    assert!(preview.get("/").contains("Une cellule l’affiche"));
    let images = preview.machine.lessons().join("images");
    std::fs::create_dir_all(&images).unwrap();
    std::fs::write(
        images.join("essai.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n",
    )
    .unwrap();
    assert!(preview.get("/attendre?apres=4").ends_with("{\"version\":5}"));
}

#[test]
fn another_host_name_another_method_and_other_files_are_refused() {
    let preview = Preview::start();
    let images = preview.machine.lessons().join("images");
    std::fs::create_dir(&images).unwrap();
    std::fs::write(images.join("a.svg"), "<svg/>").unwrap();
    std::fs::write(images.join("a.txt"), "non").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", images.join("dehors.png")).unwrap();
    assert!(
        preview
            .get("/images/a.svg")
            .contains("content-type: image/svg+xml")
    );
    for host in ["exemple.org", "127.0.0.1", "127.0.0.1:1"] {
        assert!(preview.ask("GET /", host).starts_with("HTTP/1.1 403"), "{host}");
    }
    assert!(
        preview
            .ask("POST /", &preview.address)
            .starts_with("HTTP/1.1 405")
    );
    for path in [
        "/01-essai.md",
        "/images/a.txt",
        "/images/dehors.png",
        "/images/../01-essai.md",
        "/images/%2e%2e/01-essai.md",
        "/images/",
        "/absent",
    ] {
        assert!(preview.get(path).starts_with("HTTP/1.1 404"), "{path}");
    }
}

#[test]
fn a_signal_stops_it_cleanly() {
    let mut preview = Preview::start();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &preview.child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    assert_eq!(preview.child.wait().unwrap().code(), Some(0));
}

#[test]
fn shown_once_it_is_the_lesson_or_its_mistakes() {
    let machine = Machine::new();
    let shown = machine.on_lessons(&["auteur", "apercu", "essai", "--sans-suivre"]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.out.contains("Premiers pas\n────────────"), "{shown:?}");
    let broken = super::support::LESSON.replace("genre = \"nombre\"", "genre = \"nombr\"");
    std::fs::write(machine.lessons().join("01-essai.md"), broken).unwrap();
    let shown = machine.on_lessons(&["author", "preview", "essai", "--once"]);
    assert_eq!(shown.code, Some(1), "{shown:?}");
    assert!(shown.out.contains("genre inconnu"), "{shown:?}");
}

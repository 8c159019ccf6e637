//! The images of lessons: kept with the lesson that shows them, and refused where they are not there.
#![allow(clippy::unwrap_used)]

use workbook::Workbook;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Un</title></svg>\n";

fn load(body: &str, images: &[(&str, &str)]) -> Result<Workbook, String> {
    let lesson = format!("---\nid: essai\ntitre: Un\nresume: Un.\n---\n\n{body}\n");
    let mut files = vec![("01-essai.md".to_owned(), lesson)];
    files.extend(
        images
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned())),
    );
    Workbook::load(files).map_err(|error| error.plain())
}

#[test]
fn a_lesson_keeps_the_images_that_it_shows_and_no_other() {
    let images = [("images/01-un.svg", SVG), ("images/02-deux.svg", SVG)];
    let book = load("Un mot.\n\n![Un `A` et **B**.](images/01-un.svg)\n", &images).unwrap();
    let kept: Vec<&str> = book.lessons()[0].images.keys().map(String::as_str).collect();
    assert_eq!(kept, ["images/01-un.svg"]);
    assert_eq!(&*book.lessons()[0].images["images/01-un.svg"], SVG);
    assert!(load("Rien.", &[]).unwrap().lessons()[0].images.is_empty());
}

#[test]
fn an_image_in_code_is_no_image() {
    for body in ["`![a](images/x.svg)`", "```text\n![a](images/x.svg)\n```"] {
        assert!(load(body, &[]).is_ok(), "{body}");
    }
}

/// What the lesson says, and what is said of it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "Mot ![Un.](images/09-panorama.svg)",
        "01-essai.md:7:5 : l’image « images/09-panorama.svg » n’existe pas (attendu : un fichier images/09-panorama.svg à côté de la leçon)",
    ),
    (
        "![Un.](images/01-une.svg)",
        "01-essai.md:7:1 : l’image « images/01-une.svg » n’existe pas (attendu : « images/01-un.svg », sans doute)",
    ),
    (
        "- ![Un.](https://exemple.fr/a.svg)",
        "01-essai.md:7:3 : l’image « https://exemple.fr/a.svg » n’est pas un fichier SVG du dossier images (attendu : ![ce que l’image montre](images/NN-nom.svg))",
    ),
    (
        "![](images/01-un.svg)",
        "01-essai.md:7:1 : une image sans texte de remplacement (attendu : ![ce que l’image montre](images/NN-nom.svg))",
    ),
    (
        "![Un.][a]\n\n[a]: images/01-un.svg",
        "01-essai.md:7:1 : l’image « images/01-un.svg » est écrite autrement (attendu : ![ce que l’image montre](images/NN-nom.svg))",
    ),
    (
        "```markdown\n\nMot ![Un.](images/x.svg)\n```",
        "01-essai.md:9:5 : l’image « images/x.svg » n’existe pas (attendu : un fichier images/x.svg à côté de la leçon)",
    ),
];

#[test]
fn an_image_that_cannot_be_shown_is_a_mistake_with_its_place() {
    for (body, expected) in MISTAKES {
        let said = load(body, &[("images/01-un.svg", SVG)]).err().unwrap_or_default();
        assert_eq!(said, *expected, "{body}");
    }
}

#[test]
fn a_file_that_is_no_image_is_told_once_with_the_other_mistakes_of_its_lesson() {
    let said = |svg: &str| {
        load(
            "![Un.](images/a.svg)\n\n![](images/b.svg)",
            &[("images/a.svg", svg)],
        )
        .err()
        .unwrap()
    };
    let plain = said("rien");
    let lines: Vec<&str> = plain.lines().collect();
    assert_eq!(lines.len(), 3, "{plain}");
    assert!(
        lines[0].starts_with("images/a.svg:1:1 : ce n’est pas une image SVG"),
        "{plain}"
    );
    assert!(
        lines[1].contains("01-essai.md:9:1 : l’image « images/b.svg » n’existe pas"),
        "{plain}"
    );
    let scripted = said("<svg>\n<script>1</script></svg>");
    assert!(
        scripted.contains("images/a.svg:2:1 : du code dans une image"),
        "{scripted}"
    );
}

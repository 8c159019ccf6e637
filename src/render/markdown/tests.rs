//! Markdown in, terminal text out.

use super::*;

fn plain(text: &str, width: usize) -> String {
    render(text, Look::plain(width))
}

#[test]
fn a_page_of_every_construct_reads_well() {
    let text = "# Débit\n\nUn *mot* **fort** et `du code`.\n\n- un\n- deux\n  - trois\n\n1. premier\n2. second\n\n```rust\nlet a = 1;\n```\n\nFin, [doc](https://exemple.fr).\n";
    let expected = "Débit\n═════\n\nUn mot fort et `du code`.\n\n• un\n• deux\n  • trois\n\n1. premier\n2. second\n\n── rust ──\n    let a = 1;\n\nFin, doc (https://exemple.fr).\n";
    assert_eq!(plain(text, 60), expected);
}

#[test]
fn a_callout_has_a_french_title_and_a_bar() {
    let text = "> [!WARNING]\n> Une clé secrète\n> ne se partage pas.\n";
    assert_eq!(
        plain(text, 24),
        "│ Attention\n│ Une clé secrète ne se\n│ partage pas.\n"
    );
}

#[test]
fn a_plain_quote_keeps_its_paragraphs_apart() {
    assert_eq!(
        plain("avant\n\n> un\n>\n> deux\n\naprès", 40),
        "avant\n\n│ un\n│\n│ deux\n\naprès\n"
    );
}

#[test]
fn a_table_shrinks_to_the_width() {
    let text = "| mode | coût |\n|---|---|\n| à la demande | par requête, sans réserver |\n";
    let expected = "mode         │ coût\n─────────────┼────────────────\nà la demande │ par requête,\n             │ sans réserver\n";
    assert_eq!(
        plain(text, 31),
        expected.replace("┼────────────────", "┼─────────────────")
    );
}

#[test]
fn items_wrap_under_their_text() {
    assert_eq!(
        plain("- une phrase assez longue", 20),
        "• une phrase assez\n  longue\n"
    );
}

#[test]
fn no_escape_code_is_written_without_colours() {
    let text = "# T\n\n**a** `b` [c](https://d.fr)\n\n> [!NOTE]\n> e\n";
    assert!(!plain(text, 80).contains('\u{1b}'));
    assert!(
        render(
            text,
            Look {
                color: true,
                ..Look::plain(80)
            }
        )
        .contains('\u{1b}')
    );
}

#[test]
fn an_image_is_shown_as_what_it_says_and_where_it_is() {
    let text =
        "Avant.\n\n![Deux **versions** d’un objet, et un `marqueur`.](images/04-versions.svg)\n\nAprès.\n";
    assert_eq!(
        plain(text, 80),
        "Avant.\n\n[Figure\u{a0}: Deux versions d’un objet, et un `marqueur`.] (images/04-versions.svg)\n\nAprès.\n"
    );
    assert!(plain(text, 40).lines().all(|line| line.chars().count() <= 40));
}

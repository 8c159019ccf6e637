//! Code in a page: as it is written, and folded where a line is longer than the terminal's.

use super::highlight::Colours;
use super::style::{Ink, Look};
use super::wrap::columns;
use unicode_width::UnicodeWidthChar;

/// What opens a line that continues the one above it.
const FOLD: &str = "↪ ";

/// The lines of code in its colours, none longer than `width` where the look folds. What is folded goes on under its line's
/// own indent, after a mark: the mark is no code.
pub(super) fn lines(code: &Colours<'_>, width: usize, look: Look) -> Vec<String> {
    let mut lines = Vec::new();
    let mut start = 0;
    for whole in code.source().split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if look.fold {
            lines.extend(folded(code, start, line, width, look));
        } else {
            lines.push(code.paint(start, line, look));
        }
        start += whole.len();
    }
    lines
}

fn folded(code: &Colours<'_>, start: usize, line: &str, width: usize, look: Look) -> Vec<String> {
    let indent = columns(line) - columns(line.trim_start());
    let margin = " ".repeat(indent.min(width / 3));
    let (head, mut rest) = cut(line, width);
    let mut shown = vec![code.paint(start, head.trim_end(), look)];
    let room = width.saturating_sub(margin.len() + columns(FOLD));
    while !rest.is_empty() {
        let at = start + line.len() - rest.len();
        let (head, tail) = cut(rest, room);
        shown.push(format!(
            "{margin}{}{}",
            look.paint(Ink::Dim, FOLD),
            code.paint(at, head.trim_end(), look)
        ));
        rest = tail;
    }
    shown
}

/// What a line may be cut behind where it has no space: no name is cut in two.
const JOINTS: &str = "(,:/&?=[{|";

/// Cuts a line after at most `width` columns: behind a space, else at a joint, if one is in the second half. A space
/// that has no room ends the line all the same.
fn cut(line: &str, width: usize) -> (&str, &str) {
    let (mut used, mut end, mut space, mut joint) = (0, 0, 0, 0);
    for (at, letter) in line.char_indices() {
        match letter {
            ' ' => space = at + 1,
            // A call goes on with its dot.
            '.' => joint = at,
            _ => {}
        }
        used += letter.width().unwrap_or(0);
        if used > width.max(2) {
            let in_the_second_half = |place: &usize| used / 2 < columns(&line[..*place]);
            let place = [space, joint].into_iter().find(in_the_second_half);
            return line.split_at(place.unwrap_or(end));
        }
        end = at + letter.len_utf8();
        if JOINTS.contains(letter) {
            joint = end;
        }
    }
    (line, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(source: &str, width: usize) -> Vec<String> {
        let look = Look {
            fold: true,
            ..Look::plain(width)
        };
        lines(&Colours::plain(source, Ink::Code), width, look)
    }

    #[test]
    fn a_long_line_goes_on_under_its_indent_after_a_mark() {
        assert_eq!(
            fold("  let nombre = premier + second + troisieme;", 24),
            ["  let nombre = premier +", "  ↪ second + troisieme;"]
        );
        assert_eq!(fold("  let nombre = premier + second;", 20)[0], "  let nombre =");
    }

    #[test]
    fn a_line_without_spaces_is_cut_where_the_terminal_ends() {
        let shown = fold(&"é".repeat(50), 20);
        assert_eq!(shown.len(), 3);
        assert!(shown.iter().all(|line| columns(line) <= 20), "{shown:?}");
        assert_eq!(shown.concat().replace(FOLD, ""), "é".repeat(50));
    }

    #[test]
    fn no_name_is_cut_in_two_where_a_joint_is_near() {
        assert_eq!(
            fold("atelier.s3.get_object().bucket(nom).send()", 24),
            ["atelier.s3.get_object()", "↪ .bucket(nom).send()"]
        );
        assert_eq!(
            fold("BucketLocationConstraint::EuWest3", 30),
            ["BucketLocationConstraint::", "↪ EuWest3"]
        );
    }

    #[test]
    fn what_fits_and_what_does_not_go_to_a_terminal_stay_as_they_are() {
        let long = "let x = 1; ".repeat(30);
        assert_eq!(
            lines(&Colours::plain(&long, Ink::Code), 20, Look::plain(20)),
            [long.as_str()]
        );
        assert_eq!(fold("a b\n\nc", 20), ["a b", "", "c"]);
        assert_eq!(fold("", 20), Vec::<String>::new());
    }

    #[test]
    fn the_narrowest_terminal_still_shows_everything() {
        let shown = fold("        profond", 3);
        assert_eq!(shown.concat().replace(FOLD, "").replace(' ', ""), "profond");
    }
}

//! Plots as inline SVG: readable without colours, in print, and by a screen reader, which is given their words.

use crate::render::html::escaped;
use std::fmt::Write;

/// One bar.
pub(super) struct Bar {
    /// What it is.
    pub(super) label: String,
    /// How long it is, from 0 to 1.
    pub(super) part: f64,
    /// What stands at its end.
    pub(super) words: String,
}

/// The drawing's width, in its own units; a page scales it.
const WIDTH: f64 = 720.0;
/// A row of a chart of bars.
const ROW: f64 = 26.0;
/// Where bars begin.
const LEFT: f64 = 250.0;
/// What is left for the words at their end.
const RIGHT: f64 = 120.0;
/// The longest label, in characters.
const LABEL: usize = 34;
/// The height of a histogram's columns.
const HEIGHT: f64 = 160.0;

/// Bars below one another. `title` is read aloud in place of the drawing; the same numbers stand in a table beside it.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let rows = u32::try_from(bars.len()).map_or(0.0, f64::from);
    let mut svg = open(title, rows * ROW + 8.0);
    let mut top = 4.0;
    for bar in bars {
        let length = (WIDTH - LEFT - RIGHT) * bar.part.clamp(0.0, 1.0);
        let middle = top + ROW / 2.0 + 4.0;
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{middle:.0}\" text-anchor=\"end\">{}</text>\
             <rect class=\"fond\" x=\"{LEFT:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"16\"/>\
             <rect class=\"barre\" x=\"{LEFT:.0}\" y=\"{:.0}\" width=\"{length:.1}\" height=\"16\"/>\
             <text x=\"{:.0}\" y=\"{middle:.0}\">{}</text>",
            LEFT - 8.0,
            escaped(&short(&bar.label)),
            top + 5.0,
            WIDTH - LEFT - RIGHT,
            top + 5.0,
            WIDTH - RIGHT + 8.0,
            escaped(&bar.words)
        );
        top += ROW;
    }
    svg.push_str("</svg>");
    svg
}

/// Columns beside one another: how many learners have how many points.
pub(super) fn columns(title: &str, columns: &[(String, usize)]) -> String {
    let most = columns.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let number = |count: usize| u32::try_from(count).map_or(0.0, f64::from);
    let step = WIDTH / number(columns.len().max(1));
    let mut svg = open(title, HEIGHT + 44.0);
    let mut left = 0.0;
    for (label, count) in columns {
        let height = HEIGHT * number(*count) / number(most);
        let (top, middle) = (20.0 + HEIGHT - height, left + step / 2.0);
        let _ = write!(
            svg,
            "<rect class=\"barre\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>\
             <text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{count}</text>\
             <text x=\"{middle:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            left + 3.0,
            (step - 6.0).max(1.0),
            top - 5.0,
            HEIGHT + 38.0,
            escaped(label)
        );
        left += step;
    }
    let _ = write!(
        svg,
        "<line x1=\"0\" y1=\"{0:.0}\" x2=\"{WIDTH:.0}\" y2=\"{0:.0}\"/></svg>",
        HEIGHT + 20.0
    );
    svg
}

fn open(title: &str, height: f64) -> String {
    format!(
        "<svg role=\"img\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" aria-label=\"{0}\"><title>{0}</title>",
        escaped(title)
    )
}

fn short(label: &str) -> String {
    if label.chars().count() <= LABEL {
        return label.to_owned();
    }
    let begun: String = label.chars().take(LABEL - 1).collect();
    format!("{begun}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_s_words_are_harmless_and_its_bars_stay_within() {
        let bar = Bar {
            label: "<b> & \"un très long titre d’exercice qui ne tient pas\"".to_owned(),
            part: 7.0,
            words: "100\u{a0}%".to_owned(),
        };
        let svg = bars("Réussite <i>", &[bar]);
        assert!(!svg.contains("<b>") && !svg.contains("<i>"), "{svg}");
        assert!(svg.contains("<title>Réussite &lt;i&gt;</title>"), "{svg}");
        assert!(svg.contains("width=\"350.0\""), "{svg}");
        assert!(svg.contains('…'), "{svg}");
    }

    #[test]
    fn columns_of_nobody_have_no_height() {
        let svg = columns("Notes", &[("0".to_owned(), 0), ("1".to_owned(), 4)]);
        assert!(
            svg.contains("height=\"0.0\"") && svg.contains("height=\"160.0\""),
            "{svg}"
        );
    }
}

//! An SVG as pixels. Whatever a cell hands over, it costs little time and memory, and opens no file.

use super::room::{Frame, pixels};
use resvg::tiny_skia::{Color, IntSize, Pixmap, Transform};
use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use resvg::usvg::{self, Group, ImageHrefResolver, Options, Tree, fontdb};
use std::sync::mpsc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Bytes of a document; a figure of a lesson has some ten thousand.
const LARGEST: usize = 2 << 20;
/// Nodes of a document.
const MOST_NODES: u32 = 60_000;
/// A marker is drawn once for each point of a path: what they hold, times the characters of all paths.
const MOST_MARKERS: usize = 4_000_000;
/// Nobody waits longer for a figure.
const LIMIT: Duration = Duration::from_secs(3);
/// Elements within one another are read one function within another.
const STACK: usize = 32 << 20;

/// What a figure is drawn with. What is not here could be drawn again and again by a few bytes (`use`, `pattern`,
/// `filter`), or comes from elsewhere (`image`).
const ELEMENTS: [&str; 21] = [
    "a",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "line",
    "linearGradient",
    "marker",
    "metadata",
    "path",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "svg",
    "text",
    "title",
    "tspan",
];

/// `DejaVu` Sans, whose licence lies beside it; a machine without any font shows figures too.
const FONTS: [&[u8]; 2] = [
    include_bytes!("fonts/DejaVuSans.ttf"),
    include_bytes!("fonts/DejaVuSans-Bold.ttf"),
];
const FAMILY: &str = "DejaVu Sans";

static FONT_BASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut base = fontdb::Database::new();
    for font in FONTS {
        base.load_font_data(font.to_vec());
    }
    base.set_serif_family(FAMILY);
    base.set_sans_serif_family(FAMILY);
    base.set_monospace_family(FAMILY);
    base.set_cursive_family(FAMILY);
    base.set_fantasy_family(FAMILY);
    Arc::new(base)
});

/// Opaque pixels, row by row: red, green, blue, 255.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgba: Vec<u8>,
}

impl Pixels {
    /// As a PNG.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let size = IntSize::from_wh(self.width, self.height)?;
        Pixmap::from_vec(self.rgba.clone(), size)?.encode_png().ok()
    }

    /// The color at a place; white outside.
    pub(super) fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let inside = x < self.width && y < self.height;
        let start = (y as usize * self.width as usize + x as usize) * 4;
        let found = self.rgba.get(start..start + 3).filter(|_| inside);
        found.map_or([255; 3], |found| [found[0], found[1], found[2]])
    }
}

/// A text of a figure, and where its middle is; 1 is the whole width, or height.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) x: f32,
    pub(super) y: f32,
    /// Whether it is read from below.
    pub(super) upright: bool,
}

/// What a figure says of itself, for who does not see it.
pub(super) fn words(svg: &str) -> Option<String> {
    let document = document(svg)?;
    let said = |name: &str| {
        let told = document
            .root_element()
            .children()
            .find(|child| child.has_tag_name((SVG, name)))?;
        let words = told.text()?.split_ascii_whitespace().collect::<Vec<_>>();
        (!words.is_empty()).then(|| words.join(" "))
    };
    match (said("title"), said("desc")) {
        (Some(title), Some(more)) => Some(format!("{title}. {more}")),
        (title, more) => title.or(more),
    }
}

/// The figure in the frame that its size has.
pub(super) fn drawn(
    svg: &str,
    frame: impl FnOnce((f32, f32)) -> Option<Frame> + Send + 'static,
) -> Option<(Pixels, Frame)> {
    let svg = svg.to_owned();
    in_time(move || {
        let tree = tree(&svg, Arc::clone(&FONT_BASE))?;
        let frame = frame(size(&tree))?;
        Some((fill(&tree, frame)?, frame))
    })
}

/// The figure without its texts, and these.
pub(super) fn sketched(
    svg: &str,
    frame: impl FnOnce((f32, f32)) -> Option<Frame> + Send + 'static,
) -> Option<(Pixels, Vec<Label>, Frame)> {
    let svg = svg.to_owned();
    in_time(move || {
        let shapes = tree(&svg, Arc::new(fontdb::Database::new()))?;
        let whole = tree(&svg, Arc::clone(&FONT_BASE))?;
        let frame = frame(size(&shapes))?;
        let mut labels = Vec::new();
        gather(whole.root(), size(&whole), &mut labels);
        Some((fill(&shapes, frame)?, labels, frame))
    })
}

/// What `work` makes, unless it takes too long. What is not done by then goes on beside the program, and is forgotten.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
    let (sender, made) = mpsc::channel();
    let builder = std::thread::Builder::new()
        .name("figure".to_owned())
        .stack_size(STACK);
    builder.spawn(move || sender.send(work()).is_ok()).ok()?;
    made.recv_timeout(LIMIT).ok().flatten()
}

const SVG: &str = "http://www.w3.org/2000/svg";

/// A document of a reasonable size, whose elements are all known. Without a DTD there are no entities.
fn document(svg: &str) -> Option<Document<'_>> {
    if svg.len() > LARGEST {
        return None;
    }
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(svg, options).ok()?;
    let known = |node: Node<'_, '_>| {
        let name = node.tag_name();
        name.namespace() != Some(SVG) || ELEMENTS.contains(&name.name())
    };
    let elements = || document.descendants().filter(Node::is_element);
    let marked: usize = elements()
        .filter(|node| node.has_tag_name((SVG, "marker")))
        .map(|marker| marker.descendants().count())
        .sum();
    let points: usize = elements()
        .flat_map(|node| [node.attribute("d"), node.attribute("points")])
        .flatten()
        .map(str::len)
        .sum();
    (elements().all(known) && marked.saturating_mul(points) <= MOST_MARKERS).then_some(document)
}

fn tree(svg: &str, fonts: Arc<fontdb::Database>) -> Option<Tree> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: fonts,
        languages: vec!["fr".to_owned()],
        // Neither a file nor a picture within.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_xmltree(&document(svg)?, &options).ok()
}

fn size(tree: &Tree) -> (f32, f32) {
    (tree.size().width(), tree.size().height())
}

/// On white, as on paper: a figure is drawn for that, and a terminal may be dark.
fn fill(tree: &Tree, frame: Frame) -> Option<Pixels> {
    let (width, height) = size(tree);
    let scale = (pixels(frame.width) / width).min(pixels(frame.height) / height);
    let mut paper = Pixmap::new(frame.width, frame.height)?;
    paper.fill(Color::WHITE);
    resvg::render(tree, Transform::from_scale(scale, scale), &mut paper.as_mut());
    Some(Pixels {
        width: frame.width,
        height: frame.height,
        rgba: paper.take(),
    })
}

fn gather(group: &Group, (width, height): (f32, f32), labels: &mut Vec<Label>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => gather(group, (width, height), labels),
            usvg::Node::Text(text) => {
                let place = text.abs_bounding_box();
                let words: Vec<&str> = text.chunks().iter().map(usvg::TextChunk::text).collect();
                labels.push(Label {
                    text: words.concat().trim().to_owned(),
                    x: f32::midpoint(place.left(), place.right()) / width,
                    y: f32::midpoint(place.top(), place.bottom()) / height,
                    // It is turned where it goes more up than along.
                    upright: {
                        let turned = text.abs_transform();
                        turned.ky.abs() > turned.sx.abs()
                    },
                });
            }
            usvg::Node::Path(_) | usvg::Node::Image(_) => {}
        }
    }
}

//! The languages whose code is coloured: a line of the table each.

/// How a language is read.
pub(super) struct Language {
    /// Its names in a fence.
    pub(super) names: &'static [&'static str],
    /// What begins a comment that goes on to the end of its line.
    pub(super) comment: &'static str,
    /// What stands around a text.
    pub(super) quotes: &'static [&'static str],
    /// Words of its own.
    pub(super) words: &'static [&'static str],
    /// Whether a name with a capital is a type.
    pub(super) types: bool,
    /// Whether a text before a colon is a key.
    pub(super) keys: bool,
    /// Whether a word that begins with `-` is an option.
    pub(super) options: bool,
}

/// Those that lessons are written in.
pub(super) const LANGUAGES: [Language; 5] = [
    Language {
        names: &["rust"],
        comment: "//",
        quotes: &["\""],
        words: &[
            "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "false",
            "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
            "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
            "while",
        ],
        types: true,
        keys: false,
        options: false,
    },
    Language {
        names: &["python"],
        comment: "#",
        quotes: &["\"\"\"", "'''", "\"", "'"],
        words: &[
            "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
            "else", "except", "False", "finally", "for", "from", "global", "if", "import", "in", "is",
            "lambda", "None", "not", "or", "pass", "raise", "return", "True", "try", "while", "with",
            "yield",
        ],
        types: true,
        keys: false,
        options: false,
    },
    Language {
        names: &["bash", "sh", "console"],
        comment: "#",
        quotes: &["\"", "'"],
        words: &[
            "case", "do", "done", "elif", "else", "esac", "export", "fi", "for", "function", "if", "in",
            "local", "then", "until", "while",
        ],
        types: false,
        keys: false,
        options: true,
    },
    Language {
        names: &["json"],
        comment: "",
        quotes: &["\""],
        words: &["true", "false", "null"],
        types: false,
        keys: true,
        options: false,
    },
    Language {
        names: &["toml", "yaml"],
        comment: "#",
        quotes: &["\"", "'"],
        words: &["true", "false", "null"],
        types: false,
        keys: true,
        options: false,
    },
];

//! Where a function finds what a layer brings, once it is unpacked in `/opt`.
//! <https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html>

use crate::archive::Entry;

/// The folders of an archive that Python looks into, in its order.
pub(super) fn python_folders(version: &str) -> [String; 2] {
    [
        format!("python/lib/python{version}/site-packages/"),
        "python/".to_owned(),
    ]
}

/// Whether a module, such as `facture` or `facture.taux`, is in a folder of the archive (empty for its root).
pub(super) fn has_module(entries: &[Entry], folder: &str, module: &str) -> bool {
    let path = format!("{folder}{}", module.replace('.', "/"));
    entries.iter().any(|entry| {
        let rest = entry.path.strip_prefix(&path);
        rest.is_some_and(|rest| rest == ".py" || rest.starts_with('/') || is_compiled(rest))
    })
}

/// `.so`, `.cpython-313-x86_64-linux-gnu.so`: what follows the name of a module that is machine code.
fn is_compiled(rest: &str) -> bool {
    let kind = rest.strip_prefix('.').and_then(|rest| rest.rsplit('.').next());
    kind == Some("so") && !rest.contains('/')
}

/// The file at a path.
pub(super) fn file<'a>(entries: &'a [Entry], path: &str) -> Option<&'a Entry> {
    entries
        .iter()
        .find(|entry| entry.path.trim_start_matches("./") == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(paths: &[&str]) -> Vec<Entry> {
        let entry = |path: &&str| Entry {
            path: (*path).to_owned(),
            bytes: 1,
            executable: false,
        };
        paths.iter().map(entry).collect()
    }

    #[test]
    fn a_module_is_a_file_a_folder_or_machine_code() {
        let found = entries(&[
            "python/a.py",
            "python/b/__init__.py",
            "python/c.cpython-313-x86_64-linux-gnu.so",
            "python/abc.py",
        ]);
        for module in ["a", "b", "c", "abc"] {
            assert!(has_module(&found, "python/", module), "{module}");
        }
        for module in ["ab", "d", "a.b"] {
            assert!(!has_module(&found, "python/", module), "{module}");
        }
        assert!(!has_module(&found, "", "a"));
    }
}

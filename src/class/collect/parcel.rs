//! A learner's folder as it came back, unpacked or in a ZIP: what of it is read, and how much at most. No name in it is
//! ever written to.

use super::find::is_zip;
use crate::class::manifest;
use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use zip::ZipArchive;
use zip::result::ZipError;

/// The largest archive that is opened, in bytes.
const LARGEST: u64 = 256 << 20;
/// The most files that an archive may list.
const ENTRIES: usize = 10_000;
/// The bits of a file's mode that say that it is a link.
const KIND: u32 = 0o170_000;
const LINK: u32 = 0o120_000;

/// Why nothing can be taken from what came back.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("l’archive est tronquée ou abîmée (détail\u{a0}: {0})")]
    Damaged(String),
    #[error("l’archive est protégée par un mot de passe")]
    Locked,
    #[error("l’archive dépasse {} Mio", LARGEST >> 20)]
    TooBig,
    #[error("l’archive liste plus de {ENTRIES} fichiers")]
    TooMany,
    #[error("deux fichiers de l’archive ont le même nom")]
    Twice,
    #[error("{} n’y est pas", manifest::FILE)]
    NoManifest,
    #[error("c’est une archive d’archives\u{a0}: décompresse-la dans un dossier, puis collecte ce dossier")]
    Nested,
    #[error(
        "ce n’est pas un ZIP, et Cahier ne lit que les ZIP et les dossiers\u{a0}: décompresse-la sur place, puis collecte à nouveau"
    )]
    OtherArchive,
    #[error("impossible de lire {name} ({})", crate::failure::system(.source))]
    Unreadable { name: String, source: std::io::Error },
}

impl Fault {
    /// The code for machines.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Damaged(_) => "damaged_archive",
            Self::Locked => "locked_archive",
            Self::TooBig | Self::TooMany => "archive_too_big",
            Self::Twice => "ambiguous_archive",
            Self::NoManifest => "no_manifest",
            Self::Nested => "nested_archive",
            Self::OtherArchive => "other_archive",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}

/// When something was handed in: seconds since 1970, and nanoseconds of that second.
pub(super) type Moment = (i64, u32);

/// What became of a file that was looked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Bytes(Vec<u8>),
    Missing,
    /// It is there, and is not taken: why, in French.
    Refused(String),
    /// It is there, and cannot be read to its end.
    Damaged,
}

/// What came back, open.
pub(super) enum Parcel {
    /// A folder that has a manifest.
    Folder(PathBuf),
    /// An archive.
    Zip(Box<Zip>),
}

/// An archive and what it lists.
pub(super) struct Zip {
    archive: ZipArchive<BufReader<File>>,
    names: Vec<String>,
    modified: Moment,
}

impl Parcel {
    /// Opens an archive.
    pub(super) fn zip(path: &Path) -> Result<Self, Fault> {
        let unreadable = |source| Fault::Unreadable {
            name: path.display().to_string(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.len() > LARGEST {
            return Err(Fault::TooBig);
        }
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| told(&error))?;
        if archive.len() > ENTRIES {
            return Err(Fault::TooMany);
        }
        if archive.has_duplicate_names() {
            return Err(Fault::Twice);
        }
        let names = (0..archive.len()).map(|index| match archive.name_for_index(index) {
            // Windows' own tools once wrote `\`.
            Some(Ok(name)) => name.replace('\\', "/"),
            _ => String::new(),
        });
        let names: Vec<String> = names.collect();
        // The names of a locked archive are there for all to read.
        let manifest = names.iter().position(|name| name.ends_with(manifest::FILE));
        let fault = manifest.and_then(|index| archive.by_index(index).err().map(|error| told(&error)));
        if let Some(Fault::Locked) = fault {
            return Err(Fault::Locked);
        }
        Ok(Self::Zip(Box::new(Zip {
            names,
            modified: modified(&about),
            archive,
        })))
    }

    /// The folders in it that have a manifest, each ending in `/`, or empty.
    pub(super) fn roots(&self) -> Result<Vec<String>, Fault> {
        let Self::Zip(zip) = self else {
            return Ok(vec![String::new()]);
        };
        // macOS puts a shadow of each file there.
        let named = zip.names.iter().filter(|name| !name.starts_with("__MACOSX/"));
        let roots: Vec<String> = named
            .filter_map(|name| name.strip_suffix(manifest::FILE))
            .filter(|root| root.is_empty() || root.ends_with('/'))
            .map(str::to_owned)
            .collect();
        if !roots.is_empty() {
            Ok(roots)
        } else if self.nested(&[]).is_empty() {
            Err(Fault::NoManifest)
        } else {
            Err(Fault::Nested)
        }
    }

    /// The archives in an archive that lie in none of these folders: what other learners handed in, as a platform packs it.
    pub(super) fn nested(&self, roots: &[String]) -> Vec<&str> {
        let Self::Zip(zip) = self else {
            return Vec::new();
        };
        let names = zip.names.iter().map(String::as_str);
        let alone = |name: &&str| {
            let name = *name;
            is_zip(Path::new(name))
                && !name.starts_with("__MACOSX/")
                && !roots.iter().any(|root| name.starts_with(root))
        };
        names.filter(alone).collect()
    }

    /// A file of at most `most` bytes.
    pub(super) fn read(&mut self, root: &str, name: &str, most: u64) -> Content {
        match self {
            Self::Folder(folder) => in_folder(&folder.join(name), name, most),
            Self::Zip(zip) => zip.read(&format!("{root}{name}"), name, most),
        }
    }

    /// When it was handed in, as far as its files tell: an archive's own time, or the newest of these files.
    pub(super) fn handed_in<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Moment {
        match self {
            Self::Zip(zip) => zip.modified,
            Self::Folder(folder) => {
                let times = names.into_iter().filter_map(|name| {
                    let about = fs::symlink_metadata(folder.join(name)).ok()?;
                    Some(modified(&about))
                });
                times.max().unwrap_or_default()
            }
        }
    }

    /// Names that lead out of the archive: nothing is ever unpacked by them, but they are no accident.
    pub(super) fn leading_out(&self) -> Vec<&str> {
        let Self::Zip(zip) = self else {
            return Vec::new();
        };
        let leads_out = |name: &&str| name.starts_with('/') || name.split('/').any(|part| part == "..");
        zip.names.iter().map(String::as_str).filter(leads_out).collect()
    }
}

impl Zip {
    fn read(&mut self, path: &str, name: &str, most: u64) -> Content {
        let Some(index) = self.names.iter().position(|one| one == path) else {
            return Content::Missing;
        };
        let Ok(entry) = self.archive.by_index(index) else {
            return Content::Damaged;
        };
        if entry.unix_mode().is_some_and(|mode| mode & KIND == LINK) {
            return Content::Refused(link(name));
        }
        let mut bytes = Vec::new();
        // What an archive says of a size is not believed: a bomb says little.
        match entry.take(most + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > most => Content::Refused(too_long(name, most)),
            Ok(_) => Content::Bytes(bytes),
            Err(_) => Content::Damaged,
        }
    }
}

fn in_folder(path: &Path, name: &str, most: u64) -> Content {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_symlink() => return Content::Refused(link(name)),
        Ok(about) if !about.is_file() => return Content::Refused(format!("{name} n’est pas un fichier")),
        Ok(about) if about.len() > most => return Content::Refused(too_long(name, most)),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Content::Missing,
        Err(_) => return Content::Damaged,
    }
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)) {
        Ok(_) if bytes.len() as u64 > most => Content::Refused(too_long(name, most)),
        Ok(_) => Content::Bytes(bytes),
        Err(_) => Content::Damaged,
    }
}

fn link(name: &str) -> String {
    format!("{name} est un lien, et non un fichier")
}

fn too_long(name: &str, most: u64) -> String {
    let most = workbook::french::memory(most);
    format!("{name} dépasse {most}")
}

fn told(error: &ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Fault::Locked,
        other => Fault::Damaged(other.to_string()),
    }
}

fn modified(about: &fs::Metadata) -> Moment {
    let since = about
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|since| Some((i64::try_from(since.as_secs()).ok()?, since.subsec_nanos())))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::{Cursor, Write as _};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn opened(
        make: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>),
    ) -> (tempfile::TempDir, Result<Parcel, Fault>) {
        let folder = tempfile::tempdir().unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        make(&mut zip);
        let path = folder.path().join("a.zip");
        fs::write(&path, zip.finish().unwrap().into_inner()).unwrap();
        let parcel = Parcel::zip(&path);
        (folder, parcel)
    }

    fn add(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, content: &[u8]) {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }

    #[test]
    fn what_is_read_of_an_archive_is_bounded_whatever_it_says() {
        let (_folder, parcel) = opened(|zip| {
            add(zip, "d/cahier-devoir.json", b"{}");
            add(zip, "__MACOSX/d/cahier-devoir.json", b"x");
            add(zip, "d/bombe.txt", &vec![0; 4 << 20]);
            add(zip, "d/petit.txt", b"12");
            add(zip, "../dehors.txt", b"x");
            zip.add_symlink("d/lien.txt", "/etc/passwd", SimpleFileOptions::default())
                .unwrap();
        });
        let mut parcel = parcel.unwrap();
        assert_eq!(parcel.roots().unwrap(), ["d/"]);
        assert_eq!(parcel.leading_out(), ["../dehors.txt"]);
        assert_eq!(parcel.read("d/", "petit.txt", 2), Content::Bytes(b"12".to_vec()));
        assert_eq!(parcel.read("d/", "absent.txt", 2), Content::Missing);
        for (name, words) in [("bombe.txt", "dépasse 1\u{a0}Mio"), ("lien.txt", "est un lien")] {
            let Content::Refused(why) = parcel.read("d/", name, 1 << 20) else {
                panic!("{name}");
            };
            assert!(why.contains(words), "{why}");
        }
    }

    #[test]
    fn an_archive_that_ends_early_or_is_none_is_told_as_such() {
        let (folder, parcel) = opened(|zip| add(zip, "cahier-devoir.json", &[b'x'; 500]));
        assert_eq!(parcel.unwrap().roots().unwrap(), [""]);
        let whole = fs::read(folder.path().join("a.zip")).unwrap();
        let path = folder.path().join("b.zip");
        for bytes in [&whole[..whole.len() / 2], b"", b"pas une archive"] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(Parcel::zip(&path).err().unwrap().code(), "damaged_archive");
        }
    }

    #[test]
    fn archives_in_an_archive_are_told_and_those_that_are_answers_are_not() {
        let (_folder, parcel) = opened(|zip| {
            add(zip, "Ada_1_file/iam-ada.zip", b"PK");
            add(zip, "Bob_2_file/iam-bob.ZIP", b"PK");
        });
        assert_eq!(parcel.unwrap().roots().unwrap_err().code(), "nested_archive");
        let (_folder, parcel) = opened(|zip| {
            add(zip, "Ada_1_file/iam-ada/cahier-devoir.json", b"{}");
            add(zip, "Ada_1_file/iam-ada/01-01-couche.zip", b"PK");
            add(zip, "Bob_2_file/iam-bob.zip", b"PK");
        });
        let parcel = parcel.unwrap();
        let roots = parcel.roots().unwrap();
        assert_eq!(roots, ["Ada_1_file/iam-ada/"]);
        assert_eq!(parcel.nested(&roots), ["Bob_2_file/iam-bob.zip"]);
    }

    #[test]
    fn an_archive_with_a_password_is_told_as_such() {
        let (folder, _) = opened(|zip| add(zip, "d/cahier-devoir.json", b"{}"));
        let path = folder.path().join("a.zip");
        let mut bytes = fs::read(&path).unwrap();
        // The first bit of the flags, in both headers of the file.
        for (header, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
            let at = bytes.windows(4).position(|seen| seen == header).unwrap();
            bytes[at + flags] |= 1;
        }
        fs::write(&path, bytes).unwrap();
        assert_eq!(Parcel::zip(&path).err().unwrap().code(), "locked_archive");
    }

    #[test]
    fn a_folder_is_read_without_following_links() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "12").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("b.txt")).unwrap();
        fs::create_dir(folder.path().join("c.txt")).unwrap();
        let mut parcel = Parcel::Folder(folder.path().to_owned());
        assert_eq!(parcel.read("", "a.txt", 2), Content::Bytes(b"12".to_vec()));
        for name in ["b.txt", "c.txt"] {
            assert!(matches!(parcel.read("", name, 2), Content::Refused(_)), "{name}");
        }
        assert!(matches!(parcel.read("", "a.txt", 1), Content::Refused(_)));
        assert_eq!(parcel.read("", "d.txt", 1), Content::Missing);
    }
}

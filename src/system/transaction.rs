#![expect(clippy::disallowed_methods, reason = "this is the door that the ban leads to")]
//! Writes a folder of files, all or nothing: new texts are written beside it first, so that a full disk is met before
//! anything is touched, and each step that follows can be undone.

use crate::system::FileTree;
use std::fs;
use std::io;
use std::io::Write;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;
use tempfile::Builder;
use tempfile::TempDir;

/// The part of a staging folder that the new files are in.
const NEW: &str = "new";

/// The part of a staging folder that the replaced files are in, until all is done.
const OLD: &str = "old";

/// Makes a folder hold exactly these of our files. Files that are the same already are left alone.
///
/// # Errors
/// Something cannot be written, a file that is not ours stands in the way, or a link leads elsewhere; the folder is as
/// before then.
pub(super) fn write_tree(folder: &Path, tree: &FileTree) -> io::Result<()> {
    for path in tree.files.keys().chain(&tree.own) {
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(refusal(io::ErrorKind::InvalidInput, path, "leads out of the folder"));
        }
    }
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return write_new(folder, tree),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_dir() => {
            return Err(refusal(io::ErrorKind::NotADirectory, folder, "is a file, not a folder"));
        }
        Ok(_) => {}
    }
    for path in tree.files.keys() {
        refuse_foreign(folder, path, tree)?;
    }
    let changed: Vec<&Path> = tree
        .files
        .iter()
        .filter(|(path, text)| !is_same(&folder.join(path), text))
        .map(|(path, _)| path.as_path())
        .collect();
    let stale: Vec<&Path> =
        tree.own.iter().filter(|path| is_stale(folder, path, tree)).map(PathBuf::as_path).collect();
    if changed.is_empty() && stale.is_empty() {
        return Ok(());
    }
    let staged = stage(folder, tree, &changed)?;
    let mut transaction = Transaction { folder, staged: staged.path(), done: Vec::new() };
    let result = transaction.replace(&changed, &stale);
    if result.is_err() {
        transaction.undo();
        return result;
    }
    for path in stale {
        remove_empty_parents(folder, path);
    }
    Ok(())
}

/// A folder that is not there yet appears by one rename.
fn write_new(folder: &Path, tree: &FileTree) -> io::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let all: Vec<&Path> = tree.files.keys().map(PathBuf::as_path).collect();
    let staged = stage(parent, tree, &all)?;
    fs::rename(staged.path().join(NEW), folder)
}

/// Writes files to a folder of their own, on the disk that they are meant for.
fn stage(parent: &Path, tree: &FileTree, paths: &[&Path]) -> io::Result<TempDir> {
    let staged = Builder::new().prefix(".pelago-").tempdir_in(parent)?;
    let new = staged.path().join(NEW);
    fs::create_dir(&new)?;
    fs::create_dir(staged.path().join(OLD))?;
    for path in paths {
        let target = new.join(path);
        target.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(target)?;
        file.write_all(tree.files.get(*path).map_or(&[], |text| text.as_bytes()))?;
    }
    Ok(staged)
}

/// One step that was taken.
enum Step {
    /// A file was moved.
    Moved { from: PathBuf, to: PathBuf },
    /// A folder was made.
    Made(PathBuf),
}

/// The steps that were taken, so that they can be undone.
struct Transaction<'a> {
    folder: &'a Path,
    staged: &'a Path,
    done: Vec<Step>,
}

impl Transaction<'_> {
    fn replace(&mut self, changed: &[&Path], stale: &[&Path]) -> io::Result<()> {
        for (number, path) in stale.iter().chain(changed).enumerate() {
            let target = self.folder.join(path);
            if fs::symlink_metadata(&target).is_ok() {
                self.rename(target, self.staged.join(OLD).join(number.to_string()))?;
            }
        }
        for path in changed {
            self.make_parents(path)?;
            self.rename(self.staged.join(NEW).join(path), self.folder.join(path))?;
        }
        Ok(())
    }

    fn make_parents(&mut self, path: &Path) -> io::Result<()> {
        let parents: Vec<&Path> = path.ancestors().skip(1).collect();
        for parent in parents.into_iter().rev().filter(|parent| !parent.as_os_str().is_empty()) {
            let parent = self.folder.join(parent);
            if !parent.is_dir() {
                fs::create_dir(&parent)?;
                self.done.push(Step::Made(parent));
            }
        }
        Ok(())
    }

    fn rename(&mut self, from: PathBuf, to: PathBuf) -> io::Result<()> {
        fs::rename(&from, &to)?;
        self.done.push(Step::Moved { from, to });
        Ok(())
    }

    /// Undoes all steps, the last one first. A step that cannot be undone does not keep the others from it.
    fn undo(&mut self) {
        while let Some(step) = self.done.pop() {
            let _ = match step {
                Step::Moved { from, to } => fs::rename(to, from),
                Step::Made(folder) => fs::remove_dir(folder),
            };
        }
    }
}

/// Refuses to write where a file of somebody else stands, or through a link.
fn refuse_foreign(folder: &Path, path: &Path, tree: &FileTree) -> io::Result<()> {
    for parent in parents_below(path) {
        let Ok(metadata) = fs::symlink_metadata(folder.join(parent)) else { continue };
        if metadata.is_symlink() {
            return Err(refusal(io::ErrorKind::InvalidInput, &folder.join(parent), "is a link"));
        }
        if !metadata.is_dir() && !tree.own.contains(parent) {
            return Err(in_the_way(&folder.join(parent)));
        }
    }
    let target = folder.join(path);
    match fs::symlink_metadata(&target) {
        Ok(metadata) if metadata.is_dir() || !tree.own.contains(path) => Err(in_the_way(&target)),
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn in_the_way(path: &Path) -> io::Error {
    refusal(io::ErrorKind::AlreadyExists, path, "is in the way, and no build of Pelago wrote it")
}

fn refusal(kind: io::ErrorKind, path: &Path, reason: &str) -> io::Error {
    io::Error::new(kind, format!("`{}` {reason}", path.display()))
}

/// Tells whether an earlier run wrote a file that shall go: a file, and not behind a link.
fn is_stale(folder: &Path, path: &Path, tree: &FileTree) -> bool {
    let is_linked =
        |parent: &Path| fs::symlink_metadata(folder.join(parent)).is_ok_and(|metadata| metadata.is_symlink());
    let is_file = fs::symlink_metadata(folder.join(path)).is_ok_and(|metadata| !metadata.is_dir());
    !tree.files.contains_key(path) && is_file && !parents_below(path).any(is_linked)
}

fn is_same(target: &Path, text: &str) -> bool {
    let is_file = fs::symlink_metadata(target)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == text.len() as u64);
    is_file && fs::read(target).is_ok_and(|bytes| bytes == text.as_bytes())
}

fn parents_below(path: &Path) -> impl Iterator<Item = &Path> {
    path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty())
}

fn remove_empty_parents(folder: &Path, path: &Path) {
    for parent in parents_below(path) {
        if fs::remove_dir(folder.join(parent)).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::fs::symlink;
    use walkdir::WalkDir;

    fn tree(files: &[(&str, &str)], own: &[&str]) -> FileTree {
        FileTree {
            files: files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect(),
            own: own.iter().map(PathBuf::from).collect(),
        }
    }

    /// All files, links and empty folders below a folder.
    fn content(folder: &Path) -> BTreeMap<String, String> {
        let mut content = BTreeMap::new();
        for entry in WalkDir::new(folder).min_depth(1) {
            let entry = entry.unwrap();
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            let kind = entry.file_type();
            if kind.is_file() {
                content.insert(path, fs::read_to_string(entry.path()).unwrap());
            } else if kind.is_symlink() || fs::read_dir(entry.path()).unwrap().next().is_none() {
                content.insert(path, format!("{kind:?}"));
            }
        }
        content
    }

    fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_new_folder_appears_with_its_parents() {
        let root = TempDir::new().unwrap();
        let files = [("a/b.yaml", "1\n"), ("c.yaml", "2\n")];
        write_tree(&root.path().join("x/out"), &tree(&files, &[])).unwrap();
        assert_eq!(
            content(&root.path().join("x")),
            expected(&[("out/a/b.yaml", "1\n"), ("out/c.yaml", "2\n")])
        );
    }

    #[test]
    fn own_files_are_replaced_and_stale_ones_go_with_their_folders() {
        let root = TempDir::new().unwrap();
        write_tree(root.path(), &tree(&[("a/b", "1"), ("c", "2"), ("d/e", "3")], &[])).unwrap();
        fs::write(root.path().join("d/mine"), "own").unwrap();
        write_tree(root.path(), &tree(&[("c", "4"), ("f/g", "5")], &["a/b", "c", "d/e", "gone"])).unwrap();
        assert_eq!(content(root.path()), expected(&[("c", "4"), ("d/mine", "own"), ("f/g", "5")]));
    }

    #[test]
    fn a_file_may_become_a_folder_and_back() {
        let root = TempDir::new().unwrap();
        write_tree(root.path(), &tree(&[("a", "1")], &[])).unwrap();
        write_tree(root.path(), &tree(&[("a/b", "2")], &["a"])).unwrap();
        assert_eq!(content(root.path()), expected(&[("a/b", "2")]));
    }

    #[test]
    fn a_foreign_file_in_the_way_is_refused_before_anything_is_touched() {
        let root = TempDir::new().unwrap();
        write_tree(root.path(), &tree(&[("a", "1"), ("z", "2")], &[])).unwrap();
        let before = content(root.path());
        let error = write_tree(root.path(), &tree(&[("a", "3"), ("z", "4")], &["a"])).unwrap_err();
        assert!(error.to_string().ends_with("/z` is in the way, and no build of Pelago wrote it"), "{error}");
        assert!(write_tree(root.path(), &tree(&[("a/b", "3")], &[])).is_err());
        assert_eq!(content(root.path()), before);
    }

    #[test]
    fn links_are_not_followed() {
        let root = TempDir::new().unwrap();
        let (inside, outside) = (root.path().join("in"), root.path().join("out"));
        write_tree(&inside, &tree(&[("f", "1")], &[])).unwrap();
        write_tree(&outside, &tree(&[("x", "keep")], &[])).unwrap();
        symlink(&outside, inside.join("link")).unwrap();
        assert!(write_tree(&inside, &tree(&[("link/x", "new")], &["link/x"])).is_err());
        write_tree(&inside, &tree(&[("f", "2")], &["f", "link/x"])).unwrap();
        assert_eq!(content(&outside), expected(&[("x", "keep")]));
    }

    #[test]
    fn an_own_file_that_became_a_link_is_replaced_and_its_goal_stays() {
        let root = TempDir::new().unwrap();
        let (inside, goal) = (root.path().join("in"), root.path().join("goal"));
        write_tree(&inside, &tree(&[("g", "1")], &[])).unwrap();
        fs::write(&goal, "keep").unwrap();
        symlink(&goal, inside.join("f")).unwrap();
        write_tree(&inside, &tree(&[("f", "2"), ("g", "1")], &["f", "g"])).unwrap();
        assert_eq!(content(root.path()), expected(&[("goal", "keep"), ("in/f", "2"), ("in/g", "1")]));
    }

    #[test]
    fn paths_that_lead_out_are_refused() {
        let root = TempDir::new().unwrap();
        for path in ["../x", "/x", "a/../../x"] {
            assert!(write_tree(root.path(), &tree(&[(path, "1")], &[])).is_err());
            assert!(write_tree(root.path(), &tree(&[], &[path])).is_err());
        }
        assert_eq!(content(root.path()), expected(&[]));
    }

    #[test]
    fn a_failure_halfway_leaves_the_folder_as_before() {
        let root = TempDir::new().unwrap();
        write_tree(root.path(), &tree(&[("a", "1"), ("m/n", "2"), ("z", "3")], &[])).unwrap();
        let before = content(root.path());
        // Nothing can be moved out of a folder that may not be written.
        fs::set_permissions(root.path().join("m"), fs::Permissions::from_mode(0o555)).unwrap();
        let result =
            write_tree(root.path(), &tree(&[("a", "4"), ("m/n", "5"), ("q/r", "6")], &["a", "m/n", "z"]));
        fs::set_permissions(root.path().join("m"), fs::Permissions::from_mode(0o755)).unwrap();
        // The superuser may write everywhere.
        if result.is_err() {
            assert_eq!(content(root.path()), before);
        }
    }

    #[test]
    fn steps_are_undone_from_the_last_to_the_first() {
        let root = TempDir::new().unwrap();
        let folder = root.path().join("out");
        let before = tree(&[("a", "1"), ("b/c", "2")], &[]);
        write_tree(&folder, &before).unwrap();
        let staged = stage(&folder, &tree(&[("a", "3")], &[]), &[Path::new("a")]).unwrap();
        let mut transaction = Transaction { folder: &folder, staged: staged.path(), done: Vec::new() };
        // The second of the new files was never staged.
        assert!(transaction.replace(&[Path::new("a"), Path::new("d/e")], &[Path::new("b/c")]).is_err());
        transaction.undo();
        drop(staged);
        assert_eq!(content(&folder), expected(&[("a", "1"), ("b/c", "2")]));
    }

    #[test]
    fn a_second_run_touches_nothing() {
        let root = TempDir::new().unwrap();
        let files = tree(&[("a", "1"), ("b/c", "2")], &["a", "b/c"]);
        write_tree(root.path(), &files).unwrap();
        let changed = fs::metadata(root.path().join("a")).unwrap().modified().unwrap();
        write_tree(root.path(), &files).unwrap();
        assert_eq!(fs::metadata(root.path().join("a")).unwrap().modified().unwrap(), changed);
    }
}

//! A folder for each cluster, with a file for each object that it receives.

use crate::forecast::ClusterObjects;
use crate::forecast::RenderedObject;
use crate::write::folder::take_object_name;
use crate::write::index::INDEX;
use crate::write::index::write_index;
use crate::yaml::write;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Makes the files of all clusters, `<cluster>/<kind>-<name>.yaml`, with the index of all of them.
#[must_use]
pub fn cluster_folders(clusters: &[ClusterObjects]) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for cluster in clusters {
        for (name, text) in cluster_files(cluster) {
            files.insert(PathBuf::from(&cluster.cluster).join(name), text);
        }
    }
    let index = write_index(&files);
    files.insert(PathBuf::from(INDEX), index);
    files
}

/// Makes the files of one cluster.
#[must_use]
pub fn cluster_files(cluster: &ClusterObjects) -> BTreeMap<PathBuf, String> {
    let mut taken = BTreeSet::new();
    let file = |object: &RenderedObject| {
        (PathBuf::from(take_object_name(&object.key, &mut taken)), write(&object.object))
    };
    cluster.objects.iter().map(file).collect()
}

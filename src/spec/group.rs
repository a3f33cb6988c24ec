//! Groups of clusters that are tried in order, and what they overflow into.

use crate::schema::Keyed;
use crate::schema::Named;
use crate::schema::record;
use crate::source::Span;
use crate::source::Spanned;
use crate::spec::ClusterName;
use crate::spec::ClusterSelector;
use crate::spec::GroupName;
use crate::spec::GroupNameKey;

/// Groups by name, in the order in which they are tried.
pub type ClusterGroups = Named<ClusterGroup, GroupNameKey>;

record! {
    /// A group of clusters. Karmada takes the first group that can hold the whole application and no cluster of another one; it
    /// goes on to the next group when no cluster of this one fits, when too few do for `spread`, and, with Aggregated and
    /// DynamicWeight, when they have too little room. It never comes back to an earlier group by itself. A group that picks its
    /// clusters by nothing has every cluster. To fill one group and send only what is left over to other clusters, use `overflow`.
    ClusterGroup flat selector: ClusterSelector {
        /// Clusters beside the group's own for the replicas that find no room there, one entry after the other. Goes with the strategies Aggregated and DynamicWeight.
        overflow "overflow": Option<Keyed<Vec<Overflow>>>, example [{"regions": ["us-east-1"]}];
    }
}

record! {
    /// Clusters for the replicas that find no room in the group, nor in the entries before.
    Overflow flat selector: ClusterSelector {
        /// A name, as previews and Karmada show it. Left out: `overflow-1`, `overflow-2`, by place.
        name "name": Option<Spanned<GroupName>>, example "burst";
    }
}

impl Overflow {
    /// The text that stands for it: its name, else the first thing that picks its clusters; nothing where it says neither.
    #[must_use]
    pub fn place(&self) -> Option<Span> {
        let name = self.name.as_ref().map(|name| name.span);
        name.or_else(|| self.selector.picking_keys().first().map(|(_, at)| *at))
    }
}

impl ClusterGroup {
    /// The entries that the group overflows into, in order.
    #[must_use]
    pub fn overflow(&self) -> &[Overflow] {
        self.overflow.as_ref().map_or(&[], |overflow| &overflow.value)
    }

    /// The group's own selector, and then those that it overflows into, each without what the placement excludes.
    #[must_use]
    pub fn selectors(&self, excluded: &[Spanned<ClusterName>]) -> Vec<ClusterSelector> {
        let overflow = self.overflow().iter().map(|overflow| &overflow.selector);
        let narrowed = std::iter::once(&self.selector).chain(overflow).map(|selector| {
            let mut selector = selector.clone();
            let is_new =
                |name: &&Spanned<ClusterName>| selector.exclude.iter().all(|known| known.value != name.value);
            let added: Vec<Spanned<ClusterName>> = excluded.iter().filter(is_new).cloned().collect();
            selector.exclude.extend(added);
            selector
        });
        narrowed.collect()
    }
}

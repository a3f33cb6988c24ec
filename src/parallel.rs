//! Many things at once, on all cores.

use rayon::iter::IntoParallelIterator;
use rayon::iter::ParallelIterator;

/// Starting the threads takes a millisecond, as long as compiling this many files.
const WORTH_IT: usize = 16;

/// Does the same with each thing; the results stand in the order of the things.
pub fn in_parallel<A: Send, B: Send>(things: Vec<A>, work: impl Fn(A) -> B + Sync + Send) -> Vec<B> {
    if things.len() < WORTH_IT {
        return things.into_iter().map(work).collect();
    }
    things.into_par_iter().map(work).collect()
}

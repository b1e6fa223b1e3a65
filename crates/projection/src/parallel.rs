//! Work in parts: on the threads of `rayon`'s current pool with the feature `parallel`, else on the caller's thread.
//!
//! The answers are the same either way: the results of the parts keep the order of the parts.

use std::cmp::Ordering;

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Applies a function to each part of a list, and returns the results in order, or the first error.
pub(crate) fn try_map<T: Sync, P: Send, E: Send>(
    things: &[T],
    part_length: usize,
    work: impl Fn(&[T]) -> Result<P, E> + Sync,
) -> Result<Vec<P>, E> {
    #[cfg(feature = "parallel")]
    return things.par_chunks(part_length).map(&work).collect();
    #[cfg(not(feature = "parallel"))]
    return things.chunks(part_length).map(work).collect();
}

/// Sorts a list.
pub(crate) fn sort_by<T: Send>(things: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
    #[cfg(feature = "parallel")]
    things.par_sort_unstable_by(order);
    #[cfg(not(feature = "parallel"))]
    things.sort_unstable_by(order);
}

/// Returns the number of threads.
pub(crate) fn threads() -> usize {
    #[cfg(feature = "parallel")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "parallel"))]
    return 1;
}

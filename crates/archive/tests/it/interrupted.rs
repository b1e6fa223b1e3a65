//! An export that ends anywhere leaves the archive as it was, and the next one finishes it.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use demarche_archive::object_store::memory::InMemory;
use demarche_archive::{Archive, Change};

use super::support::{Failing, export, log, read};

fn archive(inner: &Arc<InMemory>, writes: usize, is_done: bool) -> Archive {
    let store = Failing { inner: Arc::clone(inner), writes_left: AtomicUsize::new(writes), is_done };
    Archive::with_store(Arc::new(store), "", "memory://").unwrap()
}

#[test]
fn an_export_that_fails_at_any_write_changes_nothing_and_the_next_one_finishes() {
    let (before, after) = (log([20, 21, 22]), log([20, 21, 22, 22, 23, 24, 20]));
    for is_done in [false, true] {
        // Four segments, and the manifest.
        for writes in 1..=5 {
            let inner = Arc::new(InMemory::new());
            let whole = archive(&inner, usize::MAX, false);
            export(&whole, &before).unwrap();
            let error = export(&archive(&inner, writes, is_done), &after).unwrap_err().to_string();
            assert!(error.contains("the line was cut"), "{error}");
            // If the answer to the manifest alone was lost, the export is complete.
            let is_complete = is_done && writes == 5;
            assert_eq!(read(&whole), (if is_complete { &after } else { &before }.clone(), None), "{writes}");
            let exported = export(&whole, &after).unwrap();
            let change = if is_complete { Change::None } else { Change::Grown { events: 4 } };
            let left = 5 - writes - usize::from(is_done && writes < 5) + usize::from(writes < 5);
            assert_eq!((exported.change, exported.number), (change, 2));
            assert!(exported.stored as usize <= left, "{writes}: {}", exported.stored);
            assert_eq!(read(&whole), (after.clone(), None));
        }
    }
}

//! A log on the disk, mapped into memory.
//!
//! Mapping keeps a log of any size out of the memory of the process. It has a price: if another program cuts the file,
//! the pages behind the new end are gone, and the system answers a read of them with the signal SIGBUS, which kills the
//! process. A journal is sometimes cut (a failed append is undone, a torn line is set aside), so [`fault`] turns the
//! signal into a flag.
#![allow(unsafe_code, reason = "the one place where a file is mapped, and where the fault of a cut file is handled")]

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use crate::stamp::{FileChange, FileStamp};

/// The bytes of a file, which are read when they are needed.
///
/// ```no_run
/// use demarche_journal::Mapped;
///
/// let log = Mapped::open("journal.jsonl".as_ref())?;
/// println!("{} bytes", log.bytes().len());
/// assert_eq!(log.change(), None, "what was counted is what stands there");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Mapped {
    file: File,
    stamp: FileStamp,
    /// `None` for an empty file, which can't be mapped.
    map: Option<Guarded>,
}

/// A mapping that is guarded as long as it exists: the fields are dropped in this order.
#[derive(Debug)]
struct Guarded {
    guard: fault::Guard,
    map: Mmap,
}

impl Mapped {
    /// Maps a file at its present length. Anything but a regular file (a pipe, a terminal) is refused.
    ///
    /// The file may change while it is mapped, so ask [`Self::change`] *after* reading and before relying on what was
    /// read. On Unix the first call installs a handler of SIGBUS for the whole process. If a file was cut, the bytes
    /// behind its end read as zeros; a fault anywhere else goes to the handler that was there before.
    ///
    /// # Errors
    ///
    /// The error of the file system; also if the length of a file is not known before it is read (as in `/proc`).
    pub fn open(path: &Path) -> io::Result<Self> {
        let refused = || io::Error::new(io::ErrorKind::InvalidInput, "only a regular file can be mapped");
        // Opening a pipe would wait for its other end, and closing it again would break it.
        if !std::fs::metadata(path)?.is_file() {
            return Err(refused());
        }
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(refused());
        }
        let stamp = FileStamp::of(&metadata);
        let length = usize::try_from(stamp.length()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        if length == 0 {
            if file.read(&mut [0])? > 0 {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "a file of unknown length can't be mapped"));
            }
            return Ok(Self { file, stamp, map: None });
        }
        // SAFETY: the bytes are only read. Others may change them meanwhile: no code here relies on reading the same
        // bytes twice, and if the file is cut, the guard keeps the pages readable.
        let map = unsafe { MmapOptions::new().len(length).map(&file)? };
        let guard = fault::Guard::new(&map)?;
        Ok(Self { file, stamp, map: Some(Guarded { guard, map }) })
    }

    /// Returns the bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.map.as_ref().map(|guarded| &*guarded.map).unwrap_or_default()
    }

    /// Tells whether the file was cut while it was mapped: zeros may have been read in place of its bytes.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.change() == Some(FileChange::Cut)
    }

    /// Tells how the file has changed since it was mapped, so that the bytes that were read may be a mixture. Returns
    /// `None` if it has not changed, or has only grown.
    #[must_use]
    pub fn change(&self) -> Option<FileChange> {
        if self.map.as_ref().is_some_and(|guarded| guarded.guard.was_hit()) {
            return Some(FileChange::Cut);
        }
        // A cut within the last page shows in the length alone.
        self.file.metadata().map_or(Some(FileChange::Cut), |now| self.stamp.change_until(&FileStamp::of(&now)))
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}
#[cfg(not(unix))]
mod fault {
    //! Elsewhere a mapped file can't be cut.

    #[derive(Debug)]
    pub(super) struct Guard;

    impl Guard {
        #[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
        pub(super) const fn new(_: &[u8]) -> std::io::Result<Self> {
            Ok(Self)
        }

        pub(super) const fn was_hit(&self) -> bool {
            false
        }
    }
}

#[cfg(unix)]
mod fault {
    //! Faults within guarded mappings become flags.
    //!
    //! The handler runs on the thread that reads, between any two instructions, so it must neither lock nor allocate.
    //! It walks a list of slots that are never freed. A slot is written to under a lock that the handler does not
    //! take; its version tells the handler whether the slot describes a mapping, and whether that changed meanwhile.
    //! The mapping that faults is alive, since somebody reads it: its own slot does not change.

    use std::ffi::{c_int, c_void};
    use std::io;
    use std::ptr::null_mut;
    use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::SeqCst};
    use std::sync::{Mutex, OnceLock, PoisonError};

    use libc::{SIG_DFL, SIG_IGN, SIGBUS, siginfo_t};

    /// A mapping that is guarded, or was: then the slot is free for the next one.
    struct Slot {
        /// Odd while the slot describes a live mapping.
        version: AtomicUsize,
        start: AtomicUsize,
        end: AtomicUsize,
        was_hit: AtomicBool,
        next: Option<&'static Self>,
    }

    static FIRST: AtomicPtr<Slot> = AtomicPtr::new(null_mut());
    static WRITING: Mutex<()> = Mutex::new(());
    static PAGE_BYTES: AtomicUsize = AtomicUsize::new(0);

    /// The previous action for SIGBUS; set before the handler is.
    static FORMER: OnceLock<libc::sigaction> = OnceLock::new();
    static IS_INSTALLED: AtomicBool = AtomicBool::new(false);

    /// Guards a mapping until it is dropped.
    pub(super) struct Guard(&'static Slot);

    impl Guard {
        /// Guards bytes that are mapped.
        pub(super) fn new(bytes: &[u8]) -> io::Result<Self> {
            let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
            install()?;
            let slot = slots().find(|slot| !slot.is_live()).unwrap_or_else(add_slot);
            let range = bytes.as_ptr_range();
            slot.start.store(range.start.addr(), SeqCst);
            slot.end.store(range.end.addr(), SeqCst);
            slot.was_hit.store(false, SeqCst);
            slot.version.fetch_add(1, SeqCst);
            Ok(Self(slot))
        }

        /// Tells whether there was a fault within the mapping.
        pub(super) fn was_hit(&self) -> bool {
            self.0.was_hit.load(SeqCst)
        }
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
            self.0.version.fetch_add(1, SeqCst);
        }
    }

    impl std::fmt::Debug for Guard {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Guard").field("was_hit", &self.was_hit()).finish_non_exhaustive()
        }
    }

    impl Slot {
        fn is_live(&self) -> bool {
            self.version.load(SeqCst) % 2 == 1
        }

        /// Returns the end of the mapping if an address lies within it.
        fn end_around(&self, address: usize) -> Option<usize> {
            let version = self.version.load(SeqCst);
            let (start, end) = (self.start.load(SeqCst), self.end.load(SeqCst));
            let is_meant = version % 2 == 1 && (start..end).contains(&address);
            (is_meant && self.version.load(SeqCst) == version).then_some(end)
        }
    }

    fn slots() -> impl Iterator<Item = &'static Slot> {
        // SAFETY: null, or a slot that was leaked.
        let first: Option<&'static Slot> = unsafe { FIRST.load(SeqCst).as_ref() };
        std::iter::successors(first, |slot| slot.next)
    }

    fn add_slot() -> &'static Slot {
        let slot: &'static Slot = Box::leak(Box::new(Slot {
            version: AtomicUsize::new(0),
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            was_hit: AtomicBool::new(false),
            next: slots().next(),
        }));
        FIRST.store(std::ptr::from_ref(slot).cast_mut(), SeqCst);
        slot
    }

    /// Installs the handler, once.
    fn install() -> io::Result<()> {
        if IS_INSTALLED.load(SeqCst) {
            return Ok(());
        }
        // SAFETY: plain calls of the system, with places that live long enough; all zeros is a valid `sigaction`.
        unsafe {
            PAGE_BYTES.store(usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap_or(4096), SeqCst);
            let mut former: libc::sigaction = std::mem::zeroed();
            succeeded(libc::sigaction(SIGBUS, std::ptr::null(), &raw mut former))?;
            FORMER.get_or_init(|| former);
            let mut ours: libc::sigaction = std::mem::zeroed();
            let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = on_fault;
            ours.sa_sigaction = handler as usize;
            // Runs on the alternate stack for signals, if there is one: others may rely on it.
            ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigemptyset(&raw mut ours.sa_mask);
            succeeded(libc::sigaction(SIGBUS, &raw const ours, null_mut()))?;
        }
        IS_INSTALLED.store(true, SeqCst);
        Ok(())
    }

    fn succeeded(returned: c_int) -> io::Result<()> {
        if returned == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    extern "C" fn on_fault(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
        // SAFETY: the system hands over a valid `siginfo_t`.
        let (address, is_fault) = unsafe { ((*info).si_addr().addr(), (*info).si_code > 0) };
        if !is_fault || !covered(address) {
            pass_on(signal, info, context, is_fault);
        }
    }

    /// Maps zeros from an address to the end of its mapping, if that mapping is guarded.
    fn covered(address: usize) -> bool {
        let hit = slots().find_map(|slot| Some((slot, slot.end_around(address)?)));
        let Some((slot, end)) = hit else { return false };
        slot.was_hit.store(true, SeqCst);
        let page = address - address % PAGE_BYTES.load(SeqCst).max(1);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_FIXED | libc::MAP_NORESERVE;
        // SAFETY: the range lies within a mapping of ours that somebody reads at this moment, and stays readable.
        let zeros = unsafe {
            libc::mmap(std::ptr::with_exposed_provenance_mut(page), end - page, libc::PROT_READ, flags, -1, 0)
        };
        zeros != libc::MAP_FAILED
    }

    /// Does what was done before this handler was installed.
    fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void, is_fault: bool) {
        let (handler, flags) = FORMER.get().map_or((SIG_DFL, 0), |former| (former.sa_sigaction, former.sa_flags));
        // SAFETY: `handler` is what the system had been given for this signal; the flags tell how it is called.
        unsafe {
            if handler == SIG_IGN && !is_fault {
                return;
            }
            if handler == SIG_DFL || handler == SIG_IGN {
                // A fault comes again on return, and then ends the process; a signal that was sent does not.
                libc::signal(signal, SIG_DFL);
                if !is_fault {
                    libc::raise(signal);
                }
            } else if flags & libc::SA_SIGINFO != 0 {
                let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) = std::mem::transmute(handler);
                handler(signal, info, context);
            } else {
                let handler: extern "C" fn(c_int) = std::mem::transmute(handler);
                handler(signal);
            }
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;

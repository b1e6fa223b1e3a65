//! Erasing texts of a stored event: the redaction first, and then the line.

use demarche_core::{Event, EventId, TextField, TrackId};
use demarche_journal::seal::{SealingKey, VerifierKey};
use demarche_journal::{EraseError, ErasedLine, ErasurePlan, sign_redaction};

use crate::batch::Batch;
use crate::error::PostgresError;
use crate::statements::{MAY_REPLACE, REDACTIONS};
use crate::store::PostgresStore;

impl PostgresStore {
    /// Returns an event with its line.
    fn entry(&mut self, id: EventId) -> Result<Option<(Event, String)>, PostgresError> {
        let row = self.retrying(|connected| {
            let statement = connected.statements.event.clone();
            connected.session.ask(|client| async move { client.query_opt(&statement, &[&id.uuid()]).await })
        })?;
        let Some(row) = row else { return Ok(None) };
        let line: String = self.column(&row, 1)?;
        Ok(Some((self.decode(self.count(&row, 0)?, &line)?, line)))
    }

    /// Returns the redactions on a track.
    pub(crate) fn redactions_on(&mut self, track: &TrackId) -> Result<Vec<Event>, PostgresError> {
        let rows = self.retrying(|connected| {
            let track = track.as_str().to_owned();
            connected.session.ask(|client| async move { client.query(REDACTIONS, &[&track]).await })
        })?;
        rows.iter().map(|row| self.decode(self.count(row, 0)?, self.column(row, 1)?)).collect()
    }

    /// Refuses if the role may not replace lines.
    fn must_own(&mut self) -> Result<(), PostgresError> {
        let may = self.retrying(|connected| {
            connected.session.ask(|client| async move { client.query_one_scalar::<bool, _>(MAY_REPLACE, &[]).await })
        })?;
        if may { Ok(()) } else { Err(PostgresError::NotOwner { address: self.address.clone() }) }
    }
}

/// Texts of a stored event that are about to be erased, as `demarche_journal::Erasure` erases those of a file.
///
/// The redaction is stored first, and the line replaced then, which only the owner of the tables may do. A crash
/// between the two leaves the text where it was, and a redaction that says it is erased; erasing again finishes that,
/// with the same redaction.
#[derive(Debug)]
pub struct StoredErasure {
    store: PostgresStore,
    plan: ErasurePlan,
    /// The line as it is, and as it is going to be, if it is going to be another.
    line: String,
    erased: Option<String>,
}

impl StoredErasure {
    /// Finds the line of an event of which texts are to be erased. Nothing is written. `key` tells which of the
    /// redactions that are there are the desk's own.
    ///
    /// # Errors
    ///
    /// A [`PostgresError`], also if there is no such event, or it has no such texts.
    pub fn begin(
        mut store: PostgresStore,
        id: EventId,
        fields: &[TextField],
        key: &VerifierKey,
    ) -> Result<Self, PostgresError> {
        let Some((event, line)) = store.entry(id)? else {
            return Err(EraseError::Missing { id, path: store.address.clone().into() }.into());
        };
        let redactions = store.redactions_on(&event.track)?;
        let erased = ErasedLine::of(&event, &line, fields, &redactions, key)?;
        let texts = fields.iter().filter_map(|field| Some((*field, event.text(*field)?.to_owned()))).collect();
        let mut last_recorded = None;
        store.append_with(
            |last| {
                last_recorded = last;
                Ok(Batch::of(Vec::new())?)
            },
            &[],
            &[],
        )?;
        let lines = usize::from(erased.is_some());
        let (erased, redaction) = erased.map(|erased| (erased.line, erased.redaction)).unzip();
        let redactions = redaction.flatten().into_iter().collect();
        Ok(Self { store, plan: ErasurePlan { event, texts, lines, redactions, last_recorded }, line, erased })
    }

    /// Returns what is going to be done.
    #[must_use]
    pub const fn plan(&self) -> &ErasurePlan {
        &self.plan
    }

    /// Stores the redaction, which it signs first, and replaces the line. The caller has made an event of
    /// [`ErasurePlan::redactions`]. Returns the events as they are stored.
    ///
    /// # Errors
    ///
    /// A [`PostgresError`]: if another role than the owner asks, or the line is another one meanwhile.
    pub fn commit(mut self, mut redactions: Vec<Event>, key: &SealingKey) -> Result<Vec<Event>, PostgresError> {
        let Some(erased) = self.erased else { return Ok(Vec::new()) };
        // Whether this role may, is asked before anything is stored.
        self.store.must_own()?;
        redactions.iter_mut().for_each(|event| sign_redaction(event, key));
        if !redactions.is_empty() {
            let batch = Batch::of(redactions.clone())?;
            self.store.append_with(|_| Ok(batch), &[], std::slice::from_ref(&self.plan.event))?;
        }
        if self.store.replace_line(self.plan.event.id, &self.line, &erased)? {
            Ok(redactions)
        } else {
            Err(PostgresError::NotTheSame { id: self.plan.event.id })
        }
    }
}

"""A program that uses the package as its types say. It is not run: a test checks its types."""

from __future__ import annotations

import datetime

import demarche

fold = demarche.Fold("journal.jsonl", "other.jsonl", names="names.tsv", on_error="skip")
states: demarche.Table = fold.states(as_of=datetime.date(2025, 6, 1), reading="side:ru", patience={"summit": 30})
since: datetime.datetime | None = fold.state("us-ru", today="now").since.earliest
speakers: list[str] = [event.who for event in fold.why("us-ru").evidence]
changes: demarche.Table = fold.diff("2025-10-22", along="occurred", track=["us-ru/*", "us-hu"])
count: int = len(fold.compare(["side:us", "side:ru"], only_different=True))
journal = demarche.Journal("desk.jsonl")
event: demarche.Event = journal.record("track_stalled", "us-ru", {}, who="ru/mfa", attribution="on_record")
added: int | None = journal.import_("gdelt", "export.CSV.zip", on_error="skip").added
events: list[demarche.Event] = journal.append([event, "{}", {"track": "us-ru"}], expected={"us-ru": 1})
batch: demarche.Batch = next(demarche.fold_arrow(fold.lines(), today=fold.last_recorded, sorted_by_track=True))
rows: int = demarche.import_("icews", b"").report.rows

fold.states(asof="2025")  # type: ignore[call-arg]
fold.state("us-ru", track="us-ru")  # type: ignore[misc]

"""Every table is read by pandas, Polars, DuckDB and pyarrow: types, empty cells, empty tables."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas
import polars
import pyarrow
import pytest

import demarche

LOG = "fixtures/us-russia-2025.jsonl"
Ask = Callable[[demarche.Fold], demarche.Table]

TABLES: dict[str, tuple[Ask, Ask]] = {
    "states": (lambda fold: fold.states(), lambda fold: fold.states(track="no-such/track")),
    "events": (lambda fold: fold.events(), lambda fold: fold.events(track="no-such/track")),
    "lines": (lambda fold: fold.lines(), lambda fold: fold.lines(track="no-such/track")),
    "diff": (lambda fold: fold.diff("2025-10-22"), lambda fold: fold.diff("2030")),
    "compare": (
        lambda fold: fold.compare(["side:us", "side:ru"]),
        lambda fold: fold.compare(["side:us", "side:ru"], track="no-such/track"),
    ),
    "agenda": (lambda fold: fold.agenda(), lambda fold: fold.agenda(until="2020")),
    "history": (lambda fold: fold.history(), lambda fold: fold.history(track="no-such/track")),
    "findings": (lambda fold: fold.findings(), lambda fold: fold.findings(track="no-such/track")),
}

TYPES = {
    "track": pyarrow.string(),
    "parties": pyarrow.list_(pyarrow.string()),
    "since_earliest": pyarrow.timestamp("us", tz="UTC"),
    "recorded": pyarrow.timestamp("us", tz="UTC"),
    "days": pyarrow.int64(),
    "meetings_held": pyarrow.int64(),
    "is_overdue": pyarrow.bool_(),
    "differs": pyarrow.bool_(),
    "lasts": pyarrow.bool_(),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_library_reads_every_table(name: str) -> None:
    for ask in TABLES[name]:
        told = ask(demarche.Fold(LOG))
        arrow = pyarrow.table(told)
        assert arrow.schema == pyarrow.schema(told)
        assert arrow.column_names == told.columns
        for field in arrow.schema:
            assert field.nullable and field.type == TYPES.get(field.name, field.type), field
        rows = arrow.to_pylist()

        frame = polars.DataFrame(told)
        assert frame.columns == told.columns
        assert frame.to_dicts() == rows

        assert duckdb.sql("select count(*) from told").fetchall() == [(len(rows),)]
        assert duckdb.sql("select * from told").to_arrow_table().to_pylist() == rows

        wide = pandas.DataFrame.from_arrow(told)
        assert list(wide.columns) == told.columns and len(wide) == len(rows)
        for column in told.columns:
            missing = [row[column] is None for row in rows]
            assert list(wide[column].isna()) == missing, column


def test_empty_cells_are_null() -> None:
    frame = polars.DataFrame(demarche.Fold(LOG).states())
    assert 0 < frame["next_when"].null_count() < frame.height
    assert frame["track"].null_count() == 0
    # A list without names is a list, not a gap.
    assert frame["otherwise"].null_count() == 0


def test_dates_have_their_bounds_beside_them() -> None:
    frame = polars.DataFrame(demarche.Fold(LOG).states())
    for column in ["since", "next_when", "last_held", "last_activity", "last_progress"]:
        given = frame.filter(polars.col(column).is_not_null())
        assert (given[f"{column}_earliest"] <= given[f"{column}_latest"]).all(), column
        assert frame[column].is_null().equals(frame[f"{column}_earliest"].is_null()), column


def test_schemas_are_those_of_the_tables() -> None:
    fold = demarche.Fold(LOG)
    for schema, table in [
        (demarche.states_schema(), fold.states()),
        (demarche.events_schema(), fold.events()),
        (demarche.lines_schema(), fold.lines()),
    ]:
        assert pyarrow.schema(schema) == pyarrow.schema(table)
        assert schema.names == table.columns


def test_a_requested_schema_is_kept_to() -> None:
    states = demarche.Fold(LOG).states()
    wanted = pyarrow.schema([
        pyarrow.field(field.name, pyarrow.large_string() if field.type == pyarrow.string() else field.type)
        for field in pyarrow.schema(states)
    ])
    assert pyarrow.table(states, schema=wanted).schema.field("track").type == pyarrow.large_string()


def test_a_table_is_a_sequence() -> None:
    states = demarche.Fold(LOG).states()
    assert [state.track for state in states] == [states[at].track for at in range(len(states))]
    assert states[-1].track == states[len(states) - 1].track
    with pytest.raises(IndexError):
        states[len(states)]
    assert states[0].to_dict()["status"] == states[0].status
    agenda = demarche.Fold(LOG).agenda()
    assert list(agenda[0]) == agenda.columns


def test_columns_of_events_are_enough_for_a_fold() -> None:
    fold = demarche.Fold(LOG)
    expected = polars.DataFrame(fold.states(today=fold.last_recorded))
    for table in [fold.lines(), fold.events(), polars.DataFrame(fold.events()), pyarrow.table(fold.lines())]:
        assert polars.DataFrame(demarche.fold_arrow(table, today=fold.last_recorded)).equals(expected)
    as_texts = polars.DataFrame(fold.events()).with_columns(
        recorded=polars.Series([event.to_json().split('"recorded":"')[1].split('"')[0] for event in fold.events()])
    )
    assert polars.DataFrame(demarche.fold_arrow(as_texts, today=fold.last_recorded)).equals(expected)

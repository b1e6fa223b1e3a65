"""DuckDB: LOG.jsonl by its JSON reader, with the columns named, or LOG.parquet."""

import sys
from pathlib import Path

import duckdb

COLUMNS = """{ id: 'UUID', type: 'VARCHAR', track: 'VARCHAR', occurred: 'VARCHAR', recorded: 'TIMESTAMP',
               data: 'STRUCT("when" VARCHAR)' }"""

log, threads = sys.argv[1], int(sys.argv[2])
duckdb.execute(f"SET threads = {threads}; SET preserve_insertion_order = false; SET TimeZone = 'UTC'")
if log.endswith(".parquet"):
    duckdb.execute(f"CREATE VIEW log AS FROM '{log}'")
else:
    lines = f"read_json('{log}', format = 'newline_delimited', columns = {COLUMNS})"
    duckdb.execute(f'CREATE VIEW log AS SELECT * EXCLUDE data, data."when" AS "when" FROM {lines}')
duckdb.execute(Path(__file__).with_name("duckdb.sql").read_text())

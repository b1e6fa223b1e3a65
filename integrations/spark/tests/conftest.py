"""A cluster of two executor processes, and the command line that its answers are held against.

DEMARCHE is the program, and GENERATE_LOG the example of `demarche-core` that writes logs.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyspark.sql import DataFrame, SparkSession

DEMARCHE = os.environ["DEMARCHE"]
GENERATE_LOG = os.environ["GENERATE_LOG"]
MASTER = "local-cluster[2,1,1024]"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master(MASTER)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        # Instants must not depend on it.
        .config("spark.sql.session.timeZone", "America/New_York")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    # The driver and two executors.
    session.range(100).repartition(8).count()
    assert session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 3
    yield session
    session.stop()


def demarche(*arguments: str | Path) -> bytes:
    done = subprocess.run([DEMARCHE, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def generate(path: Path, events: int, tracks: int, seed: int, *more: str) -> Path:
    with path.open("wb") as log:
        subprocess.run([GENERATE_LOG, str(events), str(tracks), str(seed), *more], stdout=log, check=True)
    return path


def one_process(*logs: Path, options: tuple[str, ...] = ()) -> pa.Table:
    """Returns the states that the command line finds in logs, in the order of tracks."""
    output = logs[0].with_name(f"{logs[0].name}.states.parquet")
    demarche("export", "parquet", *logs, *options, "--force", "-o", output)
    return pq.read_table(output).sort_by("track")


def assert_same(found: pa.Table, expected: pa.Table) -> None:
    """Compares tables of states: every cell of every track. The command line writes several names into one text."""
    for at, field in enumerate(found.schema):
        if pa.types.is_list(field.type):
            found = found.set_column(at, field.name, pc.binary_join(found[field.name], " "))
    found = found.select(expected.column_names).sort_by("track").cast(expected.schema)
    if not found.equals(expected):
        pairs = zip(found.to_pylist(), expected.to_pylist())
        differing = [(one, other) for one, other in pairs if one != other][:1]
        raise AssertionError(f"{found.num_rows} and {expected.num_rows} tracks; the first that differs: {differing}")


def collected(states: DataFrame) -> pa.Table:
    return states.toArrow()

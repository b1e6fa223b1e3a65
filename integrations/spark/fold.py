"""Folds a journal of events with Spark, and writes where every track stands as Parquet.

    spark-submit fold.py --format lines --output /data/states /data/journals/*.jsonl.zst
"""

import argparse
import sys

from demarche_spark import (
    EventsError,
    check_ids,
    fold,
    import_gdelt,
    last_recorded,
    read_archive,
    read_lines,
    read_parquet,
    write_states,
)
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.storagelevel import StorageLevel

FORMATS = {
    "lines": "journals: JSON Lines, plain or compressed (.gz, .zst)",
    "parquet": "tables of events, of `demarche export parquet --events`",
    "archive": "the address of one archive, of `demarche export archive`",
    "gdelt": "GDELT's event files, plain or compressed (.gz, .zst, .zip)",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Folds a journal of events with Spark, and writes where every track stands as Parquet.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="formats:\n" + "\n".join(f"  {name:8} {what}" for name, what in FORMATS.items()),
    )
    parser.add_argument("input", nargs="+", help="paths or addresses that Spark can read; patterns with * are allowed")
    parser.add_argument("--format", choices=FORMATS, required=True, help="what the input is, see below")
    parser.add_argument("--output", required=True, help="the folder for the states")
    parser.add_argument("--overwrite", action="store_true", help="replace the states that are there")
    default = "(default: --as-of, else --known-at, else when the last event of all was recorded)"
    parser.add_argument("--today", help=f"judge tracks as of this day or instant {default}")
    parser.add_argument("--as-of", help="leave out what happened later")
    parser.add_argument("--known-at", help="leave out what was recorded later")
    parser.add_argument("--reading", help="whose words count")
    parser.add_argument("--patience", action="append", help="the days of silence that count as a stall: 60, summit=30")
    parser.add_argument("--partitions", type=int, help="into how many parts the tracks are divided (default: Spark's)")
    return parser.parse_args()


def read(spark: SparkSession, form: str, paths: list[str]) -> DataFrame:
    if form == "archive":
        if len(paths) > 1:
            raise EventsError("one archive at a time: it is a whole journal")
        return read_archive(spark, paths[0])
    if form == "gdelt":
        # They are asked three times, and importing is the most work of all.
        return import_gdelt(spark, paths).persist(StorageLevel.DISK_ONLY)
    return read_lines(spark, paths) if form == "lines" else read_parquet(spark, paths)


def run(spark: SparkSession, options: argparse.Namespace) -> None:
    events = read(spark, options.format, options.input)
    check_ids(events)
    today = options.today or options.as_of or options.known_at or last_recorded(events)
    states = fold(
        events,
        today=today,
        as_of=options.as_of,
        known_at=options.known_at,
        reading=options.reading,
        patience=options.patience,
        partitions=options.partitions,
    )
    write_states(states, options.output, overwrite=options.overwrite)
    counts = spark.read.parquet(options.output).groupBy("status").count().orderBy("status").collect()
    print(f"{options.output}: {sum(row['count'] for row in counts)} tracks, judged as of {today}")
    for row in counts:
        print(f"  {row['count']:>10}  {row['status']}")


def reason(error: Exception) -> str:
    """Returns what went wrong in a line, without the stacks of two languages."""
    lines = [line.strip().removeprefix("Caused by: ") for line in str(error).splitlines() if line.strip()]
    raised = [line for line in lines if line.partition(":")[0].endswith(("Error", "Exception"))]
    return raised[-1].partition(": ")[2] if raised else (lines or [type(error).__name__])[0]


def main() -> int:
    options = arguments()
    spark = SparkSession.builder.appName("demarche").getOrCreate()
    failure = None
    try:
        run(spark, options)
    except (EventsError, ValueError, TypeError, PySparkException, Py4JJavaError) as error:
        failure = reason(error)
    spark.stop()
    if failure is not None:
        # At the end, so that it does not drown in what Spark has to say.
        print(f"\nerror: {failure}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

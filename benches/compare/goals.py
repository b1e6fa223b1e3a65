"""The goals that we set ourselves, each reached or not by what was measured: for benches/goals.md."""


def rows(results) -> list[list[str]]:
    """One row a goal: what, how much, what came of it, whether it was reached."""
    seconds, titles = results.seconds, {key: log.title for key, log in results.logs.items()}

    def times_faster(what: str, wanted: float, log: str, peer: str, ours: str) -> list[str]:
        """By how much ours is quicker than another on the same log."""
        return at_least(what, wanted, ratio(seconds(log, peer), seconds(log, ours)))

    found = [
        times_faster("than serde_json decoding alone, one thread", 3, "busy", "decode", "ours1"),
    ]
    for log, json, parquet in (("busy", 2.9, 1.3), ("long", 2.5, None), ("brief", 1.1, 0.75)):
        found.append(times_faster(f"than DuckDB's JSON reader, {titles[log]}", json, log, "duckdb", "ours2"))
        if parquet:
            found.append(times_faster(f"than DuckDB on Parquet, {titles[log]}", parquet, log, "parquet", "ours2"))
    unaided = "ours2" if seconds("busy", "ours2") else "ours1"
    per_event = {key: ratio(seconds(key, unaided), results.logs[key].events) for key in ("busy", "long")}
    return [
        *found,
        times_faster("than serde_json, keys in no order, one thread", 2, "unordered", "decode", "ours1"),
        at_most(f"time, {titles['small']} against an empty clap program", 5,
                ratio(seconds("small", "ours"), seconds("small", "empty"))),
        memory(results),
        at_most("time per event, the longest log against the first", 1.3, ratio(per_event["long"], per_event["busy"])),
        verdict("instructions per event, output included", "≤ 2,600", f"{results.instructions:,}",
                results.instructions <= 2600),
    ]  # fmt: skip


def memory(results) -> list[str]:
    """What an event holds, mapped files not counted, and the tracks' own taken off.

    What a track holds is not measured by itself. But one log has a hundred events a track and another about one, so
    that both follow from the two peaks.
    """
    equations = []
    for log in ("long", "brief"):
        events, tracks = results.logs[log].events, results.shares[log]["tracks"]
        held = max(results.memory[log].values()) * 2**20
        equations.append((held / events, tracks / events))
    (long_each, long_tracks), (brief_each, brief_tracks) = equations
    track = (brief_each - long_each) / (brief_tracks - long_tracks)
    event = long_each - track * long_tracks
    found = f"{event:,.0f} (and {track:,.0f} a track)"
    return verdict("bytes an event, the tracks' own taken off", "≤ 90 (and 200 a track)", found, event <= 90 and track <= 200)


def ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def at_least(what: str, wanted: float, found: float | None) -> list[str]:
    return verdict(f"times faster {what}", f"≥ {wanted:g}", figure(found), found is not None and found >= wanted)


def at_most(what: str, wanted: float, found: float | None) -> list[str]:
    return verdict(what, f"≤ {wanted:g}", figure(found), found is not None and found <= wanted)


def figure(found: float | None) -> str:
    return "–" if found is None else f"{found:.2f}"


def verdict(what: str, wanted: str, found: str, reached: bool) -> list[str]:
    told = "not measured" if found == "–" else "reached" if reached else "**not reached**"
    return [what, wanted, found, told]

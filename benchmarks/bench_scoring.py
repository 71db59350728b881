"""Budgets of scoring: a year of pupils beside pandas, and fifteen years in little memory.

Each job runs in a process of its own, so that the peak of its memory is its own; it is timed from
after its imports. The rival does in pandas what the engine does, whole columns at a time: it reads
the same files, finds the entry that counts, fills the slots and sums by school. It checks nothing.
Both must give every school the same sums, or the comparison is of nothing.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jobs import measured, timed

from codebreakers.profiles.example_pupils import LAST_YEAR, write_pupils

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("attainment8", "progress8", "five_good_gcses")
PUPILS, YEARS, TIMES = 600_000, 15, 3
GIGABYTE = 10**9

Sums = dict[str, tuple[int, int]]
"""Of each school: its pupils, and the sum of their scores."""


def with_codebreakers(folder: Path) -> None:
    """Score the last year by every measure."""
    from codebreakers.measures.scoring.declared import entry_measure
    from codebreakers.measures.scoring.schools import score_year
    from codebreakers.store.pupil_engines import open_records

    def work() -> Sums:
        records, sums = open_records(str(folder)), {}
        for name in MEASURES:
            found = score_year(records, entry_measure(name), LAST_YEAR)
            rows = zip(found.schools, found.pupils, found.totals, strict=True)
            sums.update({f"{name} {school}": (n, total) for school, n, total in rows})
        return sums

    timed(work, said_of)


def with_pandas(folder: Path) -> None:
    """Score the last year by every measure, in whole columns."""
    import pandas as pd

    def work() -> Sums:
        entries = pd.read_parquet(folder / "entries" / f"year={LAST_YEAR}")
        pupils = pd.read_parquet(folder / "pupils" / f"year={LAST_YEAR}")
        results = counting(entries, pupils)
        del entries
        pupils["attainment8"] = filled(results, len(pupils))
        pupils["five_good_gcses"] = passes(results, len(pupils))
        sums = by_school(pupils, "attainment8") | by_school(pupils, "five_good_gcses")
        known = pupils.dropna(subset=["prior_attainment"]).copy()
        known["progress8"] = progress(known)
        return sums | by_school(known, "progress8")

    timed(work, said_of)


def counting(entries: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return the first of the entries that share a discount code, of one day the best."""
    import numpy as np
    import pandas as pd

    from codebreakers.measures.scoring import rules_of
    from codebreakers.measures.scoring.declared import entry_measure

    rules = rules_of(entry_measure("attainment8"), LAST_YEAR)
    worth = pd.DataFrame(
        [(*key, points, rules.passed[key]) for key, points in rules.points.items()],
        columns=["qualification", "grade", "points", "passed"],
    )
    key = worth["qualification"] + " " + worth["grade"]
    words = pd.Categorical(entries["qualification"] + " " + entries["grade"], key)
    award = entries["qualification"].eq("vocational").to_numpy()
    size = entries["size"].to_numpy()
    rows = pd.DataFrame(
        {
            "pupil": pd.Index(pupils["pupil"]).get_indexer(entries["pupil"]).astype("int32"),
            "code": pd.factorize(entries["discount_code"])[0].astype("int16"),
            "date": entries["date"].astype("datetime64[s]"),
            "points": worth["points"].to_numpy()[words.codes].astype("int16"),
            "passed": worth["passed"].to_numpy()[words.codes].astype("int8"),
            "size": np.where(award, np.minimum(size, 100), size).astype("int16"),
            "subject": entries["subject"].astype("category"),
            "award": award,
        }
    )
    order = ["pupil", "code", "date", "points", "size"]
    rows = rows.sort_values(order, ascending=[True, True, True, False, False])
    return rows.drop_duplicates(["pupil", "code"])


def filled(results: pd.DataFrame, pupils: int) -> Any:
    """Return each pupil's Attainment 8, in hundredths of a point."""
    import numpy as np

    from codebreakers.measures.scoring.declared import entry_measure

    *named, rest = entry_measure("attainment8").buckets
    of_subject = {s: at for at, bucket in enumerate(named) for s in bucket.subjects}
    places = results["subject"].cat.categories.map(lambda s: of_subject.get(s, len(named)))
    rows = results.assign(units=results["size"] // 100)
    place = places.to_numpy()[rows["subject"].cat.codes]
    rows["place"] = np.where(rows["award"], len(named), place).astype("int8")
    rows = rows.sort_values(["pupil", "place", "points"], ascending=[True, True, False])
    best = np.array([*(bucket.best for bucket in named), 0])[rows["place"]]
    taken = rows.groupby(["pupil", "place"])["units"].cumsum()
    rows["used"] = (best - taken + rows["units"]).clip(0, rows["units"])
    rows["got"] = rows["points"].astype("int64") * rows["used"]
    sums = rows.groupby(["pupil", "place"])["got"].sum().unstack(fill_value=0)
    sums = sums.reindex(range(pupils), fill_value=0)
    both = results["subject"].isin(["english_language", "english_literature"]) & ~results["award"]
    names = results[both].groupby("pupil")["subject"].nunique()
    full = names.reindex(range(pupils), fill_value=0).to_numpy() == 2
    weights = [np.where(full, 2, 1), 2, 1]
    score = sum(weight * sums[at].to_numpy() for at, weight in enumerate(weights))
    rows["left"] = rows["units"] - rows["used"]
    rows = rows[rows["left"] > 0].sort_values(["pupil", "points"], ascending=[True, False])
    taken = rows.groupby("pupil")["left"].cumsum()
    used = (rest.best - taken + rows["left"]).clip(0, rows["left"])
    got = (rows["points"].astype("int64") * used).groupby(rows["pupil"]).sum()
    return score + got.reindex(range(pupils), fill_value=0).to_numpy()


def passes(results: pd.DataFrame, pupils: int) -> Any:
    """Return which pupils have five good GCSEs with English and mathematics."""
    good = results[results["passed"] >= 1]
    size = good["size"].astype("int64")
    awards = size.where(good["award"], 0).groupby(good["pupil"]).sum().clip(upper=200)
    gcses = size.where(~good["award"], 0).groupby(good["pupil"]).sum()
    enough = (awards + gcses).reindex(range(pupils), fill_value=0) >= 500
    for subjects in (["english", "english_language"], ["maths"]):
        has = good[good["subject"].isin(subjects) & ~good["award"]]
        enough &= size[has.index].groupby(has["pupil"]).sum().reindex(enough.index).ge(100)
    return enough.astype("int64").to_numpy()


def progress(known: pd.DataFrame) -> Any:
    """Return progress in hundredths of a point, the lowest scores having been raised."""
    import numpy as np

    from codebreakers.sources.prior_attainment import scale_of_prior

    scale = scale_of_prior(LAST_YEAR)
    prior = known["prior_attainment"].astype("int64").to_numpy()
    rounded = (prior + scale.step // 2) // scale.step * scale.step
    group = np.maximum(np.searchsorted(scale.bounds, rounded, side="right"), 1)
    held = known["attainment8"].groupby(group)
    total, pupils = held.transform("sum"), held.transform("size")
    apart = known["attainment8"] - (2 * total + pupils) // (2 * pupils)
    spread = held.transform("std", ddof=0)
    far = (apart / spread)[spread > 0].sort_values()
    deviations = max(0.0, round(-far.iloc[int(0.01 * len(far))], 2))
    least = -np.floor(deviations * spread + 0.5).astype("int64")
    return np.maximum(apart, least)


def by_school(pupils: pd.DataFrame, measure: str) -> Sums:
    """Return the sums of each school."""
    found = pupils.groupby("school")[measure].agg(["size", "sum"])
    return {
        f"{measure} {school}": (int(n), int(total))
        for school, n, total in found.itertuples(name=None)
    }


def over_years(folder: Path, years: int) -> None:
    """Score the last so many years by Progress 8, as the command does."""
    from codebreakers.questions.pupils import score

    wanted = range(LAST_YEAR - years + 1, LAST_YEAR + 1)

    def work() -> Sums:
        keep = folder / f"scored-{os.getpid()}"
        table = score(folder, "progress8", years=list(wanted), memory="2GB", keep=keep)
        return {str(one.year): (one.figure.n or 0, 0) for one in table.findings}

    timed(work, said_of)


def said_of(sums: Sums) -> str:
    """Say how many pupils were scored, and what the schools got as one word."""
    digest = hashlib.sha256(repr(sorted(sums.items())).encode()).hexdigest()
    return f"{sum(n for n, _ in sums.values())} {digest}"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen years of Example England; CODEBREAKERS_BENCH_RECORDS names some made before."""
    if "CODEBREAKERS_BENCH_RECORDS" in os.environ:
        return Path(os.environ["CODEBREAKERS_BENCH_RECORDS"])
    folder: Path = tmp_path_factory.mktemp("scoring") / "records"
    write_pupils(folder, pupils=PUPILS, years=range(LAST_YEAR - YEARS + 1, LAST_YEAR + 1))
    return folder


def test_a_year_is_scored_three_times_as_fast_as_in_pandas_in_a_quarter_of_its_memory(
    records: Path,
) -> None:
    runs = [
        tuple(measured(__file__, whose, str(records)) for whose in ("ours", "pandas"))
        for _ in range(TIMES)
    ]
    seconds, peak = (statistics.median(ours[at] for ours, _ in runs) for at in (0, 1))
    rival, rival_peak = (statistics.median(theirs[at] for _, theirs in runs) for at in (0, 1))
    print(
        f"\n{PUPILS:,} pupils by {', '.join(MEASURES)}: codebreakers {seconds:.1f} s "
        f"{peak / 1e6:.0f} MB; pandas {rival:.1f} s {rival_peak / 1e6:.0f} MB; "
        f"{rival / seconds:.1f} times as fast in {peak / rival_peak:.2f} of the memory"
    )
    assert {ours.said for ours, _ in runs} == {theirs.said for _, theirs in runs}
    assert seconds <= rival / 3
    assert peak <= rival_peak / 4


def test_fifteen_years_take_fifteen_times_one_and_at_most_4_gb(records: Path) -> None:
    found = {years: measured(__file__, "years", str(records), str(years)) for years in (1, YEARS)}
    each = {years: job.seconds / int(job.said[0]) * 1e6 for years, job in found.items()}
    for years, job in found.items():
        print(
            f"\n{years} years, {int(job.said[0]):,} pupils with progress: {job.seconds:.0f} s, "
            f"{each[years]:.1f} microseconds each, {job.peak / 1e6:.0f} MB"
        )
    assert found[YEARS].peak <= 4 * GIGABYTE
    assert each[YEARS] == pytest.approx(each[1], rel=0.2)


if __name__ == "__main__":
    job, where, *rest = sys.argv[1:]
    if job == "years":
        over_years(Path(where), int(rest[0]))
    else:
        {"ours": with_codebreakers, "pandas": with_pandas}[job](Path(where))

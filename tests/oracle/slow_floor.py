"""Below the floor in plain Python, one school at a time, from the files as they were published."""

from __future__ import annotations

import csv
import math
import statistics
from fractions import Fraction

NOT_MAINSTREAM = ("IND", "CYS", "FDS", "NMSS")
ATYPICAL = ("UTC", "SS", "FUTC", "FSS")
FLOOR = {2011: 35, **dict.fromkeys(range(2012, 2016), 40)}


def read(path):
    content = path.read_bytes()
    encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp1252"
    return list(csv.DictReader(content.decode(encoding).splitlines()))


def number(text):
    """A published number, exactly; None where a code or a blank stands instead."""
    try:
        return Fraction((text or "").removesuffix("%"))
    except ValueError:
        return None


def names(year):
    """The columns of a year: result, English and mathematics, and their coverage."""
    end = "" if year < 2014 else "_PTQ" if year == 2014 else "_PTQ_EE"
    cover = "_PTQ" if year == 2014 else ""
    progress = [f"PT24{subject}PRG{end}" for subject in ("ENG", "MATH")]
    return f"PTAC5EM{end}", progress, [f"COV24{s}PRG{cover}" for s in ("ENG", "MATH")]


def excused(row, year):
    pupils = number(row.get("TPUP"))
    if pupils is not None and pupils < (11 if year < 2016 else 6):
        return True
    five, progress, covers = names(year)
    results = [five, *progress] if year < 2016 else ["P8MEA"]
    if any(row.get(name) in ("LOWCOV", "LT11", "LT50PC") for name in results):
        return True
    covers = covers if year < 2016 else ["P8MEACOV"]
    shares = [number(row.get(name)) for name in covers]
    return any(share is not None and share < 50 for share in shares)


def status(rows, year):
    """What the floor says of each mainstream state school of a year's rows, by URN."""
    schools = [r for r in rows if r["RECTYPE"] == "1" and r["NFTYPE"] not in NOT_MAINSTREAM]
    judged = [r for r in schools if not excused(r, year)]
    five, progress, _ = names(year)
    goals = {}
    for name in progress if year < 2016 else ():
        known = [number(r.get(name)) for r in judged]
        known = [value for value in known if value is not None]
        goals[name] = statistics.median(known) if known else None
    found = {}
    for row in schools:
        if excused(row, year):
            found[row["URN"]] = "no standard"
            continue
        if year < 2016:
            parts = [(number(row.get(five)), FLOOR[year])]
            parts += [(number(row.get(name)), goals[name]) for name in progress]
        else:
            limits = number(row.get("P8CIUPP"))
            parts = [(number(row.get("P8MEA")), Fraction(-1, 2)), (limits, 0)]
        told = [None if value is None else value < goal for value, goal in parts]
        if False in told:
            found[row["URN"]] = "not below"
        else:
            found[row["URN"]] = "below" if None not in told else "cannot tell"
    return found


def runs(years):
    """Schools below in every year, of a mapping of year to school to status."""
    schools = {school for said in years.values() for school in said}
    return sorted(s for s in schools if all(y.get(s) == "below" for y in years.values()))


def all_at_once(chances, correlation, steps=4000):
    """The chance that all are so: summed over what they share, in small steps."""
    normal = statistics.NormalDist()
    limits = [math.inf if c == 1 else -math.inf if c == 0 else normal.inv_cdf(c) for c in chances]
    total = 0.0
    for i in range(steps):
        shared = -8 + 16 * (i + 0.5) / steps
        given = 1.0
        for limit in limits:
            if math.isinf(limit):
                given *= limit > 0
                continue
            own = (limit - math.sqrt(correlation) * shared) / math.sqrt(1 - correlation)
            given *= normal.cdf(own)
        total += given * normal.pdf(shared) * 16 / steps
    return total


def compared(schools, fewest):
    """The rise of some schools and of equally low others, from (some, other, step, rise) each.

    Returns the two rises, the error of their difference, and how many of each; or None.
    """
    steps = {step for some, _, step, _ in schools if some}
    steps &= {step for _, other, step, _ in schools if other}
    mine = {s: [r for some, _, step, r in schools if some and step == s] for s in steps}
    theirs = {s: [r for _, other, step, r in schools if other and step == s] for s in steps}
    n = sum(map(len, mine.values()))
    m = sum(map(len, theirs.values()))
    if m < fewest:
        return None
    weights = {s: len(mine[s]) / n for s in steps}
    rise = sum(weights[s] * statistics.fmean(mine[s]) for s in steps)
    other = sum(weights[s] * statistics.fmean(theirs[s]) for s in steps)
    cells = [*mine.values(), *theirs.values()]
    left = sum((r - statistics.fmean(cell)) ** 2 for cell in cells for r in cell)
    free = max(1, n + m - len(cells))
    parts = (weights[s] ** 2 * (1 / len(mine[s]) + 1 / len(theirs[s])) for s in steps)
    return rise, other, 1.96 * math.sqrt(left / free * sum(parts)), n, m

"""The regional divide and the trend in plain Python: slow, and obvious."""

from __future__ import annotations

import math

from slow_questions import rate, rate_all, rate_other

Z = 1.9599639845400545


def shows_both(school):
    """Whether what is left of all pupils is known, and is somebody."""
    some, everybody = school.number("disadvantaged"), school.number("cohort")
    if some is None or everybody is None or some >= everybody:
        return False
    return rate_all(school) is not None and (some == 0 or rate(school) is not None)


def of_schools(schools):
    """{region: {group: [(rate, pupils) of each school]}}; others published, or what is left."""
    published = any(s.number("percent_other") is not None for s in schools)
    found = {}
    for s in schools:
        groups = found.setdefault(s.region, {"behind": [], "ahead": []})
        some, everybody = s.number("disadvantaged"), s.number("cohort")
        if some and rate(s) is not None:
            groups["behind"].append((rate(s), some))
        if published:
            if s.number("others") and rate_other(s) is not None:
                groups["ahead"].append((rate_other(s), s.number("others")))
        elif shows_both(s):
            left = rate_all(s) * everybody - (rate(s) * some if some else 0)
            groups["ahead"].append((left / (everybody - some), everybody - some))
    return found


def together(pairs):
    pupils = sum(n for _, n in pairs)
    return (float(sum(r * n for r, n in pairs) / pupils), pupils) if pupils else (None, 0)


def wilson(percent, n):
    p = min(max(percent / 100, 0.0), 1.0)
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return 100 * (middle - half), 100 * (middle + half)


def slow_divide(schools):
    """{region: (behind, its pupils, ahead, its pupils, gap, low, high)}, None where small."""
    found = {}
    for region, groups in of_schools(schools).items():
        (some, n), (others, m) = (together(groups[g]) for g in ("behind", "ahead"))
        if min(n, m) < 10:
            found[region] = None
            continue
        (low, high), (lowest, highest) = wilson(some, n), wilson(others, m)
        gap = others - some
        down = math.sqrt((others - lowest) ** 2 + (high - some) ** 2)
        up = math.sqrt((highest - others) ** 2 + (some - low) ** 2)
        found[region] = (some, n, others, m, gap, gap - down, gap + up)
    return found


# Years between which nothing may be subtracted, as the Department's notes have it.
NEW_RULES = {
    "five_good_gcses": {2014},
    "attainment8": {2017, 2020, 2021, 2022, 2023},
}
NEW_SPLIT = {2012, 2015}


def may_subtract(first, last):
    """Whether two years, as (year, measure, source), are counted in one way."""
    if first[1:] != last[1:]:
        return False
    between = range(first[0] + 1, last[0] + 1)
    return not any(y in NEW_RULES[first[1]] | NEW_SPLIT for y in between)


def slow_stretches(years):
    """[(first, last)]: a year joins the stretch before it where their ends may be subtracted."""
    found = []
    for year in years:
        if found and may_subtract(found[-1][0], year):
            found[-1].append(year)
        else:
            found.append([year])
    return [(run[0][0], run[-1][0]) for run in found if len(run) > 1]

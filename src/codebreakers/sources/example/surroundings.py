"""The tables beside the results in Example England: pupils, staff and absence."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codebreakers.sources.example.figures import YEARS, Floats, Ints, Texts
from codebreakers.sources.example.places import by_region
from codebreakers.sources.example.rows import Rows, roll
from codebreakers.sources.example.sites import expit
from codebreakers.sources.example.tables import fixed, money, whole, write_table

__all__ = ["staff_of", "write_absence", "write_census", "write_workforce"]

_SECTOR = "SEC"

# The header of each year, as the Department's files have it.
_CENSUS = {
    2011: "URN,LAESTAB,NUMFTE,TOTPUPSENDN,TSENSAP,TSENA,TOTSENST,TOTSENAP,PSENSAP,PSENA,PTOTSENST,"
    "PTOTSENAP,TOTPUPEALDN,NUMEAL,NUMENGFL,NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,TOTPUPFSMDN,NUMFSM,"
    "NUMNOFSM,PNUMFSM,PNUMNOFSM",
    2012: "URN,LA,ESTAB,TOTPUPSENDN,NORG,NORB,PNORG,PNORB,TSENSAP,TSENA,PSENSAP,PSENA,TOTPUPEALDN,"
    "NUMEAL,NUMUNCFL,PNUMEAL,PNUMUNCFL,TOTPUPFSMDN,NUMFSM,PNUMFSM,NUMFSMEVER,PNUMFSMEVER",
    2013: "URN,LA,ESTAB,TOTPUPSENDN,NORG,NORB,PNORG,PNORB,TSENSAP,TSENA,TOTSENST,TOTSENAP,PSENSAP,"
    "PSENA,PTOTSENST,PTOTSENAP,NUMEAL,NUMENGFL,NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,TOTPUPFSMDN,"
    "NUMFSM,NUMNOFSM,PNUMFSM,PNUMNOFSM,NUMFSMEVER,PNUMFSMEVER",
    2014: "URN,LA,ESTAB,TOTPUPSENDN,NORG,NORB,PNORG,PNORB,TSENSAP,TSENA,TOTSENST,TOTSENAP,PSENSAP,"
    "PSENA,PTOTSENST,PTOTSENAP,NUMEAL,NUMENGFL,NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,NUMFSM,"
    "NUMNOFSM,PNUMFSM,PNUMNOFSM,NUMFSMEVER,PNUMFSMEVER",
    2015: "URN,LA,ESTAB,NOR,NORG,NORB,PNORG,PNORB,TSENELSE,PSENELSE,TSENELK,PSENELK,NUMEAL,"
    "NUMENGFL,NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,PNUMFSM,NUMFSMEVER,PNUMFSMEVER",
}
_STAFF = {
    2011: "LA,URN,NTEA,NTEAAS,NNONTEA,NFTETEA,NFTETEAAS,RATPUPTEA,SALARY",
    2012: "LA,URN,NTEA,NTEAAS,NNONTEA,NFTETEA,NFTETEAAS,NFTENONTEA,RATPUPTEA,SALARY",
}
_STAFF_WORDS = (
    "Total Number of Teachers (Headcount)",
    "Total Number of Teaching Assistants (Headcount)",
    "Total Number of Non Classroom-based School Support Staff, Exclud{0}",
    "Total Number of Teachers (Full-Time Equivalent)",
    "Total Number of Teaching Assistants (Full-time Equivalent)",
    "Total Number of Non Classroom-based School Support Staff, Exclu{1}",
    "Pupil:     Teacher Ratio",
    "Mean Gross FTE Salary of All Teachers{2}",
)
_WHOLE_WORDS = ("ing Auxiliary Staff (Headcount)", "ding Auxiliary Staff (Full-Time Equivalent)")
_STAFF_CODES = ("NTEA", "NTEAAS", "NNONTEA", "NFTETEA", "NFTETEAAS", "NFTENONTEA")
_ABSENCE = {
    2011: ("PERCTOT", "PERCUA", "PPERSABS15", "PPERSABS20"),
    **dict.fromkeys(range(2012, 2016), ("PERCTOT", "PPERSABS15")),
    **dict.fromkeys(range(2016, 2019), ("PERCTOT", "PPERSABS10")),
}
# Mean percentage of sessions missed; 2015 and 2016 between those of the years that are held.
_OVERALL = dict(zip(YEARS, (6.6, 5.75, 5.9, 5.3, 5.3, 5.3, 5.45, 5.6), strict=True))


def _encoding(year: int) -> str:
    return "cp1252" if year < 2017 else "utf-8-sig"


def _share_of(part: Ints, total: Ints) -> Texts:
    """Write a percentage to one decimal without its sign, as the census does."""
    return fixed(100 * part / np.maximum(total, 1), 1)


def _counts(rows: Rows) -> tuple[Ints, dict[str, Ints]]:
    """Return pupils on roll and how many are of each kind, shape (rows,)."""
    year, site = rows.year, rows.site
    rng, sites = year.world.rng(year.year, 8), year.world.sites
    total, count = roll(year), len(sites)
    ever = year.cohort.share * np.exp(0.08 * rng.normal(size=count)) * 1.07
    meals = ever * np.clip(0.44 + 0.30 * ever + 0.08 * rng.normal(size=count), 0.2, 0.95)
    need = 0.35 * (27.8 - year.cohort.points)
    shares = {
        "EVER": ever,
        "FSM": meals,
        "EAL": sites.intake.eal,
        "UNCFL": np.full(count, 0.002),
        "SENST": expit(-4.0 + 0.5 * need + 0.5 * rng.normal(size=count)),
        "SENAP": expit(-2.9 + need + 0.45 * rng.normal(size=count)),
        "SENA": expit(-2.15 + 0.7 * need + 0.4 * rng.normal(size=count)),
    }
    drawn = {k: rng.binomial(total, np.clip(p, 0, 0.97))[site] for k, p in shares.items()}
    girls = np.round(total * year.girls.inside / year.drawn.size).astype(np.int64)[site]
    drawn["EVER"] = np.maximum(drawn["EVER"], drawn["FSM"])
    drawn["UNCFL"] = np.minimum(drawn["UNCFL"], total[site] - drawn["EAL"])
    return total[site], drawn | {"GIRLS": girls}


def _census_columns(rows: Rows) -> tuple[Ints, dict[str, Ints]]:
    """Return pupils on roll, and every count of pupils by the name of its column."""
    total, n = _counts(rows)
    plain = {
        "NORG": n["GIRLS"],
        "NORB": total - n["GIRLS"],
        "TSENSAP": n["SENST"] + n["SENAP"],
        "TSENA": n["SENA"],
        "TOTSENST": n["SENST"],
        "TOTSENAP": n["SENAP"],
        "TSENELSE": n["SENST"],
        "TSENELK": n["SENAP"] + n["SENA"],
        "NUMEAL": n["EAL"],
        "NUMENGFL": total - n["EAL"] - n["UNCFL"],
        "NUMUNCFL": n["UNCFL"],
        "NUMFSM": n["FSM"],
        "NUMNOFSM": total - n["FSM"],
        "NUMFSMEVER": n["EVER"],
    }
    return total, plain


def write_census(rows: Rows, folder: Path) -> None:
    """Write the school census: counts of one or two pupils are suppressed.

    Parameters
    ----------
    rows : Rows
    folder : Path
        The folder of the academic year.
    """
    year, state = rows.year.year, rows.state
    total, counts = _census_columns(rows)
    on_roll = ("NUMFTE", "TOTPUPSENDN", "NOR", "TOTPUPEALDN", "TOTPUPFSMDN")
    columns = {
        "URN": rows.urn,
        "LA": rows.authority_code,
        "ESTAB": rows.number,
        "LAESTAB": np.char.add(rows.authority_code, rows.number),
        **dict.fromkeys(on_roll, whole(total)),
    }
    sums = dict.fromkeys(on_roll, str(int(total[state].sum())))
    for name, n in counts.items():
        share = f"P{name.removeprefix('T') if name.startswith('TSEN') else name}"
        code = np.where((n > 0) & (n < 3), "SUPP", "")
        code = np.where(~state & ("FSM" in name), "NP", code)
        columns[name] = np.where(code == "", whole(n), code)
        columns[share] = np.where(code == "", _share_of(n, total), code)
        sums[name] = str(int(n[state].sum()))
        sums[share] = f"{100 * n[state].sum() / total[state].sum():.1f}"
    header = _CENSUS[min(year, 2015)].split(",")
    sector = "LAESTAB" if year == 2011 else "LA" if year < 2017 else "ESTAB"
    sums |= {"URN": "NAT", sector: _SECTOR}
    body = [np.append(columns[name], sums.get(name, "")) for name in header]
    write_table(folder / "england_census.csv", header, body, encoding=_encoding(year))


def staff_of(rows: Rows) -> tuple[dict[str, Floats], Floats, Floats]:
    """Return staff by kind, pupils per teacher and mean salary, shape (rows,)."""
    year, site = rows.year, rows.site
    rng, sites, t = year.world.rng(year.year, 9), year.world.sites, year.year
    steady = year.world.rng(0, 9)  # what is the same in every year
    count = len(sites)
    total = roll(year)
    lasting = steady.normal(size=(2, count))
    share = np.clip(year.cohort.share, 0, 1)
    ratio = by_region("ratio")[sites.region] - 3.9 * (share - 0.27)
    ratio = ratio + 1.08 * np.log(np.maximum(total, 50) / 1000)
    ratio = ratio + {2011: -0.1, 2012: 0.7, 2013: 0.6}.get(t, 0.25 * max(0, t - 2014))
    ratio = ratio + 1.25 * lasting[0] + 0.9 * rng.normal(size=count)
    ratio = np.where(sites.kinds.special, rng.normal(6, 1, size=count), np.clip(ratio, 5, 40))
    salary = by_region("salary")[sites.region] - 283 * (share - 0.27)
    salary = salary + {2016: 100.0, 2017: 850.0, 2018: 1180.0}.get(t, 0.0)
    salary = salary + 1500 * lasting[1] + 1250 * rng.standard_t(4, size=count)
    full = np.maximum(total / ratio, 1.0)
    heads = np.ceil(full / np.clip(rng.normal(0.93, 0.03, size=count), 0.8, 1))
    assistants = np.round(heads * np.exp(rng.normal(-1.27, 0.45, size=count)))
    support = np.round(heads * np.exp(rng.normal(-0.94, 0.28, size=count)))
    staff = {
        "NTEA": heads,
        "NTEAAS": assistants,
        "NNONTEA": support,
        "NFTETEA": full,
        "NFTETEAAS": assistants * 0.79,
        "NFTENONTEA": support * 0.85,
    }
    return {k: v[site] for k, v in staff.items()}, ratio[site], np.maximum(salary, 21500)[site]


def _staff_header(year: int) -> list[str]:
    if year < 2016:
        return _STAFF[min(year, 2012)].split(",")
    ends = (("", "1") if year == 2016 else _WHOLE_WORDS) + ((" (£s)",) if year == 2018 else ("",))
    words = [name.format(*ends) for name in _STAFF_WORDS]
    return ["LA Number", "Establishment Number", "URN", *words]


def write_workforce(rows: Rows, folder: Path) -> None:
    """Write the workforce census; a school in every 75 did not submit it (``DNS``)."""
    year = rows.year.year
    staff, ratio, salary = staff_of(rows)
    state = rows.state
    missing = rows.year.world.rng(year, 10).random(len(state)) < 1 / 75
    names = [name for name in _STAFF_CODES if name != "NFTENONTEA" or year > 2011]
    written = [
        fixed(staff[name], 1) if name.startswith("NFTE") else whole(staff[name]) for name in names
    ]
    pounds = money(salary) if year >= 2017 else whole(salary)
    written += [fixed(ratio, 1), pounds]
    shown = [np.where(missing, "DNS", text)[state] for text in written]
    sums = [f"{staff[name][state].sum():.1f}" for name in names]
    mean = float(np.average(salary[state], weights=staff["NFTETEA"][state]))
    sums += [f"{np.average(ratio[state], weights=staff['NFTETEA'][state]):.1f}"]
    sums += [f'"£{mean:,.0f}"' if year >= 2017 else f"{mean:.0f}"]
    ids = {"LA": rows.authority_code[state], "ESTAB": rows.number[state], "URN": rows.urn[state]}
    last = {"LA": "NAT", "ESTAB": _SECTOR, "URN": ""}
    if year < 2016:
        del ids["ESTAB"]
        last["URN"] = _SECTOR if year > 2011 else ""
    body = [np.append(text, last[name]) for name, text in ids.items()]
    body += [np.append(text, total) for text, total in zip(shown, sums, strict=True)]
    write_table(folder / "england_swf.csv", _staff_header(year), body, encoding=_encoding(year))


def write_absence(rows: Rows, folder: Path) -> None:
    """Write absence: sessions missed, and pupils who miss many."""
    year = rows.year
    rng, state = year.world.rng(year.year, 11), rows.state
    share, points = year.cohort.share[rows.site], year.cohort.points[rows.site]
    # London's absence is lower at the same intake.
    effect = year.world.effects.area[0][rows.site]
    overall = _OVERALL[year.year] + 1.4 * (share - 0.27) - 0.34 * (points - 27.8) - 1.9 * effect
    overall = np.clip(overall + 0.95 * rng.normal(size=len(share)), 1.0, 30.0)
    many = 5.0 * (overall / 5.3) ** 2 * np.exp(0.2 * rng.normal(size=len(share)))
    values = {
        "PERCTOT": overall,
        "PERCUA": np.clip(0.42 * overall - 1.3 + 0.5 * rng.normal(size=len(share)), 0, None),
        "PPERSABS15": many,
        "PPERSABS20": 0.5 * many,
        "PPERSABS10": 13.0 * (overall / 5.3) ** 1.6 * np.exp(0.1 * rng.normal(size=len(share))),
    }
    names = _ABSENCE[year.year]
    places = [2 if year.year == 2011 and name != "PPERSABS15" else 1 for name in names]
    size = year.drawn.size[rows.site][state]
    ids = {"LA": rows.authority_code, "ESTAB": rows.number, "URN": rows.urn}
    last = {"LA": "NAT", "ESTAB": _SECTOR, "URN": ""}
    body = [np.append(text[state], last[name]) for name, text in ids.items()]
    for name, decimals in zip(names, places, strict=True):
        shown = np.where(size < 6, "SUPP", fixed(values[name][state], decimals))
        mean = np.average(values[name][state], weights=size)
        body.append(np.append(shown, f"{mean:.{decimals}f}"))
    header = ["LA", "ESTAB", "URN", *names]
    write_table(folder / "england_abs.csv", header, body, encoding=_encoding(year.year))

"""Print what Example England was calibrated to, from the published tables, beside itself.

Run as ``python scripts/calibrate_example.py DATA [EXAMPLE]``: DATA is the folder of published
tables, EXAMPLE a folder written by ``write_example``. Every figure is computed by the same function
on both, so a difference is a difference between the countries and not between two computations.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Moments = dict[str, float]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Sheet:
    """One published table: its columns as text, or as numbers with nan for anything else."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Read a table, each different row once, column names in capitals."""
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "cp1252")
        header, *body = list(csv.reader(text.splitlines()))
        names = [name.upper() for name in header]
        return cls([dict(zip(names, row, strict=False)) for row in dict.fromkeys(map(tuple, body))])

    def where(self, keep: Callable[[dict[str, str]], bool]) -> Sheet:
        """Keep the rows for which `keep` is true."""
        return Sheet([row for row in self.rows if keep(row)])

    def has(self, name: str) -> bool:
        """Say whether the table has the column."""
        return bool(self.rows) and name in self.rows[0]

    def text(self, name: str) -> npt.NDArray[np.str_]:
        """Return a column as text."""
        return np.array([row.get(name, "") for row in self.rows])

    def number(self, name: str) -> Floats:
        """Return a column as numbers."""
        return np.array([as_number(row.get(name, "")) for row in self.rows])


def as_number(text: str) -> float:
    """Read ``58%``, ``£45,884`` or ``27.6``; nan for a code or a blank."""
    try:
        return float(text.strip().strip("£%").replace(",", ""))
    except ValueError:
        return float("nan")


def state_schools(path: Path) -> Sheet:
    """Read the mainstream state schools of a key stage 4 table that have a cohort."""
    return Sheet.read(path).where(
        lambda row: (
            row["RECTYPE"] == "1"
            and row.get("NFTYPE", "") != "IND"
            and not np.isnan(as_number(row["TPUP"]))
        )
    )


def ks4(folder: Path, year: int) -> Sheet:
    """Read the key stage 4 table of a results year, final tables first."""
    base = folder / f"{year - 1}-{year}"
    found = [base / name for name in ("england_ks4final.csv", "england_ks4.csv")]
    return state_schools(next(path for path in found if path.exists()))


def held(folder: Path, year: int, name: str) -> Path | None:
    """Return the path of a year's table, or None where it is not held."""
    path = folder / f"{year - 1}-{year}" / name
    return path if path.exists() else None


def average(values: Floats, weights: Floats) -> float:
    """Average over the rows where both are known."""
    known = ~np.isnan(values) & ~np.isnan(weights)
    return float(np.average(values[known], weights=weights[known]))


def spread(name: str, values: Floats) -> Iterator[tuple[str, float]]:
    """Yield the mean, standard deviation and quantiles of the known values."""
    known = values[~np.isnan(values)]
    yield f"{name}.mean", float(known.mean())
    yield f"{name}.sd", float(known.std())
    for q in QUANTILES:
        yield f"{name}.q{round(100 * q):02d}", float(np.quantile(known, q))


def correlation(a: Floats, b: Floats) -> float:
    """Correlate over the rows where both are known."""
    known = ~np.isnan(a) & ~np.isnan(b)
    return float(np.corrcoef(a[known], b[known])[0, 1])


def non_selective(sheet: Sheet) -> Flags:
    """Mark schools whose key stage 2 points are below any grammar school's."""
    points: Flags = ~(sheet.number("KS2APS") >= 31)
    return points


def logit_model(
    passed: Floats, pupils: Floats, columns: list[Floats]
) -> tuple[Floats, float, Floats, Floats]:
    """Fit a logit with a school effect; return coefficients, tau, residuals and their variance."""
    design = np.column_stack([np.ones_like(passed), *columns])
    beta, tau2 = np.zeros(design.shape[1]), 0.25
    for _ in range(80):
        eta = design @ beta
        rate = 1 / (1 + np.exp(-eta))
        noise = 1 / (pupils * rate * (1 - rate))
        target = eta + (passed - pupils * rate) * noise
        weight = 1 / (tau2 + noise)
        beta = np.linalg.solve((design.T * weight) @ design, (design.T * weight) @ target)
        left = target - design @ beta
        tau2 = max(1e-4, float(np.sum(weight**2 * (left**2 - noise)) / np.sum(weight**2)))
    return beta, float(np.sqrt(tau2)), left, noise


def intake_2014(folder: Path) -> Moments:
    """Measure intake and results in 2013/14: the fullest table with counts."""
    sheet = ks4(folder, 2014)
    cohort, ks2 = sheet.number("TPUP"), sheet.number("KS2APS")
    share = 100 * sheet.number("TFSMCLA") / cohort
    out = dict(spread("cohort", cohort)) | dict(spread("share", share)) | dict(spread("ks2", ks2))
    out["share~ks2"], out["cohort~share"] = correlation(share, ks2), correlation(cohort, share)
    for band in ("LO", "AV", "HI"):
        size = sheet.number(f"TPRIOR{band}")
        out[f"prior.{band}"] = 100 * float(np.nansum(size) / np.nansum(cohort))
        out[f"five.{band}"] = average(sheet.number(f"PTAC5EM{band}_PTQ"), size)
        for subject in ("ENG", "MATH"):
            rate = sheet.number(f"PT24{subject}PRG{band}_PTQ")
            out[f"progress.{subject}.{band}"] = average(rate, size)
    for name, column in PLAIN_2014.items():
        values = sheet.number(column)
        out[f"{name}.national"], out[f"{name}.sd"] = (
            average(values, cohort),
            float(np.nanstd(values)),
        )
        out[f"{name}~five"] = correlation(values, sheet.number("PTAC5EM_PTQ"))
    return out | groups_2014(sheet, share, ks2)


PLAIN_2014 = {
    "five": "PTAC5EM_PTQ",
    "english": "PT24ENGPRG_PTQ",
    "maths": "PT24MATHPRG_PTQ",
    "ebacc": "PTEBACC_PTQ",
    "value": "B8VAMEA_PTQ",
}


def groups_2014(sheet: Sheet, share: Floats, ks2: Floats) -> Moments:
    """Fit disadvantaged and other pupils' results in 2013/14 to intake."""
    out: Moments = {}
    london = (sheet.text("REGION") == "London").astype(float)
    for group, size, passed in (
        ("disadvantaged", "TFSMCLA", "TAC5EMFSM_PTQ"),
        ("other", "TNOTFSMCLA", "TAC5EMNFSM_PTQ"),
    ):
        n, k = sheet.number(size), sheet.number(passed)
        known = ~np.isnan(k) & ~np.isnan(ks2) & (n > 0)
        out[f"{group}.rate"] = 100 * float(k[known].sum() / n[known].sum())
        out[f"{group}.above_all"] = 100 * float(np.mean((k / n)[known] > 0.566))
        out[f"{group}.sd"] = float(np.std(100 * (k / n)[known & (n >= 20)]))
        known &= non_selective(sheet)
        columns = [(share - 27.5) / 16.8, (ks2 - 27.8) / 1.4, london]
        beta, tau, left, noise = logit_model(k[known], n[known], [c[known] for c in columns])
        names = ("intercept", "share", "ks2", "london")
        out |= {f"{group}.logit.{name}": float(b) for name, b in zip(names, beta, strict=True)}
        out[f"{group}.tau"] = tau
        out[f"{group}.authority_sd"] = authority_sd(left, noise, sheet.text("LEA")[known])
    return out


def authority_sd(left: Floats, noise: Floats, authority: npt.NDArray[np.str_]) -> float:
    """Estimate the standard deviation between authorities from pairs of schools in one."""
    steady = noise < 0.15
    _, index = np.unique(authority[steady], return_inverse=True)
    values = np.clip(left[steady], -2, 2)
    total, square = np.bincount(index, values), np.bincount(index, values**2)
    size = np.bincount(index)
    return float(np.sqrt(max(0.0, np.sum(total**2 - square) / np.sum(size * (size - 1)))))


def matched(sheets: list[Sheet]) -> list[Sheet]:
    """Keep the schools that stand in every table with one URN, in one order."""
    by_urn = [{row["URN"]: row for row in sheet.rows} for sheet in sheets]
    common = sorted(set.intersection(*(set(rows) for rows in by_urn)))
    return [Sheet([rows[urn] for urn in common]) for rows in by_urn]


def years_2013_2015(folder: Path) -> Moments:
    """Follow disadvantaged pupils' results over 2013, 2014 and 2015, raw and without chance."""
    first, second, third = matched([ks4(folder, year) for year in (2013, 2014, 2015)])
    sizes = [first.number("TFSMCLA"), second.number("TFSMCLA"), third.number("TFSM6CLA1A")]
    rates = [
        first.number("PTAC5EMFSM"),
        100 * second.number("TAC5EMFSM_PTQ") / sizes[1],
        third.number("PTAC5EMFSM6CLA1A_PTQ_EE"),
    ]
    # The real tables of 2013 and 2015 hold comprehensives only.
    known = non_selective(second) & ~np.isnan(np.sum(rates + sizes, axis=0))
    rates, sizes = [r[known] for r in rates], [s[known] for s in sizes]
    before, after = (sheet.number("KS2APS")[known] for sheet in (first, second))
    out: Moments = {"ks2.2013-2014": correlation(before, after)}
    change = np.log(second.number("TPUP")) - np.log(first.number("TPUP"))
    out["cohort.2013-2014.sd"] = float(np.nanstd(change[known]))
    share = first.number("TFSMCLA") / first.number("TPUP")
    later = second.number("TFSMCLA") / second.number("TPUP")
    out["share.2013-2014"] = correlation(share[known], later[known])
    covariates = np.column_stack(
        [np.ones(known.sum()), later[known], second.number("KS2APS")[known]]
    )
    for label, make in (("raw", lambda r: r - r.mean()), ("given_intake", residual(covariates))):
        left = [make(r) for r in rates]
        cover = np.cov(left)
        chance = [np.mean(r * (100 - r) / n) for r, n in zip(rates, sizes, strict=True)]
        lasting = np.sqrt(np.diag(cover) - chance)
        for a, b in ((0, 1), (1, 2), (0, 2)):
            key = f"{2013 + a}-{2013 + b}"
            out[f"five.{label}.{key}"] = float(np.corrcoef(left[a], left[b])[0, 1])
            out[f"five.{label}.{key}.lasting"] = float(cover[a, b] / (lasting[a] * lasting[b]))
    return out


def residual(design: Floats) -> Callable[[Floats], Floats]:
    """Return a function that takes out what the design predicts."""
    inverse = np.linalg.pinv(design)

    def take_out(values: Floats) -> Floats:
        left: Floats = values - design @ (inverse @ values)
        return left

    return take_out


def comprehensives_2013(folder: Path) -> Moments:
    """Measure language, roll and code breakers among comprehensives in 2012/13."""
    sheet = ks4(folder, 2013)
    sheet = sheet.where(lambda row: row["ADMPOL"] in ("COMP", "MOD"))
    rate, all_rate = sheet.number("PTAC5EMFSM"), sheet.number("PTAC5EM")
    out = dict(spread("eal", sheet.number("PTEALGRP2")))
    out |= dict(spread("roll_per_pupil", sheet.number("TOTPUPS") / sheet.number("TPUP")))
    out |= dict(spread("five_2013", all_rate))
    out["disadvantaged_2013"] = average(rate, sheet.number("TFSMCLA"))
    out["breakers_2013"] = 100 * float(np.mean(rate[~np.isnan(rate)] > 60.6))
    return out


def attainment(folder: Path) -> Moments:
    """Measure Attainment 8 and Progress 8 in 2016 and 2018."""
    sheet = ks4(folder, 2016)
    cohort, size = sheet.number("TPUP"), sheet.number("TFSM6CLA1A")
    out: Moments = {}
    for name in ("ATT8SCR", "P8MEA"):
        all_pupils, group = sheet.number(name), sheet.number(f"{name}_FSM6CLA1A")
        # Rows of the extract without a cohort are special schools and are not counted.
        known = ~np.isnan(all_pupils) & ~np.isnan(cohort)
        out |= dict(spread(f"{name}_2016", all_pupils[known]))
        out[f"{name}_2016.disadvantaged"] = average(group, size)
        out[f"{name}_2016.disadvantaged.sd"] = float(np.nanstd(group[size >= 30]))
        out[f"{name}_2016~ks2"] = correlation(all_pupils, sheet.number("KS2APS"))
    later = ks4(folder, 2018)
    for name in ("ATT8SCR", "P8MEA", "PTL2BASICS_94", "PTL2BASICS_95", "KS2APS", "TPUP"):
        out |= dict(spread(f"{name}_2018", later.number(name)))
    out["ATT8SCR_2018~ks2"] = correlation(later.number("ATT8SCR"), later.number("KS2APS"))
    width = later.number("P8CIUPP") - later.number("P8CILOW")
    out["P8_pupil_sd_2018"] = float(
        np.nanmedian(width / (2 * 1.96) * np.sqrt(later.number("P8PUP")))
    )
    early, late = matched([sheet, later])
    for name in ("ATT8SCR", "P8MEA"):
        out[f"{name}.2016-2018"] = correlation(early.number(name), late.number(name))
    before, after = matched([ks4(folder, 2015), sheet])
    covariates = np.column_stack([np.ones(len(after.rows)), after.number("KS2APS")])
    pair = [before.number("PTAC5EM_PTQ_EE"), after.number("P8MEA")]
    known = ~np.isnan(np.sum([*pair, covariates[:, 1]], axis=0))
    take_out = residual(covariates[known])
    out["five_2015~P8_2016.given_ks2"] = correlation(take_out(pair[0][known]), pair[1][known])
    return out


def surroundings(folder: Path) -> Moments:
    """Measure staff, absence, free meals and destinations of the schools of 2013/14."""
    schools = ks4(folder, 2014)
    share = {
        row["URN"]: 100 * as_number(row["TFSMCLA"]) / as_number(row["TPUP"]) for row in schools.rows
    }
    london = {row["URN"] for row in schools.rows if row["REGION"] == "London"}
    wanted = (
        ("england_swf.csv", 2014, "SALARY"),
        ("england_swf.csv", 2014, "RATPUPTEA"),
        ("england_abs.csv", 2014, "PERCTOT"),
        ("england_abs.csv", 2014, "PPERSABS15"),
        ("england_census.csv", 2014, "PNUMFSM"),
        ("england_pupdest.csv", 2014, "OVERALLPER"),
        ("england_ks4-pupdest.csv", 2018, "OVERALL_DESTPER"),
        ("england_ks4-pupdest.csv", 2018, "OVERALL_DESTPER_DIS"),
    )
    out: Moments = {}
    for file, year, column in wanted:
        path = held(folder, year, file)
        if path is None:
            continue
        sheet = Sheet.read(path).where(lambda row: row["URN"] in share)
        values = sheet.number(column)
        out |= dict(spread(f"{column}", values))
        out[f"{column}~share"] = correlation(
            values, np.array([share[u] for u in sheet.text("URN")])
        )
        there = np.isin(sheet.text("URN"), list(london))
        out[f"{column}.london"] = float(np.nanmean(values[there]) - np.nanmean(values[~there]))
    return out


PARTS: tuple[Callable[[Path], Moments], ...] = (
    intake_2014,
    years_2013_2015,
    comprehensives_2013,
    attainment,
    surroundings,
)


def moments(folder: Path) -> Moments:
    """Compute every moment of the tables in a folder."""
    out: Moments = {}
    for part in PARTS:
        out |= part(folder)
    return out


def main(arguments: list[str]) -> int:
    """Print the moments of one folder, or of two side by side."""
    if not 1 <= len(arguments) <= 2:
        print("usage: calibrate_example.py DATA [EXAMPLE]", file=sys.stderr)
        return 2
    data = Path(arguments[0])
    tables = [moments(data / "dfe" if (data / "dfe").is_dir() else data)]
    tables += [moments(Path(folder)) for folder in arguments[1:]]
    for name in tables[0]:
        print(f"{name:44}", *(f"{table[name]:12.3f}" for table in tables))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

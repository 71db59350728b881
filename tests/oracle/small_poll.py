"""A small poll, the same each time it is made; and raking by plain Python, a respondent at a time.

``python tests/oracle/small_poll.py FOLDER`` writes the files that ``scripts/survey_poll.R`` reads.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

PEOPLE = 700
ASKED = ("phase", "region", "sex", "age")
MARGINS = {
    "phase x region": {
        f"{phase} x {region}": share * part
        for phase, share in (("primary", 0.52), ("secondary", 0.48))
        for region, part in (("north", 0.3), ("middle", 0.35), ("south", 0.35))
    },
    "sex": {"female": 0.72, "male": 0.28},
    "age": {"under 30": 0.24, "30 to 49": 0.52, "50 and over": 0.24},
}
TOTAL = 450_000


def small_poll() -> list[dict[str, str]]:
    """700 respondents, too many of them young, in the south and secondary teachers."""
    rng = random.Random(20140)
    people = []
    for _ in range(PEOPLE):
        one = {
            "phase": rng.choices(["primary", "secondary"], [4, 6])[0],
            "region": rng.choices(["north", "middle", "south"], [2, 3, 5])[0],
            "sex": rng.choices(["female", "male"], [8, 2])[0],
            "age": rng.choices(["under 30", "30 to 49", "50 and over"], [4, 4, 2])[0],
        }
        likely = 0.12 + 0.12 * (one["phase"] == "secondary") + 0.08 * (one["age"] == "under 30")
        one["yes"] = str(int(rng.random() < likely))
        one["often"] = str(int(rng.random() < 0.5 + 0.1 * (one["region"] == "north")))
        people.append(one)
    return people


def category(margin: str, person: dict[str, str]) -> str:
    return " x ".join(person[column] for column in margin.split(" x "))


def slow_rake(
    people: list[dict[str, str]],
    margins: dict[str, dict[str, float]],
    sweeps: int = 2_000,
) -> list[float]:
    """Iterative proportional fitting, one margin, one category and one person after another."""
    weights = [1.0] * len(people)
    for _ in range(sweeps):
        furthest = 0.0
        for margin, shares in margins.items():
            for name, share in shares.items():
                inside = [i for i, p in enumerate(people) if category(margin, p) == name]
                factor = share * len(people) / sum(weights[i] for i in inside)
                furthest = max(furthest, abs(factor - 1))
                for i in inside:
                    weights[i] *= factor
        if furthest < 1e-13:
            break
    return weights


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    people = small_poll()
    with (folder / "responses.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, people[0])
        writer.writeheader()
        writer.writerows(people)
    with (folder / "margins.csv").open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["margin", "category", "total"])
        for margin, shares in MARGINS.items():
            rows.writerows([margin, name, TOTAL * share] for name, share in shares.items())


if __name__ == "__main__":
    write(Path(sys.argv[1]))

"""Which school went on as which, pair by pair and as slowly as it can be said."""

from __future__ import annotations

from codebreakers.store.succession import Records

AFTER = {
    "Successor": "",
    "Successor - merged": "merged",
    "Successor - amalgamated": "merged",
    "Result of Amalgamation": "merged",
    "Successor - Split School": "split",
}
BEFORE = {
    "Predecessor": "",
    "Predecessor - merged": "merged",
    "Predecessor - amalgamated": "merged",
    "Predecessor - Split School": "split",
}

Pair = tuple[str, str]
Told = set[tuple[str, tuple[str, ...], tuple[str, ...]]]


class SlowLineage:
    """Everything is looked for among everything, each time it is asked."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.pairs: set[Pair] = set()
        self.changes: dict[Pair, set[str]] = {}
        self.years: dict[Pair, set[int]] = {}
        for link in records.links:
            if not link.other or link.kind not in {**AFTER, **BEFORE}:
                continue
            forward = link.kind in AFTER
            pair = (link.school, link.other) if forward else (link.other, link.school)
            self.pairs.add(pair)
            change = {**AFTER, **BEFORE}[link.kind]
            self.changes.setdefault(pair, set()).update({change} - {""})
            self.years.setdefault(pair, set())
            if link.date:
                year, month, day = map(int, link.date.split("-"))
                self.years[pair].add(year + 1 if (month, day) >= (6, 30) else year)
        self.schools = sorted({urn for pair in self.pairs for urn in pair})
        self.reached = {(a, b) for a, b in self.pairs}
        for middle in self.schools:
            for a in self.schools:
                for b in self.schools:
                    if (a, middle) in self.reached and (middle, b) in self.reached:
                        self.reached.add((a, b))

    def circular(self, pair: Pair) -> bool:
        return (pair[1], pair[0]) in self.reached or pair[0] == pair[1]

    def at_once(self, one: Pair, other: Pair) -> bool:
        """Whether they may have happened in one year: all years between two dates may be it."""
        a, b = self.years[one], self.years[other]
        if not a or not b:
            return True
        return any(min(b) <= year <= max(b) for year in range(min(a), max(a) + 1))

    def beside(self, pair: Pair) -> bool:
        rolls = self.records.rolls
        return pair[0] in rolls and pair[1] in rolls and rolls[pair[1]][0] <= rolls[pair[0]][1]

    def into(self, new: str) -> list[Pair]:
        """Who came to be part of it, in no circle and not by a split."""
        return [
            pair
            for pair in sorted(self.pairs)
            if pair[1] == new and not self.circular(pair) and "split" not in self.changes[pair]
        ]

    def founders(self, new: str) -> list[Pair]:
        dated = [pair for pair in self.into(new) if self.years[pair]]
        fresh = [pair for pair in self.into(new) if not self.beside(pair)]
        if not dated:
            return fresh
        first = min(dated, key=lambda p: (min(self.years[p]), max(self.years[p])))
        return [pair for pair in fresh if self.at_once(pair, first)]

    def out_of(self, old: str) -> list[Pair]:
        return [p for p in sorted(self.pairs) if p[0] == old and not self.circular(p)]

    def torn(self, pair: Pair) -> bool:
        return any(
            self.changes[other] != {"split"} or self.at_once(other, pair)
            for other in self.out_of(pair[0])
            if other != pair
        )

    def kind(self, pair: Pair) -> str:
        """What the one founder of a school became, where it is torn between no others."""
        near = [p for p in self.pairs if self.circular(p) and set(p) & set(pair)]
        if any(self.at_once(p, pair) for p in near):
            return "ambiguous"
        old, new = ([n.number for n in self.records.numbers.get(urn, ())] for urn in pair)
        issued_first = int(pair[1]) < int(pair[0])
        if not old or not new:
            return "ambiguous" if issued_first else "succession"
        if any(n in new for n in old):
            return "conversion"
        alike = any(a.split("/")[i] == b.split("/")[i] for a in old for b in new for i in range(2))
        return "re-numbering" if alike and not issued_first else "ambiguous"

    def told(self) -> Told:
        found: Told = set()
        for pair in self.pairs:
            old, new = pair
            if self.circular(pair):
                members = tuple(
                    s
                    for s in self.schools
                    if s == old or ((s, old) in self.reached and (old, s) in self.reached)
                )
                found.add(("ambiguous", members, members))
            elif len(self.changes[pair]) > 1:
                found.add(("ambiguous", (old,), (new,)))
            elif self.changes[pair] == {"split"}:
                parts = [p for p in self.out_of(old) if self.changes[p] == {"split"}]
                found.add(("split", (old,), tuple(p[1] for p in parts)))
            elif self.founders(new) == [pair] and not self.changes[pair]:
                if self.torn(pair):
                    found.add(("ambiguous", (old,), tuple(p[1] for p in self.out_of(old))))
                else:
                    found.add((self.kind(pair), (old,), (new,)))
            elif pair in self.founders(new):
                found.add(("merger", tuple(p[0] for p in self.founders(new)), (new,)))
            else:
                with_it = [
                    p[0]
                    for p in self.into(new)
                    if p not in self.founders(new) and self.ends(p) == self.ends(pair)
                ]
                found.add(("merger", tuple(with_it), (new,)))
        return found

    def ends(self, pair: Pair) -> tuple[int, ...]:
        years = self.years[pair]
        return (min(years), max(years)) if years else ()

    def first(self, urn: str) -> str:
        joining = {"conversion", "re-numbering", "succession"}
        for kind, before, following in self.told():
            if kind in joining and following == (urn,):
                return self.first(before[0])
        return urn

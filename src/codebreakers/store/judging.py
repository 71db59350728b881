"""Which school went on as which: judged from all that is held, and never guessed.

Where exactly one school went on as exactly one other, the two are one school. Where several
became one, or one became several, none of them is another. Where the register does not say which,
or says two things at once, that is reported and nothing is joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from codebreakers.store.cycles import circles
from codebreakers.store.numbering import Held, renumbered
from codebreakers.store.pairing import Pair, paired, told_date
from codebreakers.store.succession import Closing, Event, Link, Records, felt_in

__all__ = ["judged"]

Pairs = Sequence[Pair]
Bounds = tuple[int | None, int | None]

_CLOSURE = "closure"
_SPLIT = frozenset({"split"})


def judged(records: Records, held_by: Mapping[str, Held]) -> tuple[Event, ...]:
    """Return everything that happened to any school.

    Parameters
    ----------
    records : Records
        What is held.
    held_by : mapping of str to Held
        Who stands with each key that is a number.

    Returns
    -------
    tuple of Event
        No URN has more than one joining event before it, nor more than one after it.
    """
    lines = paired(records.links)
    rounds, pairs = _circular(lines.pairs)
    judge = _Judge(records, pairs, [pair for _, inside in rounds for pair in inside])
    both = [pair for pair in pairs if len(pair.changes) > 1]
    closures = [link for link in lines.others if link.kind.casefold() == _CLOSURE]
    followed = {pair.old for pair in lines.pairs} | {
        key for key, held in held_by.items() if held.urns
    }
    return (
        *(judge.circular(members, inside) for members, inside in rounds),
        *(judge.ambiguous((pair,), "The register says both of it.") for pair in both),
        *judge.splits(),
        *judge.arrivals(),
        *(_unnamed(link) for link in lines.unnamed),
        *_others(link for link in lines.others if link.kind.casefold() != _CLOSURE),
        *_closures(records, closures, followed),
        *renumbered(records),
    )


def _circular(pairs: Pairs) -> tuple[list[tuple[list[str], list[Pair]]], list[Pair]]:
    """Return the schools that each followed the other, with their pairs; and the other pairs."""
    rounds = circles((pair.old, pair.new) for pair in pairs)
    circle_of = {urn: i for i, members in enumerate(rounds) for urn in members}
    inside: list[list[Pair]] = [[] for _ in rounds]
    outside = []
    for pair in pairs:
        circle = circle_of.get(pair.old)
        if circle is not None and circle == circle_of.get(pair.new):
            inside[circle].append(pair)
        else:
            outside.append(pair)
    return [(sorted(rounds[i]), its) for i, its in enumerate(inside)], outside


class _Judge:
    """Judges pairs that are in no circle."""

    def __init__(self, records: Records, pairs: Pairs, circular: Pairs) -> None:
        self.records = records
        self.into: dict[str, list[Pair]] = defaultdict(list)
        self.out: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            self.into[pair.new].append(pair)
            self.out[pair.old].append(pair)
        self.circles: dict[str, list[Pair]] = defaultdict(list)
        for pair in circular:
            self.circles[pair.old].append(pair)
            self.circles[pair.new].append(pair)
        self.lined = {link.school for link in records.links}

    def circular(self, members: list[str], pairs: Pairs) -> Event:
        """Report schools of which each is said to have followed the other."""
        both = tuple(members)
        why = "Each is said to have followed the other: the register does not say who went on."
        return self._event("ambiguous", pairs, why, before=both, following=both)

    def ambiguous(self, pairs: Pairs, why: str) -> Event:
        """Report pairs that cannot be told."""
        return self._event("ambiguous", pairs, why)

    def splits(self) -> Iterator[Event]:
        """Report each school that the register says was split, and into which."""
        for pairs in self.out.values():
            parted = [pair for pair in pairs if pair.changes == _SPLIT]
            if parted:
                yield self._event("split", parted)

    def arrivals(self) -> Iterator[Event]:
        """Report how each school with predecessors came about, and whom it took in later."""
        torn: dict[str, None] = {}
        for pairs in self.into.values():
            coming = [pair for pair in pairs if "split" not in pair.changes]
            opening = self._opening(coming)
            if len(opening) == 1 and not opening[0].changes:
                (pair,) = opening
                if self._is_torn(pair):
                    torn[pair.old] = None
                else:
                    yield self._continuation(pair)
            elif opening:
                yield self._merger(opening, stood=len(opening) < len(coming))
            later: dict[tuple[int, int] | None, list[Pair]] = defaultdict(list)
            made_from = {pair.old for pair in opening}
            for pair in coming:
                if pair.old not in made_from:
                    later[pair.years].append(pair)
            for joined in later.values():
                yield self._merger(joined, stood=True)
        for old in torn:
            rivals = self.out[old]
            why = f"The register names {len(rivals)} schools after it, and not which is the same."
            yield self.ambiguous(rivals, why)

    def _opening(self, coming: Pairs) -> list[Pair]:
        """Return those it was made from: none where it stood before all of them."""
        first = min((pair.years for pair in coming if pair.years), default=None)
        fresh = (pair for pair in coming if not self._stood_together(pair))
        return [pair for pair in fresh if _may_be_at_once(pair.years, first)]

    def _stood_together(self, pair: Pair) -> bool:
        """Whether one January's census has both: then one did not go on as the other."""
        old, new = (self.records.rolls.get(urn) for urn in (pair.old, pair.new))
        return old is not None and new is not None and new[0] <= old[1]

    def _is_torn(self, pair: Pair) -> bool:
        """Whether the school before has another that may be the same, or was divided then."""
        others = [other for other in self.out[pair.old] if other is not pair]
        return any(o.changes != _SPLIT or _may_be_at_once(o.years, pair.years) for o in others)

    def _continuation(self, pair: Pair) -> Event:
        kept = self._number_kept(pair)
        doubt = self._doubt(pair, kept)
        if doubt:
            return self.ambiguous([pair], doubt)
        if kept == "same":
            return self._event("conversion", [pair])
        if kept == "part":
            return self._event("re-numbering", [pair])
        why = "No table held has the authority and establishment number of both."
        return self._event("succession", [pair], why)

    def _doubt(self, pair: Pair, kept: str) -> str:
        """Say why one school cannot be said to have gone on as the other; '' where it can."""
        circles = (*self.circles[pair.old], *self.circles[pair.new])
        if any(_may_be_at_once(circle.years, pair.years) for circle in circles):
            return "It may have been at once with another link that is not clear."
        if kept == "neither":
            return "Neither the authority nor the establishment number is the same."
        numbered = pair.old.isdigit() and pair.new.isdigit()
        if kept != "same" and numbered and int(pair.new) < int(pair.old):
            return "The URN that followed was issued first, so it may have stood already."
        return ""

    def _number_kept(self, pair: Pair) -> str:
        """Return ``same``, ``part``, ``neither``, or '' where a number is not known."""
        old, new = (
            {numbered.number for numbered in self.records.numbers.get(urn, ())}
            for urn in (pair.old, pair.new)
        )
        if not old or not new:
            return ""
        if old & new:
            return "same"
        parts = [({n.split("/")[i] for n in old}, {n.split("/")[i] for n in new}) for i in (0, 1)]
        return "part" if any(a & b for a, b in parts) else "neither"

    def _merger(self, pairs: Pairs, *, stood: bool) -> Event:
        why = []
        if not stood and len(pairs) == 1:
            why.append("With which other school, the register does not say.")
        if len(pairs) > 1 and len({pair.years for pair in pairs}) > 1:
            why.append("Not all are dated, so whether all joined at once is not known.")
        return self._event("merger", pairs, *why, stood=stood)

    def _event(
        self,
        kind: str,
        pairs: Pairs,
        *why: str,
        before: tuple[str, ...] = (),
        following: tuple[str, ...] = (),
        stood: bool = False,
    ) -> Event:
        old = before or tuple(sorted({pair.old for pair in pairs}))
        new = following or tuple(sorted({pair.new for pair in pairs}))
        years = [year for pair in pairs if pair.years for year in pair.years]
        date = max((d for pair in pairs for d in pair.dates), default="")
        if years:
            bounds: Bounds = min(years) - 1, max(years)
        else:
            bounds = self._told_by_tables(old, () if stood else new)
        doubts = (said for pair in pairs for said in (*pair.unknown, *self._doubts(pair)))
        unknown = (*why, *(() if before else doubts))
        return Event(
            kind,
            old,
            new,
            date if len(set(years)) == 1 else "",
            *bounds,
            "; ".join(sorted({said for pair in pairs for said in pair.said})),
            tuple(dict.fromkeys(unknown)),
        )

    def _told_by_tables(self, old: tuple[str, ...], new: tuple[str, ...]) -> Bounds:
        """Return between which results years something undated happened, by who stood when."""
        records = self.records
        after = [records.results[urn][1] for urn in old if urn in records.results]
        after += [records.rolls[urn][1] - 1 for urn in old if urn in records.rolls]
        by = [records.rolls[urn][0] for urn in new if urn in records.rolls]
        bounds = max(after, default=None), min(by, default=None)
        if bounds[0] is not None and bounds[1] is not None and bounds[1] <= bounds[0]:
            return None, None
        return bounds

    def _doubts(self, pair: Pair) -> Iterator[str]:
        """Say what is missing at either end."""
        records = self.records
        tables = (records.numbers, records.rolls, records.results, records.closings)
        for urn in (pair.old, pair.new):
            if urn in pair.sides:
                continue
            if urn in self.lined:
                yield f"The register's lines of {urn} do not say so."
            elif any(urn in table for table in tables):
                yield f"The register has no line of {urn} itself."
            else:
                yield f"URN {urn} has no line of its own in the register, and is in no table held."


def _may_be_at_once(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    """Whether two spans of years have one in common; what is not dated may be at any time."""
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])


def _unnamed(link: Link) -> Event:
    why = "The register's line names no other school."
    return Event("ambiguous", (link.school,), (), said=link.kind, unknown=(why,))


def _others(links: Iterable[Link]) -> Iterator[Event]:
    """Report what else the register says of two schools; each side may say it in its words."""
    by_pair: dict[frozenset[str], list[Link]] = defaultdict(list)
    for link in sorted(links, key=lambda link: (link.school, link.other, link.kind)):
        by_pair[frozenset((link.school, link.other))].append(link)
    for lines in by_pair.values():
        date = max((told_date(link.date) for link in lines), default="")
        year = felt_in(date) if date else None
        following = (lines[0].other,) if lines[0].other else ()
        said = "; ".join(dict.fromkeys(link.kind for link in lines))
        after = None if year is None else year - 1
        yield Event("other", (lines[0].school,), following, date, after, year, said)


def _closures(
    records: Records, lines: Iterable[Link], followed: Collection[str]
) -> Iterator[Event]:
    """Report each school that closed with no successor; what had one is told there."""
    told = {link.school: Closing(link.kind, None, told_date(link.date)) for link in lines}
    told.update(records.closings)
    for key in sorted(told.keys() - followed):
        closing = told[key]
        after, by = None, closing.by
        if closing.date:
            by = felt_in(closing.date)
            after = by - 1
        elif key in records.results:
            after = records.results[key][1]
        last = records.rolls.get(key, (0, 0))[1]
        unknown = (f"Yet it stands in the census of {last}.",) if by and last > by else ()
        yield Event("closure", (key,), (), closing.date, after, by, closing.said, unknown)

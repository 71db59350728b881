"""Whoever adds and subtracts all that is published learns nothing of what is withheld."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from codebreakers.findings.suppression import Decision, Hiding, Linked, linked, withhold

SMALLEST = 10


@dataclass(frozen=True)
class Attacker:
    """Knows every figure shown, that parts add up to wholes, and that no count is below nought."""

    tables: Linked
    hiding: list[Hiding]

    def cells(self) -> list[tuple[int, int]]:
        """The cells withheld: a unit and a group, or -1 for its total."""
        groups = range(len(self.tables.counts[0]))
        found = []
        for unit, hiding in enumerate(self.hiding):
            if hiding >= Hiding.GROUPS and len(groups) > 1:
                found += [(unit, group) for group in groups]
            if hiding == Hiding.ALL:
                found.append((unit, -1))
        return found

    def truth(self, unit: int, group: int) -> int:
        counts = self.tables.counts[unit]
        return sum(counts) if group < 0 else counts[group]

    def relations(self) -> list[tuple[tuple[int, int], list[tuple[int, int]]]]:
        """Every whole with its parts."""
        groups = list(range(len(self.tables.counts[0])))
        found = []
        for unit in range(len(self.tables.units)):
            if len(groups) > 1:
                found.append(((unit, -1), [(unit, group) for group in groups]))
            inside = [u for u, parent in enumerate(self.tables.parents) if parent == unit]
            if inside:
                kinds = [-1, *(groups if len(groups) > 1 else [])]
                found += [((unit, kind), [(u, kind) for u in inside]) for kind in kinds]
        return found

    def ranges(self) -> dict[tuple[int, int], tuple[float, float]]:
        """The least and the most that each withheld cell can be, by linear programming."""
        cells = self.cells()
        at = {cell: i for i, cell in enumerate(cells)}
        rows, known = [], []
        for whole, parts in self.relations():
            row, left = [0.0] * len(cells), 0.0
            for cell, sign in [(whole, -1), *((part, 1) for part in parts)]:
                if cell in at:
                    row[at[cell]] += sign
                else:
                    left -= sign * self.truth(*cell)
            if any(row):
                rows.append(row)
                known.append(left)
            else:
                assert left == 0
        return {cell: self._range(i, rows, known, len(cells)) for cell, i in at.items()}

    @staticmethod
    def _range(i: int, rows: list[list[float]], known: list[float], n: int) -> tuple[float, float]:
        ends = []
        for sign in (1.0, -1.0):
            goal = [0.0] * n
            goal[i] = sign
            found = linprog(goal, A_eq=rows or None, b_eq=known or None, bounds=(0, None))
            # Without any figure shown of a tree there is no most.
            ends.append(float("inf") if found.status == 3 else sign * found.fun)
        return ends[0], ends[1]


@st.composite
def declared(draw: st.DrawFn, groups: int) -> Linked:
    """Schools in authorities in regions, many of them small."""
    counts = st.integers(0, 12) | st.integers(0, 60)
    paths = []
    for region in range(draw(st.integers(1, 2))):
        for authority in range(draw(st.integers(1, 3))):
            paths += [
                ("England", f"R{region}", f"A{region}{authority}", f"S{region}{authority}{school}")
                for school in range(draw(st.integers(1, 4)))
            ]
    # A school has at least one pupil.
    row = st.lists(counts, min_size=groups, max_size=groups).filter(any)
    return linked(paths, [draw(row) for _ in paths])


def _attack(tables: Linked) -> None:
    decisions = withhold(tables)
    for unit, decision in enumerate(decisions):
        counts = tables.counts[unit]
        if decision.hiding < Hiding.GROUPS:
            assert min(counts) >= SMALLEST
        if decision.hiding < Hiding.ALL:
            assert sum(counts) >= SMALLEST
    attacker = Attacker(tables, [decision.hiding for decision in decisions])
    for cell, (least, most) in attacker.ranges().items():
        assert most - least >= SMALLEST - 1e-6, (cell, least, most)


@settings(max_examples=15, deadline=None)
@given(declared(2))
def test_groups_of_schools_cannot_be_worked_out(tables: Linked) -> None:
    _attack(tables)


@settings(max_examples=20, deadline=None)
@given(declared(1))
def test_schools_without_groups_cannot_be_worked_out(tables: Linked) -> None:
    _attack(tables)


@settings(max_examples=10, deadline=None)
@given(declared(3))
def test_three_groups_cannot_be_worked_out(tables: Linked) -> None:
    _attack(tables)


@pytest.mark.proof
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_no_declared_set_of_very_many_can_be_worked_out(groups: int) -> None:
    settings(max_examples=400, deadline=None)(given(declared(groups))(_attack))()


def _schools(*counts: tuple[int, ...]) -> Linked:
    return linked([("all", f"S{at}") for at in range(len(counts))], counts)


def test_the_attacker_finds_what_is_withheld_alone() -> None:
    tables = _schools((3, 40), (20, 30), (15, 70))
    alone = Attacker(tables, [Hiding.SHOWN, Hiding.GROUPS, Hiding.SHOWN, Hiding.SHOWN])
    assert alone.ranges() == {(1, 0): (3, 3), (1, 1): (40, 40)}


def test_the_attacker_bounds_what_is_left_by_a_subtraction() -> None:
    tables = _schools((3, 40), (4, 30), (15, 70))
    both = Attacker(tables, [Hiding.SHOWN, Hiding.GROUPS, Hiding.GROUPS, Hiding.SHOWN])
    assert both.ranges()[1, 0] == (0, 7)


def test_one_small_group_takes_the_smallest_other_school_with_it() -> None:
    assert withhold(_schools((3, 40), (20, 30), (15, 70))) == (
        Decision(Hiding.SHOWN),
        Decision(Hiding.GROUPS, "small"),
        Decision(Hiding.GROUPS, "beside"),
        Decision(Hiding.SHOWN),
    )


def test_small_schools_of_more_than_ten_pupils_in_all_need_no_other() -> None:
    hiding = [one.hiding for one in withhold(_schools((4,), (7,), (90,)))]
    assert hiding == [Hiding.SHOWN, Hiding.ALL, Hiding.ALL, Hiding.SHOWN]


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    decisions = withhold(_schools((10, 10), (11, 200)))
    assert {one.hiding for one in decisions} == {Hiding.SHOWN}


def test_the_only_school_of_an_authority_tells_of_it() -> None:
    tables = linked(
        [("all", "A", "S1"), ("all", "B", "S2"), ("all", "B", "S3")],
        [(3, 40), (20, 30), (15, 70)],
    )
    why = {unit[-1]: one.why for unit, one in zip(tables.units, withhold(tables), strict=True)}
    assert why == {
        "all": "",
        "A": "small",
        "S1": "small",
        "B": "beside",
        "S2": "within",
        "S3": "within",
    }


@pytest.mark.parametrize("paths", [[("a", "b"), ("a", "b")], [("a", "b"), ("a", "b", "c")]])
def test_a_unit_is_declared_once(paths: list[tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="twice"):
        linked(paths, [(20,), (20,)])

"""Pairing and partners in plain Python, one pair at a time: slow, and obvious."""

from __future__ import annotations

import math

EARTH_MILES = 3_958.8


def best_pairing(pairs, capacity):
    """Most pairs, then fewest thousandths of a mile: every way of choosing is tried."""
    owners = sorted({owner for owner, _, _ in pairs})
    asks = {
        o: [(other, round(1000 * miles)) for p, other, miles in pairs if p == o] for o in owners
    }

    def best(left, room):
        if not left:
            return 0, 0
        first, rest = left[0], left[1:]
        found = best(rest, room)
        for other, cost in asks[first]:
            if room.get(other, capacity) > 0:
                count, total = best(rest, {**room, other: room.get(other, capacity) - 1})
                found = better(found, (count + 1, total + cost))
        return found

    return best(owners, {})


def better(one, other):
    return other if (-other[0], other[1]) < (-one[0], one[1]) else one


def nearest_pairing(pairs, capacity):
    """Each asks its nearest alone; each of those takes its own nearest."""
    asked = {}
    for owner in {p[0] for p in pairs}:
        nearest = min((p for p in pairs if p[0] == owner), key=lambda p: (p[2], p[1]))
        asked.setdefault(nearest[1], []).append(nearest)
    taken = []
    for queue in asked.values():
        taken += sorted(queue, key=lambda p: (p[2], p[0]))[:capacity]
    return sorted((owner, other) for owner, other, _ in taken)


def miles(here, there):
    """By the spherical law of cosines, None where a place is not known."""
    if any(math.isnan(degrees) for degrees in (*here, *there)):
        return None
    (a, b), (c, d) = (tuple(map(math.radians, place)) for place in (here, there))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return EARTH_MILES * math.acos(max(-1.0, min(1.0, cosine)))


def named(school, schools, within):
    """Whom one school may talk to; `schools` by key, each a dict."""
    own, found = schools[school], []
    for key in own["similar"]:
        other = schools[key]
        far = miles(own["place"], other["place"])
        if other["grade"] not in ("confirmed", "likely") or other["aside"]:
            continue
        if far is not None and far > within:
            continue
        if own["from_14"] != other["from_14"]:
            continue
        if own["level"] is not None and other["level"] <= own["level"]:
            continue
        found.append(key)
    return found


def lacking(school, schools, within):
    """Why one school could be paired with nobody: the first test that nobody is left after."""
    own = schools[school]
    if math.isnan(own["place"][0]):
        return "place"
    left = own["similar"]
    for reason, fits in (
        ("evidence", lambda o: o["grade"] in ("confirmed", "likely")),
        ("aside", lambda o: not o["aside"]),
        ("phase", lambda o: o["from_14"] == own["from_14"]),
        ("their-place", lambda o: not math.isnan(o["place"][0])),
        ("far", lambda o: miles(own["place"], o["place"]) <= within),
    ):
        left = [key for key in left if fits(schools[key])]
        if not left:
            return reason
    return ""

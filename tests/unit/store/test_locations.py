"""Where schools are, of those whose coordinates are held."""

from __future__ import annotations

from pathlib import Path

from codebreakers.store import Store
from codebreakers.store.locations import locations

HEADER = "URN,LSOA,LATITUDE,LONGITUDE,IDACI"


def written(folder: Path, *rows: str) -> Store:
    (folder / "school_locations.csv").write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    store = Store(folder / "places.duckdb")
    store.ingest(folder / "school_locations.csv")
    return store


def test_a_school_without_both_coordinates_is_nowhere(tmp_path: Path) -> None:
    store = written(
        tmp_path,
        "100002,E01000001,51.5,-0.25,0.1",
        "100001,E01000002,53.25,-2.5,0.2",
        "100003,E01000003,52.0,,0.3",
    )
    found = locations(store)
    assert found.keys.tolist() == ["100001", "100002"]
    assert found.latitude.tolist() == [53.25, 51.5]
    assert found.longitude.tolist() == [-2.5, -0.25]
    assert [r.dataset for r in store.releases() if r.id in found.releases] == ["locations"]


def test_where_no_table_of_places_is_held_there_are_none(tmp_path: Path) -> None:
    store = written(tmp_path, "100003,E01000003,,,0.3")
    assert len(locations(store)) == 0


def test_every_place_of_example_england_is_read(example: Store) -> None:
    found = locations(example)
    assert len(found) > 100
    assert ((found.latitude > 49) & (found.latitude < 56)).all()
    assert ((found.longitude > -7) & (found.longitude < 3)).all()

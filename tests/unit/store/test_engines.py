"""A warehouse read by Polars gives what the store it was written from gives, to the last type."""

from __future__ import annotations

from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pytest
from small_tables import ROWS, csv_text, stored, written

from codebreakers.errors import CannotAnswerError, StoreError
from codebreakers.store import Store
from codebreakers.store.engines import Arrays, Lazy, Reader, write_warehouse
from codebreakers.store.schema import FRAMES, TABLES, VIEWS


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Store]:
    """Hold one small store twice: as DuckDB and as Parquet, under a name full of marks."""
    folder = tmp_path_factory.mktemp("pair")
    store = stored(folder / "s.duckdb", *ROWS, ROWS[0], ("9", *ROWS[0][1:]))
    store.ingest(written(folder / "2011-2012", csv_text(ROWS[:1])))
    links = [("100001", "100002", "1.5", "1"), ("100001", "100003", "", "")]
    store.ingest(written(folder, csv_text(links, ["URN", "NEIGHBOUR_URN", "DIST", "RANK"])))
    warehouse = folder / "it's [a] *warehouse*"
    write_warehouse(store.path, warehouse)
    return store, Store(warehouse)


def equal(one: Arrays, other: Arrays) -> None:
    assert list(one) == list(other)
    for name, column in one.items():
        assert column.dtype == other[name].dtype, name
        np.testing.assert_array_equal(column, other[name], err_msg=name)


@pytest.mark.parametrize("name", FRAMES)
def test_every_table_is_the_same_on_both_engines(pair: tuple[Store, Store], name: str) -> None:
    def rows(reader: Reader) -> Lazy:
        frame = reader.frame(name)
        return frame.sort(frame.collect_schema().names())

    one, other = (store.query(rows) for store in pair)
    assert len(next(iter(one.values()))) > 0
    equal(one, other)


def test_sums_and_counts_and_nulls_are_the_same_on_both_engines(pair: tuple[Store, Store]) -> None:
    def sums(reader: Reader) -> Lazy:
        found = nw.col("value")
        return (
            reader.frame("results")
            .group_by("measure")
            .agg(
                total=found.sum(),
                mean=found.mean(),
                most=found.max(),
                cells=nw.len(),
                coded=(~nw.col("code").is_null()).sum(),
                some=(found > 50).any(),
                code=nw.col("code").max(),
            )
            .sort("measure")
        )

    equal(*(store.query(sums) for store in pair))


@pytest.mark.parametrize("name", FRAMES)
def test_nothing_found_has_the_same_types_on_both_engines(
    pair: tuple[Store, Store], name: str
) -> None:
    def none(reader: Reader) -> Lazy:
        frame = reader.frame(name)
        first = nw.col(frame.collect_schema().names()[0])
        return frame.filter(first.is_null())

    one, other = (store.query(none) for store in pair)
    assert {len(column) for column in one.values()} == {0}
    equal(one, other)


def test_a_column_with_nulls_of_each_type_is_the_same_on_both_engines(
    pair: tuple[Store, Store],
) -> None:
    def nulls(reader: Reader) -> Lazy:
        held = nw.col("id") > 1
        return (
            reader.frame("releases")
            .select(*(nw.when(held).then(nw.col(c)).alias(c) for c in TABLES["releases"]))
            .sort("id", nulls_last=True)
        )

    one, other = (store.query(nulls) for store in pair)
    assert np.isnan(one["made_up"]).sum() == 1
    assert (one["file"] == "").sum() == 1
    equal(one, other)


def test_releases_are_the_same_on_both_engines(pair: tuple[Store, Store]) -> None:
    store, warehouse = pair
    assert warehouse.is_warehouse
    assert not store.is_warehouse
    assert warehouse.releases() == store.releases()
    assert len(store.releases()) == 3


def test_a_warehouse_is_never_written_to(pair: tuple[Store, Store], tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="only read"):
        pair[1].ingest(written(tmp_path), year=2013)


def test_a_folder_that_is_no_warehouse_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no meta\.parquet"):
        Store(tmp_path).releases()


def test_a_warehouse_of_another_version_is_refused(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    write_warehouse(store.path, tmp_path / "w")
    meta = tmp_path / "w" / "meta.parquet"
    duckdb.execute(f"COPY (SELECT 0 AS version) TO '{meta}' (FORMAT parquet)")
    with pytest.raises(StoreError, match="store version 0") as caught:
        Store(tmp_path / "w").releases()
    assert "Write it again" in caught.value.remedy


def test_an_older_store_is_not_written_as_a_warehouse(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    with duckdb.connect(str(store.path)) as connection:
        connection.execute("UPDATE meta SET version = 0")
    with pytest.raises(StoreError, match="older version"):
        write_warehouse(store.path, tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_a_warehouse_of_no_store_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswerError, match="no store"):
        write_warehouse(tmp_path / "s.duckdb", tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_a_warehouse_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    with pytest.raises(StoreError, match="cannot be written"):
        write_warehouse(store.path, store.path / "w")


def test_what_a_reader_may_ask_for_is_declared(pair: tuple[Store, Store]) -> None:
    assert set(FRAMES) <= TABLES.keys() | VIEWS.keys()
    for table, columns in TABLES.items():
        with pair[0].reading() as reader:
            assert reader.frame(table).collect_schema().names() == list(columns)

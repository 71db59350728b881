from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codebreakers.errors import CodebreakersError, ReleaseError, RequestError, UnknownNameError
from codebreakers.peers import PeerRule
from codebreakers.peers.matching import match
from codebreakers.peers.tables import match_table, read_listed, to_rows, write_listed

TABLE = (
    "URN,SCHNAME,PTFSMCLA,KS2APS\n1,A,10%,27.1\n2,B,12%,27.3\n3,C,40%,26.0\n4,D,SUPP,28\n5,E,,28\n"
)


@pytest.fixture
def save(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_any_table_can_be_matched(save):
    groups = match_table(save(TABLE), "URN", ["PTFSMCLA", "KS2APS"], size=1)
    assert [groups.of(urn).members for urn in "12345"] == [("2",), ("1",), ("1",), (), ()]
    assert groups.of("4").withheld.code == "no-match"


def test_options_are_those_of_the_rule(save):
    path = save("id,a,n\n1,5,10\n2,6,90\n3,4,11\n")
    assert match_table(path, "id", ["a"], size=1, cohort="n").of("1").members == ("3",)
    assert match_table(path, "id", ["a"], size=1, sds=[2]).of("1").distances == (0.5,)
    assert match_table(path, "id", ["a", "n"], size=1, weights=[0, 1]).of("1").members == ("3",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_are_read_in_the_encodings_publishers_use(save, encoding):
    path = save("école,a\nÉ1,1\nÉ2,2\n", encoding)
    assert match_table(path, "école", ["a"]).of("É1").members == ("É2",)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("URN,PTFSM\n1,2\n2,3\n", UnknownNameError, "Did you mean 'PTFSM'"),
        ("URN,PTFSMCLA\n1,2\n1,3\n", ReleaseError, "line 3: URN '1' was already on line 2"),
        ("URN,PTFSMCLA\n1,2\n,3\n", ReleaseError, "line 3: URN is blank"),
        ("URN,PTFSMCLA\n1,2\n2,many\n", ReleaseError, "line 3: PTFSMCLA is 'many'"),
        ("URN,PTFSMCLA\n1,2\n2,nan\n", ReleaseError, "line 3: PTFSMCLA is 'nan'"),
        ("URN,PTFSMCLA\n1,2\n2,1_000\n", ReleaseError, "'1_000'"),
        ("URN,PTFSMCLA\n1,2\n2,1e999\n", ReleaseError, "'1e999'"),
        ("URN,PTFSMCLA\n1,2\n2,3,4\n", ReleaseError, "line 3: 3 cells under 2 columns"),
        ("URN,PTFSMCLA,URN\n1,2,3\n", ReleaseError, "two columns are called 'URN'"),
        ("URN,PTFSMCLA\n", ReleaseError, "no rows under a header"),
        ("", ReleaseError, "no rows under a header"),
        ('URN,PTFSMCLA\n"1"x,2\n', ReleaseError, "not a CSV"),
        ("URN,PTFSMCLA\n1,2\n2,2\n", RequestError, "'PTFSMCLA' is 2 at all 2 schools"),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_line(save, text, error, said):
    with pytest.raises(error, match=said):
        match_table(save(text), "URN", ["PTFSMCLA"])


@pytest.mark.parametrize(
    "options", [{"weights": [-1]}, {"weights": [1, 1]}, {"sds": [0]}, {"sds": []}, {"size": 0}]
)
def test_a_rule_that_is_wrong_is_refused_before_the_file_is_read(options):
    with pytest.raises(RequestError):
        match_table("nowhere.csv", "URN", ["PTFSMCLA"], **options)


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(ReleaseError, match="No such file"):
        match_table(tmp_path / "none.csv", "URN", ["a"])
    with pytest.raises(ReleaseError, match="directory"):
        match_table(tmp_path, "URN", ["a"])
    (tmp_path / "odd.csv").write_bytes(b"URN,a\n\x81,1\n")
    with pytest.raises(ReleaseError, match="byte 6 is neither UTF-8 nor cp1252"):
        match_table(tmp_path / "odd.csv", "URN", ["a"])


@given(content=st.binary(max_size=80))
@example(content=b"2,3\n")
def test_bytes_from_outside_give_groups_or_a_clear_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("hostile") / "x.csv"
    path.write_bytes(b"URN,a\n1,2\n" + content)
    try:
        groups = match_table(path, "URN", ["a"])
    except CodebreakersError:
        return
    assert groups.of("1").members


def test_a_list_written_is_the_list_read(tmp_path):
    rng = np.random.default_rng(5)
    names = np.array([str(100000 + i) for i in rng.permutation(200)])
    values = np.column_stack([rng.integers(5, 60, 200), rng.normal(28, 1, 200).round(1)])
    values[7, 0] = np.nan
    groups = match(PeerRule.nearest(["a", "b"], size=12), names, values, seed=3)
    write_listed(groups, tmp_path / "list.csv")
    again = match(read_listed(tmp_path / "list.csv"), names, np.empty((200, 0)), seed=8)
    np.testing.assert_array_equal(again.starts, groups.starts)
    np.testing.assert_array_equal(again.members, groups.members)
    np.testing.assert_array_equal(again.distances, groups.distances)
    assert list(to_rows(again)) == list(to_rows(groups))
    assert again.reasons[7] == "not-held"


def test_a_list_is_rows_of_school_neighbour_distance_and_rank():
    groups = match(PeerRule.nearest(["a"], size=2, sds=[1]), list("ABC"), [[1], [2], [4]])
    assert list(to_rows(groups))[:2] == [("A", "B", 1.0, 1), ("A", "C", 3.0, 2)]


def test_the_governments_spelling_of_the_columns_is_known(save):
    rule = read_listed(save("urn,neighbour_urn,dist,rank,name\n1,2,0.5,1,x\n"), ["a"])
    assert rule == PeerRule.listed([("1", "2", 0.5, 1)], ["a"])


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("URN,Neighbour,Dist,Rank\n1,2,3,1\n", UnknownNameError, "'NeighbourURN'"),
        ("URN,NeighbourURN,Dist,Rank\n1,2,z,1\n", ReleaseError, "line 2: the distance 'z'"),
        ("URN,NeighbourURN,Dist,Rank\n1,2,3,1.5\n", ReleaseError, "rank '1.5'"),
        ("URN,NeighbourURN,Dist,Rank\n1,,3,1\n", ReleaseError, "without its identifier"),
        ("URN,urn,NeighbourURN,Dist,Rank\n1,1,2,3,1\n", ReleaseError, "two columns"),
        ("URN,NeighbourURN,Dist,Rank\n1,1,3,1\n", RequestError, "itself"),
        ("URN,NeighbourURN,Dist,Rank\n1,2,-3,1\n", RequestError, "distance -3"),
    ],
)
def test_a_list_that_is_wrong_is_refused(save, text, error, said):
    with pytest.raises(error, match=said):
        read_listed(save(text))

"""Measures of exam entries as TOML files: what is wrong with one is one clear error."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from codebreakers.errors import CodebreakersError, RequestError, UnknownNameError
from codebreakers.measures.declared_files import LARGEST_FILE
from codebreakers.measures.scoring.declared import SHIPPED, entry_measure

ROOT = Path(__file__).resolve().parents[3]
BUCKET = '[[bucket]]\nname = "maths"\nsubjects = ["maths"]\nbest = 1\n'
NEED = '[[need]]\nname = "maths"\nsubjects = ["maths"]\nat_least = 1\n'

# What is written, and what the error says of it.
WRONG = {
    "no name": (BUCKET, "name in"),
    "a blank name": (f'name = " "\n{BUCKET}', "name in"),
    "a long name": (f'name = "{"a" * 201}"\n{BUCKET}', "name in"),
    "nothing": ('name = "a"\n', "declares nothing"),
    "both": (f'name = "a"\n{BUCKET}{NEED}', "both buckets and needs"),
    "a key": (f'name = "a"\npoint = "2017"\n{BUCKET}', "Did you mean 'points'"),
    "a key of a bucket": (f'name = "a"\n{BUCKET}wieght = 2\n', "Did you mean 'weight'"),
    "a subject": ('name = "a"\n' + BUCKET.replace('["maths"]', '["math"]'), "Did you mean 'maths'"),
    "subjects": ('name = "a"\n' + BUCKET.replace('["maths"]', '"maths"'), "or a list such as"),
    "no subjects": ('name = "a"\n' + BUCKET.replace('["maths"]', "[]"), "or a list such as"),
    "no best": ('name = "a"\n' + BUCKET.replace("best = 1", ""), "best in the bucket maths"),
    "best of none": ('name = "a"\n' + BUCKET.replace("best = 1", "best = 0"), "from 1 to 30"),
    "half a slot": ('name = "a"\n' + BUCKET.replace("best = 1", "best = 1.5"), "a whole number"),
    "a weight": (f'name = "a"\n{BUCKET}weight = true\n', "weight in the bucket maths"),
    "two of a name": (f'name = "a"\n{BUCKET}{BUCKET}', "two buckets called 'maths'"),
    "many": (
        'name = "a"\n' + "".join(BUCKET.replace('"maths"', f'"m{i}"', 1) for i in range(13)),
        "12 at most",
    ),
    "no list": ('name = "a"\nbucket = 3\n', "no list of tables"),
    "weights": (f'name = "a"\n{BUCKET}full_weight_if_taken = "maths"\n', "lists in a list"),
    "a grade": (f'name = "a"\n{NEED}grade = "good"\n', "grade in the need maths"),
    "points of a grade": (f'name = "a"\n{BUCKET}[points_of]\n"10" = 10\n', "'10'"),
    "three decimals": (f'name = "a"\n{BUCKET}[points_of]\n"9" = 9.125\n', "two decimals at most"),
    "many points": (f'name = "a"\n{BUCKET}[points_of]\n"9" = 1e9\n', "a number from 0 to 100"),
    "nan": (f'name = "a"\n{BUCKET}[points_of]\n"9" = nan\n', "a number from 0 to 100"),
    "a rule": (f'name = "a"\ndiscounting = "last"\n{BUCKET}', "discounting"),
    "like nothing": ('name = "a"\nlike = "attainment9"\n', "Did you mean 'attainment8'"),
    "progress of needs": (f'name = "a"\n{NEED}[progress]\n', "progress of a measure of needs"),
    "progress, a word": (f'name = "a"\nprogress = "yes"\n{BUCKET}', "no table"),
    "means of no year": (f'name = "a"\n{BUCKET}[progress]\nexpected = 1999\n', "1999"),
    "an sd": (f'name = "a"\n{BUCKET}[progress]\nsd = -1\n', "a number from 0.001 to 100"),
    "no TOML": ("name = ", "is no TOML"),
    "deep": ("a = " + "[" * 5000, "is no TOML"),
    "large": (f"# {'a' * LARGEST_FILE}\n{BUCKET}", "is not a file of at most"),
    "not UTF-8": (b'name = "\xff"\n', "is not text in UTF-8"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_the_file(case: str, tmp_path: Path) -> None:
    text, said = WRONG[case]
    path = tmp_path / "reform.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises((RequestError, UnknownNameError)) as caught:
        entry_measure(str(path))
    assert said in str(caught.value)
    assert "reform.toml" in str(caught.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    for name in ("folder.toml", "pipe.toml", "absent.toml"):
        with pytest.raises(RequestError, match=name):
            entry_measure(str(tmp_path / name))


def test_an_unknown_measure_gets_the_nearest_known_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'attainment8'"):
        entry_measure("atainment8")


@pytest.mark.parametrize("name", SHIPPED)
def test_one_that_is_shipped_is_what_it_is_called(name: str) -> None:
    found = entry_measure(name)
    assert found.name == name
    assert bool(found.buckets) != bool(found.needs)


def test_the_reform_that_the_page_shows_is_a_measure(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "records.md").read_text("utf-8")
    shown = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert shown
    for text in shown:
        path = tmp_path / "reform.toml"
        path.write_text(text, "utf-8")
        assert entry_measure(str(path)).buckets


VALUES = ("3", "[]", "{}", "true", "1979-05-27", '"x"', "[[1]]", "inf")
KEYS = ("name", "title", "like", "points", "points_of", "most_equivalents", "divide")
SOUND = {("name", '"x"'), ("title", '"x"'), ("points_of", "{}")}
SOUND |= {("most_equivalents", "3"), ("divide", "3")}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_another_kind_is_refused(key: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / "reform.toml"
    name = "" if key == "name" else 'name = "a"'
    path.write_text(f"{name}\n{key} = {value}\n{BUCKET}")
    if (key, value) in SOUND:
        assert entry_measure(str(path)).buckets
        return
    with pytest.raises(CodebreakersError, match=r"reform\.toml"):
        entry_measure(str(path))

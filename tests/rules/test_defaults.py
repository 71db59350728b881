"""The default install alone suffices: nothing of an extra is imported on the way to an answer."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

CODE = """
import sys
allowed, folder = set(sys.argv[1].split(",")), sys.argv[2]

class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in allowed or top in sys.stdlib_module_names or top.startswith("_"):
            return None
        raise ModuleNotFoundError(f"{name} is not in the default install", name=name)

sys.meta_path.insert(0, Refuse())
import codebreakers as cb
cb.write_example(folder + "/england", schools=80, years=(2013, 2014))
store = cb.open_store(folder + "/example.duckdb")
store.ingest(folder + "/england")
print(cb.nation(store, year=2013).title)
cb.checks(store); cb.claims(store); cb.releases(store)
cb.school(store, cb.breakers(store, year=2013).rows[0][0], year=2013)
"""


def _default_distributions() -> set[str]:
    """Everything that installing without extras brings, by distribution name."""
    found: set[str] = set()
    waiting = ["codebreakers"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for line in distribution(name).requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(re.sub(r"[-_.]+", "-", requirement.name).lower())
    return found


def test_the_default_install_answers(tmp_path: Path) -> None:
    ours = _default_distributions()
    modules = {
        module
        for module, owners in packages_distributions().items()
        if {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} & ours
    }
    modules.add("codebreakers")  # installed from its own folder, which lists no modules
    assert "polars" not in modules
    assert {"duckdb", "narwhals", "numpy", "typer"} <= modules
    done = subprocess.run(
        [sys.executable, "-c", CODE, ",".join(sorted(modules)), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "EXAMPLE ENGLAND" in done.stdout

"""Any request that the JSON twins' own description allows is answered, and none breaks them."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from codebreakers.store import Store
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

pytestmark = pytest.mark.slow

FEW = settings(
    max_examples=3,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Questions that take a small machine a minute each, whatever is asked of them.
LONG = ("robustness", "checks")


def test_no_request_breaks_a_twin(example: Store) -> None:
    app = application(Library(example), year=2013)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    met: set[int] = set()
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if any(name in operation.path for name in LONG):
            continue

        @FEW
        @given(operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            nonlocal asked
            answer = case.call()
            met.add(answer.status_code)
            asked += 1
            assert answer.status_code in (200, 400, 404), (case.path, case.query, answer.text)

        ask()
    assert asked > 20
    assert met >= {200, 404}

"""Requests made from the description of the API, well and badly formed: headquarters answers each as it says.

Bounded, so that every run of the tests has it: CHANNELDESK_API_CASES=350 makes it a long one.
"""

import os
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from channeldesk.hq import routes
from channeldesk.hq.database import Database
from channeldesk.hq.errors import refuse
from tests.support import matrix
from tests.support.central import Server

CASES = int(os.environ.get("CHANNELDESK_API_CASES", "10"))
"""Of each operation and role."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("login", ["east", "shop"])
@pytest.mark.allow_log("Invalid HTTP request", reason="made up headers are refused before the program")
def test_every_operation_answers_as_it_is_described(server: Server, database: Database, login: str) -> None:
    matrix.plant(database)
    description = server.get("/openapi.json").json()
    schema = schemathesis.openapi.from_dict(description)
    schema.config.update(base_url=server.address)
    tried: dict[str, int] = {}
    with requests.Session() as session:
        for result in schema.get_all_operations():
            operation = result.ok()
            headers = server.laptop(login).headers  # one of them signs out
            tried[operation.label] = _try(operation, session, headers)
    assert set(tried) == {
        f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods
    }
    assert all(tried.values()), tried


def _try(operation: Any, session: requests.Session, headers: dict[str, str]) -> int:
    count = 0

    @seeded(1)
    @given(case=operation.as_strategy())
    @settings(
        max_examples=CASES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        nonlocal count
        count += 1
        case.call_and_validate(session=session, headers=headers, checks=CHECKS, timeout=30)

    run()
    return count


@pytest.mark.parametrize(
    "planted",
    [RuntimeError("planted"), refuse(418, "request.malformed", detail="planted")],
    ids=["a defect", "a status that is not described"],
)
@pytest.mark.allow_log(".", reason="the planted defect is logged")
def test_what_is_wrong_is_noticed(
    server: Server, monkeypatch: pytest.MonkeyPatch, planted: Exception
) -> None:
    schema = schemathesis.openapi.from_dict(server.get("/openapi.json").json())
    schema.config.update(base_url=server.address)
    totals = schema["/api/v1/totals"]["GET"]
    headers = server.laptop("east").headers

    def broken(*_: object) -> None:
        raise planted

    monkeypatch.setattr(routes, "sales_totals", broken)
    with requests.Session() as session, pytest.raises(FailureGroup):
        _try(totals, session, headers)

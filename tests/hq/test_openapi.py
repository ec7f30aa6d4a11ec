"""The description of the API is complete: another team could write the other end from it."""

from pathlib import Path
from typing import Any

import pytest

from channeldesk.hq import admin
from channeldesk.hq.app import Settings, create_app


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('hq')) / 'hq.db'}"
    admin.init(url, "Example Tools", "CNY", "UTC").close()
    app = create_app(Settings(url))
    try:
        return app.openapi()
    finally:
        app.state.central.database.close()


def test_every_route_says_what_it_does_and_what_it_answers(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), (method, path)
            assert all(answer.get("description") for answer in operation["responses"].values()), path


def test_every_field_of_every_message_is_described(document: dict[str, Any]) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if not {"description", "$ref", "anyOf", "allOf"} & told.keys()
    ]
    assert bare == []


def test_messages_have_examples(document: dict[str, Any]) -> None:
    for name in ("Hello", "Mutation", "Result", "Conflict", "Limits", "Problem"):
        properties = document["components"]["schemas"][name]["properties"]
        assert any("examples" in told for told in properties.values()), name

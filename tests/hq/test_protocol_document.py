"""docs/sync-protocol.md says what is really said: its examples, codes, statuses and limits are checked
against a conversation with a running server, against its OpenAPI and against the code.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import requests

from channeldesk.hq import check, pull, retention, room, routes, schemas, selecting
from channeldesk.hq.app import Settings
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import codes, device_codes, limits, tokens
from channeldesk.hq.sign_in.limits import LOGIN_HERE
from channeldesk.hq.skew import Skew
from channeldesk.model.attachments import LARGEST_FILE
from channeldesk.model.ids import new_id
from channeldesk.sync import pulling, transport
from channeldesk.wire import digest, files, packing, stream
from tests.support import central
from tests.support.central import Laptop, Server, by_password, contact, id_of
from tests.support.conversation import Talk
from tests.support.shapes import Validator, closest

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "sync-protocol.md").read_text("utf-8")
EXAMPLE = re.compile(r"<!-- example: ([\w.]+)( shortened)? -->\n```(json|ndjson)\n(.*?)\n```", re.DOTALL)

COMPONENTS = {
    "token.request": "PasswordGrant",
    "refresh.request": "RefreshGrant",
    "code.request": "CodeGrant",
    "codes.request": "DeviceCodeRequest",
    "codes.answer": "DeviceCodeAnswer",
    "typed.request": "DeviceCodeGrant",
    "token.answer": "TokenAnswer",
    "hello.answer": "Hello",
    "pull.request": "PullRequest",
    "pull.request.units": "PullRequest",
    "pull.request.keep": "PullRequest",
    "sizes.answer": "Sizes",
    "push.request": "PushRequest",
    "push.answer": "PushAnswer",
    "problem": "Problem",
    "device.request": "DeviceRequest",
    "device.answer": "NewDevice",
    "digest.request": "DigestRequest",
    "digest.answer": "DigestAnswer",
    "file.standing": "Upload",
    "file.proof": "Proof",
    "order.answer": "Order",
    "obeyed.request": "Obeyed",
    "obeyed.answer": "Noted",
}
"""What the OpenAPI calls the messages of the JSON routes; the lines of a pull stand in the document alone."""


@dataclass(frozen=True)
class Example:
    """``shortened``: a ``row`` shows some of its fields. ``messages``: one for each line of a stream."""

    name: str
    shortened: bool
    stream: bool
    text: str
    messages: list[Any]


def examples() -> dict[str, Example]:
    found = {}
    for name, shortened, form, text in EXAMPLE.findall(DOCUMENT):
        lines = text.splitlines() if form == "ndjson" else [text]
        assert name not in found, name
        messages = [json.loads(line) for line in lines]
        found[name] = Example(name, bool(shortened), form == "ndjson", text, messages)
    return found


def kind(message: dict[str, Any]) -> tuple[Any, Any]:
    """Of a line of a pull: what it is, and of which entity."""
    return message.get("t"), message.get("entity")


def test_every_example_is_what_is_really_said(server: Server, database: Database) -> None:
    talk = Talk(server, database)
    talk.hold()
    validator = Validator(server.get("/openapi.json").json())
    found = examples()

    for name, example in found.items():
        if name.startswith("proof."):
            continue
        for message in example.messages:
            real = [one for one in talk.heard[name] if kind(one) == kind(message)]
            assert closest(message, real, shortened=example.shortened) == [], (name, message)
            if component := COMPONENTS.get(name):
                assert validator.errors(message, validator.components[component]) == [], name
    for name, component in COMPONENTS.items():
        assert name in found, f"no example of {name}"
        for message in talk.heard[name]:
            assert validator.errors(message, validator.components[component]) == [], name


def test_every_route_and_message_of_the_description_is_told(server: Server) -> None:
    document = server.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        told = path.replace("{attachment_id}", "{id}")
        for method in operations:
            assert re.search(rf"`{method.upper()} {re.escape(told)}(?![\w/])", DOCUMENT), (method, path)
    answers = document["paths"]["/sync/v1/push"]["post"]["responses"]
    conflicts = {code for status, code in refusals() if status == "409" and code.startswith("sync.")}
    assert conflicts == set(re.findall(r"`(sync\.\w+)`", answers["409"]["description"]))
    answers = document["paths"]["/sync/v1/pull"]["post"]["responses"]
    first = json.loads(answers["200"]["content"]["application/x-ndjson"]["example"])
    assert closest(first, [e.messages[0] for e in examples().values() if e.stream]) == []
    routes_of_sync = [p for p in document["paths"] if p.startswith(("/sync/", "/auth/"))]
    named = set(re.findall(r"schemas/(\w+)", json.dumps([document["paths"][p] for p in routes_of_sync])))
    assert named - set(COMPONENTS.values()) == set()


def test_answers_in_the_document_prove_themselves() -> None:
    """Count and hash of each example of a pull are right, as any reader would check them."""
    streams = [one for one in examples().values() if one.stream]
    for example in streams:
        assert example.text == written(example.messages), example.name
        assert list(stream.read_stream([f"{example.text}\n".encode()])) == example.messages, example.name
    kinds = {message["t"] for example in streams for message in example.messages}
    assert kinds == set(stream._PARTS) == {name for name, *_ in table("line")}


def written(messages: list[Any]) -> str:
    """The lines as headquarters writes them, with the right proofs."""
    writer = stream.StreamWriter()
    lines = []
    for one in messages:
        match one["t"]:
            case "mark":
                lines.append(writer.mark(one["cursor"]))
            case "end":
                lines.append(writer.end(one["cursor"], filled=one["filled"], more=one["more"]))
            case _:
                lines.append(writer.line(one))
    return b"".join(lines).decode().rstrip("\n")


def test_the_digest_is_what_the_formula_says() -> None:
    rows, told = examples()["proof.rows"].messages, examples()["digest.answer"].messages[0]["units"]
    total = 0
    for _kind, _unit, entity, row_id, rv in rows[0]:
        name = f"{entity} {row_id} {rv}".encode("ascii")
        total += int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big")
    (kind, unit_id), *others = {(row[0], row[1]) for row in rows[0]}
    assert others == []
    assert {"kind": kind, "id": unit_id, "rows": len(rows[0]), "sum": f"{total % 2**64:016x}"} in told
    assert digest.digests(map(tuple, rows[0])) == {(kind, unit_id): (len(rows[0]), f"{total % 2**64:016x}")}  # type: ignore[arg-type]


def test_the_proof_of_possession_is_what_the_formula_says() -> None:
    (standing,), (told,) = examples()["file.standing"].messages, examples()["file.proof"].messages
    content = re.findall(r"of the content,\s+here\s+`(.+?)`", DOCUMENT)[0].encode()
    assert len(content) == standing["size"]
    assert told["sha256"] == hashlib.sha256(bytes.fromhex(standing["challenge"]) + content).hexdigest()


def table(first: str) -> list[list[str]]:
    """The cells of the table whose head begins with a word, without their marks of code."""
    lines = DOCUMENT.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")])
    return found


def test_every_status_is_documented() -> None:
    told = {status for status, *_ in table("result")}
    assert told == set(get_args(schemas.Result.model_fields["status"].annotation))


def _calls(*modules: str) -> Iterator[tuple[str, ast.Call]]:
    for module in modules:
        for path in sorted((ROOT / "channeldesk").glob(f"{module}.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield node.func.id, node


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def refusals() -> dict[tuple[str, str], set[str]]:
    """Status and code of everything that refuses a whole request, with the names of its parameters."""
    found: dict[tuple[str, str], set[str]] = {
        ("503", "hq.busy"): set(),  # hq.database raises it, hq.replies gives it its status
        ("404", "request.not_found"): set(),
        ("4xx", "request.refused"): set(),
    }
    for name, call in _calls("hq/*", "hq/sign_in/*"):
        code = _text(call.args[1]) if name == "refuse" and len(call.args) == 2 else None
        names = {str(one.arg) for one in call.keywords}
        if name == "Refusal" and isinstance(call.args[1], ast.Call):
            code = _text(call.args[1].args[0])
            names = {
                str(_text(key)) for one in ast.walk(call) if isinstance(one, ast.Dict) for key in one.keys
            }
        status = call.args[0] if code is not None else None
        if code is not None and isinstance(status, ast.Constant):
            found.setdefault((str(status.value), code), set()).update(names)
    return found


def test_every_refusal_of_the_code_is_documented() -> None:
    told = {(status, code): set(names.split(", ")) - {""} for status, code, names, *_ in table("status")}
    assert told == refusals()


_TAKING_IN = (
    "hq/amending",
    "hq/applying",
    "hq/approvals",
    "hq/blocks",
    "hq/check",
    "hq/counts",
    "hq/judge",
    "hq/merging",
    "hq/order_routes",
    "hq/payments",
    "hq/publications",
    "hq/requests",
    "hq/sell_out",
    "hq/shipping",
)
_JUDGES = (  # of orders; what staff may write is in the table
    "rules/orders",
    "rules/credit",
    "rules/credit_blocks",
    "rules/allocation",
    "rules/publications",
    "rules/amending",
    "rules/approvals",
    "rules/order_routes",
    "rules/order_split",
    "rules/returns",
    "rules/sell_out",
    "rules/shipping",
    "rules/promotions/checking",
    "rules/promotions/offers",
)


def test_every_reason_of_a_rejection_is_documented() -> None:
    found: dict[str, set[str]] = {}
    for name, call in _calls(*_TAKING_IN):
        code = _text(call.args[1]) if name == "reject" else _text(call.args[0]) if name == "Notice" else None
        if code is not None:
            found.setdefault(code, set()).update(str(one.arg) for one in call.keywords)
    told = {code: set(names.split(", ")) - {""} for code, names, *_ in table("reason")}
    areas = "order|credit|value|promotion|approval|sell_out|shipment|payment|publication|route"
    judged = set(re.findall(rf"`((?:{areas})\.[a-z_]+)`", DOCUMENT)) - told.keys()
    warnings = {"order.no_list_price", "credit.not_comparable"}
    of_laptops = {"publication.too_early", "publication.too_far"}
    """Asked before a request is made; what comes late is carried out on arrival."""
    rules = {_text(call.args[0]) for name, call in _calls(*_JUDGES) if name == "notice"}
    rules = {code for code in rules if not str(code).startswith("step.")}
    staff = {"promotion.bad_step", "promotion.one_buyer", "promotion.one_item"}

    assert told == found
    assert judged == (rules - told.keys() | staff) - warnings - of_laptops


def test_every_limit_is_the_one_of_the_code() -> None:
    told = {name: int(re.sub(r"\D", "", re.match(r"[\d,]+", value)[0])) for name, value, *_ in table("limit")}  # type: ignore[index]
    settings = Settings("")
    assert told == {
        "push_mutations": settings.push_mutations,
        "push_bytes": settings.push_bytes,
        "cursor": 2_000,
        "deps": 1_000,
        "text": check.LONGEST_TEXT,
        "rows of a line": selecting.LINE,
        "line": stream.MAX_LINE // 2**20,
        "rows between marks, backfill": pull.BACKFILL_MARK,
        "rows between marks, feed": pull.FEED_PAGE,
        "silence": int(transport.READ_TIMEOUT),
        "whole pull": int(transport.TOTAL_TIMEOUT),
        "any other answer": int(transport.ANSWER_TIMEOUT),
        "size of such an answer": transport.MAX_ANSWER // 2**20,
        "room for a pull": int(room.SECONDS),
        "answers of a round": pulling._MOST_ANSWERS,
        "snapshot": int(pull.LONGEST_SECONDS),
        "stalled reader": int(routes.STALLED_SECONDS),
        "part of a file": files.CHUNK,
        "file": LARGEST_FILE // 2**20,
        "unpacked at once": packing.LARGEST_PIECE // 2**20,
        "token": tokens.ACCESS_MS // 60_000,
        "code of the page": codes.CODE_MS // 60_000,
        "device code": device_codes.LASTING_MS // 60_000,
        "wrong tries, of a login at a place": LOGIN_HERE.free,
        "wrong tries, of strangers at a place": limits.PLACE.free,
        "wrong tries, of strangers at a login": limits.LOGIN.free,
        "wrong tries, of device codes": limits.TYPED_CODE.free,
        "wrong tries, of tokens and codes": limits.TOKEN.free,
        "device codes of a place": limits.DEVICE_CODE.free,
        "retention": retention.DAYS,
    }


def test_what_is_refused_says_why_as_documented(server: Server, database: Database) -> None:
    """Refusals that a laptop can provoke, each with the status, code and parameters of the table."""
    told = {(int(s), c): set(n.split(", ")) - {""} for s, c, n, *_ in table("status") if s.isdigit()}
    described = server.get("/openapi.json").json()["paths"]
    for answer in provoked(server, database):
        problem, path = answer.json(), str(answer.request.path_url).partition("?")[0]
        assert problem.keys() == {"code", "params", "text"}
        assert set(problem["params"]) <= told[answer.status_code, problem["code"]], problem
        if problem["code"] != "request.not_found":
            route = described[re.sub("[0-9a-f]{32}", "{attachment_id}", path)]
            assert str(answer.status_code) in route[str(answer.request.method).lower()]["responses"], path


def provoked(server: Server, database: Database) -> Iterator[requests.Response]:
    east, boss, partner = server.laptop("east"), server.laptop("boss"), id_of(database, "partner", code="P-E")

    def said(answer: requests.Response, code: str) -> requests.Response:
        assert answer.json()["code"] == code, answer.text
        return answer

    def insert(laptop: Laptop) -> dict[str, Any]:
        return laptop.mutation("contact", new_id(), "insert", set=contact(partner))

    stranger = by_password("stranger", "?")
    for _ in range(LOGIN_HERE.free):
        yield said(server.post("/auth/v1/token", json=stranger), "auth.wrong_password")
    yield said(server.post("/auth/v1/token", json=stranger), "auth.too_many_failures")
    known = by_password("east", device={"id": boss.device})
    yield said(server.post("/auth/v1/token", json=known), "auth.unknown_device")
    yield said(server.get("/sync/v1/hello"), "auth.sign_in_needed")
    yield said(server.get("/nothing"), "request.not_found")
    first, second, third = insert(east), insert(east), insert(east)
    east.push(first)
    yield said(east.send(third), "sync.gap")
    yield said(east.send({**first, "set": {"name": "other"}}), "sync.cloned_device")
    again = {**second, "uuid": first["uuid"]}
    yield said(east.send(again), "sync.uuid_reused")
    yield said(east.send(second, {**third, "uuid": second["uuid"]}), "request.malformed")
    east.epoch = "another"
    yield said(east.send(second), "sync.epoch")
    yield said(server.get(f"/sync/v1/files/{new_id().hex()}", headers=east.headers), "file.unknown")
    for code, size in (("file.too_large", LARGEST_FILE + 1), ("file.bad_description", 0)):
        row_id = new_id()
        fields = {"file_name": "a", "media_type": "a/b", "size": size, "sha256": "0" * 64}
        boss.one("attachment", row_id, "insert", set={**fields, "partner_id": partner.hex()})
        path = f"/sync/v1/files/{row_id.hex()}"
        yield said(server.post(f"{path}/upload", headers=boss.headers), code)
        yield said(server.post(f"{path}/upload", headers=east.headers), "file.not_yours")
        yield said(server.get(path, headers=east.headers), "file.not_stored")
    for code, size in (("file.part_too_large", files.CHUNK + 1), ("file.gap", 1)):
        answer = requests.put(
            f"{server.address}{path}/upload?offset=0", data=bytes(size), headers=boss.headers, timeout=30
        )
        yield said(answer, code)
    packed = {"Content-Encoding": "br", **boss.headers}
    yield said(server.post("/sync/v1/push", data=b"{}", headers=packed), "request.unknown_encoding")
    packed["Content-Encoding"] = "gzip"
    yield said(server.post("/sync/v1/push", data=b"{}", headers=packed), "request.malformed")
    yield said(server.post("/sync/v1/push", json={}, headers=boss.headers), "request.malformed")
    with central.running(server.url, push_mutations=1, push_bytes=5_000, skew=Skew(9, 9)) as strict:
        east = strict.laptop("east")
        yield said(east.send(insert(east)), "sync.upgrade_needed")
        yield said(east.send(insert(east), insert(east)), "sync.too_many_mutations")
        yield said(east.send(*(insert(east) for _ in range(50))), "request.too_large")


def test_cases_that_the_document_names_exist() -> None:
    for _, cases, where in table("writing a laptop"):
        text = "".join((ROOT / path).read_text("utf-8") for path in where.split(", ") if path)
        named = {int(number) for number in re.findall(r"def test_case_(\d+)_", text)}
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", cases):
            assert set(range(int(first), int(last or first) + 1)) <= named, cases

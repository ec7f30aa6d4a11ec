"""A conversation with headquarters in which every documented message occurs."""

import hashlib
import json
from collections import defaultdict
from typing import Any

import requests

from channeldesk.hq import admin, schemas
from channeldesk.hq.database import Database
from channeldesk.hq.sign_in import orders
from channeldesk.model.ids import new_id
from channeldesk.wire import SCHEMA, files
from tests.support import central
from tests.support.browsing import Asked, Browser, by_code, told
from tests.support.central import PASSWORD, Laptop, Server, by_password, contact, id_of


class Talk:
    """A conversation in which every documented message occurs; ``heard`` keeps them by name."""

    def __init__(self, server: Server, database: Database) -> None:
        self.server, self.database = server, database
        self.heard: dict[str, list[Any]] = defaultdict(list)
        self.east, self.boss = server.laptop("east"), server.laptop("boss")
        self.partner = id_of(database, "partner", code="P-E")

    def hold(self) -> None:
        self._sign_in()
        self._pull()
        self._push()
        self._files()
        self._leave()

    def _post(self, name: str, path: str, message: dict[str, Any], laptop: Laptop | None = None) -> Any:
        self.heard[f"{name}.request"].append(message)
        headers = {} if laptop is None else laptop.headers
        answer = self.server.post(path, json=message, headers=headers)
        assert answer.status_code == 200, answer.text
        self.heard[f"{name}.answer"].append(answer.json())
        return answer.json()

    def _sign_in(self) -> None:
        device = {"id": None, "name": "test"}
        signed = self._post("token", "/auth/v1/token", by_password("east", device=device))
        renewed = {"grant_type": "refresh_token", "request_id": new_id().hex()}
        renewed["refresh_token"] = signed["refresh_token"]
        self._post("refresh", "/auth/v1/token", renewed)
        self._sign_in_by_codes()
        self._post("device", "/sync/v1/device", {"name": "a copy"}, self.server.laptop("east"))
        hello = self.east.hello()
        told = f"{hello['epoch']}.{hello['audit']['seq']}.{hello['audit']['hash']}"
        self.heard["hello.answer"] += [hello, self.east.hello(told)]
        refused = self.server.post("/sync/v1/push", json={}, headers=self.east.headers)
        self.heard["problem"].append(refused.json())

    def _sign_in_by_codes(self) -> None:
        asked, device = Asked(), {"id": None, "name": "test"}
        with Browser(self.server.address) as browser:
            self._post("code", "/auth/v1/token", by_code(asked, told(browser.sign_in(asked))["code"]))
            begun = self._post("codes", "/auth/v1/device_authorization", {"name": "Warehouse 2"})
            browser.open("/device")
            browser.send(typed=begun["user_code"])
            browser.send(login="east", password=PASSWORD)
        typed = {"grant_type": schemas.DEVICE_CODE, "device_code": begun["device_code"], "device": device}
        self._post("typed", "/auth/v1/token", typed)

    def _lines(self, name: str, units: dict[str, Any] | None = None) -> None:
        """Pulls by hand what the laptop's own pull would bring, then lets it follow."""
        response = self.east.pull_response(self.east.cursor, units)
        self.heard[name] += [json.loads(line) for line in response.content.splitlines()]
        request = {"cursor": self.east.cursor, "schema": SCHEMA}
        self.heard["pull.request.keep"].append(request | {"keep": [self.partner.hex()]})
        told = {"units": units} if units else {}
        self.heard["pull.request.units" if units else "pull.request"].append(request | told)

    def _pull(self) -> None:
        east, boss = self.east, self.boss
        kept, lost = (boss.mutation("contact", new_id(), "insert", set=contact(self.partner)) for _ in "ab")
        boss.push(kept, lost)
        self._lines("pull.backfill")
        east.pull()
        boss.one("contact", bytes.fromhex(kept["id"]), "patch", base={"phone": None}, set={"phone": "1"})
        boss.one("contact", bytes.fromhex(lost["id"]), "delete", base=lost["set"])
        self.heard["sizes.answer"].append(self.server.get("/sync/v1/sizes", headers=east.headers).json())
        territory = id_of(self.database, "territory", code="E2").hex()
        said = {"code": "P-NEW", "name": "New", "territory_id": territory, "currency": "CNY"}
        boss.one("partner", new_id(), "insert", set=said)
        self._lines("pull.feed")
        east.pull()
        digests = self._post("digest", "/sync/v1/digest", {"cursor": east.cursor}, east)
        assert digests["current"]
        admin.revoke(self.database, "east", ["E"])
        admin.grant(self.database, "east", ["E2", "W"])
        self._lines("pull.units")
        self._lines("pull.refill", east.told() | {"partial": {}})
        east.pull()
        admin.grant(self.database, "east", ["E"])
        assert not self._post("digest", "/sync/v1/digest", {"cursor": east.cursor}, east)["current"]
        east.pull()

    def _push(self) -> None:
        east, boss = self.east, self.boss
        said = contact(self.partner, note="a", phone="1", email="e")
        row = new_id()
        inserted = east.one("contact", row, "insert", set=said)
        boss.one("contact", row, "patch", base={"note": "a"}, set={"note": "c"}, base_rv=inserted["rv"])
        unknown = east.mutation("contact", new_id(), "insert", set=contact(self.partner, fax="1"))
        mutations = [
            east.mutation(
                "contact", row, "patch", base={"note": "a"}, set={"note": "b"}, base_rv=inserted["rv"]
            ),
            east.mutation(
                "contact", row, "patch", base={"email": "e"}, set={"email": "f"}, base_rv=inserted["rv"]
            ),
            unknown,
            east.mutation("contact", row, "patch", deps=[unknown["uuid"]], set={"phone": "2"}),
            east.mutation("contact", row, "patch", base={"email": "e"}, set={"email": "f"}),
            *self._order(),
        ]
        request = {"schema": SCHEMA, "epoch": east.epoch, "mutations": mutations}
        statuses = [one["status"] for one in self._post("push", "/sync/v1/push", request, east)["results"]]
        assert statuses == ["conflict", "merged", "rejected", "blocked", "duplicate", "applied", "applied"]
        self._post("push", "/sync/v1/push", request, east)

    def _leave(self) -> None:
        gone = self.server.laptop("east")
        hello = gone.hello()
        orders.wipe(self.database, hello["device"]["prefix"], at_once=False, now=admin.now_ms())
        answer = self.server.get(f"/auth/v1/devices/{gone.device}/order").json()
        self.heard["order.answer"].append(answer)
        self._post(
            "obeyed",
            f"/auth/v1/devices/{gone.device}/obeyed",
            {**answer, "lease": hello["lease"], "destroyed": 0},
        )

    def _order(self) -> list[dict[str, Any]]:
        return central.order(self.east, self.partner, id_of(self.database, "product", sku="SKU-1"))

    def _files(self) -> None:
        content, row_id = b"content of a small file", new_id()
        fields = {"file_name": "a.txt", "media_type": "text/plain", "size": len(content)}
        fields |= {"partner_id": self.partner.hex(), "sha256": hashlib.sha256(content).hexdigest()}
        assert self.east.one("attachment", row_id, "insert", set=fields)["status"] == "applied"
        path = f"{self.server.address}/sync/v1/files/{row_id.hex()}"

        def ask(method: str, address: str, **options: Any) -> requests.Response:
            answer = requests.request(method, address, headers=self.east.headers, timeout=30, **options)
            assert answer.ok, answer.text
            return answer

        begun = ask("POST", f"{path}/upload").json()
        proof = {"sha256": files.proof(begun["challenge"], [content])}
        self.heard["file.proof"].append(proof)
        self.heard["file.standing"] += [begun, ask("POST", f"{path}/proof", json=proof).json()]
        done = ask("PUT", f"{path}/upload", params={"offset": 0}, data=content).json()
        self.heard["file.standing"].append(done)
        assert done["complete"] and ask("GET", path).content == content

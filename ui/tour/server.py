"""The demo's headquarters: a real server process on loopback that can be stopped and started again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from channeldesk.model.notice import Problem

_STOP_SECONDS = 20.0
_ROOT = Path(__file__).resolve().parents[2]
"""Where the packages are found, installed or not."""


class DemoServer:
    """``address``, ``login`` and ``password`` are known once :meth:`start` returned. It ends with this
    process, however that ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.address, self.login, self.password = "", "", ""
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Makes the demo network on the first call; afterwards the same address again.

        Raises Problem when the server does not come up; what it said stands on standard error.
        """
        self._process = subprocess.Popen(
            [*self._command(), "--held", "--port", str(self._port)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Problem.of("demo.no_server", status=self._process.wait())
        told = json.loads(line)
        self.address, self.login, self.password = told["address"], told["login"], told["password"]
        self._port = int(self.address.rsplit(":", 1)[1])

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                end.close()
        self._process = None

    def find_order(self, provisional_number: str) -> dict[str, Any]:
        """What headquarters' own database says of an order, asked past every laptop."""
        command = [*self._command(), "--order", provisional_number]
        found = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
        answer: dict[str, Any] = json.loads(found.stdout)
        return answer

    def disagree(self, partner_id: bytes, product_id: bytes) -> None:
        """Headquarters' staff change a partner and stop selling a product."""
        command = [*self._command(), "--disagree", partner_id.hex(), product_id.hex()]
        subprocess.run(command, cwd=_ROOT, check=True)

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "channeldesk.demo.headquarters", str(self.folder)]

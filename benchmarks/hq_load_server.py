"""The real central API: ``python -m benchmarks.hq_load_server DATABASE_URL PROCESSES``."""

from __future__ import annotations

import sys


def main() -> None:
    from channeldesk.hq.serve import serve

    serve(sys.argv[1], port=0, workers=int(sys.argv[2]), on_ready=lambda address: print(address, flush=True))


if __name__ == "__main__":
    main()

"""``python -m tests.storm``."""

from tests.storm.run import main

if __name__ == "__main__":
    raise SystemExit(main())

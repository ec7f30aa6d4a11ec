"""``python -m channeldesk``: the engine without a window."""

import sys

from channeldesk.cli import main

if __name__ == "__main__":
    sys.exit(main())

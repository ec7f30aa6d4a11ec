"""A seeded, believable dealer network of any size: for trying the program, for tests and for benchmarks."""

from __future__ import annotations

from channeldesk.demo.fill import PASSWORD, Filled, fill
from channeldesk.demo.network import SEED, DemoNetwork, Fault, generate

__all__ = ["PASSWORD", "SEED", "DemoNetwork", "Fault", "Filled", "fill", "generate"]

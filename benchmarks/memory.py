"""How much memory a process took; imported by what is measured, so it imports next to nothing itself."""

from __future__ import annotations


def peak_mb() -> float:
    """The most memory this process ever held, in 10^6 bytes."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):  # unlike getrusage it starts anew with each program
                    return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    import psutil  # type: ignore[import-untyped]

    info = psutil.Process().memory_info()
    return float(getattr(info, "peak_wset", info.rss)) / 1e6

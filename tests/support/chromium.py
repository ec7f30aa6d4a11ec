"""A real Chromium, as a person's own browser; tests that need it are skipped where there is none."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str:
    """Skips the test where no Chromium is installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium is installed: none of {', '.join(NAMES)} is on the path")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Each test opens contexts of its own in it."""
    path = executable()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield one
        finally:
            one.close()


def visit(browser: Any, address: str, **options: Any) -> Any:
    """A page in a profile of its own; what the browser refuses to do stands in ``page.complaints``."""
    page = browser.new_context(**options).new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.goto(address)
    return page

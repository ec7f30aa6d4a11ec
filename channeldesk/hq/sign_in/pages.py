"""Headquarters' own pages: plain HTML, no script, in the reader's language, with headers that allow nothing
else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from channeldesk.model.i18n import HTML_LANGUAGES, LANGUAGES, Translator, known_language

LANGUAGE = "ui_locales"
"""The parameter of an address that names the language (OpenID Connect's name for it)."""
_FOLDER = Path(__file__).parent / "templates"
_YEAR_SECONDS = 365 * 24 * 3600


def language_of(request: Request) -> str:
    """What the address says, else what the browser asks for."""
    asked = [request.query_params.get(LANGUAGE, ""), *_accepted(request.headers.get("accept-language", ""))]
    return next((one for one in map(known_language, asked) if one in LANGUAGES), "en")


def page(
    request: Request, name: str, company: str, *, status: int = 200, once: bool = False, **values: Any
) -> HTMLResponse:
    """A page; ``targets`` are the origins that a form of it may lead to beside headquarters itself; ``once``:
    its address cannot be opened again, in another language for example.
    """
    language = language_of(request)
    translate = Translator(language)
    targets: Iterable[str] = values.pop("targets", ())
    if (notice := values.pop("notice", None)) is not None:
        values["problem"] = translate.notice(notice)
    text = (
        _templates()
        .get_template(f"{name}.html")
        .render(
            t=translate.text,
            company=company,
            language=language,
            html_language=HTML_LANGUAGES[language],
            languages=[] if once else [(c, own, _in(request, c)) for c, own in LANGUAGES.items()],
            style=_style(),
            action=_in(request, request.query_params.get(LANGUAGE, "")),
            **values,
        )
    )
    return secured(HTMLResponse(text, status), request, targets)  # type: ignore[return-value]


def secured(response: Response, request: Request, targets: Iterable[str] = ()) -> Response:
    """Nothing runs, nothing is loaded, nobody frames it, nothing is kept, and no address is told on."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    response.headers.update(
        {
            "Content-Security-Policy": "; ".join(
                (
                    "default-src 'none'",
                    f"style-src 'sha256-{digest}'",
                    " ".join(("form-action", "'self'", *targets)),
                    "base-uri 'none'",
                    "frame-ancestors 'none'",
                )
            ),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Vary": "Accept-Language",
        }
    )
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR_SECONDS}"
    return response


def _accepted(header: str) -> list[str]:
    """Tags of Accept-Language, the most wanted first."""
    found = []
    for at, part in enumerate(header[:500].split(",")):
        tag, _, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        found.append((-float(weight[1]) if weight else -1.0, at, tag))
    return [tag for weight, _, tag in sorted(found) if weight]


def _in(request: Request, language: str) -> str:
    """This page's own address, in another language."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != LANGUAGE]
    return f"{request.url.path}?{urlencode([*kept, *([(LANGUAGE, language)] if language else [])])}"


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (_FOLDER / "style.css").read_text("utf-8")

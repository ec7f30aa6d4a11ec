"""The address of headquarters as people type it: what they mean, and what is wrong with it."""

from __future__ import annotations

import re
import socket
import unicodedata
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from channeldesk.model.notice import Notice, Problem

LOCAL = ("localhost", "127.0.0.1", "::1")
_SCHEME = re.compile(r"(https?):/*(.*)", re.IGNORECASE)
_OTHER = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.IGNORECASE)
SURE = frozenset({"address.space", "address.scheme", "address.password", "address.open_line"})
"""What is wrong however the address goes on: told while it is typed."""


def address(typed: str) -> str:
    """What the person means: https where nothing else is said, signs of a Chinese keyboard as usual ones."""
    text = unicodedata.normalize("NFKC", typed).strip().replace("。", ".").rstrip("/")
    if (said := _SCHEME.fullmatch(text)) is not None:
        return f"{said[1].lower()}://{said[2]}"
    if "://" in text:
        return text
    host = re.sub(r"^\[|\](:\d*)?$|(?<=[^:]):\d*$", "", text.partition("/")[0])
    return f"{'http' if host.lower() in LOCAL else 'https'}://{text}"


def refuse(typed: str) -> Notice | None:
    """What is wrong with it, without asking a network; None when nothing is."""
    text = address(typed)
    if any(map(str.isspace, text)):
        return Notice("address.space")
    other = _OTHER.match(text)
    if other is not None and other[1].lower() not in ("http", "https"):
        return Notice("address.scheme", {"scheme": f"{other[1]}://"})
    try:
        parts = urlsplit(text)
    except ValueError:
        return Notice("address.brackets")
    if "@" in parts.netloc:
        return Notice("address.password")
    if parts.netloc.count(":") > 1 and not parts.netloc.startswith("["):
        return Notice("address.brackets")
    try:
        parts.port  # noqa: B018
    except ValueError:
        return Notice("address.port", {"port": parts.netloc.rpartition(":")[2]})
    return _of_host(parts)


def _of_host(parts: SplitResult) -> Notice | None:
    host = parts.hostname or ""
    if not host:
        return Notice("address.no_host")
    if not _is_host(host, literal=parts.netloc.startswith("[")):
        return Notice("address.host", {"host": host})
    if parts.query or parts.fragment:
        rest = f"?{parts.query}" if parts.query else f"#{parts.fragment}"
        return Notice("address.too_much", {"rest": rest})
    if parts.scheme == "http" and host not in LOCAL:
        return Notice("address.open_line")
    return None


def _is_host(host: str, *, literal: bool) -> bool:
    if literal or re.fullmatch(r"[\d.]+", host, re.ASCII):
        try:
            ip_address(host)
        except ValueError:
            return False
        return True
    try:
        return _HOST.fullmatch(host.encode("idna").decode("ascii")) is not None
    except UnicodeError:
        return False


def unreachable(typed: str, error: BaseException) -> Notice | None:
    """Why nothing was found there, in the words of the first sign-in; None for any other problem."""
    code = error.notice.code if isinstance(error, Problem) else ""
    parts = urlsplit(address(typed))
    if code == "sync.unreachable":
        found = "address.unknown_host" if _unknown(error) else "address.no_answer"
        return Notice(found, {"host": parts.hostname or ""})
    if code in ("request.not_found", "sync.unexpected_answer"):
        if parts.path:
            return Notice("address.path", {"path": parts.path})
        return Notice("address.not_headquarters", {"host": parts.hostname or ""})
    return None


def _unknown(error: BaseException | None) -> bool:
    """Whether no computer has this name."""
    while error is not None:
        if isinstance(error, socket.gaierror):
            return True
        error = error.__cause__ or error.__context__
    return False

"""TLS of a headquarters without a reverse proxy: its certificate is looked at before it serves."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from channeldesk.model.notice import Instant, Problem

_log = logging.getLogger(__name__)

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Proof:
    """Files in PEM: the server's certificate with those that vouch for it, and its key."""

    certificate: Path
    key: Path

    def check(self, now: datetime | None = None) -> None:
        """Raises Problem for what no laptop would believe; a certificate that ends soon is logged."""
        from cryptography import x509

        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                self.certificate, self.key, password=_no_password
            )
            found = x509.load_pem_x509_certificates(self.certificate.read_bytes())[0]
        except (OSError, ValueError) as error:  # what OpenSSL says of a key is an OSError too
            names = {"certificate": str(self.certificate), "key": str(self.key)}
            raise Problem.of("hq.certificate_unreadable", **names, detail=str(error)) from error
        now = now or datetime.now(UTC)
        until = found.not_valid_after_utc
        if not found.not_valid_before_utc <= now <= until:
            raise Problem.of(
                "hq.certificate_not_valid",
                certificate=str(self.certificate),
                since=_instant(found.not_valid_before_utc),
                until=_instant(until),
            )
        if until - now < SOON:
            _log.warning("the certificate %s ends on %s", self.certificate.name, until.date())

    def trusting(self) -> ssl.SSLContext:
        """For the server's own question whether it answers: this very certificate, whatever its names."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context


def _no_password() -> str:
    raise ValueError("the key has a password")


def _instant(at: datetime) -> Instant:
    return Instant(int(at.timestamp() * 1000))

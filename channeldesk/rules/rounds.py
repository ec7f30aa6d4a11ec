"""What a failed round means for the person's data and what to do, for every reason a round can fail for."""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model.notice import Notice


@dataclass(frozen=True)
class Advice:
    """``meaning`` is "" where the message itself says what became of the data. Both are codes of messages.

    ``by_itself``: the next try may succeed without anybody doing anything.
    """

    meaning: str
    remedy: str
    by_itself: bool = True

    def meant(self) -> Notice | None:
        return Notice(self.meaning) if self.meaning else None

    def remedied(self) -> Notice:
        return Notice(self.remedy)


_WEAK = Advice("", "remedy.weak_network")
_SIGN_IN = Advice("round.kept", "remedy.sign_in", by_itself=False)
_OURS = Advice("round.kept", "remedy.update_or_report", by_itself=False)
_THEIRS = Advice("round.kept", "remedy.wait_or_report")
UNKNOWN = Advice("round.kept", "remedy.report")

ADVICE: dict[str, Advice] = {
    # the way to headquarters
    "sync.unreachable": Advice("", "remedy.network"),
    "sync.bad_address": Advice("round.not_sent", "remedy.update_or_report", by_itself=False),
    "sync.not_encrypted": Advice("round.kept", "remedy.https", by_itself=False),
    "sync.certificate": Advice("round.kept", "remedy.other_network"),
    "sync.certificate_expired": Advice("round.kept", "remedy.clock_or_it"),
    "sync.certificate_early": Advice("round.kept", "remedy.clock"),
    "sync.certificate_name": Advice("round.kept", "remedy.address_or_network"),
    "sync.certificate_issuer": Advice("round.kept", "remedy.root_certificate"),
    "sync.certificate_self_signed": Advice("round.kept", "remedy.own_certificate"),
    "sync.no_tls": Advice("round.kept", "remedy.address_or_network"),
    "sync.no_certificates": Advice("round.kept", "remedy.ask_it", by_itself=False),
    "sync.unexpected_answer": Advice("round.kept", "remedy.guest_network"),
    "sync.connection_lost": _WEAK,
    "sync.too_slow": _WEAK,
    "sync.stream_cut": _WEAK,
    "sync.stream_garbled": Advice("", "remedy.wait_or_report"),
    "sync.stream_mismatch": Advice("round.goes_on", "remedy.wait_or_report"),
    "sync.busy": Advice("", "remedy.wait"),
    "sync.server_error": Advice("", "remedy.wait_or_report"),
    "sync.chosen_offline": Advice("", "remedy.work_online", by_itself=False),
    # who one is
    "sync.sign_in_needed": Advice("", "remedy.sign_in", by_itself=False),
    "auth.sign_in_needed": _SIGN_IN,
    "auth.unknown_device": Advice("round.kept", "remedy.sign_in", by_itself=False),
    "auth.wrong_password": _SIGN_IN,
    "auth.too_many_failures": Advice("round.kept", "remedy.wait"),
    "sync.other_user": Advice("", "remedy.own_profile", by_itself=False),
    "sync.cloned_device": Advice("round.kept", "remedy.one_computer", by_itself=False),
    # what headquarters says of a request
    "sync.protocol": Advice("", "remedy.update_program", by_itself=False),
    "sync.upgrade_needed": Advice("round.kept", "remedy.update_program", by_itself=False),
    "sync.epoch": Advice("round.compared", "remedy.wait"),
    "sync.gap": _THEIRS,
    "sync.too_many_mutations": _OURS,
    "sync.uuid_reused": _OURS,
    "request.malformed": _OURS,
    "request.not_found": _OURS,
    "request.refused": _OURS,
    "request.server_error": _THEIRS,
    "request.too_large": _OURS,
    "request.unknown_encoding": _OURS,
    # this laptop
    "store.disk_full": Advice("", "remedy.free_space", by_itself=False),
    "store.disk_error": Advice("round.saved_before", "remedy.check_disk", by_itself=False),
    "store.read_only": Advice("round.kept", "remedy.check_disk", by_itself=False),
    "store.damaged": Advice("round.goes_on", "remedy.repair", by_itself=False),
    "store.busy": Advice("round.saved_before", "remedy.wait"),
    "store.wrong_key": Advice("round.kept", "remedy.restore_key", by_itself=False),
    "sync.worker_died": Advice("", "remedy.report"),
    "sync.defect": Advice("", "remedy.report"),
}


def advice(code: str) -> Advice:
    """For any code; one that is not known here is kept and reported."""
    return ADVICE.get(code, UNKNOWN)

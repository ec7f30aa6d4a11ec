"""What several routes tell alike: tokens, user and device of whoever has just signed in."""

from __future__ import annotations

from typing import Any

from channeldesk.hq import schemas, state
from channeldesk.hq.auth import SignedIn
from channeldesk.hq.policy import Principal
from channeldesk.hq.sign_in.notary import Notary


def signed_in(made: SignedIn, notary: Notary, now: int) -> schemas.TokenAnswer:
    return schemas.TokenAnswer(
        **tokens(made, now),
        **contact(notary, made.principal, made.company, now),
        user=user(made.principal),
        device=device(made),
        company=schemas.Company(name=made.company.name, currency=made.company.currency),
    )


def contact(notary: Notary, who: Principal, company: state.Company, now: int) -> dict[str, Any]:
    """What every contact renews."""
    lease = notary.lease(who.device_id, company.lease_days, now)
    return {"lease": lease, "signing_key": notary.public}


def tokens(made: SignedIn, now: int) -> dict[str, Any]:
    pair = made.pair
    return {
        "access_token": pair.access,
        "expires_in": (pair.expires_at - now) // 1000,
        "refresh_token": pair.refresh,
        "ends_in": (pair.ends_at - now) // 1000,
    }


def user(who: Principal) -> schemas.User:
    return schemas.User(
        id=who.user_id.hex(), login=who.login, name=who.name, role=who.role, language=who.language
    )


def device(made: SignedIn) -> schemas.Device:
    return schemas.Device(id=made.principal.device_id.hex(), prefix=made.prefix, last_mid=made.last_mid)

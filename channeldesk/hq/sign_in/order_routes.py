"""The routes of orders to devices. They need no sign-in: who has lost it, or was shut out, asks here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from channeldesk.hq import schemas
from channeldesk.hq.guards import open_to_all
from channeldesk.hq.routes import REFUSALS, Here
from channeldesk.hq.sign_in import orders

DeviceId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="id of the device")]

router = APIRouter(
    prefix="/auth/v1/devices", tags=["sign-in"], dependencies=[Depends(open_to_all)], responses=REFUSALS
)


@router.get("/{device_id}/order")
def order(device_id: DeviceId, here: Here) -> schemas.Order:
    """What the device was ordered to do; null for one that does not exist too."""
    with here.database.glance() as connection:
        return schemas.Order(order=orders.standing(connection, bytes.fromhex(device_id)))


@router.post("/{device_id}/obeyed")
def obeyed(device_id: DeviceId, body: schemas.Obeyed, here: Here) -> schemas.Noted:
    """The device says that it destroyed what it had; the audit trail notes it once."""
    said = orders.Said(body.order, body.lease, body.destroyed)
    return schemas.Noted(noted=orders.obeyed(here.database, bytes.fromhex(device_id), said, here.now_ms()))

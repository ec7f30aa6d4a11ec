"""Amounts in parts, so that the parts add up to the whole: no cent is lost or made."""

from __future__ import annotations

from collections.abc import Sequence

from channeldesk.model.values import round_half_up


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` in proportion to non-negative ``weights``, to the cent: the parts add up to it.

    Largest remainder (Hamilton's method); of equal remainders the larger weight, then the earlier. Without
    any weight the first has it all.
    """
    if len(weights) == 1:
        return [amount]
    whole = sum(weights)
    if not whole:
        return [amount if at == 0 else 0 for at in range(len(weights))]
    parts = [amount * weight // whole for weight in weights]
    rests = [(amount * weight % whole, weight, -at) for at, weight in enumerate(weights)]
    for _, _, at in sorted(rests, reverse=True)[: amount - sum(parts)]:
        parts[-at] += 1
    return parts


def part(amount: int, whole: int, before: int, quantity: int) -> int:
    """The part of ``amount`` that falls to ``quantity`` of ``whole``, after ``before`` of it had theirs.

    Measured from the start each time, so that any parts that make up the whole come to the amount, however
    they are cut: what is shipped or returned in three goes costs what it costs in one. Raises ValueError for
    more than there is.
    """
    if whole <= 0 or before < 0 or quantity < 0 or before + quantity > whole:
        raise ValueError("a part lies within the whole")
    return round_half_up(amount * (before + quantity), whole) - round_half_up(amount * before, whole)

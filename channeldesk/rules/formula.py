"""Formulas of own measures: a small language, parsed and checked by units, in which nothing can be run.

Numbers, fields, ``+ - * /``, comparisons, and the functions of ``FUNCTIONS``. Each value has a unit, a
product of money and days: money per money is a plain number, money and days cannot be added. Values are
exact fractions. What is missing makes missing what needs it, and so does a division by zero: neither is zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from channeldesk.model.notice import Problem, Term
from channeldesk.rules.words import DIMENSION_NAMES, OTHER_DIMENSION

LONGEST = 1_000
DEEPEST = 40
Value = Fraction | None


class Dimension(NamedTuple):
    """Exponents: a plain number is ``Dimension()``, money a day ``Dimension(1, -1)``."""

    money: int = 0
    days: int = 0

    def times(self, other: Dimension, sign: int = 1) -> Dimension:
        return Dimension(self.money + sign * other.money, self.days + sign * other.days)


NUMBER, MONEY, DAYS = Dimension(), Dimension(money=1), Dimension(days=1)


@dataclass(frozen=True, slots=True)
class Node:
    """``unit`` None: a comparison, which is true (1), false (0) or missing."""

    unit: Dimension | None
    at: int
    value: Callable[[Mapping[str, Value]], Value]


@dataclass(frozen=True, slots=True)
class Formula:
    """What was parsed; ``fields`` are the names that it asks for."""

    unit: Dimension
    fields: frozenset[str]
    _root: Node

    def value(self, values: Mapping[str, Value]) -> Value:
        """None: something that it needs is missing, or it divides by zero."""
        return self._root.value(values)


def _least(*values: Value) -> Value:
    known = [one for one in values if one is not None]
    return min(known) if len(known) == len(values) else None


def _most(*values: Value) -> Value:
    known = [one for one in values if one is not None]
    return max(known) if len(known) == len(values) else None


def _size(one: Value) -> Value:
    return None if one is None else abs(one)


def _first(*values: Value) -> Value:
    return next((one for one in values if one is not None), None)


FUNCTIONS: Mapping[str, tuple[Callable[..., Value], int, int]] = {
    "min": (_least, 2, 10),
    "max": (_most, 2, 10),
    "abs": (_size, 1, 1),
    "first": (_first, 2, 10),
}
"""Name, fewest and most values; all of one unit, which is that of the result. ``first`` takes the first that
is known; ``if(condition, then, otherwise)`` is apart.
"""
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([^\W\d]\w*(?:\.\w+)*)|(<=|>=|<>|[-+*/(),<>=])|(\S))")
_COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str, fields: Mapping[str, Dimension], wanted: Dimension | None = None) -> Formula:
    """Raises Problem, which names the character, for what is no formula over ``fields``, or does not come to
    the unit that is ``wanted``.
    """
    if len(text) > LONGEST:
        raise Problem.of("formula.too_long", most=LONGEST)
    parser = _Parser(_tokens(text), fields)
    root = parser.comparison(0)
    parser.end()
    unit = parser.plain(root)
    if wanted is not None and unit != wanted:
        raise Problem.of("formula.other_unit", one=_term(unit), other=_term(wanted))
    return Formula(unit, frozenset(parser.asked), root)


def _tokens(text: str) -> list[_Token]:
    kinds = ("number", "name", "sign", "other")
    found = []
    for match in _TOKEN.finditer(text.rstrip()):
        group = match.lastindex or 1
        found.append(_Token(kinds[group - 1], match[group], match.start(group) + 1))
    return found


def _term(unit: Dimension) -> Term:
    return Term(DIMENSION_NAMES.get(unit, OTHER_DIMENSION))


class _Parser:
    """By recursive descent; each method reads what binds at least as strongly as its name says."""

    def __init__(self, tokens: list[_Token], fields: Mapping[str, Dimension]) -> None:
        self._tokens, self._fields, self._next = tokens, fields, 0
        self.asked: set[str] = set()

    def comparison(self, depth: int) -> Node:
        left = self._sum(depth)
        token = self._take(*_COMPARISONS)
        if token is None:
            return left
        right = self._sum(depth)
        self._alike(left, right, token)
        holds = _COMPARISONS[token.text]

        def value(values: Mapping[str, Value]) -> Value:
            one, other = left.value(values), right.value(values)
            return None if one is None or other is None else Fraction(holds(one, other))

        return Node(None, token.at, value)

    def _sum(self, depth: int) -> Node:
        left = self._product(depth)
        while token := self._take("+", "-"):
            left = self._added(left, self._product(depth), token)
        return left

    def _added(self, left: Node, right: Node, token: _Token) -> Node:
        unit, sign = self._alike(left, right, token), 1 if token.text == "+" else -1

        def value(values: Mapping[str, Value]) -> Value:
            one, other = left.value(values), right.value(values)
            return None if one is None or other is None else one + sign * other

        return Node(unit, token.at, value)

    def _product(self, depth: int) -> Node:
        left = self._one(depth)
        while token := self._take("*", "/"):
            left = self._multiplied(left, self._one(depth), token)
        return left

    def _multiplied(self, left: Node, right: Node, token: _Token) -> Node:
        divides = token.text == "/"
        unit = self.plain(left).times(self.plain(right), -1 if divides else 1)

        def value(values: Mapping[str, Value]) -> Value:
            one, other = left.value(values), right.value(values)
            if one is None or other is None or (divides and not other):
                return None
            return one / other if divides else one * other

        return Node(unit, token.at, value)

    def _one(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise Problem.of("formula.too_deep")
        if token := self._take("-"):
            inner = self._one(depth + 1)
            unit = self.plain(inner)

            def negative(values: Mapping[str, Value]) -> Value:
                one = inner.value(values)
                return None if one is None else -one

            return Node(unit, token.at, negative)
        if self._take("("):
            inner = self.comparison(depth + 1)
            self._must(")")
            return inner
        token = self._any()
        if token.kind == "number":
            number = Fraction(token.text)
            return Node(NUMBER, token.at, lambda values: number)
        if token.kind != "name":
            raise Problem.of("formula.unexpected", text=token.text, at=token.at)
        if self._take("("):
            return self._called(token, depth)
        if token.text not in self._fields:
            raise Problem.of("formula.unknown", text=token.text, at=token.at)
        self.asked.add(token.text)
        return Node(self._fields[token.text], token.at, lambda values: values[token.text])

    def _called(self, token: _Token, depth: int) -> Node:
        given = [self.comparison(depth + 1)]
        while self._take(","):
            given.append(self.comparison(depth + 1))
        self._must(")")
        if token.text == "if":
            return self._chosen(token, given)
        if token.text not in FUNCTIONS:
            raise Problem.of("formula.unknown", text=token.text, at=token.at)
        call, fewest, most = FUNCTIONS[token.text]
        if not fewest <= len(given) <= most:
            self._miscounted(token, given, str(fewest) if fewest == most else f"{fewest}–{most}")
        unit = self.plain(given[0])
        for one in given[1:]:
            self._alike(given[0], one, token)
        return Node(unit, token.at, lambda values: call(*(one.value(values) for one in given)))

    def _chosen(self, token: _Token, given: list[Node]) -> Node:
        if len(given) != 3:
            self._miscounted(token, given, "3")
        condition, then, otherwise = given
        if condition.unit is not None:
            raise Problem.of("formula.condition", at=condition.at)
        unit = self._alike(then, otherwise, token)

        def value(values: Mapping[str, Value]) -> Value:
            holds = condition.value(values)
            return None if holds is None else (then if holds else otherwise).value(values)

        return Node(unit, token.at, value)

    def plain(self, node: Node) -> Dimension:
        """The unit of a number. Raises Problem for a comparison."""
        if node.unit is None:
            raise Problem.of("formula.condition", at=node.at)
        return node.unit

    def end(self) -> None:
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            raise Problem.of("formula.unexpected", text=token.text, at=token.at)

    def _alike(self, one: Node, other: Node, token: _Token) -> Dimension:
        first, second = self.plain(one), self.plain(other)
        if first != second:
            raise Problem.of("formula.unlike", at=token.at, one=_term(first), other=_term(second))
        return first

    def _miscounted(self, token: _Token, given: list[Node], wanted: str) -> None:
        raise Problem.of("formula.arguments", text=token.text, at=token.at, wanted=wanted, given=len(given))

    def _take(self, *texts: str) -> _Token | None:
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind == "sign" and token.text in texts:
                self._next += 1
                return token
        return None

    def _any(self) -> _Token:
        if self._next >= len(self._tokens):
            raise Problem.of("formula.ended")
        self._next += 1
        return self._tokens[self._next - 1]

    def _must(self, text: str) -> None:
        if self._take(text) is None:
            token = self._any()
            raise Problem.of("formula.unexpected", text=token.text, at=token.at)

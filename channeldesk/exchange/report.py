"""What a load did: classes that add up to the files, and reasons for every row that was not used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from channeldesk.exchange.mapping import FileGroup
from channeldesk.exchange.problems import FileProblem, RejectedRow
from channeldesk.model.notice import Notice
from channeldesk.model.values import plain

REJECTED = "rejected"
DUPLICATE = "duplicate"


@dataclass
class Figures:
    """Rows and their exact amount, a whole number at the group's scale."""

    rows: int = 0
    amount: int = 0

    def add(self, amount: int) -> None:
        self.rows += 1
        self.amount += amount


@dataclass
class GroupReport:
    """One file group. ``total`` is counted while reading, ``classes`` when a row's fate is known."""

    name: str
    files: int = 0
    scale: int | None = None
    total: Figures = field(default_factory=Figures)
    classes: dict[str, Figures] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def count(self, name: str, amount: int) -> None:
        self.classes.setdefault(name, Figures()).add(amount)

    def check(self) -> None:
        """Raises where a row was lost or counted twice: that would be a defect, and nothing is kept."""
        rows = sum(figures.rows for figures in self.classes.values())
        amount = sum(figures.amount for figures in self.classes.values())
        if (rows, amount) != (self.total.rows, self.total.amount):
            raise FileProblem.of("load.does_not_add_up", group=self.name, read=self.total.rows, counted=rows)

    def amount_text(self, figures: Figures) -> str:
        return "" if self.scale is None else plain(figures.amount, self.scale, keep=2)


def account_of(group: FileGroup, scale: int | None) -> GroupReport:
    """An empty account with every class that the mapping declares, so that none is missing from the table."""
    account = GroupReport(group.name, scale=scale)
    for one in group.classes:
        if not one.reject:
            account.classes[one.name] = Figures()
            account.about[one.name] = one.about
    if group.duplicates:
        account.classes[DUPLICATE] = Figures()
        account.about[DUPLICATE] = group.duplicates
    account.classes[REJECTED] = Figures()
    account.about[REJECTED] = "kept with the reason, see below"
    return account


@dataclass
class Written:
    """Rows of one entity."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass
class LoadReport:
    """All of a load. ``booked`` are sums in the database's own rounding, by entity, in minor units."""

    source: str
    currency: str
    groups: dict[str, GroupReport] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    booked: dict[str, int] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    remarks: list[Notice] = field(default_factory=list)
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def rows_written(self) -> int:
        return sum(one.inserted + one.updated + one.removed for one in self.written.values())

    def check(self) -> None:
        for group in self.groups.values():
            group.check()

    def to_json(self) -> dict[str, Any]:
        """Plain data: amounts as decimal text, notices with their English sentence."""
        return {
            "source": self.source,
            "currency": self.currency,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 2),
            "files": {
                group.name: {
                    "files": group.files,
                    "rows": group.total.rows,
                    "amount": group.amount_text(group.total),
                    "classes": {
                        name: {"rows": figures.rows, "amount": group.amount_text(figures)}
                        for name, figures in group.classes.items()
                    },
                }
                for group in self.groups.values()
            },
            "written": {name: vars(one) for name, one in self.written.items()},
            "booked": {name: plain(amount, self._digits, keep=2) for name, amount in self.booked.items()},
            "rejected": [
                {"file": row.file, "line": row.line, "column": row.column, **row.reason.to_wire()}
                for row in self.rejected
            ],
            "remarks": [remark.to_wire() for remark in self.remarks],
        }

    @property
    def _digits(self) -> int:
        from channeldesk.model.values import minor_units

        return minor_units(self.currency)

    def to_text(self, rejected: int = 20) -> str:
        """A table for a terminal; at most ``rejected`` of the rejected rows, and how many more there are."""
        lines = [f"Source {self.source}, {self.currency}{', dry run' if self.dry_run else ''}", ""]
        for group in self.groups.values():
            lines += _group_table(group)
        lines += [f"{'rows in the database':<24}{'new':>10}{'changed':>10}{'unchanged':>11}{'removed':>9}"]
        lines += [
            f"{name:<24}{one.inserted:>10,}{one.updated:>10,}{one.unchanged:>11,}{one.removed:>9,}"
            for name, one in self.written.items()
        ]
        lines += ["", *(f"{name}: {self.currency} {text}" for name, text in self.to_json()["booked"].items())]
        lines += [f"- {remark.english()}" for remark in self.remarks]
        for row in self.rejected[:rejected]:
            place = f"{row.file}, line {row.line}" + (f", column {row.column}" if row.column else "")
            lines.append(f"rejected: {place}: {row.reason.english()}")
        if len(self.rejected) > rejected:
            lines.append(f"… and {len(self.rejected) - rejected:,} more rejected rows")
        return "\n".join([*lines, f"{self.seconds:.1f} s"])


def _group_table(group: GroupReport) -> list[str]:
    lines = [f"{group.name}: {group.files} file(s)"]
    rows = [*group.classes.items(), ("total", group.total)]
    for name, figures in rows:
        amount = group.amount_text(figures)
        lines.append(f"  {name:<22}{figures.rows:>10,}{amount:>20}  {group.about.get(name, '')}".rstrip())
    return [*lines, ""]

"""The first reading: who wins the votes, which keys occur, which months."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from channeldesk.exchange.build import Builder
from channeldesk.exchange.mapping import Target, Vote
from channeldesk.exchange.months import periods
from channeldesk.exchange.pipeline import Judged, Pipeline
from channeldesk.exchange.problems import RowProblem
from channeldesk.exchange.report import DUPLICATE, GroupReport, account_of
from channeldesk.exchange.specs import Function, compiled
from channeldesk.model.notice import Notice, notice

if TYPE_CHECKING:
    from channeldesk.exchange.importer import Importer


class Scan:
    """Reads each file group that a vote, a ``once`` target or the calendar asks for, once."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        mapping = importer.mapping
        self._once = [target for target in mapping.targets if target.once]
        self._streamed = {
            target.file for target in mapping.targets if not target.once and not target.months_of
        }
        self._collected: dict[int, dict[str, Judged]] = {id(target): {} for target in self._once}
        self._builders: dict[int, Builder] = {}
        self._months: dict[tuple[str, str], set[str]] = {
            (file, column): set() for target in mapping.targets for file, column in target.months_of
        }
        self._ballots: dict[str, dict[str, Counter[Any]]] = {vote.name: {} for vote in mapping.votes}
        self._accounts: dict[str, GroupReport] = {}

    def read(self) -> None:
        """Votes are decided file group by file group, in the order in which they are declared."""
        wanted = [
            *(vote.file for vote in self._importer.mapping.votes),
            *(target.file for target in self._once),
            *(file for file, _ in self._months),
        ]
        for name in dict.fromkeys(wanted):
            self._read_group(name)

    def _read_group(self, name: str) -> None:
        importer = self._importer
        pipeline = Pipeline(importer, importer.mapping.files[name])
        votes = [
            (
                self._ballots[vote.name],
                compiled(vote.of, pipeline.layout, importer.context),
                compiled(vote.value, pipeline.layout, importer.context),
            )
            for vote in importer.mapping.votes
            if vote.file == name
        ]
        targets = []
        for target in self._once:
            if target.file == name:
                builder = self._builders[id(target)] = Builder(target, pipeline.layout, importer.context)
                targets.append((self._collected[id(target)], builder))
        months = [
            (found, pipeline.layout.place(column, importer.context))
            for (file, column), found in self._months.items()
            if file == name
        ]
        account = None if name in self._streamed else self._account(name, pipeline)
        for file, rows in pipeline.files():
            for judged in rows:
                if account is not None:
                    self._count(account, file, judged)
                if judged.problem is None and judged.name != DUPLICATE:
                    _vote(votes, judged.values)
                    _collect(targets, judged)
                    for found, place in months:
                        if judged.values[place] is not None:
                            found.add(str(judged.values[place])[:7])
        for vote in importer.mapping.votes:
            if vote.file == name:
                winners = {of: ballot.most_common(1)[0][0] for of, ballot in self._ballots[vote.name].items()}
                importer.context.votes.setdefault(vote.name, {}).update(winners)

    def _account(self, name: str, pipeline: Pipeline) -> GroupReport:
        account = self._accounts[name] = account_of(pipeline.group, pipeline.scale)
        self._importer.report.groups[name] = account
        return account

    def _count(self, account: GroupReport, file: str, judged: Judged) -> None:
        account.total.add(judged.amount)
        if judged.problem is not None:
            group = self._importer.mapping.files[account.name]
            self._importer.reject(group, file, judged.row, judged.problem, judged.amount)
        else:
            account.count(judged.name, judged.amount)

    def book(self, target: Target) -> None:
        """Books what a ``once`` target collected: the first row of each key."""
        builder = self._builders[id(target)]
        for key, judged in self._collected[id(target)].items():
            try:
                self._importer.book.put(target, key, builder.fields(judged.values))
            except RowProblem as problem:
                self._refuse(target, key, judged, problem)

    def _refuse(self, target: Target, key: str, judged: Judged, problem: RowProblem) -> None:
        """Rows of a streamed file are judged again later, and refused there for naming this key."""
        account = self._accounts.get(target.file)
        if account is None:
            remark = notice(
                "load.key_refused", entity=target.entity, key=key, reason=problem.reason.english()
            )
            self._importer.report.remarks.append(remark)
            return
        figures = account.classes[judged.name]
        figures.rows -= 1
        figures.amount -= judged.amount
        group = self._importer.mapping.files[target.file]
        self._importer.reject(group, judged.file, judged.row, problem, judged.amount)

    def book_months(self, target: Target) -> None:
        """Fiscal periods: the whole calendar years in which the data lies."""
        found = set().union(*(self._months[pair] for pair in target.months_of))
        for month, values in periods(found):
            self._importer.book.put(target, month, values)

    def account_for(self, groups: set[str]) -> None:
        """Numbers of files of the groups that were read here only."""
        for name in groups & set(self._accounts):
            group = self._importer.mapping.files[name]
            self._accounts[name].files = 1 if group.rows else self._importer.number_of_files(name)

    def remarks(self) -> list[Notice]:
        """Keys about which the rows disagreed, where the mapping wants to know."""
        return [
            notice("load.several_values", vote=vote.name, keys=len(several), list=", ".join(several[:12]))
            for vote in self._importer.mapping.votes
            if vote.report_several and (several := self._several(vote))
        ]

    def _several(self, vote: Vote) -> list[str]:
        return [of for of, ballot in self._ballots[vote.name].items() if len(ballot) > 1]


def _vote(votes: list[tuple[dict[str, Counter[Any]], Function, Function]], values: list[Any]) -> None:
    for ballots, of, value in votes:
        who, what = of(values), value(values)
        if who is not None and what is not None:
            ballots.setdefault(str(who), Counter())[what] += 1


def _collect(targets: list[tuple[dict[str, Judged], Builder]], judged: Judged) -> None:
    for found, builder in targets:
        if builder.takes(judged.name, judged.values):
            key = builder.key(judged.values)
            if key not in found:
                found[key] = judged

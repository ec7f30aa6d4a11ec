"""Under the rows: what they add up to, and that it is the figure they were opened from."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from channeldesk.model.notice import Money
from channeldesk.queries.order_lines import LineSums
from ui.i18n import formats, n, t
from ui.models.figures import SUM_SIGN
from ui.widgets.label import Elided, Label
from ui.widgets.performance.words import BETWEEN


class SumBar(QWidget):
    """``equal`` is None until both sides are here, or where several currencies cannot be compared."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: LineSums | None = None
        self._figure: Money | None = None
        self._reason = ""
        self._said, self._count = Elided("", "caption"), Label("", "caption")
        self._sum = Label("", "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(16)
        row.addWidget(self._count)
        row.addWidget(self._said, 1)
        row.addWidget(self._sum)

    def show_sums(self, sums: LineSums) -> None:
        self.sums = sums
        self._tell()

    def show_figure(self, amount: int, currency: str, provisional: str) -> None:
        self._figure, self._reason = Money(amount, currency), provisional
        self._tell()

    @property
    def equal(self) -> bool | None:
        if self.sums is None or self._figure is None or set(self.sums.net) - {self._figure.currency}:
            return None
        return self.sums.net.get(self._figure.currency, 0) == self._figure.amount

    def _tell(self) -> None:
        if self.sums is None:
            return
        self._count.setText(n("{count} line", "{count} lines", self.sums.count))
        amounts = [formats().money(net, currency) for currency, net in sorted(self.sums.net.items())]
        told = " + ".join(amounts) or "–"
        self._sum.setText(f"{SUM_SIGN} {told}")
        self._sum.setAccessibleName(t("Sum {amounts}", amounts=told))
        if self._figure is None:
            return
        figure = formats().money(self._figure.amount, self._figure.currency)
        if self.equal:
            said, tint = t("The lines add up to the figure, {figure}.", figure=figure), "good"
        elif self.equal is None:
            said = t("The figure is {figure}, at the rates of the period's last day.", figure=figure)
            tint = "secondary"
        else:
            said, tint = t("The filters leave out a part of the figure, {figure}.", figure=figure), "warning"
        self._said.set_text(BETWEEN.join(filter(None, (said, self._reason))), tint)

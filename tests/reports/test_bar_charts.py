"""Charts are drawn to scale, and each number that a bar shows is there as text."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

from payer_rules.reports.bar_charts import Bar, BarChart, BarPart, longest
from payer_rules.reports.html_pages import template


def bar(label: str, *amounts: int | Decimal) -> Bar:
    """A bar whose text is its amounts."""
    parts = tuple(BarPart(amount=amount, style="read") for amount in amounts)
    return Bar(label=label, parts=parts, text=" and ".join(map(str, amounts)))


def chart(*bars: Bar) -> BarChart:
    """A chart as wide as its longest bar."""
    return BarChart(
        name="a", title="t", about="", head="h", unit="u", bars=bars, full=longest(bars)
    )


class Drawing(HTMLParser):
    """The widths of the drawn parts, the names of the bars, and the texts of a chart."""

    def __init__(self, one: BarChart) -> None:
        super().__init__()
        self.widths: list[float] = []
        self.names: list[str | None] = []
        self.texts: list[str] = []
        self.row_heads = 0
        self.feed(str(template("charts.html.j2").module.bar_chart(one)))  # type: ignore[attr-defined]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "rect":
            self.widths.append(float(values["width"] or 0))
        self.row_heads += values.get("scope") == "row"
        if tag == "svg":
            self.names.append(values["aria-label"])

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_parts_are_drawn_to_one_scale() -> None:
    """Parts are as wide as their share of the longest bar, and begin where the one before ends."""
    one = chart(bar("x", 1, 3), bar("y", 2, 0))
    drawn = [[(part.left, part.width) for part in one.drawn(each)] for each in one.bars]
    assert drawn == [[(0, 25), (25, 75)], [(0, 50)]]


def test_amounts_of_money_are_drawn() -> None:
    """An amount may be dollars and cents."""
    one = chart(bar("x", Decimal("0.30")), bar("y", Decimal("0.10")))
    assert [part.width for each in one.bars for part in one.drawn(each)] == [100, 33.33]


def test_a_chart_of_nothing_has_no_bars() -> None:
    """A chart without bars, or with bars of nothing, is drawn without dividing by zero."""
    assert list(chart(bar("x", 0)).drawn(bar("x", 0))) == []
    assert Drawing(chart()).widths == []


def test_each_bar_has_its_numbers_as_text() -> None:
    """The table next to the bars has their labels and numbers, and so has the name of each bar."""
    drawing = Drawing(chart(bar("<x>", 1), bar("y", 2)))
    assert drawing.names == ["<x>: 1", "y: 2"]
    assert drawing.row_heads == 2
    assert {"<x>", "1", "y", "2"} <= {text.strip() for text in drawing.texts}

"""Charts as inline SVG: the histogram of scores, ROC, precision and recall. Colours come from the page's style."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.evaluation.curves import Curves
from goodpart.vision.verdict import Thresholds

_WIDTH, _HEIGHT = 920, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 34, 44
_BINS = 48
_LOGARITHMIC_FROM = 8.0
_SIDE, _EDGE = 340, 46


def histogram(good: Sequence[float], bad: Sequence[float], thresholds: Thresholds) -> str:
    """Good parts upwards, defects downwards, over one axis of scores with the three zones that thresholds make."""
    everything = np.array([*good, *bad, thresholds.good_below, thresholds.bad_above], np.float64)
    axis = _Axis(everything)
    edges = axis.edges()
    up, down = (np.histogram(scores, edges)[0] for scores in (good, bad))
    # Each side has a scale of its own: forty defects beside a thousand good parts would be a line otherwise.
    middle = _TOP + (_HEIGHT - _TOP - _BOTTOM) / 2
    room = (_HEIGHT - _TOP - _BOTTOM) / 2 - 4
    low, high = axis.at(thresholds.good_below), axis.at(thresholds.bad_above)
    parts = [
        _zone("zone-good", _LEFT, low),
        _zone("zone-unsure", low, high),
        _zone("zone-bad", high, _WIDTH - _RIGHT),
        *_bars("bar-good", up, edges, axis, middle, -room),
        *_bars("bar-bad", down, edges, axis, middle, room),
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{middle:.1f}" y2="{middle:.1f}"/>',
        _threshold(low),
        _threshold(high),
        *_zone_names(low, high),
        _text(_LEFT - 8, middle - room + 10, str(int(up.max())), "end"),
        _text(_LEFT - 8, middle + room, str(int(down.max())), "end"),
        *(_text(axis.at(tick), _HEIGHT - 22, f"{tick:g}") for tick in axis.ticks()),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 4, f"score{', logarithmic' if axis.logarithmic else ''}"),
        f'<text class="side" transform="translate(14 {middle - room / 2:.0f}) rotate(-90)">good parts</text>',
        f'<text class="side" transform="translate(14 {middle + room / 2:.0f}) rotate(-90)">defects</text>',
    ]
    told = (
        f"Scores of {len(good)} good parts, {_span(good)}, and of {len(bad)} defects, {_span(bad)}. "
        f"Good below {thresholds.good_below:.3f}, bad from {thresholds.bad_above:.3f} on."
    )
    return _svg(_WIDTH, _HEIGHT, told, parts)


def roc_chart(shown: Curves, auroc: float, marks: Sequence[tuple[float, float, str]]) -> str:
    """Defects caught over false alarms, with a mark (false alarms, caught, name) where each threshold stands."""
    points = shown.thinned()
    x, y = np.concatenate([[0.0], points.false_alarms, [1.0]]), np.concatenate([[0.0], points.caught, [1.0]])
    told = f"ROC curve: area {auroc:.3f}. " + " ".join(
        f"At {name}: {caught:.1%} of defects for {alarms:.1%} of good parts." for alarms, caught, name in marks
    )
    diagonal = f'<line class="guide" x1="{_x(0):.1f}" y1="{_y(0):.1f}" x2="{_x(1):.1f}" y2="{_y(1):.1f}"/>'
    return _unit_chart(told, "good parts not passed", "defects not passed", x, y, [diagonal], marks)


def precision_chart(shown: Curves, marks: Sequence[tuple[float, float, str]]) -> str:
    """Precision over recall, with a mark (recall, precision, name) where each threshold stands."""
    points = shown.thinned()
    x, y = np.concatenate([[0.0], points.caught]), np.concatenate([[points.precision[0]], points.precision])
    told = f"Precision and recall: average precision {shown.average_precision:.3f}. " + " ".join(
        f"At {name}: precision {precision:.1%}, recall {recall:.1%}." for recall, precision, name in marks
    )
    return _unit_chart(told, "recall: defects not passed", "precision", x, y, [], marks)


class _Axis:
    """Scores to places on the page; logarithmic where they span more than a factor of eight."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        low, high = float(values.min()), float(values.max())
        self.logarithmic = low > 0 and high / low > _LOGARITHMIC_FROM
        if not self.logarithmic:
            room = max(high - low, 1e-6 * max(abs(high), 1.0)) * 0.03
            self._low, self._high = low - room, high + room
        else:
            self._low, self._high = log10(low) - 0.03, log10(high) + 0.03

    def at(self, value: float) -> float:
        place = log10(value) if self.logarithmic else value
        return _LEFT + (place - self._low) / (self._high - self._low) * (_WIDTH - _LEFT - _RIGHT)

    def edges(self) -> NDArray[np.float64]:
        places = np.linspace(self._low, self._high, _BINS + 1)
        return np.asarray(10**places if self.logarithmic else places, np.float64)

    def ticks(self) -> list[float]:
        if self.logarithmic:
            decades = range(floor(self._low), ceil(self._high) + 1)
            found = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
            return [tick for tick in found if self._low <= log10(tick) <= self._high]
        rough = (self._high - self._low) / 8
        size = 10.0 ** floor(log10(rough))
        step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
        first = ceil(self._low / step)
        return [round(number * step, 10) for number in range(first, floor(self._high / step) + 1)]


def _bars(
    kind: str, counts: NDArray[np.intp], edges: NDArray[np.float64], axis: _Axis, middle: float, room: float
) -> list[str]:
    most = max(int(counts.max()), 1)
    found = []
    for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        if count:
            # A single part stays visible beside a bin of a thousand.
            height = max(abs(room) * int(count) / most, 2.0)
            top = middle - height if room < 0 else middle
            start, width = axis.at(float(left)) + 0.5, axis.at(float(right)) - axis.at(float(left)) - 1
            found.append(
                f'<rect class="{kind}" x="{start:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
            )
    return found


def _zone(kind: str, left: float, right: float) -> str:
    width, height = max(right - left, 0.0), _HEIGHT - _TOP - _BOTTOM
    return f'<rect class="{kind}" x="{left:.1f}" y="{_TOP}" width="{width:.1f}" height="{height}"/>'


def _threshold(at: float) -> str:
    return f'<line class="threshold" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP - 6}" y2="{_HEIGHT - _BOTTOM}"/>'


def _zone_names(low: float, high: float) -> list[str]:
    """Names stand outside the two lines where there is no room between them, and inside where there is none outside."""
    names = [_text(max(low - 8, _LEFT + 44), _TOP - 12, "◀ good", "end")]
    room = _WIDTH - _RIGHT - high > 50
    names.append(_text(high + 8 if room else _WIDTH - 2, _TOP - 12, "bad ▶", "start" if room else "end"))
    if high - low > 150:
        names.append(_text((low + high) / 2, _TOP - 12, "unsure"))
    return names


def _unit_chart(
    told: str,
    across: str,
    up: str,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    behind: list[str],
    marks: Sequence[tuple[float, float, str]],
) -> str:
    line = " ".join(f"{_x(a):.1f},{_y(b):.1f}" for a, b in zip(x, y, strict=True))
    grid = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        grid.append(f'<line class="grid" x1="{_x(share):.1f}" x2="{_x(share):.1f}" y1="{_y(0):.1f}" y2="{_y(1):.1f}"/>')
        grid.append(f'<line class="grid" x1="{_x(0):.1f}" x2="{_x(1):.1f}" y1="{_y(share):.1f}" y2="{_y(share):.1f}"/>')
        grid.append(_text(_x(share), _y(0) + 16, f"{share:.0%}"))
        grid.append(_text(_x(0) - 6, _y(share) + 4, f"{share:.0%}", "end"))
    dots = []
    for number, (a, b, name) in enumerate(marks):
        shape = (
            f'<circle class="mark" cx="{_x(a):.1f}" cy="{_y(b):.1f}" r="5.5"/>'
            if number == 0
            else f'<rect class="mark" x="{_x(a) - 5:.1f}" y="{_y(b) - 5:.1f}" width="10" height="10"/>'
        )
        dots.append(f"<g><title>{escape(name)}</title>{shape}</g>")
    parts = [
        *grid,
        *behind,
        f'<polyline class="curve" points="{line}"/>',
        *dots,
        _text((_x(0) + _x(1)) / 2, _SIDE - 4, across),
        f'<text class="side" transform="translate(11 {(_y(0) + _y(1)) / 2:.0f}) rotate(-90)">{escape(up)}</text>',
    ]
    return _svg(_SIDE, _SIDE, told, parts)


def _x(share: float) -> float:
    return _EDGE + 6 + share * (_SIDE - _EDGE - 24)


def _y(share: float) -> float:
    return _SIDE - _EDGE + 6 - share * (_SIDE - _EDGE - 10)


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _span(scores: Sequence[float]) -> str:
    return f"{min(scores):.3f} to {max(scores):.3f}" if scores else "none"


def _svg(width: int, height: int, told: str, parts: list[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(told)}" '
        f'preserveAspectRatio="xMidYMid meet">{"".join(parts)}</svg>'
    )

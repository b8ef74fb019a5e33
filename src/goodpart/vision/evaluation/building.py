"""The building blocks of an evaluation's page. Titles and cells are HTML: who fills them escapes what is foreign."""

from collections.abc import Sequence
from html import escape
from math import isnan

from goodpart.vision.threshold import interval


def count_tile(name: str, count: int, total: int, told: str, kind: str) -> str:
    """A count of ``total`` and what it means; ``kind`` is its colour where it is not zero."""
    return (
        f'<div class="tile{f" {kind}" if count else ""}"><dt>{name}</dt><dd><span class="figure">{count}</span> '
        f'<span class="of">of {total}</span><div class="bound">{told}</div></dd></div>'
    )


def figure_tile(name: str, figure: str, told: str) -> str:
    """A figure that is no count, and what it means."""
    return (
        f'<div class="tile"><dt>{name}</dt><dd><span class="figure">{figure}</span>'
        f'<div class="bound">{told}</div></dd></div>'
    )


def rate_cell(count: int, total: int, *, wrong: bool) -> str:
    """A count with its share and the confidence interval of that; a dash where there is no part."""
    if not total:
        return "<td>–</td>"
    low, high = interval(count, total)
    kind = ' class="wrong"' if wrong and count else ""
    span = f"{low * 100:.1f} to {high * 100:.1f} %"
    return f'<td{kind}>{count} ({count / total:.1%})<span class="range">{span}</span></td>'


def figure(value: float) -> str:
    """A figure with three decimals; a dash for one that does not exist."""
    return "–" if isnan(value) else f"{value:.3f}"


def table(caption: str, head: Sequence[str], body: str) -> str:
    """A table that scrolls by itself where it is too wide. ``body`` are its rows."""
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def section(key: str, title: str, content: str) -> str:
    """A part of the page under a heading of its own, found by ``#key``."""
    heading = f'<h2 id="{key}-title">{escape(title)}</h2>'
    return f'<section id="{key}" aria-labelledby="{key}-title">{heading}{content}</section>'

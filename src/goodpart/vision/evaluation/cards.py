"""The galleries of an evaluation's page: misses and false alarms first, each image on a card that can be enlarged."""

from collections.abc import Sequence
from html import escape

from goodpart.vision.evaluation.building import section
from goodpart.vision.evaluation.evaluate import JudgedImage
from goodpart.vision.evaluation.gallery import LONGEST_SIDE, Group, Shown

PICTURES_ARE = f"Pictures are at most {LONGEST_SIDE} pixels long, recompressed as JPEG."


def galleries(groups: Sequence[Group], shown: dict[str, Shown]) -> str:
    """Misses and false alarms first, then what was not inspected and the hardest parts."""
    told = (
        "Each image as it is, and with its heat map, from amber to red; choose a picture to enlarge it. Colour starts "
        "at the threshold for good, or lower, at the strangest places of this very image: so a miss shows where the "
        "model looked most. A box is a region where the map is above the threshold for good; the score of the whole "
        "part may be below it. Four corners mark the strongest place of a part that is not good though no region is "
        "above that threshold. A white line goes round a defect as a person marked it."
    )
    return f'<p class="between">{told}</p>{"".join(_gallery(group, shown) for group in groups)}'


def _gallery(group: Group, shown: dict[str, Shown]) -> str:
    key = group.title.lower().replace(" ", "-")
    if not group.found:
        return section(key, group.title, f'<p class="none">{escape(group.none)}</p>')
    cards = "".join(_card(shown[one.name]) for one in group.shown)
    more = f" The worst {len(group.shown)} of {group.found} are shown." if group.found > len(group.shown) else ""
    return section(
        key,
        f"{group.title} ({group.found})",
        f'<p class="why">{escape(group.why)}{more}</p><ul class="gallery">{cards}</ul>{_named(group)}',
    )


def _named(group: Group) -> str:
    """Those that are not shown, by name."""
    if not group.named:
        return ""
    names = "".join(f"<li>{escape(one.name)} <span>{_told(one)}</span></li>" for one in group.named)
    return (
        f'<details class="named"><summary>The other {len(group.named)} by name</summary>'
        f'<ol start="{len(group.shown) + 1}">{names}</ol></details>'
    )


def _card(one: Shown) -> str:
    judged = one.judged
    name, verdict = escape(judged.name), escape(judged.verdict)
    size = f'width="{one.width}" height="{one.height}" decoding="async"'
    heat = f'<img src="{one.heat}" {size} alt="Heat map over {name}">' if one.heat else ""
    patches = (
        f'<div class="patches"><img src="{one.strangest}" width="56" height="56" alt="Strangest place of {name}">'
        f'<img src="{one.nearest_good}" width="56" height="56" alt="Nearest patch of a good part">'
        "<span>Its strangest place, and what comes nearest to it among good parts</span></div>"
        if one.strangest and one.nearest_good
        else ""
    )
    return (
        f'<li class="card"><details class="pictures"><summary><img src="{one.plain}" {size} alt="{name}">{heat}'
        '<span class="size"><span class="larger">Enlarge</span><span class="smaller">Make small again</span></span>'
        f'</summary></details><p class="name">{name}</p>'
        f'<p class="told"><span class="badge {verdict}">{verdict}</span> {_told(judged)}</p>{patches}</li>'
    )


def _told(judged: JudgedImage) -> str:
    return f"score {judged.score:.3f}" if judged.was_read else escape(judged.detail)

"""The images of an evaluation's page, each on a card with its heat map, verdict and score."""

from html import escape

from goodpart.vision.evaluation.building import section
from goodpart.vision.evaluation.gallery import LONGEST_SIDE, Group, Shown

PICTURES_ARE = f"Pictures are at most {LONGEST_SIDE} pixels long, recompressed as JPEG."


def gallery_section(group: Group, shown: dict[str, Shown]) -> str:
    """A group of images, the worst first, or the sentence that there are none."""
    key = group.title.lower().replace(" ", "-")
    if not group.found:
        return section(key, group.title, f'<p class="none">{escape(group.none)}</p>')
    cards = "".join(_card(shown[one.name]) for one in group.shown)
    more = f" The worst {len(group.shown)} of {group.found} are shown." if group.found > len(group.shown) else ""
    return section(
        key,
        f"{group.title} ({group.found})",
        f'<p class="why">{escape(group.why)}{more}</p><ul class="gallery">{cards}</ul>',
    )


def _card(one: Shown) -> str:
    judged = one.judged
    name, verdict = escape(judged.name), escape(judged.verdict)
    size = f'width="{one.width}" height="{one.height}" decoding="async"'
    patches = (
        f'<div class="patches"><img src="{one.strangest}" width="56" height="56" alt="Strangest place of {name}">'
        f'<img src="{one.nearest_good}" width="56" height="56" alt="Nearest patch of a good part">'
        "<span>Its strangest place, and what comes nearest to it among good parts</span></div>"
        if one.strangest and one.nearest_good
        else ""
    )
    return (
        f'<li class="card"><div class="pair"><img src="{one.plain}" {size} alt="{name}">'
        f'<img src="{one.heat}" {size} alt="Heat map over {name}"></div>'
        f'<p class="name">{name}</p><p class="told"><span class="badge {verdict}">{verdict}</span> '
        f"score {judged.score:.3f}</p>{patches}</li>"
    )

"""An evaluation as one HTML file that opens anywhere, offline, for good: no script, no font, no picture from outside.

Bounded in size: at most 48 images, each 448 pixels long at most, as they are and with their heat map (a few megabytes).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path

from goodpart.base.files import check_place, write_durably
from goodpart.base.storage import place_failure
from goodpart.vision.errors import EvaluationError, PackageError
from goodpart.vision.evaluation import sections, tables
from goodpart.vision.evaluation.cards import PICTURES_ARE, galleries
from goodpart.vision.evaluation.evaluate import Evaluation
from goodpart.vision.evaluation.facts import facts_of
from goodpart.vision.evaluation.folder import KnownImage
from goodpart.vision.evaluation.gallery import groups_of, show
from goodpart.vision.explain import Explainer, explainer_of
from goodpart.vision.inspector import Inspector

_LINKS = (
    ("answer", "Answer"),
    ("scores", "Scores"),
    ("confusion", "Rates"),
    ("costs", "Costs"),
    ("missed-defects", "Missed defects"),
    ("false-alarms", "False alarms"),
    ("not-inspected", "Not inspected"),
    ("hardest-good-parts", "Hardest parts"),
    ("kinds", "Kinds"),
    ("types", "Types"),
    ("curves", "Curves"),
    ("model", "Model"),
    ("speed", "Speed"),
)


def report_page(
    found: Evaluation,
    inspector: Inspector,
    images: Sequence[KnownImage],
    *,
    data: str,
    machine: str,
    at: datetime,
    step: Callable[[int, int], None] = lambda _done, _total: None,
) -> str:
    """The page for an evaluation of ``images``, called ``data``, made ``at`` a time (UTC).

    The worst images are looked at once more for it.
    """
    groups = groups_of(found)
    explainer, unexplained = _explainer(inspector)
    shown = show(groups, inspector, images, explainer, step)
    package = inspector.package
    title = f"{package.manifest.name or package.id[:12]} on {data}"
    content = "".join(
        (
            sections.answer(found),
            sections.distribution(found),
            tables.confusion(found),
            sections.costs(found),
            galleries(groups, shown),
            tables.kinds(found),
            tables.types(found),
            sections.ranking(found),
            sections.model(package, facts_of(package), inspector.precision.value),
            sections.speed(found, machine),
        )
    )
    there = [(key, name) for key, name in _LINKS if f'<section id="{key}"' in content]
    links = "".join(f'<li><a href="#{key}">{name}</a></li>' for key, name in there)
    style = files("goodpart.vision.evaluation").joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Nothing may be fetched, whatever a file name tries: pictures are data, the style stands here.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        f"<title>{escape(title)} · Goodpart evaluation</title><style>{style}</style></head><body>"
        f'<header><p class="eyebrow">Goodpart evaluation</p><h1>{escape(title)}</h1>'
        f'<p class="about">{found.n_good} images of good parts and {found.n_bad} of defects, '
        f"evaluated {at:%Y-%m-%d %H:%M} UTC</p>{unexplained}"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header>'
        f"<main>{content}</main><footer><p>Package {escape(package.id)}. {PICTURES_ARE} The figures of every "
        "image: goodpart evaluate --json.</p></footer></body></html>\n"
    )


def _explainer(inspector: Inspector) -> tuple[Explainer | None, str]:
    """What explains the pictures, and what the page says where a package should have something and does not.

    No verdict and no figure hangs on explanations, so damage to what only they need stops no evaluation.
    """
    try:
        return explainer_of(inspector.package, engine=inspector.engine), ""
    except PackageError as error:
        return None, f'<p class="about">No good patches beside the strangest places: {escape(error.cause)}</p>'


def check_page_place(place: Path) -> None:
    """Find out, before an evaluation, that no page can be written to ``place``. Raises `EvaluationError`."""
    try:
        check_place(place)
    except OSError as error:
        raise _unwritten(place, error) from error


def write_page(place: Path, page: str) -> None:
    """Write the page whole or not at all. Raises `EvaluationError` when it cannot be written."""
    try:
        write_durably(place, page.encode())
    except OSError as error:
        raise _unwritten(place, error) from error


def _unwritten(place: Path, error: OSError) -> EvaluationError:
    told = place_failure(place, error)
    return EvaluationError(
        f"The report {place} cannot be written: {told.cause}", f"{told.remedy} Or leave it out with --no-report."
    )

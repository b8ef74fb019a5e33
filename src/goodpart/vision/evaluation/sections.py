"""The sections of an evaluation's page, each a piece of HTML. Everything that comes from outside is escaped here."""

from collections.abc import Sequence
from html import escape

from goodpart.vision.evaluation.building import count_tile, figure_tile, rate_cell, section, table
from goodpart.vision.evaluation.cards import gallery_section
from goodpart.vision.evaluation.charts import histogram, precision_chart, roc_chart
from goodpart.vision.evaluation.curves import curves
from goodpart.vision.evaluation.evaluate import Evaluation
from goodpart.vision.evaluation.facts import TrainingFacts
from goodpart.vision.evaluation.gallery import Group, Shown
from goodpart.vision.package import Package


def answer(found: Evaluation) -> str:
    """What a person wants to know first, in their words, with what the sample supports."""
    proof = found.proof
    stopped = proof.n_bad - proof.escapes
    said = (
        f"{stopped} of {proof.n_bad} defective parts were not passed, {proof.escapes} {_were(proof.escapes)} missed. "
        f"{proof.overkills} of {proof.n_good} good parts {_were(proof.overkills)} rejected by mistake."
    )
    asked = proof.unsure_good + proof.unsure_bad
    tiles = [
        count_tile("Missed defects", proof.escapes, proof.n_bad, "escape rate", "alarm"),
        count_tile("Good parts rejected", proof.overkills, proof.n_good, "false rejects", "alarm"),
        count_tile("Sent to a person", asked, proof.n_good + proof.n_bad, "of these parts", "ask", bound=False),
        figure_tile("Told apart (image AUROC)", f"{found.image_auroc:.3f}", "1 is perfect order, 0.5 is chance"),
    ]
    tiles_told = '<p class="why">Rates with their 95 % confidence intervals.</p>'
    statements = "".join(f"<li>{escape(one)}</li>" for one in proof.statements)
    return section(
        "answer",
        "The answer",
        f'<p class="answer">{escape(said)}</p><dl class="tiles">{"".join(tiles)}</dl>{tiles_told}'
        f'<ul class="statements">{statements}</ul>',
    )


def distribution(found: Evaluation) -> str:
    """The histogram of scores with both thresholds."""
    good = [one.score for one in found.images if not one.is_bad]
    bad = [one.score for one in found.images if one.is_bad]
    limits = found.thresholds
    return section(
        "scores",
        "Scores and thresholds",
        f'<p class="why">A part is good below {limits.good_below:.3f} and bad from {limits.bad_above:.3f} on; between '
        "them a person decides. Grey beyond the first line is work for people, red before it is a missed defect.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Histogram of scores">'
        f'<div class="wide">{histogram(good, bad, limits)}</div></div>'
        '<ul class="legend"><li><span class="swatch"></span>good parts, upwards</li>'
        '<li><span class="swatch bad"></span>defects, downwards (each side to its own scale)</li></ul>',
    )


def confusion(found: Evaluation) -> str:
    """What was judged how, as counts and as rates with their intervals."""
    proof = found.proof
    rows = [
        ("Good parts", proof.n_good, proof.n_good - proof.overkills - proof.unsure_good, proof.unsure_good,
         proof.overkills, 2),
        ("Defects", proof.n_bad, proof.escapes, proof.unsure_bad, proof.n_bad - proof.escapes - proof.unsure_bad, 0),
    ]  # fmt: skip
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{total}</td>'
        + "".join(rate_cell(count, total, wrong=at == wrong) for at, count in enumerate(counts))
        + "</tr>"
        for name, total, *counts, wrong in rows
    )
    parts = proof.n_good + proof.n_bad
    images = found.n_good + found.n_bad
    counted = (
        f" {images} images show {parts} parts; each part counts once, at its worst image." if images > parts else ""
    )
    return section(
        "confusion",
        "At these thresholds",
        table(
            "Parts by what they are and how they were judged, with 95 % confidence intervals (Clopper-Pearson)."
            + counted,
            ("What they are", "Parts", "Judged good", "Unsure", "Judged bad"),
            body,
        ),
    )


def galleries(groups: Sequence[Group], shown: dict[str, Shown]) -> str:
    """Misses and false alarms first, then the hardest parts."""
    told = (
        "Each image as it is, and with its heat map: from amber to red where it is least like good parts. Colour "
        "starts below the thresholds here, so that a miss shows where the model looked. A box is a region where the "
        "map is above the threshold for good; the score of the whole part may be below it. Four corners mark the "
        "strongest place of a part that is not good though no region is above that threshold. A white line goes "
        "round a defect as a person marked it."
    )
    first, *rest = (gallery_section(group, shown) for group in groups)
    return f'<p class="between">{told}</p>{first}{"".join(rest)}'


def kinds(found: Evaluation) -> str:
    """One row for each kind of defect."""
    body = "".join(
        f'<tr><th scope="row">{escape(kind.label)}</th><td>{kind.n}</td><td>{kind.image_auroc:.3f}</td>'
        f"{rate_cell(kind.missed, kind.n, wrong=True)}<td>{kind.unsure}</td>"
        f"<td>{kind.n - kind.missed - kind.unsure}</td></tr>"
        for kind in found.kinds
    )
    return section(
        "kinds",
        "By kind of defect",
        table(
            "Each kind against all good parts. Counts are of images.",
            ("Kind", "Images", "AUROC", "Missed", "Unsure", "Judged bad"),
            body,
        ),
    )


def types(found: Evaluation) -> str:
    """Which type of defect was taken for which, where the model was taught types."""
    if found.types is None:
        return ""
    taught = found.types.types
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(_judged_as(row[name], label, name, taught) for name in taught)
        + "</tr>"
        for label, row in found.types.confusion.items()
    )
    accuracy = found.types.accuracy
    rate = "" if accuracy is None else f"{accuracy:.1%} of {found.types.n} defects are judged as what they are. "
    return section(
        "types",
        "Types told apart",
        table(
            f"{rate}Images by what they are (rows) and by their likeliest type (columns), whatever their verdict.",
            ("What it is", *map(escape, taught)),
            body,
        ),
    )


def costs(found: Evaluation) -> str:
    """The suggestion by cost, where costs were given."""
    if found.suggestion is None:
        return ""
    said = "".join(f"<li>{escape(one)}</li>" for one in found.suggestion.statements)
    return section("costs", "The cheapest thresholds", f'<ul class="statements">{said}</ul>')


def ranking(found: Evaluation) -> str:
    """ROC, precision and recall, with the two thresholds on them."""
    good = [one.score for one in found.images if not one.is_bad]
    bad = [one.score for one in found.images if one.is_bad]
    all_of = curves(good, bad)
    roc_marks, precision_marks = [], []
    for name, limit in (("good below", found.thresholds.good_below), ("bad from", found.thresholds.bad_above)):
        alarms, caught = sum(score >= limit for score in good), sum(score >= limit for score in bad)
        roc_marks.append((alarms / len(good), caught / len(bad), f"{name} {limit:.3f}"))
        if caught + alarms:
            precision_marks.append((caught / len(bad), caught / (caught + alarms), f"{name} {limit:.3f}"))
    share = len(bad) / (len(good) + len(bad))
    pixels = (
        f" Where masks are drawn, the heat maps reach a pixel AUROC of {found.pixel_auroc:.3f} and an AUPRO of "
        f"{found.aupro:.3f}."
        if found.pixel_auroc is not None and found.aupro is not None
        else ""
    )
    return section(
        "curves",
        "Every other threshold",
        f'<p class="why">Allowing 1 % of good parts to be stopped catches {found.recall_at_1pct_overkill:.1%} of the '
        f"defects.{pixels}</p>"
        f'<div class="curves"><figure>{roc_chart(all_of, found.image_auroc, roc_marks)}<figcaption>ROC, area '
        f"{found.image_auroc:.3f}</figcaption></figure><figure>{precision_chart(all_of, precision_marks)}<figcaption>"
        f"Precision and recall, average precision {all_of.average_precision:.3f}; {share:.0%} of these images are "
        "defects, a line has far fewer</figcaption></figure></div>"
        '<ul class="legend"><li><span class="swatch dot"></span>threshold for good</li>'
        '<li><span class="swatch box"></span>threshold for bad</li></ul>',
    )


def model(package: Package, facts: TrainingFacts, precision: str) -> str:
    """What was chosen and why, and what a person should look at."""
    manifest = package.manifest
    learned = f"{facts.n_good} good images" + (f" and {facts.n_bad} labelled defects" if facts.n_bad else "")
    rows = [
        ("Model", f"{manifest.name or 'without a name'}, package {package.id[:12]}"),
        ("Signed", f"by the key {package.key_id}" if package.key_id else "no: an unsigned candidate"),
        ("Trained", f"{manifest.created_at:%Y-%m-%d %H:%M} UTC" + (f" on {learned}" if facts.n_good else "")),
        ("Chosen", facts.why),
        ("Considered", f"{len(facts.candidates)} detectors, judged on {facts.selected_on}" if facts.candidates else ""),
        ("Backbone", manifest.backbone.id),
        ("Images", f"fitted by {manifest.preprocessing.fit}, area of {manifest.preprocessing.side}² pixels"),
        ("Arithmetic", f"{precision} in the backbone, f32 in the scoring"),
        ("Seed", str(facts.seed) if facts.why else ""),
    ]
    body = "".join(f'<tr><th scope="row">{name}</th><td>{escape(value)}</td></tr>' for name, value in rows if value)
    warnings = "".join(f"<li>{escape(one)}</li>" for one in facts.warnings)
    told = f'<h3>To look at</h3><ul class="statements">{warnings}</ul>' if warnings else ""
    return section("model", "The model", f'<table class="facts"><tbody>{body}</tbody></table>{told}')


def speed(found: Evaluation, machine: str) -> str:
    """How long one image took."""
    return section(
        "speed",
        "Speed",
        f"<p>From decoding to the verdict, one image at a time: half of the images within {found.infer_ms_p50:.1f} ms, "
        f'95 % within {found.infer_ms_p95:.1f} ms.</p><p class="why">Measured while evaluating on {escape(machine)}; '
        "other work on the machine makes it slower.</p>",
    )


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _judged_as(count: int, label: str, judged: str, taught: Sequence[str]) -> str:
    """A count; those on the diagonal are right, and no answer is right for a type that was never taught."""
    if count == 0:
        return "<td>0</td>"
    kind = "right" if label == judged else "wrong" if label in taught else "other"
    return f'<td class="{kind}">{count}</td>'

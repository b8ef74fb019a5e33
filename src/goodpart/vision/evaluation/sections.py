"""The sections of an evaluation's page, each a piece of HTML. Everything that comes from outside is escaped here."""

from html import escape

from goodpart.vision.evaluation.building import count_tile, figure, figure_tile, section
from goodpart.vision.evaluation.charts import histogram, precision_chart, roc_chart
from goodpart.vision.evaluation.curves import curves
from goodpart.vision.evaluation.evaluate import Evaluation
from goodpart.vision.evaluation.facts import TrainingFacts
from goodpart.vision.evaluation.no_reads import no_read_statement
from goodpart.vision.package import Package
from goodpart.vision.threshold import told_bound


def answer(found: Evaluation) -> str:
    """What a person wants to know first, in their words, with what the sample supports."""
    proof = found.proof
    unread, bad_unread = len(found.no_reads), found.no_read_bad
    said = (
        f"{proof.n_bad - proof.escapes} of {proof.n_bad} {'inspected ' if bad_unread else ''}defective parts were not "
        f"passed, {proof.escapes} {_were(proof.escapes)} missed. "
        f"{proof.overkills} of {proof.n_good} {'inspected ' if found.no_read_good else ''}good parts "
        f"{_were(proof.overkills)} rejected by mistake."
    )
    asked, parts = proof.unsure_good + proof.unsure_bad, proof.n_good + proof.n_bad
    of_asked = f"{asked / parts:.1%} of these parts" if parts else ""
    tiles = [
        count_tile(
            "Missed defects", proof.escapes, proof.n_bad, _below("escape rate", proof.escape_rate_below), "alarm"
        ),
        count_tile(
            "Good parts rejected",
            proof.overkills,
            proof.n_good,
            _below("false rejects", proof.overkill_rate_below),
            "alarm",
        ),
        count_tile("Sent to a person", asked, parts, of_asked, "ask"),
        figure_tile("Told apart (image AUROC)", figure(found.image_auroc), "1 is perfect order, 0.5 is chance"),
    ]
    if unread:
        tiles.append(count_tile("Not inspected", unread, len(found.images), "images: no_read", "alarm"))
    statements = [*proof.statements, *filter(None, [no_read_statement(found)])]
    listed = "".join(f"<li>{escape(one)}</li>" for one in statements)
    return section(
        "answer",
        "The answer",
        f'<p class="answer">{escape(said)}</p><dl class="tiles">{"".join(tiles)}</dl>'
        f'<ul class="statements">{listed}</ul>',
    )


def distribution(found: Evaluation) -> str:
    """The histogram of scores with both thresholds."""
    good = [one.score for one in found.read if not one.is_bad]
    bad = [one.score for one in found.read if one.is_bad]
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


def costs(found: Evaluation) -> str:
    """The suggestion by cost, where costs were given."""
    if found.suggestion is None:
        return ""
    said = "".join(f"<li>{escape(one)}</li>" for one in found.suggestion.statements)
    title = "Thresholds by cost: keep those in use" if found.suggestion.keeps_present else "The cheapest thresholds"
    return section("costs", title, f'<ul class="statements">{said}</ul>')


def ranking(found: Evaluation) -> str:
    """ROC, precision and recall, with the two thresholds on them."""
    good = [one.score for one in found.read if not one.is_bad]
    bad = [one.score for one in found.read if one.is_bad]
    if not found.ranks:
        none = "Good parts and defects cannot be ranked: of one of the two no image was inspected."
        return section("curves", "Every other threshold", f'<p class="none">{none}</p>')
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
        ("Signed", _signed(package)),
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


def _signed(package: Package) -> str:
    """Only a signature that was verified is told as one: the file may say anything."""
    if package.key_id is not None:
        return f"by the key {package.key_id}, verified"
    if package.unchecked_key_id is not None:
        return f"not checked here: the file claims a signature by the key {package.unchecked_key_id}"
    return "no: an unsigned candidate"


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


def _below(what: str, bound: float) -> str:
    """The same bound as in the statements, in the same words."""
    return f"{what} below {told_bound(bound)} at 95 % confidence" if bound < 1 else what

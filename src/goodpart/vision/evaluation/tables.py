"""The tables of an evaluation's page: what was judged how, by kind of defect, and which type was taken for which."""

from collections.abc import Sequence
from html import escape

from goodpart.vision.evaluation.building import figure, rate_cell, section, table
from goodpart.vision.evaluation.evaluate import Evaluation

_RANGES_ARE = (
    "Under each rate stand the lowest and the highest true rate that fit the count at 95 % confidence "
    "(Clopper-Pearson, two-sided)."
)


def confusion(found: Evaluation) -> str:
    """What was judged how, as counts and as rates with their intervals; what was not inspected has its own column."""
    proof = found.proof
    rows = [
        ("Good parts", proof.n_good, found.no_read_good,
         (proof.n_good - proof.overkills - proof.unsure_good, proof.unsure_good, proof.overkills), 2),
        ("Defects", proof.n_bad, found.no_read_bad,
         (proof.escapes, proof.unsure_bad, proof.n_bad - proof.escapes - proof.unsure_bad), 0),
    ]  # fmt: skip
    unread = found.no_read_good + found.no_read_bad
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{inspected + missing}</td>'
        + (rate_cell(missing, inspected + missing, wrong=True) if unread else "")
        + "".join(rate_cell(count, inspected, wrong=at == wrong) for at, count in enumerate(counts))
        + "</tr>"
        for name, inspected, missing, counts, wrong in rows
    )
    parts = proof.n_good + proof.n_bad + unread
    told = [f"Parts by what they are and how they were judged. {_RANGES_ARE}"]
    told.append("“Below” in the answer asks for the high end alone, and so names a lower figure than the range.")
    if len(found.images) > parts:
        told.append(f"{len(found.images)} images show {parts} parts; each part counts once, at its worst image.")
    if unread:
        told.append("How parts were judged is a share of those that were inspected.")
    head = ["What they are", "Parts", *(["Not inspected"] if unread else []), "Judged good", "Unsure", "Judged bad"]
    return section("confusion", "At these thresholds", table(" ".join(told), head, body))


def kinds(found: Evaluation) -> str:
    """One row for each kind of defect."""
    unread = any(kind.no_read for kind in found.kinds)
    body = "".join(
        f'<tr><th scope="row">{escape(kind.label)}</th><td>{kind.n}</td>'
        + (f"<td>{kind.no_read}</td>" if unread else "")
        + f"<td>{figure(kind.image_auroc)}</td>{rate_cell(kind.missed, kind.n - kind.no_read, wrong=True)}"
        f"<td>{kind.unsure}</td><td>{kind.n - kind.no_read - kind.missed - kind.unsure}</td></tr>"
        for kind in found.kinds
    )
    head = ["Kind", "Images", *(["Not inspected"] if unread else []), "AUROC", "Missed", "Unsure", "Judged bad"]
    told = f"Each kind against all good parts. Counts are of images. {_RANGES_ARE}"
    return section("kinds", "By kind of defect", table(told, head, body))


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
    right = "" if accuracy is None else f"{accuracy:.1%} of {found.types.n} defects are judged as what they are. "
    told = f"{right}Images by what they are (rows) and by their likeliest type (columns), whatever their verdict."
    return section("types", "Types told apart", table(told, ("What it is", *map(escape, taught)), body))


def _judged_as(count: int, label: str, judged: str, taught: Sequence[str]) -> str:
    """A count; those on the diagonal are right, and no answer is right for a type that was never taught."""
    if count == 0:
        return "<td>0</td>"
    kind = "right" if label == judged else "wrong" if label in taught else "other"
    return f'<td class="{kind}">{count}</td>'

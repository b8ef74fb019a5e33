"""How well types of defects are told apart: which type is judged as which."""

from collections.abc import Sequence

import msgspec


class TypeFigures(msgspec.Struct, frozen=True, kw_only=True):
    """``confusion[label][judged]`` counts defective parts, whatever their verdict.

    Parts of types that the model was not taught are in the confusion, not in ``n`` and ``accuracy``.
    """

    types: tuple[str, ...]
    n: int
    accuracy: float | None
    confusion: dict[str, dict[str, int]]


def type_figures(types: tuple[str, ...], pairs: Sequence[tuple[str, str]]) -> TypeFigures | None:
    """Figures of (label, judged type) of defective parts; None where the model knows no types."""
    if not types:
        return None
    confusion = {label: dict.fromkeys(types, 0) for label in sorted({label for label, _ in pairs} | set(types))}
    for label, judged in pairs:
        confusion[label][judged] += 1
    known = [label == judged for label, judged in pairs if label in types]
    accuracy = sum(known) / len(known) if known else None
    return TypeFigures(types=types, n=len(known), accuracy=accuracy, confusion=confusion)

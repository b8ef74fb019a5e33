"""Parts that the model did not look at: an outcome of its own, neither caught nor rejected by mistake."""

from goodpart.vision.evaluation.evaluate import Evaluation


def no_read_statement(found: Evaluation) -> str | None:
    """How many images were not inspected; None where all were."""
    if not found.no_reads:
        return None
    bad = sum(one.is_bad for one in found.no_reads)
    count = len(found.no_reads)
    return (
        f"{count} of {len(found.images)} images {'was' if count == 1 else 'were'} not inspected (no_read) and "
        f"{'counts' if count == 1 else 'count'} in no other figure: {count - bad} of {found.n_good} of good parts, "
        f"{bad} of {found.n_bad} of defects."
    )

"""How figures of many times are summed up."""

from statistics import median, quantiles


def spread(times: list[float]) -> dict[str, int]:
    """Of times in ms: the median, what 95 % stay below, and the worst."""
    p95 = quantiles(times, n=20, method="inclusive")[-1]
    return {"p50": round(median(times)), "p95": round(p95), "max": round(max(times))}

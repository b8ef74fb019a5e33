"""Where planned busy time went: from what was planned down to the time that made good parts.

The steps are the complements of the three factors of OEE (ISO 22400-2:2014; the classes of loss are those of
S. Nakajima, Introduction to TPM, 1988), so that what is left at the end is OEE of what was planned:

    PBT − stops − unknown = APT        availability  = APT / PBT
    APT − speed           = PRI × PQ   effectiveness = PRI × PQ / APT
    PRI × PQ − quality    = PRI × PQ × GQ / PQ, the valuable time; valuable / PBT = OEE
"""

from dataclasses import dataclass

from goodpart.kpi.sums import Sums


@dataclass(frozen=True, slots=True)
class Losses:
    """Milliseconds of planned busy time. Speed, quality and what is left are None where effectiveness is no figure."""

    planned_ms: int
    """PBT."""
    stops_ms: int
    """The machine was known to be blocked, starved or at fault."""
    unknown_ms: int
    """Nobody knows what the machine did."""
    running_ms: int
    """APT."""
    speed_ms: int | None
    """Running, but slower than the ideal cycle time; negative where the ideal cycle time is too long."""
    quality_ms: int | None
    """The ideal time of the parts that are not good."""
    valuable_ms: int | None
    """The ideal time of the good parts, part numbers mixed as they were made."""


def losses_of(sums: Sums) -> Losses:
    """Whole milliseconds that add up: stops, unknown, speed, quality and valuable time make up the planned time."""
    stops = sums.busy_ms - sums.busy_running_ms - sums.busy_unknown_ms
    if sums.busy_unrated or not sums.busy_produced:
        rated = not sums.busy_unrated
        # Nothing was made: all running time was lost to speed, as far as anyone can say.
        speed, quality, valuable = (sums.busy_running_ms, 0, 0) if rated else (None, None, None)
    else:
        valuable = round(sums.busy_ideal_ms * sums.busy_good / sums.busy_produced)
        speed, quality = sums.busy_running_ms - sums.busy_ideal_ms, sums.busy_ideal_ms - valuable
    return Losses(
        planned_ms=sums.busy_ms,
        stops_ms=stops,
        unknown_ms=sums.busy_unknown_ms,
        running_ms=sums.busy_running_ms,
        speed_ms=speed,
        quality_ms=quality,
        valuable_ms=valuable,
    )

"""ISO 22400-2 key figures of one or more stations, from their sums."""

from dataclasses import dataclass

from goodpart.kpi.sums import Sums


@dataclass(frozen=True, slots=True)
class Oee:
    """Ratios, 1.0 being 100 %. None where there is nothing to divide by: that is neither 0 nor 100 %.

    Nothing is clamped: an effectiveness above 1 says that an ideal cycle time is too long.
    """

    availability: float | None
    """APT / PBT: measured running time of the planned busy time."""
    effectiveness: float | None
    """PRI × PQ / APT. None, too, while a part number has no ideal cycle time: a figure without it would be too low."""
    quality: float | None
    """GQ / PQ: good after review, of all parts that passed the station."""
    oee: float | None
    """The product; None where one of the three is."""
    unknown_ms: int
    """Planned busy time without a known state. It lowers availability; shown so that nobody takes it for a stop."""
    unsure: int
    no_read: int


def oee_of(sums: Sums) -> Oee:
    """Availability, effectiveness and quality as ISO 22400-2:2014 defines them, and their product, OEE."""
    availability = _ratio(sums.busy_running_ms, sums.busy_ms)
    effectiveness = None if sums.busy_unrated else _ratio(sums.busy_ideal_ms, sums.busy_running_ms)
    quality = _ratio(sums.busy_good, sums.busy_produced)
    product = None
    if availability is not None and effectiveness is not None and quality is not None:
        product = availability * effectiveness * quality
    return Oee(availability, effectiveness, quality, product, sums.busy_unknown_ms, sums.unsure, sums.no_read)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None

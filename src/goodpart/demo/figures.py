"""What a headless demo proves: the same parts counted at the PLC, in the journal and on the server."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from goodpart.demo.client import ApiClient, Json
from goodpart.demo.plant import Plant
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.journal.reader import JournalReader
from goodpart.wire.events import InspectionRecorded, OutputRecorded, decode_event
from goodpart.wire.modes import Mode


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One run's production parts, from its first to its last part sequence."""

    parts: int
    plc_parts: int
    journal_inspections: int
    server_inspections: int
    good: int
    bad: int
    unsure: int
    no_read: int
    escapes: int
    """Bad parts, by the simulator's truth, that were called good."""
    overkills: int
    """Good parts that were called bad."""
    oee: float | None
    availability: float | None
    effectiveness: float | None
    quality: float | None
    start_to_first_verdict_s: float
    trigger_to_output_ms_p50: float | None
    trigger_to_output_ms_p99: float | None
    repeated_outputs: int
    """Parts for which the PLC was written a result more than once."""

    @property
    def agrees(self) -> bool:
        """Every part is accounted for everywhere, and no output was repeated."""
        counts = {self.parts, self.plc_parts, self.journal_inspections, self.server_inspections}
        return len(counts) == 1 and self.repeated_outputs == 0


def read_journal(gateway_data: Path, station: str, first: int, last: int) -> tuple[int, list[float]]:
    """How many production inspections the station's journal holds in the window, and their output times in ms."""
    inspections, outputs, at = 0, [], 0
    with JournalReader(GatewayFolders(gateway_data).station(station).journal) as reader:
        while lines := reader.lines(after=at):
            at += len(lines)
            for line in lines:
                body = decode_event(line).body
                if isinstance(body, InspectionRecorded) and body.mode is Mode.PRODUCTION:
                    inspections += first <= body.sequence <= last
                elif isinstance(body, OutputRecorded) and first <= body.sequence <= last:
                    outputs += [] if body.trigger_to_output_ms is None else [body.trigger_to_output_ms]
    return inspections, outputs


def collect(
    api: ApiClient,
    truth: dict[int, Json],
    plant: Plant,
    gateway_data: Path,
    window: tuple[int, int],
    *,
    parts: int,
    started_at: str,
    start_to_first_verdict_s: float,
) -> Figures:
    """Count the production parts of the sequences in ``window`` (first, last) at all three places."""
    first, last = window
    journal_inspections, output_ms = read_journal(gateway_data, plant.station, first, last)
    inspections = [
        each
        for each in api.items("/api/inspections", station=plant.station, mode="production", **{"from": started_at})
        if first <= each["sequence"] <= last
    ]
    verdicts = [each["verdict"] for each in inspections]
    kpis: Json = api.get("/api/kpis", place=plant.station, **{"from": started_at})

    def count(called: str, truly: str) -> int:
        return sum(
            each["verdict"] == called and truth[each["sequence"]]["truth"] == truly
            for each in inspections
            if each["sequence"] in truth
        )

    return Figures(
        parts=parts,
        plc_parts=sum(first <= sequence <= last for sequence in truth),
        journal_inspections=journal_inspections,
        server_inspections=len(inspections),
        good=verdicts.count("good"),
        bad=verdicts.count("bad"),
        unsure=verdicts.count("unsure"),
        no_read=verdicts.count("no_read"),
        escapes=count("good", "bad"),
        overkills=count("bad", "good"),
        oee=kpis["oee"],
        availability=kpis["availability"],
        effectiveness=kpis["effectiveness"],
        quality=kpis["quality"],
        start_to_first_verdict_s=round(start_to_first_verdict_s, 2),
        trigger_to_output_ms_p50=_percentile(output_ms, 50),
        trigger_to_output_ms_p99=_percentile(output_ms, 99),
        repeated_outputs=sum(part["result_writes"] > 1 for part in truth.values()),
    )


def _percentile(values: list[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 2) if values else None


def to_json(figures: Figures) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(figures)
    return content

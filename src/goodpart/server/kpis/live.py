"""The live page: every station as it is now."""

from collections.abc import Callable

from goodpart.server.gateways import service as gateways
from goodpart.server.gateways.model import Gateway
from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.model import InspectionFilter
from goodpart.server.inspections.schemas import InspectionOut
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.work import Work
from goodpart.server.kpis import service
from goodpart.server.kpis.figures import figures, scope_of, shift_figures, shift_now
from goodpart.server.kpis.line import LiveLine
from goodpart.server.kpis.schemas import KpisOut, LiveGateway, LiveShift, LiveStation, NamedPlace
from goodpart.server.places import service as places
from goodpart.server.places.model import Place, PlaceKind
from goodpart.wire.verdicts import Verdict

_RECENT = 30


async def live_stations(work: Work, is_online: Callable[[Gateway], bool]) -> list[LiveStation]:
    """Those within reach, in the order in which they were made."""
    stations = [place for place in await places.list_all(work) if place.kind is PlaceKind.STATION]
    return [await _live_station(work, station, is_online) for station in stations]


async def live_lines(work: Work) -> list[LiveLine]:
    """Every line that has a station, and every station without a line in reach, in the order of the place tree."""
    found: dict[str, tuple[Place, list[str]]] = {}
    for station in (place for place in await places.list_all(work) if place.kind is PlaceKind.STATION):
        line = await places.line_of(work, station.id)
        if line is None or not work.reach.sees(line.id):
            line = station
        found.setdefault(line.id, (line, []))[1].append(station.id)
    return [await _live_line(work, line, stations) for line, stations in found.values()]


async def _live_line(work: Work, line: Place, stations: list[str]) -> LiveLine:
    shift = shift_now(work, await scope_of(work, line.id))
    return LiveLine(
        line=NamedPlace(id=line.id, name=line.name),
        stations=stations,
        shift=LiveShift(name=shift.name, start=shift.window.start, end=shift.window.end),
        kpis=KpisOut.of(await figures(work, line.id, shift.window)),
    )


async def _live_station(work: Work, station: Place, is_online: Callable[[Gateway], bool]) -> LiveStation:
    line = await places.line_of(work, station.id)
    if line is not None and not work.reach.sees(line.id):
        line = None
    gateway = await gateways.of_station(work, station.id)
    state = await service.state_now(work, station.id)
    scope = await scope_of(work, station.id)
    shift = shift_now(work, scope)
    recent = await _newest(work, InspectionFilter(station=station.id), _RECENT)
    bad = await _newest(work, InspectionFilter(station=station.id, verdict=Verdict.BAD), 1)
    last = recent[0] if recent else None
    return LiveStation(
        station=NamedPlace(id=station.id, name=station.name),
        line=NamedPlace(id=line.id, name=line.name) if line else None,
        gateway=LiveGateway(id=gateway.id, name=gateway.name, online=is_online(gateway)) if gateway else None,
        mode=await service.mode_now(work, station.id) or (last.mode if last else None),
        machine_state=state.state,
        machine_reason=state.reason,
        machine_since=state.since,
        part_number=last.part_number if last else None,
        last_inspection=last,
        last_bad=bad[0] if bad else None,
        shift=LiveShift(name=shift.name, start=shift.window.start, end=shift.window.end),
        kpis=KpisOut.of(await shift_figures(work, scope)),
        recent=recent,
        as_of=work.now,
    )


async def _newest(work: Work, wanted: InspectionFilter, limit: int) -> list[InspectionOut]:
    page = await inspections.list_newest(work, wanted, PageRequest(limit))
    return await inspections.as_items(work, page.rows)

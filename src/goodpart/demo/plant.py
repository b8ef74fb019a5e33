"""Sets the plant up through the API, as an engineer would on the pages: places, part numbers, gateway, wiring."""

from dataclasses import dataclass

from goodpart.demo.client import ApiClient, Json

_PLACES = (
    ("enterprise", "Goodpart demo"),
    ("site", "Demo plant"),
    ("area", "Press shop"),
    ("line", "Line 1"),
    ("station", "Final inspection"),
)
_SHIFTS = [
    {"name": "Early", "weekdays": list(range(7)), "start": "06:00", "end": "14:00"},
    {"name": "Late", "weekdays": list(range(7)), "start": "14:00", "end": "22:00"},
    {"name": "Night", "weekdays": list(range(7)), "start": "22:00", "end": "06:00"},
]
_NODE_PREFIX = "station1"


@dataclass(frozen=True)
class Plant:
    site: str
    line: str
    station: str
    gateway: str


@dataclass(frozen=True)
class LineAddresses:
    plc_url: str
    camera_url: str


def set_up(api: ApiClient, part_numbers: list[str], ideal_cycle_ms: int) -> Plant:
    """Create what is missing; a second call finds everything there."""
    ids: dict[str, str] = {}
    present = {(each["kind"], each["name"]): each["id"] for each in api.items("/api/places")}
    parent: str | None = None
    for kind, name in _PLACES:
        parent = present.get((kind, name)) or _create_place(api, kind, name, parent)
        ids[kind] = parent
    shifts = f"/api/places/{ids['site']}/shifts"
    if api.get(shifts) != _SHIFTS:
        api.put(shifts, _SHIFTS)
    known = {each["number"] for each in api.items("/api/part-numbers")}
    for number in part_numbers:
        if number not in known:
            api.post("/api/part-numbers", {"number": number, "name": number, "ideal_cycle_ms": ideal_cycle_ms})
    gateways = list(api.items("/api/gateways"))
    gateway = gateways[0] if gateways else api.post("/api/gateways", {"name": "gateway-1", "site": ids["site"]})
    return Plant(site=ids["site"], line=ids["line"], station=ids["station"], gateway=gateway["id"])


def is_wired(api: ApiClient, plant: Plant, line: LineAddresses) -> bool:
    """Whether the server already knows how the gateway reaches this camera and PLC."""
    wiring = _wiring(line)
    return any(
        each["station"] == plant.station and {key: each[key] for key in wiring} == wiring
        for each in api.items(f"/api/gateways/{plant.gateway}/stations")
    )


def wire_station(api: ApiClient, plant: Plant, line: LineAddresses) -> None:
    stations = f"/api/gateways/{plant.gateway}/stations"
    wiring = f"{stations}/{plant.station}"
    if plant.station in {each["station"] for each in api.items(stations)}:
        api.get(wiring)
    api.put(wiring, _wiring(line))


def _wiring(line: LineAddresses) -> Json:
    plc = {"driver": "opcua", "settings": {"endpoint": line.plc_url, "node": _NODE_PREFIX}}
    camera = {"driver": "http", "settings": {"url": line.camera_url}}
    return {"camera": camera, "trigger": plc, "signals": plc, "output": plc}


def _create_place(api: ApiClient, kind: str, name: str, parent: str | None) -> str:
    body: Json = {"kind": kind, "name": name, "parent": parent}
    if kind == "site":
        body["timezone"] = "Europe/Berlin"
    place: Json = api.post("/api/places", body)
    return str(place["id"])

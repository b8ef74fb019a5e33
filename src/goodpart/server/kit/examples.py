"""An example of what a schema describes, made of examples of its fields: the same every time.

A field says its own (``Field(examples=["A-100"])``), or its name is one that this file knows, or its type decides.
"""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

_ID = "019a7d3e-5c1a-7b2e-9f4d-2a6c8e0b1d35"
_BY_NAME: dict[str, object] = {
    "actor": "Ada",
    "expires_at": "2027-03-31T22:00:00Z",
    "station_name": "Station 1",
    "agent": "Firefox 145 on Linux",
    "address": "10.20.0.15",
    "code": "123456",
    "defect": "scratch",
    "detail": "Said in a sentence.",
    "driver": "opcua",
    "ideal_cycle_ms": 1000,
    "language": "en",
    "name": "Station 1",
    "note": "Scratches at the edge are accepted.",
    "number": "A-100",
    "part_number": "A-100",
    "serial": "SN-2026-000417",
    "software": "0.1.0",
    "timezone": "Europe/Berlin",
    "url": "/api/images/" + "3f" * 32,
}
_BY_FORMAT = {
    "date-time": "2026-11-02T06:00:00Z",
    "date": "2026-11-02",
    "time": "06:00:00",
    "uuid": _ID,
    "binary": "",
    "uri": "https://goodpart.example/",
}
_IDS = {"id", "actor_id", "alarm", "area", "dataset", "frame", "gateway", "image", "inspection", "line", "model"} | {
    "parent", "place", "recipe", "rollout", "run", "session", "site", "station", "subject", "token", "user"
}  # fmt: skip
_NAMES = {
    "ApiToken": "MES of hall 2",
    "NewApiToken": "MES of hall 2",
    "Dataset": "Housings, first week",
    "NewDataset": "Housings, first week",
    "FirstRun": "Ada",
    "Gateway": "Box 7",
    "LiveGateway": "Box 7",
    "PartNumber": "Housing",
    "Account": "Ada",
    "SignIn": "Ada",
    "SignedIn": "Ada",
    "Site": "Ulm",
    "User": "Ada",
}
"""Of what a schema with such a title describes."""
_HASHES = ("sha256", "hash", "head", "fingerprint")
_DEEPEST = 12


def example_of(schema: Json, schemas: Mapping[str, Json], name: str = "", depth: int = 0) -> Any:
    """``schemas`` are those that a ``$ref`` can name; ``name`` is that of the field."""
    if depth > _DEEPEST:
        raise ValueError(f"The schema of {name} goes on for ever.")
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, name, depth + 1)
    for said in ("const", "example"):
        if said in schema:
            return schema[said]
    for said in ("enum", "examples"):
        if schema.get(said):
            return schema[said][0]
    if schema.get("default"):
        return schema["default"]
    for choices in ("anyOf", "oneOf", "allOf"):
        if choices in schema:
            chosen = next((one for one in schema[choices] if one.get("type") != "null"), schema[choices][0])
            return example_of(chosen, schemas, name, depth + 1)
    return _of_type(schema, schemas, name, depth)


def _of_type(schema: Json, schemas: Mapping[str, Json], name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        return _array(schema, schemas, name, depth)
    if kind == "string":
        return _text(schema, name)
    if kind in {"integer", "number"}:
        return _number(schema, name, whole=kind == "integer")
    return {"boolean": False, "null": None}.get(str(kind), {})


def _object(schema: Json, schemas: Mapping[str, Json], depth: int) -> dict[str, Any]:
    made = {key: example_of(one, schemas, key, depth + 1) for key, one in schema.get("properties", {}).items()}
    known = next((said for start, said in _NAMES.items() if str(schema.get("title", "")).startswith(start)), None)
    return {**made, "name": known} if known and isinstance(made.get("name"), str) else made


def _array(schema: Json, schemas: Mapping[str, Json], name: str, depth: int) -> list[Any]:
    if "prefixItems" in schema:
        return [example_of(one, schemas, name, depth + 1) for one in schema["prefixItems"]]
    singular = name.removesuffix("s")
    least = max(1, int(schema.get("minItems", 0)))
    return [example_of(schema.get("items", {}), schemas, singular, depth + 1)] * least


def _text(schema: Json, name: str) -> str:
    if schema.get("format") in _BY_FORMAT and name not in _BY_NAME:
        return _BY_FORMAT[schema["format"]]
    if name in _IDS:
        return _ID
    if name.endswith(_HASHES):
        return "3f" * 32
    known = _BY_NAME.get(name, f"some {name.replace('_', ' ')}".strip())
    return str(known)[: schema.get("maxLength")]


def _number(schema: Json, name: str, *, whole: bool) -> float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    known = _BY_NAME.get(name)
    if isinstance(known, int):
        return known
    if most is not None:
        middle = (least + most) / 2
        return int(middle) if whole else middle
    return max(int(least), 1) if whole else max(float(least), 0.5)

"""What crosses the line stays readable for ever: golden files, one per type and version, are only ever added to."""

import importlib
import inspect
import pkgutil
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import goodpart.wire
from goodpart.wire.batches import Batch, BatchAnswer, BatchHeader
from goodpart.wire.commands import Commands, WatchStation
from goodpart.wire.desired import DesiredAnswer, DesiredState, DriverSpec, RecipeSpec, StationSpec
from goodpart.wire.enrollment import EnrollRequest, Identity, RenewRequest, TrustBundle
from goodpart.wire.events import (
    Action,
    DefectRegion,
    Event,
    EventBody,
    EventPlace,
    ImageRef,
    InspectionRecorded,
    MachineStateChanged,
    OpticsMark,
    OutputPlan,
    StageLatency,
    chain_hash,
    decode_event,
    decode_place,
    encode_event,
)
from goodpart.wire.modes import Mode
from goodpart.wire.previews import StationPreview
from goodpart.wire.reported import ReportedState, StationReport
from goodpart.wire.signed import PublicKey, Signature, SignedDocument

GOLDEN = Path(__file__).parents[2] / "wire" / "golden"

DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "batch_answer": BatchAnswer,
    "batch_header": BatchHeader,
    "commands": Commands,
    "desired_answer": DesiredAnswer,
    "desired_answer_nothing": DesiredAnswer,
    "desired_state": DesiredState,
    "enroll_request": EnrollRequest,
    "identity": Identity,
    "renew_request": RenewRequest,
    "reported_state": ReportedState,
    "signed_document": SignedDocument,
    "station_preview": StationPreview,
    "trust_bundle": TrustBundle,
}
INSIDE_OTHERS = {
    DefectRegion, DriverSpec, ImageRef, OpticsMark, OutputPlan, PublicKey, RecipeSpec, Signature, StageLatency,
    StationReport, StationSpec, WatchStation,
}  # fmt: skip
NOT_SENT = {Batch, EventPlace}
"""One is sent as a header and lines, the other is a way to read an event."""


def type_of(file: Path) -> type[msgspec.Struct]:
    name = file.stem.rpartition("-v")[0]
    return Event if name.startswith("event-") else DOCUMENTS[name]


def newest_files() -> list[Path]:
    """Of each type the file of its latest version: a field that was added since v1 is not in v1's file."""
    latest: dict[str, Path] = {}
    for file in GOLDEN.glob("*.json"):
        name, _, version = file.stem.rpartition("-v")
        if name not in latest or int(version) > int(latest[name].stem.rpartition("-v")[2]):
            latest[name] = file
    return sorted(latest.values())


golden_files = pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)


@pytest.mark.parametrize("file", newest_files(), ids=lambda file: file.stem)
def test_today_s_code_reads_and_writes_the_latest_golden_files_byte_for_byte(file: Path) -> None:
    content = file.read_bytes().removesuffix(b"\n")
    assert msgspec.json.encode(msgspec.json.decode(content, type=type_of(file))) == content


@golden_files
def test_today_s_code_finds_every_value_of_every_golden_file(file: Path) -> None:
    content = file.read_bytes()
    read = msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(content, type=type_of(file))))
    assert contains(read, msgspec.json.decode(content))


def contains(whole: object, part: object) -> bool:
    """Whether everything in ``part`` is in ``whole``, in the same places."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and contains(whole[name], part[name]) for name in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(contains, whole, part))
    return whole == part


@golden_files
def test_fields_of_a_later_version_are_passed_over(file: Path) -> None:
    content = file.read_bytes().removesuffix(b"\n")
    later = content[:-1] + b',"added_later":{"deep":[1,2,3]}}'
    assert msgspec.json.decode(later, type=type_of(file)) == msgspec.json.decode(content, type=type_of(file))


@golden_files
def test_every_field_of_a_golden_file_is_checked_for_its_type(file: Path) -> None:
    fields = msgspec.json.decode(file.read_bytes())
    for name in fields:
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode({**fields, name: {"not": {"this": []}}}), type=type_of(file))


def test_every_type_of_the_wire_has_a_golden_file() -> None:
    types = {
        found
        for module in pkgutil.iter_modules(goodpart.wire.__path__)
        for _, found in inspect.getmembers(
            importlib.import_module(f"goodpart.wire.{module.name}"),
            lambda each: inspect.isclass(each) and issubclass(each, msgspec.Struct),
        )
        if found.__module__.startswith("goodpart.wire")
    }
    files = {file.stem.rpartition("-v")[0] for file in GOLDEN.glob("*.json")}
    assert files >= set(DOCUMENTS)
    bodies = set(get_args(EventBody))
    assert types - bodies - INSIDE_OTHERS - NOT_SENT - set(DOCUMENTS.values()) == {Event}
    shown = {type(decode_event(file.read_bytes()).body) for file in GOLDEN.glob("event-*.json")}
    assert shown == bodies


def test_an_inspection_means_today_what_it_meant_when_it_was_recorded() -> None:
    event = decode_event((GOLDEN / "event-inspection-v1.json").read_bytes())
    body = event.body
    assert isinstance(body, InspectionRecorded)
    assert (event.number, event.wall) == (2, datetime(2026, 11, 2, 6, 0, 0, 125_000, tzinfo=UTC))
    assert (body.sequence, body.serial, body.score, body.mode) == (1201, "SN 7 é", 1.5, Mode.PRODUCTION)
    assert body.output == OutputPlan(action=Action.REJECT, suppressed=False)


def test_a_picture_that_was_not_taken_as_in_training_is_marked_and_an_older_gateway_says_nothing_of_it() -> None:
    marks = [
        [mark.code for mark in body.optics]
        for version in (1, 2)
        if isinstance(
            body := decode_event((GOLDEN / f"event-inspection-v{version}.json").read_bytes()).body, InspectionRecorded
        )
    ]
    assert marks == [[], ["too_dark"]]


def test_a_region_is_above_the_threshold_unless_a_gateway_says_otherwise() -> None:
    below = [
        [region.below_threshold for region in body.defects]
        for version in (2, 3)
        if isinstance(
            body := decode_event((GOLDEN / f"event-inspection-v{version}.json").read_bytes()).body, InspectionRecorded
        )
    ]
    assert below == [[False], [True]]


def test_a_machine_state_of_a_gateway_that_knew_no_modes_says_none() -> None:
    modes = [
        body.mode
        for version in (1, 2)
        if isinstance(
            body := decode_event((GOLDEN / f"event-machine_state-v{version}.json").read_bytes()).body,
            MachineStateChanged,
        )
    ]
    assert modes == [None, Mode.OBSERVE]


def test_the_hash_of_a_line_is_what_it_was() -> None:
    line = (GOLDEN / "event-eject_confirmed-v1.json").read_bytes().removesuffix(b"\n")
    assert chain_hash(line) == "3db912db5ff4abb1fd93f5e98104253ec2138870a54afce9c59d1ec1b2615d2c"
    assert decode_place(line).number == 7
    assert encode_event(decode_event(line)) == line


# The least that a gateway of version 1 sends: everything with a default may be missing.
LEAST = {
    "reported": (
        b'{"reported_at":"2026-11-02T06:00:00Z","software":"0.1.0","boot":"b"}',
        ReportedState(reported_at=datetime(2026, 11, 2, 6, tzinfo=UTC), software="0.1.0", boot="b"),
    ),
    "batch answer": (b'{"committed":3}', BatchAnswer(committed=3)),
    "enroll": (b'{"code_secret":"s","csr_pem":"p"}', EnrollRequest(code_secret="s", csr_pem="p")),
    "nothing desired": (b"{}", DesiredAnswer()),
    "no commands": (b"{}", Commands()),
}


@pytest.mark.parametrize(("content", "meaning"), LEAST.values(), ids=LEAST)
def test_what_is_left_out_has_its_stated_default(content: bytes, meaning: msgspec.Struct) -> None:
    assert msgspec.json.decode(content, type=type(meaning)) == meaning

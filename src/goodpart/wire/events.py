"""What a station journal records, as the server receives it.

One event is one line of JSON. A journal numbers its events from 1 without gaps inside an *epoch* (the life of one
journal file) and chains them: ``previous`` is the SHA-256 of the line before, so a cloned disk or a restored snapshot
shows at once.
"""

import hashlib
from datetime import datetime
from enum import StrEnum

import msgspec

from goodpart.base.errors import GoodpartError
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict

WIRE_VERSION = 1
CHAIN_START = "0" * 64
"""What the first event of an epoch names as its predecessor."""


class UnreadableEventError(GoodpartError):
    """A line is not an event of a version that this program knows."""

    code = "unreadable_event"


class ClockQuality(StrEnum):
    SYNCHRONISED = "synchronised"
    UNSYNCHRONISED = "unsynchronised"
    IMPLAUSIBLE = "implausible"
    """Before the software was built, or gone back against the journal: order by number, not by time."""


class ImageRole(StrEnum):
    FRAME = "frame"
    HEAT = "heat"
    """A PNG with alpha, to be laid over the frame."""


class Action(StrEnum):
    """What an output makes the line do with a part."""

    PASS = "pass"  # noqa: S105 - the plant's word, not a password
    REJECT = "reject"


class OutputOutcome(StrEnum):
    CONFIRMED = "confirmed"
    """The PLC echoed the part's number: it took the result over in time."""
    NOT_ACCEPTED = "not_accepted"
    """Written, but the PLC did not echo it within the deadline: it applied its fail-safe."""
    NOT_WRITTEN = "not_written"
    """Never written: the process or the link died first. The PLC applied its fail-safe."""


class ImageRef(msgspec.Struct, frozen=True, kw_only=True):
    role: ImageRole
    sha256: str
    media_type: str
    size_bytes: int


class DefectRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A region that looks defective, in pixels of the frame, origin top left."""

    x: int
    y: int
    width: int
    height: int
    score: float
    kind: str = ""
    below_threshold: bool = False
    """No region was above the threshold for good: the picture as a whole was not, and this is its strongest place."""


class OpticsMark(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which the picture was not taken as the training pictures were. It changes no verdict."""

    code: str
    """``too_dark``, ``too_bright``, ``low_contrast``, ``high_contrast``, ``underexposed``, ``overexposed``,
    ``blurred``, ``moved``, ``other_size``; later versions may add some."""
    sentence: str


class OutputPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict makes the station do. Recorded with the verdict, before anything is written."""

    action: Action
    suppressed: bool
    """True where the mode does not drive outputs: nothing is written."""


class StageLatency(msgspec.Struct, frozen=True, kw_only=True):
    stage: str
    """``grab``, ``decode``, ``infer``, ``decide``, ``commit``."""
    ms: float


class StationStarted(msgspec.Struct, frozen=True, kw_only=True, tag="station_started"):
    """A station process came up and took its place in the part count."""

    software: str
    desired_revision: int
    baseline_sequence: int
    """The PLC's part sequence when this journal began; parts up to it are not ours to account for."""


class InspectionRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="inspection"):
    """One look at one part, or the record that it was not looked at (``no_read`` with its cause)."""

    inspection: str
    """Its id, made on the gateway."""
    sequence: int
    """The PLC's running number of the part at this station."""
    part_number: str
    serial: str = ""
    verdict: Verdict
    cause: NoReadCause | None = None
    detail: str = ""
    """For ``no_read``: what failed, in a sentence."""
    mode: Mode
    triggered_at: datetime
    """Wall time of the trigger. For a part that passed unseen: when its absence was found."""
    score: float | None = None
    good_below: float | None = None
    bad_above: float | None = None
    defects: tuple[DefectRegion, ...] = ()
    latency: tuple[StageLatency, ...] = ()
    recipe: str = ""
    recipe_revision: int = 0
    package: str = ""
    """SHA-256 of the package that scored it."""
    output: OutputPlan | None = None
    optics: tuple[OpticsMark, ...] = ()
    """Where the picture was not as in training, the verdict is to be read with that in mind."""


class ImagesKept(msgspec.Struct, frozen=True, kw_only=True, tag="images_kept"):
    """Images of one inspection are on the gateway's disk and will be uploaded.

    A record of its own, so that writing images never delays a verdict: an image that the journal names exists.
    """

    inspection: str
    images: tuple[ImageRef, ...]


class OutputRecorded(msgspec.Struct, frozen=True, kw_only=True, tag="output"):
    """How the output of one part ended. At most one per inspection that was not suppressed."""

    inspection: str
    sequence: int
    action: Action
    outcome: OutputOutcome
    trigger_to_output_ms: float | None = None
    """From the trigger's arrival to the end of the write; unknown for reconciled parts."""
    reconciled: bool = False
    """True where a restarted process found out by the part's number."""


class EjectConfirmed(msgspec.Struct, frozen=True, kw_only=True, tag="eject_confirmed"):
    """The sensor at the ejector saw this part go."""

    sequence: int
    inspection: str = ""


class MachineStateChanged(msgspec.Struct, frozen=True, kw_only=True, tag="machine_state"):
    """Sent on every change of state, reason, part number or mode, and again every `STATE_REPEATED_EVERY_S` while
    nothing changes: a state that is not repeated becomes unknown (see `goodpart.kpi.states`)."""

    state: MachineState
    reason: str = ""
    part_number: str = ""
    """What the machine is set up for; running time and stops are counted for it. Empty: not known."""
    since: datetime
    """Wall time from which this report holds: of the change, or of the repetition."""
    mode: Mode | None = None
    """In which mode the station looks at the part number that is made now. None: not said, by an older gateway, whose
    time counts as production."""


class RecipeActivated(msgspec.Struct, frozen=True, kw_only=True, tag="recipe_activated"):
    """From here on the station runs this revision of the desired state."""

    desired_revision: int
    mode: Mode
    packages: tuple[str, ...] = ()


class AlarmChanged(msgspec.Struct, frozen=True, kw_only=True, tag="alarm"):
    """A condition that a person should know of came or went. ``code`` and ``subject`` name it together."""

    code: str
    subject: str = ""
    raised: bool
    detail: str = ""


EventBody = (
    StationStarted
    | InspectionRecorded
    | ImagesKept
    | OutputRecorded
    | EjectConfirmed
    | MachineStateChanged
    | RecipeActivated
    | AlarmChanged
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope: where an event stands in its journal, and by which clocks."""

    v: int = WIRE_VERSION
    epoch: str
    number: int
    previous: str
    boot: str
    """Changes with every start of the machine: monotonic times compare only inside one."""
    wall: datetime
    monotonic_ns: int
    clock: ClockQuality
    body: EventBody


class EventPlace(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the envelope that every version keeps: enough to store and acknowledge what cannot be read."""

    epoch: str
    number: int
    previous: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)
_place_decoder = msgspec.json.Decoder(EventPlace)


def encode_event(event: Event) -> bytes:
    """The event's line, without the newline. These very bytes are stored, hashed and sent."""
    return _encoder.encode(event)


def decode_event(line: bytes) -> Event:
    """Raises `UnreadableEventError` for anything but an event of a known version."""
    try:
        event = _decoder.decode(line)
    except msgspec.MsgspecError as error:
        raise UnreadableEventError(f"An event cannot be read: {error}.", "Update this program.") from error
    if event.v > WIRE_VERSION:
        raise UnreadableEventError(f"An event is of version {event.v}.", "Update this program.")
    return event


def decode_place(line: bytes) -> EventPlace:
    """Raises `UnreadableEventError` where a line does not even say where it stands."""
    try:
        return _place_decoder.decode(line)
    except msgspec.MsgspecError as error:
        raise UnreadableEventError(
            f"A line has no place in a journal: {error}.", "Look at the gateway's journal: it is damaged."
        ) from error


def chain_hash(line: bytes) -> str:
    """What the next event names as its predecessor."""
    return hashlib.sha256(line).hexdigest()

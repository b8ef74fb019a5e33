"""The protobuf wire format, wire types 0, 1, 2 and 5, with a bound on how many fields are read."""

from collections.abc import Iterator

from goodpart.vision.network.refusal import DAMAGED, NetworkRefusedError

MOST_FIELDS = 400_000
"""A network of 1,000 nodes has 20,000."""

Field = tuple[int, int | memoryview]


class FieldReader:
    """Reads messages as long as they have no more than `MOST_FIELDS` fields together: a few bytes can claim many."""

    def __init__(self) -> None:
        self._left = MOST_FIELDS

    def fields(self, content: memoryview) -> Iterator[Field]:
        """Each field's number and value. Raises `NetworkRefusedError`."""
        at = 0
        while at < len(content):
            self._left -= 1
            if self._left < 0:
                raise NetworkRefusedError(f"it has more than the {MOST_FIELDS} fields allowed")
            tag, at = _varint(content, at)
            wire = tag & 7
            if wire == 0:
                value, at = _varint(content, at)
                yield tag >> 3, value
                continue
            if wire == 2:
                size, at = _varint(content, at)
            else:
                size = {1: 8, 5: 4}.get(wire, -1)
            if size < 0 or size > len(content) - at:
                raise NetworkRefusedError(DAMAGED)
            yield tag >> 3, content[at : at + size]
            at += size


def message(value: int | memoryview) -> memoryview:
    """The bytes of a field that has some."""
    if isinstance(value, int):
        raise NetworkRefusedError(DAMAGED)
    return value


def text(value: int | memoryview) -> str:
    """The text of a field."""
    try:
        return bytes(message(value)).decode()
    except UnicodeDecodeError as error:
        raise NetworkRefusedError("it is damaged") from error


def integer(value: int | memoryview) -> int:
    """The number of a field that has one, signed."""
    if not isinstance(value, int):
        raise NetworkRefusedError(DAMAGED)
    return _signed(value)


def integers(value: int | memoryview, most: int) -> list[int]:
    """The numbers of a repeated field, packed or one of them; no more than ``most`` are read."""
    if isinstance(value, int):
        return [_signed(value)]
    numbers: list[int] = []
    at = 0
    while at < len(value) and len(numbers) < most:
        number, at = _varint(value, at)
        numbers.append(_signed(number))
    return numbers


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            break
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise NetworkRefusedError(DAMAGED)


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value

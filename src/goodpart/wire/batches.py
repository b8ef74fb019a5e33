"""A batch of events of one journal: a header line and the event lines, as one zstd frame."""

import msgspec
import zstandard

from goodpart.base.errors import GoodpartError

MAX_BATCH_BYTES = 16 * 1024 * 1024
"""Of the uncompressed batch; a larger one is refused before it is unpacked."""
MEDIA_TYPE = "application/vnd.goodpart.events+zstd"


class UnreadableBatchError(GoodpartError):
    """The bytes are not a batch: truncated, not zstd, without a header, or too large."""

    code = "unreadable_batch"


class BatchHeader(msgspec.Struct, frozen=True, kw_only=True):
    v: int = 1
    station: str
    epoch: str
    first: int
    """Number of the first event in the batch."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    header: BatchHeader
    lines: tuple[bytes, ...]


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Sent after the commit: the gateway may forget that events up to ``committed`` were ever unsent."""

    committed: int
    """The highest number that is on the server's disk, without gaps, on this journal's branch. 0: none. It may be
    below what was sent (the server was restored): the gateway sends again from there."""
    branch: int = 0
    """Above 0 where this journal's chain has parted from one that the server knows: a clone or a restored snapshot."""


def encode_batch(batch: Batch) -> bytes:
    content = b"\n".join((msgspec.json.encode(batch.header), *batch.lines))
    return zstandard.ZstdCompressor(level=3).compress(content)


def decode_batch(content: bytes) -> Batch:
    """Raises `UnreadableBatchError`. The event lines are not looked into."""
    remedy = "Send the batch again; if it fails again, look at the gateway's disk and memory."
    try:
        size = zstandard.frame_content_size(content)
        if not 0 < size <= MAX_BATCH_BYTES:
            raise UnreadableBatchError(
                f"A batch states {size} bytes; {MAX_BATCH_BYTES} are accepted.",
                "Send fewer events at a time.",
            )
        head, *lines = zstandard.ZstdDecompressor().decompress(content, max_output_size=size).split(b"\n")
        return Batch(header=msgspec.json.decode(head, type=BatchHeader), lines=tuple(lines))
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise UnreadableBatchError(f"A batch of events cannot be read: {error}.", remedy) from error

"""A body, decoded under a cap.

Why by hand: the usual clients decode without bound (8 KB became 4 GiB), so only gzip is asked for, and it is undone in small
steps that stop at the limit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from monitor.errors import FetchError, TooLarge

STEP = 64 * 1024  # bytes decoded before the limit is looked at again
MAGIC = b"\x1f\x8b"


def read_body(
    parts: Iterable[bytes], *, url: str, encoding: str, limit: int, cut: bool = False, tick: Callable[[], None] = lambda: None
) -> bytes:
    """The body of at most ``limit`` bytes after decoding; ``tick`` is called at every step and may raise.

    Longer ones raise TooLarge, or are cut where ``cut`` says so. Raises FetchError for an encoding other than gzip, for gzip
    within gzip and for gzip that breaks off.
    """
    name = encoding.strip().lower()
    if name not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError(url, f"the answer is encoded as {encoding[:40]!r}, only gzip was asked for; report it to the site")
    plain = _plain(parts, limit) if name in ("", "identity") else _unzipped(parts, url=url, limit=limit)
    body = bytearray()
    for piece in plain:
        tick()
        if len(body) + len(piece) > limit:
            if cut:
                return bytes(body + piece[: limit - len(body)])
            raise TooLarge(url, f"the answer is larger than {limit:,} bytes; raise web.feed_size or web.page_size if it is meant")
        body += piece
    if name and name != "identity" and body.startswith(MAGIC):
        raise FetchError(url, "the answer is gzip within gzip; report it to the site")
    return bytes(body)


def _plain(parts: Iterable[bytes], limit: int) -> Iterable[bytes]:
    """The parts, no part longer than what goes over the limit."""
    for part in parts:
        yield part[: limit + 1]


def _unzipped(parts: Iterable[bytes], *, url: str, limit: int) -> Iterable[bytes]:
    """The decoded bytes in steps of STEP or less; members one after the other are one stream, what follows the last is left."""
    decoder, begun, held, taken = None, False, b"", 0
    try:
        for part in parts:
            taken += len(part)
            if taken > limit + STEP:
                raise TooLarge(url, f"the compressed answer alone is larger than {limit:,} bytes; check what the address gives")
            part, held = held + part, b""
            while part:
                if decoder is None:
                    if begun and len(part) < len(MAGIC) and MAGIC.startswith(part):
                        held, part = part, b""  # a member ended where a part ends: the next part says whether another follows
                        continue
                    if begun and not part.startswith(MAGIC):
                        return
                    decoder, begun = zlib.decompressobj(wbits=31), True
                yield decoder.decompress(part, STEP)
                part = decoder.unconsumed_tail
                if decoder.eof:
                    part, decoder = decoder.unused_data, None
        if decoder is not None:
            yield decoder.flush(STEP)
            raise FetchError(url, "the compressed answer breaks off; it is asked for again at the next visit")
    except zlib.error as error:
        raise FetchError(url, "the answer says gzip and is not; report it to the site") from error

"""Files of the archive: WARC (ISO 28500), the form in which libraries keep the web, a gzip member a record.

Why files and not rows: a page costs some 40 KB however it is kept, ten times what is kept of it as an article; in the store that
would make every backup of every night ten times as large, while a day's file never changes after its day, and goes as a whole when
its time has come. Why a member a record: each can be read alone, a file can be appended to, and what a crash left half written at
its end is known and cut. warcio writes it as every other tool reads it; it is told the SHA-256 of a payload, since ours stands in
the store too.
"""

from __future__ import annotations

import fcntl
import io
import os
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from monitor import __version__
from monitor.errors import StoreError
from monitor.records import Capture

HEADERS = ("date", "content-type", "content-language", "last-modified", "etag", "age")  # what dates a page or says how to read it
PIECE = 1 << 16


def append(file: Path, captures: Sequence[Capture], *, end: int) -> list[tuple[int, int]]:
    """Where each capture now lies in the file: its first byte, and how many. They are on the disk when this returns.

    ``end`` is where the last known record ends: of what follows, whole records stay and a torn one is cut. One process at a time
    writes. Raises StoreError, and then the file is as it was.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            whole = _last_whole(stream, min(end, os.fstat(stream.fileno()).st_size))
            stream.truncate(whole)
            stream.seek(whole)
            try:
                spans = _write(stream, captures)
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(whole)
                raise
        return spans
    except OSError as error:
        hint = "free some space or choose another place with folders.evidence, and run again"
        raise StoreError(f"{file}: evidence cannot be written ({error.strerror}); {hint}") from error


def read(file: Path, start: int, length: int) -> tuple[dict[str, str], bytes]:
    """The headers and the bytes of one record. Raises StoreError where it is not there, or is not what was written."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with file.open("rb") as stream:
            stream.seek(start)
            records = ArchiveIterator(io.BytesIO(stream.read(length)))
            record = next(records)
            named = record.http_headers.headers if record.http_headers else []
            return {name.lower(): value for name, value in named}, record.content_stream().read()
    except (OSError, ArchiveLoadFailed, StopIteration, zlib.error, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged"
        raise StoreError(f"{file}: evidence at byte {start:,} cannot be read ({why}); restore the file from a backup") from error


def _write(stream: IO[bytes], captures: Sequence[Capture]) -> list[tuple[int, int]]:
    from warcio.warcwriter import WARCWriter  # 0.2 s: only when there is something to keep

    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    if not stream.tell():
        writer.write_record(writer.create_warcinfo_record(None, {"software": f"monitor/{__version__}", "format": "WARC/1.1"}))
    spans = []
    for capture in captures:
        start = stream.tell()
        writer.write_record(_record(writer, capture))
        spans.append((start, stream.tell() - start))
    stream.flush()
    return spans


def _record(writer: Any, capture: Capture) -> Any:
    """A page as the response that it was (decoded, so without the headers of its transfer); an item as a resource."""
    from warcio.statusandheaders import StatusAndHeaders

    stated = {
        "WARC-Date": f"{capture.at:%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Payload-Digest": f"sha256:{sha256(capture.body).hexdigest()}",
    }
    more: dict[str, Any] = {"warc_content_type": "text/plain; charset=utf-8"}
    if capture.kind == "page":
        kept = [(name.title(), capture.headers[name]) for name in HEADERS if name in capture.headers]
        more = {"http_headers": StatusAndHeaders(str(capture.status), kept, protocol="HTTP/1.1")}
    body, kind = io.BytesIO(capture.body), "response" if capture.kind == "page" else "resource"
    return writer.create_warc_record(
        capture.address, kind, payload=body, length=len(capture.body), warc_headers_dict=stated, **more
    )


def _last_whole(stream: IO[bytes], start: int) -> int:
    """Where the last whole member ends that begins at ``start`` or after it; ``start`` itself where there is none."""
    found = at = start
    decoder = zlib.decompressobj(wbits=31)
    stream.seek(start)
    while piece := stream.read(PIECE):
        at += len(piece)
        while piece:
            try:
                decoder.decompress(piece)
            except zlib.error:
                return found
            piece = decoder.unused_data
            if decoder.eof:
                found, decoder = at - len(piece), zlib.decompressobj(wbits=31)
    return found


def blank(file: Path, start: int, length: int) -> None:
    """Nothing; writes empty gzip members over a record, so that its bytes are gone and every other record stays where it is.

    A file that is not there any more is no error. Raises StoreError where it cannot be written.
    """
    filler = b""
    while left := length - len(filler):
        extra = (
            min(left - 22, 0xFFFF) if left >= 22 else -1
        )  # what an empty member with a field of ``extra`` bytes takes: 22 more
        if 0 < left - 22 - extra < 22:
            extra -= 22
        head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + extra.to_bytes(2, "little") if extra >= 0 else b""
        filler += head + bytes(extra) + b"\x03\0" + bytes(8) if head else bytes(left)
    try:
        with file.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.seek(start)
            stream.write(filler)
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{file}: evidence cannot be written over ({error.strerror}); check the rights of the file") from error

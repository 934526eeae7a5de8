"""What speaks for a figure: the pages as they were read, whether they are still whole, and how their words changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.door import desk_of, verb
from monitor.errors import MonitorError, StoreError, UsageError

if TYPE_CHECKING:
    from monitor.figures import Change

_KINDS = {"page": "trang", "item": "mục trong nguồn tin"}
_FIELDS = {"title": "tiêu đề", "lead": "sa pô", "text": "nội dung"}
SHOWN = 600  # characters of a change that are shown; --json has all of it
AROUND = 4  # words beside a change that are shown with it


@verb("evidence", "monitor evidence https://paper.example/1.html --out 1.html")
@click.argument("url")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the latest bytes as they were sent to a file."
)
def evidence(context: click.Context, url: str, out: Path | None) -> None:
    """What was kept of an article as it was sent: when, from where, whether it is whole; and how its words changed since."""
    from monitor import show
    from monitor.clock import for_people
    from monitor.store import articles
    from monitor.store import evidence as store

    with desk_of(context) as desk:
        folder, address = desk.config.path("evidence"), articles.address(desk.store, url)
        if not address:
            raise UsageError(f"{url[:200]}: no such article in the store; look it up with `monitor ask`")
        kept, changes = store.of(desk.store, address), store.history(desk.store, address)
    found = [(one, *_looked_at(folder, one)) for one in kept]
    if out:
        return _write(out, found[-1][1:] if found else (b"", f"{address}: nothing was kept of it; see crawl.evidence"))
    if context.obj["json"]:
        rows = [{**asdict(one), "whole": not problem, "problem": problem} for one, _, problem in found]
        return show.document({"url": address, "kept": rows, "changes": [asdict(one) for one in changes]})
    cells = [
        [
            for_people(one.at),
            _KINDS[one.kind],
            str(one.status or "–"),
            f"{len(body)}",
            problem or "còn nguyên",
            one.sha256,
            one.address,
        ]
        for one, body, problem in found
    ]
    columns = ["đọc lúc", "loại", "trả lời", "byte", "tình trạng", "SHA-256", "địa chỉ"]
    show.table(columns, cells, empty="không giữ bản nào")
    for line in _told(changes):
        show.out(line)
    return None


def _looked_at(folder: Path, one: Any) -> tuple[bytes, str]:
    """The bytes of a capture, and what is wrong with them, "" for nothing."""
    from monitor.store import evidence as store

    try:
        return store.read(folder, one), ""
    except StoreError as error:
        return b"", str(error)


def _write(out: Path, found: tuple[bytes, str]) -> None:
    """Write the bytes of the latest capture. Raises MonitorError where there are none, or the file cannot be written."""
    from monitor import show

    body, problem = found
    if problem:
        raise StoreError(problem)
    try:
        out.write_bytes(body)
    except OSError as error:
        raise MonitorError(f"{out}: cannot be written ({error.strerror}); choose another place with --out") from error
    show.told(f"{out}: đã ghi {show.number(len(body))} byte")


def _told(changes: tuple[Change, ...]) -> Iterator[str]:
    """The changes in lines, what went in [-…-] and what came in {+…+}."""
    from monitor.clock import for_people

    for one in changes:
        yield f"{for_people(one.at)}: đổi {_FIELDS[one.field]}"
        yield f"  {difference(one.before, one.after)[:SHOWN]}"


def difference(before: str, after: str) -> str:
    """Two wordings as one line, word by word: what went in [-…-], what came in {+…+}, long stretches that stayed as ….

    >>> difference("Nợ 5 tỷ đồng", "Nợ 500 triệu đồng")
    'Nợ [-5 tỷ-] {+500 triệu+} đồng'
    """
    old, new = before.split()[:2_000], after.split()[:2_000]
    parts: list[str] = []
    for what, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = " ".join(old[start:end]), " ".join(new[first:last])
        if what == "equal":
            parts += [gone] if end - start <= 2 * AROUND else [*old[start : start + AROUND], "…", *old[end - AROUND : end]]
        else:
            parts += [f"[-{gone}-]"] * bool(gone) + [f"{{+{come}+}}"] * bool(come)
    return " ".join(parts)

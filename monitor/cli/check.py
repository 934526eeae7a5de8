"""The proof of the store: the counts that it keeps against a recount."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from monitor.cli.door import desk_of, verb

SHOWN = 50
_TABLES = {"counted": "bài thuộc lĩnh vực", "daily": "số đếm của ngày", "published": "số bài đã đọc"}


@verb("check", "monitor check --repair")
@click.option("--repair", is_flag=True, help="Make what differs anew.")
def check(context: click.Context, repair: bool) -> None:
    """Count everything anew and compare it with the counts that are kept; exit 1 where they differ and are not repaired."""
    from monitor import show
    from monitor.store import proof

    with desk_of(context) as desk:
        found = list(proof.check(desk.store, repair=repair))
    if context.obj["json"]:
        show.document({"differences": [asdict(one) for one in found], "repaired": repair})
    else:
        rows = [[_TABLES[one.table], f"{one.day:%d/%m/%Y}", one.what, one.kept or "–", one.found or "–"] for one in found[:SHOWN]]
        show.table(["bảng", "ngày", "của", "đang ghi", "đếm lại"], rows, empty="mọi số đếm đều khớp với đếm lại")
        if found:
            more = f" (ở đây là {SHOWN} chỗ đầu)" if len(found) > SHOWN else ""
            done = "đã ghi lại" if repair else "chạy monitor check --repair để ghi lại"
            show.told(f"{show.number(len(found))} chỗ lệch{more}: {done}")
    sys.exit(1 if found and not repair else 0)

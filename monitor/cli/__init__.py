"""The command line: ``monitor <verb> [what]``. Results on stdout, everything else on stderr; every verb is a thin door.

Exit 0: done, also where nothing was found. 1: one of our errors, in one line. 2: wrong usage. 130: interrupted.
"""

from monitor.cli import campaigns, check, evidence, hot, learn, read, replies, search, sources, stories, texts, trends, work
from monitor.cli.door import main

__all__ = [
    "campaigns",
    "check",
    "evidence",
    "hot",
    "learn",
    "main",
    "read",
    "replies",
    "search",
    "sources",
    "stories",
    "texts",
    "trends",
    "work",
]

"""What is written beside the results: warnings on stderr, or everything to the file that MONITOR_LOG names."""

from __future__ import annotations

import logging
import os

from monitor.errors import ConfigError

LEVELS = ("debug", "info", "warning", "error")


def start() -> None:
    """Begin to log: MONITOR_LOG is a level (debug, info, warning, error) for stderr, or a file that gets info and above.

    Raises ConfigError where the file cannot be written.
    """
    asked = os.environ.get("MONITOR_LOG") or "warning"
    shape = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    if asked.lower() in LEVELS:
        logging.basicConfig(level=asked.upper(), format=shape)
    else:
        try:
            logging.basicConfig(level="INFO", format=shape, filename=asked, encoding="utf-8")
        except OSError as error:
            wanted = f"name a level ({', '.join(LEVELS)}) or a file that can be written"
            raise ConfigError(f"MONITOR_LOG={asked}: cannot be written ({error.strerror}); {wanted}") from error
    for noisy in ("httpx", "httpcore", "trafilatura", "alembic", "htmldate", "courlan", "underthesea"):
        logging.getLogger(noisy).setLevel("ERROR")

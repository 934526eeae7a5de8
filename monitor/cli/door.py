"""What all verbs share: their common options, the settings and the desk, and our errors as one line."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from monitor import __version__
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.desk import Desk


NARROWING = {
    "topic": "A topic of config.yaml, by key or title: hi_care.",
    "sentiment": "negative, neutral or positive.",
    "voice": "Who speaks: citizen_voice, problem_report, official_reply …",
    "outlet": "An outlet by its name.",
    "place": "One of the 63 provinces, with marks or without, or a cluster of config.yaml.",
    "law": "A legal instrument: 158/2025/NĐ-CP.",
}


class Verb(click.Command):
    """A command that takes --config, --json and --debug like all others, and turns our errors into one line."""

    def __init__(self, *positional: Any, **named: Any):
        super().__init__(*positional, **named)
        self.params += [
            click.Option(["--config", "config_file"], metavar="FILE", help="Settings that differ from the shipped config.yaml."),
            click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on stdout."),
            click.Option(["--debug"], is_flag=True, help="Show the whole traceback of an error."),
        ]

    def invoke(self, context: click.Context) -> Any:
        """Run the command. Whatever goes wrong is one line and exit 1, unless --debug asks for the traceback."""
        debug = context.params.pop("debug") or context.obj.get("debug")
        context.obj["config"] = context.params.pop("config_file") or context.obj.get("config")
        context.obj["json"] = context.params.pop("as_json")
        try:
            super().invoke(context)
            sys.stdout.flush()  # a pipe that was closed is noticed here, not when Python ends
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            _fail("interrupted: what was stored stays; run it again to do the rest", 130)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if debug:
                raise
            _fail(str(error) if isinstance(error, MonitorError) else _fault(error), 1)


class Verbs(Verb, click.Group):
    """A verb that does something by itself and has other verbs under it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="monitor")
@click.option("--config", metavar="FILE", help="Settings that differ from the shipped config.yaml.")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.pass_context
def main(context: click.Context, config: str | None, debug: bool) -> None:
    """Press review for Vietnamese social security: crawl, tag, count, digest."""
    context.obj = {"config": config, "debug": debug}
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # UTF-8 wherever it runs; half a character never stops an export
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def verb(
    name: str, example: str, *, under: click.Command | None = None, more: bool = False
) -> Callable[[Callable[..., Any]], click.Command]:
    """A decorator that makes a function a verb, with its example under its help.

    ``more`` says that other verbs stand under it, ``under`` that it stands under such a one.
    """

    def file(function: Callable[..., Any]) -> click.Command:
        group: Any = under or main
        given: dict[str, Any] = {"cls": Verbs, "invoke_without_command": True} if more else {"cls": Verb}
        made: click.Command = group.command(name, epilog=f"Example: {example}", **given)(click.pass_context(function))
        return made

    return file


def narrowing(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a verb the options of these names, or all of them, that narrow a question to articles with some tag, or of an outlet."""

    def given(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names or tuple(NARROWING)):
            function = click.option(f"--{name}", help=NARROWING[name])(function)
        return function

    return given


def settings(context: click.Context) -> Config:
    """The settings that the command line asks for."""
    from monitor import config, log

    log.start()
    return config.load(context.obj["config"])


def desk_of(context: click.Context, *, at: str | None = None, ticker: Any = None, **days: date | None) -> Desk:
    """A desk with these settings; ``at`` moves its clock, ``days`` may name day and since. Raises UsageError for an unreadable time."""
    from monitor.clock import parse_moment
    from monitor.desk import Desk

    return Desk(settings(context), at=parse_moment(at) if at else None, ticker=ticker, **days)


def days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The days of --since and --until, None where they were not given. Raises UsageError for what is not a day."""
    from monitor.clock import parse_day

    return (parse_day(since) if since else None), (parse_day(until) if until else None)


def _fault(error: Exception) -> str:
    return (
        f"{type(error).__name__}: {error}; this is a fault of monitor itself: run it again with --debug and report what it says"
    )


def _fail(text: str, code: int) -> None:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)  # what was typed must not control the terminal
    sys.stderr.write(f"monitor: {' '.join(shown.split())}\n")
    sys.exit(code)

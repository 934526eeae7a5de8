"""One tree of errors; the message is the thing, a colon, what is wrong, what to do.

::

    MonitorError                 anything this product raises on purpose; the command line prints it in one line and exits 1
    ├── ConfigError              a config file, an environment variable or a source entry is not usable
    ├── RecipeError              a recipe names an unknown step, or puts steps in an order that cannot work
    ├── UsageError               a day, a topic or a query that was asked for does not exist; the message names the nearest
    ├── FetchError               nothing usable came back from the web
    │   ├── AddressRefused       the address is not public and not on the allow-list
    │   ├── TooLarge             the body (after decompression) is over its limit
    │   ├── TooSlow              the whole request passed its deadline
    │   ├── BadStatus            the server answered 4xx or 5xx
    │   └── Blocked              the server answered with a challenge, or robots.txt forbids
    ├── ParseError               bytes that are not what they should be
    │   ├── NotAFeed             neither RSS, RDF, Atom nor JSON Feed
    │   ├── NotAnArticle         a page in which no article can be found
    │   └── Crashed              bytes that crashed or hung their reader twice, and are set aside
    ├── ModelError               a model folder is missing, altered or made by another version
    ├── FloorError               an evaluated figure lies below its floor
    └── StoreError               the store cannot be opened, read or written
        └── Busy                 another run holds the lock

Errors that concern one source or one article become `monitor.records.Problem` on the stream and never stop a run.
"""


class MonitorError(Exception):
    """Anything this product raises on purpose; ``str()`` is one line for a person."""


class ConfigError(MonitorError):
    """A config file, an environment variable or a source entry is not usable."""


class RecipeError(MonitorError):
    """A recipe names an unknown step or key, or puts steps in an order that cannot work."""


class UsageError(MonitorError):
    """What was asked for does not exist; the message names the nearest that does."""


class FetchError(MonitorError):
    """Nothing usable came back from ``url``; ``status`` is the HTTP status where there was one, else None."""

    def __init__(self, url: str, reason: str, *, status: int | None = None, retry_after: float | None = None):
        super().__init__(f"{url}: {reason}")
        self.url, self.reason, self.status, self.retry_after = url, reason, status, retry_after


class AddressRefused(FetchError):
    """The address is not public and not on the allow-list ``web.allow``."""


class TooLarge(FetchError):
    """The body, after decompression, is over its limit."""


class TooSlow(FetchError):
    """The whole request, redirects included, passed its deadline."""


class BadStatus(FetchError):
    """The server answered 4xx or 5xx."""


class Blocked(FetchError):
    """The server answered with a challenge, or robots.txt forbids; reported, never worked around."""


class ParseError(MonitorError):
    """Bytes that are not what they should be."""


class NotAFeed(ParseError):
    """Neither RSS, RDF, Atom nor JSON Feed."""


class NotAnArticle(ParseError):
    """A page in which no article can be found."""


class Crashed(ParseError):
    """Bytes that crashed or hung their reader twice; they are set aside until the next version of monitor."""


class ModelError(MonitorError):
    """A model folder is missing, altered or made by another version."""


class FloorError(MonitorError):
    """An evaluated figure lies below the floor that its card states."""


class StoreError(MonitorError):
    """The store cannot be opened, read or written."""


class Busy(StoreError):
    """Another run holds the lock; try again when it has ended."""

"""One address, one key: the canonical form of a URL.

w3lib does the percent-encoding and the order of the query; the list of keys that only track is ours, since general ones also
delete ``?id=`` and ``?ItemID=``, which are the article in many Vietnamese ministries' sites.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LIMIT = 2048  # characters of a URL that is kept
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|zarsrc|zalo\w*|vn_?source|vn_?medium|vn_?campaign|"
    r"gidzl|cmpid|ocid|ref_?src|spm|src_?trk|share|from_?app|amp",
    re.I,
)
_MOBILE = re.compile(r"^(?:m|amp|mobile|wap)\.(?=[^.]+\.)", re.I)


def canonical_url(url: str, base: str = "") -> str:
    """The key of an article's address: resolved against ``base``, no fragment, no tracking keys, no m. or amp form.

    Idempotent. "" for anything that is not http or https, has no host, or is longer than LIMIT.

    >>> canonical_url("HTTPS://m.Bao.example/a/b-1.htm?utm_source=zalo&id=7#top")
    'https://bao.example/a/b-1.htm?id=7'
    """
    found = _step(url, base)
    for _ in range(8):  # one step may lay the next one bare: /%61mp, m.m.bao.example
        before, found = found, _step(found, "")
        if found == before:
            return found
    return ""


def _step(url: str, base: str) -> str:
    from w3lib.url import canonicalize_url

    try:
        parts = urlsplit(urljoin(base, str(url).strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LIMIT:
            return ""
        host = _MOBILE.sub("", parts.hostname.rstrip("."))
        port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}[parts.scheme] else ""
        bare = f"[{host}]" if ":" in host else host
        kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
        path = re.sub(r"(?:/amp|\.amp)/?$", "", parts.path) or "/"
        found = canonicalize_url(urlunsplit((parts.scheme, bare + port, path, urlencode(kept), "")))
        return found if len(found) <= LIMIT else ""
    except (ValueError, UnicodeError):
        return ""


def host_of(url: str) -> str:
    """The host and port of a URL in lower case, "" where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""

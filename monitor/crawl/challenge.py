"""Whether a page is a challenge: a door that asks for a script, a cookie or a picture puzzle before it lets anyone in.

A challenge is reported as blocked and never worked around.
"""

from __future__ import annotations

import re

from monitor.text import plain

LOOKED_AT = 65_536  # bytes from the beginning of a page

# Names that only the doors themselves carry (their scripts, cookies and titles).
_CERTAIN = re.compile(
    rb"cf-chl|cf_chl|challenge-platform|_Incapsula_Resource|sucuri_cloudproxy|ddos-guard|AwsWafIntegration|awsWafCookie|"
    rb"slowAES\.decrypt|/_guard/|vddosw|px-captcha|captcha-delivery|<title>\s*(?:Just a moment|Attention Required)",
    re.I,
)
# Words that a contact form may carry as well: they count only on a page that says next to nothing else.
_LIKELY = re.compile(rb"captcha|challenge|document\.cookie|location\.reload|enable javascript|robot", re.I)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script)\b", re.I)
WORDS_OF_A_DOOR = 600  # characters of readable text; challenge pages seen in the wild say less, articles and home pages more


def is_html(body: bytes) -> bool:
    """Whether the bytes begin as an HTML page does."""
    return bool(_HTML.search(body[:2048]))


def is_challenge(body: bytes) -> bool:
    """Whether the page is a challenge.

    >>> is_challenge(b"<html><body><script>challenge()</script></body></html>")
    True
    >>> is_challenge("<html><body><p>Lương hưu tháng 12 trả từ ngày 2.</p></body></html>".encode())
    False
    """
    start = body[:LOOKED_AT]
    if not is_html(start):
        return False
    if _CERTAIN.search(start):
        return True
    return len(body) < LOOKED_AT and bool(_LIKELY.search(start)) and _words(start) < WORDS_OF_A_DOOR


def _words(page: bytes) -> int:
    return len(plain(page.decode("utf-8", "replace")))

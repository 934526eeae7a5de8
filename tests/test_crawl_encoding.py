"""Bytes as text, whatever they say of themselves."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.encoding import decode

WORDS = "Bảo hiểm xã hội một lần, quỹ hưu trí và tử tuất"


@given(st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_become_text_in_nfc(body: bytes, content_type: str) -> None:
    text = decode(body, content_type)
    assert unicodedata.is_normalized("NFC", text)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0"), min_size=1, max_size=200))
def test_utf8_is_read_as_such_whatever_is_declared(text: str) -> None:
    for content_type in ("", "text/xml; charset=iso-8859-1", "text/html; charset=utf-16", "text/html; charset=nonsense"):
        assert decode(text.encode(), content_type) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
def test_every_unicode_form_is_known_by_its_bytes(name: str) -> None:
    assert decode(f"<rss>{WORDS}</rss>".encode(name)) == f"<rss>{WORDS}</rss>"


def test_cp1258_is_known_from_the_header_from_the_prolog_and_without_either() -> None:
    marked = "B\u1ea3o"
    body = b"Ba\xd2o hi\xea\xd2m"  # cp1258 writes the hook above as a mark of its own
    assert decode(body, "text/html; charset=windows-1258").startswith(marked)
    assert decode(b'<?xml version="1.0" encoding="windows-1258"?>' + body).endswith("Bảo hiểm")
    assert decode(body) == "Bảo hiểm"


def test_a_few_broken_bytes_in_much_utf8_stay_a_few_broken_letters() -> None:
    body = WORDS.encode() * 5
    assert decode(body + b"\xe1\xbb" + body).count("\ufffd") == 1


@pytest.mark.parametrize("name", ["rot13", "zlib_codec", "idna", "punycode", "unicode_escape", "base64", "utf-7", "undefined"])
def test_a_declared_charset_never_runs_a_codec_that_is_none(name: str) -> None:
    body = b"\xff\\x41\\u0042+AGE- caf\xe9"
    assert "\\x41" in decode(body, f"text/html; charset={name}")


def test_a_pile_of_marks_on_one_letter_costs_no_time() -> None:
    begun = time.process_time()
    text = decode(("a" + "\u0301" * 500_000 + "\u0323" * 500_000 + " hết").encode())
    assert text.endswith(" hết")
    assert time.process_time() - begun < 1

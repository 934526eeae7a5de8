"""One address, one key."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.url import LIMIT, canonical_url, host_of

PIECES = st.lists(
    st.sampled_from(
        ["m.", "amp.", "www.", "M.", "bao", ".example", "/", "//", "/amp", ".amp", "?", "&", "=", "#", "%20", "%2F", "%", "%25", "..",
         "utm_source", "amp", ";", "id", ":80", ":443", "@", "é", "đ", " ", "+", "\\", "[", "]", "::1", "tin-1.htm", "\u200b", "\t"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PIECES | st.text(max_size=60))
@example("m.m.bao.example/x/amp/amp")
@example("bao.example/amp.amp/?amp=1&amp;utm_source=2")
@example("bao.example./%61mp")
@example("xn--/x")
def test_the_canonical_form_of_a_canonical_form_is_itself(rest):
    for scheme in ("http://", "https://bao.example/", "https://"):
        found = canonical_url(scheme + rest)
        assert canonical_url(found) == found
        assert found == "" or found.startswith(("http://", "https://"))
        assert "#" not in found


@given(st.text())
def test_any_text_has_a_host_or_none(text):
    assert isinstance(host_of(text), str)
    assert isinstance(canonical_url(text, base="https://bao.example/"), str)


def test_every_form_in_which_an_address_is_shared_is_the_same_key():
    plain = "https://bao.example/xa-hoi/tang-luong-huu-123.htm"
    shared = [
        "HTTPS://Bao.Example/xa-hoi/tang-luong-huu-123.htm", f"{plain}#binh-luan", f"{plain}?utm_source=zalo&utm_medium=x",
        f"{plain}?fbclid=1&gclid=2&zarsrc=3", "https://m.bao.example/xa-hoi/tang-luong-huu-123.htm", f"{plain}/amp", f"{plain}/amp/",
        "https://amp.bao.example/xa-hoi/tang-luong-huu-123.htm", "https://bao.example:443/xa-hoi/tang-luong-huu-123.htm",
        f"{plain}?amp", f" {plain}\n", "https://bao.example./xa-hoi/tang-luong-huu-123.htm", f"{plain}?",
    ]  # fmt: skip
    assert {canonical_url(one) for one in shared} == {plain}


@pytest.mark.parametrize(
    "kept",
    [
        "https://bo.example/Pages/chi-tiet.aspx?ItemID=4821", "https://bo.example/?id=7", "https://bo.example/tin?idTin=5&page=2",
        "https://mbao.example/x", "http://bao.example/x", "https://bao.example:8443/x", "https://m.example/x",
        "https://bao.example/champion", "https://bao.example/x?q=%C4%91%C3%B3ng",
    ],
)  # fmt: skip
def test_what_makes_an_article_another_one_survives(kept):
    assert canonical_url(kept) == kept


def test_the_order_of_a_query_does_not_matter_but_its_values_do():
    assert canonical_url("https://bao.example/x?b=2&a=1") == canonical_url("https://bao.example/x?a=1&b=2")
    assert canonical_url("https://bao.example/x?a=1") != canonical_url("https://bao.example/x?a=2")


def test_relative_links_are_resolved():
    assert canonical_url("../tin/1.htm?utm_x=1", base="https://m.bao.example/a/b/") == "https://bao.example/a/tin/1.htm"
    assert canonical_url("//bao.example/x", base="https://x.example") == "https://bao.example/x"


@pytest.mark.parametrize(
    "bad",
    ["", "javascript:alert(1)", "ftp://bao.example/x", "data:text/html,x", "mailto:a@bao.example", "https://", "http://[::1", "x" * 50,
     "https://bao.example/" + "x" * LIMIT, "https://bao.example:99999/", "https:///x", "tel:113", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_web_address_has_no_key(bad):
    assert canonical_url(bad) == ""


def test_a_host_is_read_without_the_name_of_a_user():
    assert host_of("https://user:secret@Bao.example:8080/x") == "bao.example:8080"
    assert host_of("nothing") == host_of("http://[::1") == ""

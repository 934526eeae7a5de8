"""One address, one key."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.url import LIMIT, article_key, canonical_url, host_of, is_paper, site_of, strayed

PIECES = st.lists(
    st.sampled_from(
        ["m.", "amp.", "www.", "M.", "bao", ".example", "/", "//", "/amp", ".amp", "?", "&", "=", "#", "%20", "%2F", "%", "%25", "..",
         "utm_source", "amp", ";", "id", ":80", ":443", "@", "é", "đ", " ", "+", "\\", "[", "]", "::1", "tin-1.htm", "\u200b", "\t"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=300)
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


# --- the same article under another address ---


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://vnexpress.net/a-b-4965123.html", "https://vnexpress.net/khac-han-4965123.html"),
        ("https://tuoitre.vn/a-20251120093000123.htm", "https://www.tuoitre.vn/b-20251120093000123.htm"),
        ("https://thanhnien.vn/a-185251120093000123.htm", "https://thanhnien.vn/b-185251120093000123.htm"),
        ("https://dantri.com.vn/xa-hoi/a-20251120093000123.htm", "https://dantri.com.vn/an-sinh/b-20251120093000123.htm"),
        ("https://nhandan.vn/a-post912345.html", "https://nhandan.vn/b-post912345.html"),
        ("https://www.vietnamplus.vn/a-post1012345.vnp", "https://www.vietnamplus.vn/b-post1012345.vnp"),
        ("https://laodong.vn/xa-hoi/a-1412345.ldo", "https://laodong.vn/cong-doan/b-1412345.ldo"),
        ("https://vietnamnet.vn/a-2456789.html", "https://vietnamnet.vn/amp/b-2456789.html"),
        ("https://vov.vn/xa-hoi/a-post1123456.vov", "https://vov.vn/tin-24h/b-post1123456.vov"),
        ("https://cand.com.vn/doi-song/a-i712345/", "https://cand.com.vn/y-te/b-i712345"),
        ("https://voz.vn/t/a-b.812345/", "https://voz.vn/t/c.812345"),
        (
            "https://baohiemxahoi.gov.vn/tintuc/Pages/hoat-dong.aspx?CateID=168&ItemID=24812",
            "https://baohiemxahoi.gov.vn/tintuc/Pages/linh-vuc.aspx?ItemID=24812&OtItem=date",
        ),
    ],
)
def test_an_article_whose_address_changed_its_words_keeps_its_number(before, after):
    assert article_key(canonical_url(before)) == article_key(canonical_url(after)) != ""


def test_every_way_in_which_one_article_is_shared_has_one_number():
    plain = "https://tuoitre.vn/tang-luong-huu-20251120093000123.htm"
    shared = [
        plain, plain.replace("//", "//m."), plain.replace("//", "//amp."), f"{plain}?utm_source=zalo&at_medium=RSS",
        f"{plain}#binh-luan",
        plain.replace("tang", "them"), f"{plain}?fbclid=x", plain.replace(".htm", "-amp.htm"), f"{plain}?_x_tr_sl=vi&_x_tr_tl=en",
    ]  # fmt: skip
    assert {article_key(canonical_url(one)) for one in shared} == {"tuoitre.vn/20251120093000123"}


@pytest.mark.parametrize(
    "url",
    [
        "https://bao.example/a-4965123.html", "https://vnexpress.net/", "https://vnexpress.net/thoi-su", "https://vnexpress.net/a-12.html",
        "https://tuoitre.vn/a-2025.htm", "https://vnexpress.net/a-4965123.html?page=2", "https://video.vnexpress.net/a-4965123.html",
        "https://baohiemxahoi.gov.vn/tintuc/Pages/x.aspx?CateID=168", "https://voz.vn/t/a.812345/page-2", "", "http://[::1", "x",
    ],
)  # fmt: skip
def test_what_carries_no_number_that_is_known_has_none(url):
    assert article_key(url) == ""


def test_two_articles_and_two_outlets_never_share_a_number():
    urls = [f"https://{host}/a-{number}.html" for host in ("vnexpress.net", "vietnamnet.vn") for number in (4965123, 4965124)]
    assert len({article_key(url) for url in urls}) == 4


@given(st.text(max_size=80) | PIECES)
def test_any_text_has_a_number_a_site_and_a_way_or_none(text):
    for url in (text, f"https://vnexpress.net/{text}", f"https://{text}"):
        assert isinstance(article_key(url), str)
        assert isinstance(site_of(url), str)
        if canonical_url(url):
            assert strayed(canonical_url(url), canonical_url(url)) == ""


# --- where a redirect leads ---


@pytest.mark.parametrize(
    ("asked", "came", "found"),
    [
        ("http://bao.example/rss/y-te.rss", "https://www.bao.example/rss/y-te.rss", ""),
        ("https://bao.com.vn/rss/y-te.rss", "https://bao.vn/rss/y-te-210.rss", ""),
        ("https://bao.example/rss/tin-moi-nhat.rss", "https://bao.example/home.rss", ""),
        ("https://bao.example/rss", "https://bao.example/rss/", ""),
        ("https://bao.example/rss/so-hoa.rss", "https://bao.example/rss/khoa-hoc-cong-nghe.rss", "section"),
        ("https://bao.example/rss/y-te.rss", "https://bao.example/rss/home.rss", "section"),
        ("https://bao.example/rss/home.rss", "https://khac.example/rss/home.rss", "site"),
        ("https://nld.com.vn/rss/home.rss", "https://tuoitre.vn/rss/home.rss", "site"),
        ("http://127.0.0.1:8700/rss", "http://127.0.0.2:8700/rss", "site"),
    ],
)
def test_a_redirect_to_another_section_or_another_paper_is_told_from_a_move(asked, came, found):
    assert strayed(asked, came) == found


def test_known_papers_are_known_whatever_their_subdomain():
    assert is_paper("https://www.tuoitre.vn/x")
    assert is_paper("https://cuoi.tuoitre.vn/")
    assert not is_paper("https://bao.example/x")

"""Text written for the fonts of the nineties is read as what it says; everything else stays as it is."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from fakeweb import article_page, item, rss
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl import fonts
from monitor.crawl.encoding import decode
from monitor.crawl.extract import read_page
from monitor.crawl.feeds import read_feed
from monitor.crawl.fonts import is_syllable, modern
from monitor.text import clean

REAL = Path(__file__).parents[2] / "shared" / "real"
PROSE = (
    "Bảo hiểm xã hội một lần, quỹ hưu trí và tử tuất: người lao động nghỉ việc ở Đắk Lắk được hưởng trợ cấp thất nghiệp. "
    "Ưu đãi cho bà mẹ nuôi con nhỏ dưới mười hai tháng tuổi ở kỳ này; phụ nữ, trẻ em và người già yếu được khám bệnh miễn phí."
)
TCVN3 = {letter: chr(code) for code, letter in fonts._FROM_TCVN3.items()}
VNI = {letter: written for written, letter in fonts._VNI.items() if written == written.lower() or written == written.upper()}
LETTERS = "aăâeêioôơuưy"


def old(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(letter, letter) for letter in text)


@pytest.mark.parametrize("table", [TCVN3, VNI], ids=["TCVN3", "VNI"])
@pytest.mark.parametrize(
    "declared", ["", "text/html; charset=windows-1252", "text/html; charset=utf-8", "text/html; charset=x-user-defined"]
)
def test_old_bytes_are_read_whatever_is_declared(table: dict[str, str], declared: str) -> None:
    body = f"<html><title>Tin mới</title><p>{PROSE}</p></html>"
    assert decode(old(body, table).encode("cp1252"), declared) == body


@pytest.mark.parametrize("table", [TCVN3, VNI], ids=["TCVN3", "VNI"])
def test_old_text_that_was_pasted_into_a_new_system_is_read_and_its_neighbours_stay(table: dict[str, str]) -> None:
    page = f"<h1>Cổng thông tin điện tử của tỉnh</h1><p>{old(PROSE, table)}</p><p>Café à la carte, déjà vu, naïve – 20 °C</p>"
    assert modern(page) == page.replace(old(PROSE, table), PROSE)


@pytest.mark.parametrize("table", [TCVN3, VNI], ids=["TCVN3", "VNI"])
def test_every_letter_of_the_alphabet_is_in_the_tables(table: dict[str, str]) -> None:
    wanted = fonts._LOWER + ("ĂÂÊÔƠƯĐ" if table is TCVN3 else fonts._LOWER.upper())
    assert [letter for letter in wanted if letter not in table] == []
    assert len({table[letter] for letter in wanted}) == len(wanted)


def test_capitals_of_a_font_of_capitals_rise_with_the_words_around_them() -> None:
    assert modern("<b>B¶O HIÓM X· HéI TØNH §¾K L¾K</b>") == "<b>BẢO HIỂM XÃ HỘI TỈNH ĐẮK LẮK</b>"
    assert modern("Bµ ¢u C¬ vµ ¤ng L¹c Long Qu©n") == "Bà Âu Cơ và Ông Lạc Long Quân"


def test_letters_that_a_word_processor_wrote_as_entities_are_read_and_signs_stay_entities() -> None:
    said = "B&para;o hi&Oacute;m x&middot; h&eacute;i t&ugrave; nguy&Ouml;n &amp; &lt;l­&not;ng&gt;".replace("­", "&shy;")
    assert modern(f"<p>{said}</p>").startswith("<p>Bảo hiểm xã hội tự nguyện &amp; &lt;")


def test_an_old_feed_and_an_old_page_come_out_as_words() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 20, tzinfo=UTC)
    body = old(rss(item("Người hưu trí mừng", "https://tinh.example/1", summary=PROSE)), TCVN3).encode("cp1252")
    (entry,) = read_feed(body, source_id="tinh/x", base="https://tinh.example/", fetched=at).entries
    assert (entry.title, entry.summary) == ("Người hưu trí mừng", PROSE)
    page = old(article_page("Người hưu trí mừng", lead="Sa pô của bài báo tỉnh.", text=(PROSE, PROSE[::1])), VNI).encode(
        "cp1252", "replace"
    )
    found = read_page(page, url="https://tinh.example/1", fetched=at)
    assert found.title == "Người hưu trí mừng"
    assert PROSE.split(":")[0] in clean(found.text)


@pytest.mark.parametrize(
    "text",
    [
        PROSE, "Là nhà có thóc, bà có cá, tôi có cà", "ông à, bà ấy là cô giáo cũ", "café naïve à la carte déjà vu très élégant où",
        "España año niño mañana señor", "Göteborg für Mädchen über Straße größer", "¿Qué pasó ayer? ¡Nada, señor!", 
        "5 × 3 ÷ 2 ± 1 µm² §7 ¶3",
        "© 2026 Báo Sông Hậu® – 20 °C", "São João não é só", "", "&eacute;t&eacute; d&eacute;j&agrave;",
    ],
)  # fmt: skip
def test_what_is_not_old_stays_as_it_is(text: str) -> None:
    assert modern(text) == text
    assert decode(text.encode()) == text


@given(st.text(st.characters(max_codepoint=0x1FF) | st.sampled_from("<>&;¶·éñöïaáo ")))
def test_any_text_comes_through_and_twice_is_once(text: str) -> None:
    assert modern(modern(text)) == modern(text)


@pytest.mark.parametrize(
    "piece", ["é ", "aù", "<é>", "é&", "B¶o ", "&eacute; <", "BO ", "A", "éA ", "<B¶o hiÓm x· héi>", "&" * 9, "·"]
)
def test_a_hostile_text_costs_little_time(piece: str) -> None:
    text = piece * (2_000_000 // len(piece)) + "é"
    begun = time.process_time()
    modern(text)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("nghiêng", True), ("quyết", True), ("giếng", True), ("Đắk", True), ("hưởng", True), ("hởng", True),
     ("hiÓm", False), ("cafộ", False), ("Baềo", False), ("xư", True), ("strong", False), ("ngoằn", True), ("khuya", True)],
)  # fmt: skip
def test_a_syllable_is_known_by_its_shape(word: str, is_one: bool) -> None:
    assert is_syllable(word) is is_one


@pytest.mark.skipif(not REAL.is_dir(), reason="the recorded stream lies beside the checkout; it is not here")
def test_of_a_thousand_real_articles_none_is_changed_and_in_old_letters_nearly_all_words_come_back() -> None:
    good = count = 0
    with gzip.open(REAL / "fulltext.jsonl.gz", "rt", encoding="utf-8") as lines:
        for _, line in zip(range(1000), lines, strict=False):
            text = json.loads(line)["body"]
            assert modern(text) == text
            for table in (TCVN3, VNI) if count < 200_000 else ():
                plain = text.translate(dict.fromkeys(map(ord, "<>&"), " "))
                read = decode(f"<p>{old(plain, table)}</p>".encode("cp1252", "replace"))[3:-4]
                pairs = list(zip(plain.split(), read.split(), strict=False))
                good, count = good + sum(before == after for before, after in pairs), count + len(pairs)
    assert good / count > 0.99

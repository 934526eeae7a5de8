"""What is stored of people: what they say, not who they are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOON, article

from monitor import privacy
from monitor.privacy import KEY, LINK, MAIL, NAME, NUMBER, PHONE, masked, spoken, titled, unlisted, unnamed, voice
from monitor.store import Store, articles

HOUSE = Path(privacy.__file__).parent
PIECES = st.sampled_from(
    [
        "0912 345 678",
        "+84",
        "@Hoa Lê",
        "079085012345",
        "a.b@thu.example",
        "CCCD",
        "đồng",
        "1.234.567",
        "BHXH số",
        "fb.com/x",
        ":",
        "-",
        ".",
        "7",
    ]
)


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("Nhà tôi có Nguyễn Văn Bình bị nợ sổ", f"Nhà tôi có {NAME} bị nợ sổ"),
        ("Bà Hà Thị Lan, tổ 4, cũng vậy", f"Bà {NAME}, tổ 4, cũng vậy"),
        ("Lê Văn An và Trần Thị Bình, Vũ Minh Đức", f"{NAME} và {NAME}, {NAME}"),
        ("gặp anh Lê Nam ở một cửa", f"gặp anh {NAME} ở một cửa"),
        ("Bộ trưởng Đào Minh Tú nói rồi", "Bộ trưởng Đào Minh Tú nói rồi"),
        ("khám ở bệnh viện Nguyễn Tri Phương", "khám ở bệnh viện Nguyễn Tri Phương"),
        ("đường Lê Hồng Phong kẹt xe", "đường Lê Hồng Phong kẹt xe"),
        ("Lương hưu thấp, Cao lắm 3 triệu", "Lương hưu thấp, Cao lắm 3 triệu"),
        ("LÊ VĂN ĐÓNG BHXH", "LÊ VĂN ĐÓNG BHXH"),
        ("Hà Nội, Thái Bình, Hồ Chí Minh, Hoàng Sa Trường Sa", "Hà Nội, Thái Bình, Hồ Chí Minh, Hoàng Sa Trường Sa"),
    ],
)
def test_whole_names_that_the_article_does_not_say_go_out_of_a_comment(said: str, stored: str) -> None:
    assert unlisted(said, "Bộ trưởng Đào Minh Tú: lương hưu sẽ tăng") == stored


def test_a_name_that_the_article_says_stays_in_its_comments() -> None:
    assert unlisted("ông Nguyễn Văn Bình nói phải", "Giám đốc Nguyễn Văn Bình trả lời") == "ông Nguyễn Văn Bình nói phải"
    assert unlisted("ông Nguyễn Văn Bình nói phải", "") == f"ông {NAME} nói phải"


@given(st.text(max_size=80), st.sampled_from(["", "Nguyễn Văn Bình"]))
def test_taking_names_out_twice_is_taking_them_out_once(text: str, public: str) -> None:
    once = unlisted(f"chị Nguyễn Văn Bình {text}", public)
    assert unlisted(once, public) == once


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("gọi 0912345678 nhé", f"gọi {PHONE} nhé"),
        ("gọi 0912.345.678, 0912-345-678, 09 12 34 56 78", f"gọi {PHONE}, {PHONE}, {PHONE}"),
        ("+84 912 345 678 hoặc 84912345678", f"{PHONE} hoặc {PHONE}"),
        ("bàn (024) 3936 1234", f"bàn {PHONE}"),
        ("thư về le.hoa+1@thu.example.vn.", f"thư về {MAIL}."),
        ("CCCD 079085012345", f"CCCD {NUMBER}"),
        ("số 079 085 012 345 của tôi", f"số {NUMBER} của tôi"),
        ("sổ BHXH số: 79 11 022 345", f"sổ BHXH số: {NUMBER}"),
        ("mã số BHXH 7911022345", f"mã số BHXH {NUMBER}"),
        ("thẻ BHYT GD 4 79 7938123456", f"thẻ BHYT {NUMBER}"),
        ("thẻ của em GD4797938123456", f"thẻ của em {NUMBER}"),
        ("STK 19031234567890 Techcombank", f"STK {NUMBER} Techcombank"),
        ("xem facebook.com/le.hoa.72 và zalo.me/0912345678", f"xem {LINK} và {LINK}"),
        ("cảm ơn @le.hoa và @nam@may.example", f"cảm ơn {NAME} và {NAME}"),
    ],
)
def test_what_leads_to_a_person_becomes_a_word(said: str, stored: str) -> None:
    assert masked(said) == stored


@pytest.mark.parametrize(
    "said",
    [
        "Nợ 1.234.567.890 đồng, lương 12000000000 đồng, quỹ 84.500.000.000 đồng",
        "Từ 05-09-2026 18:44 đến 02/09/2026, ngày 20 11 2025 08 30",
        "Hotline 1900 9068, 19009068, 1900545463, 1800 1234",
        "Nghị định 158/2025/NĐ-CP, Luật 41/2024/QH15, công văn 1234/BHXH-TST",
        "https://bao.example/luong-huu-4965123.html và https://bao.example/a-20251120093000123.htm",
        "Đóng 15 năm 6 tháng, hưởng 45%, mức 2.340.000 đồng, tài khoản 12.000.000 đồng",
        "Họp lúc 8h @ Hà Nội",
    ],
)
def test_money_dates_laws_and_public_numbers_stay(said: str) -> None:
    assert masked(said) == said


@given(st.lists(PIECES | st.text(max_size=6), max_size=8).map(" ".join))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.text(alphabet="0123456789 .-+()", max_size=40))
def test_no_run_of_ten_digits_that_begins_as_a_mobile_number_is_left(text: str) -> None:
    assert "0912345678" not in masked(f"x {text} y 0912345678 z")


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("@Nguyễn Văn A: tôi cũng vậy", "tôi cũng vậy"),
        ("@nam.tran đúng rồi", "đúng rồi"),
        ("Trả lời @Lê Hoa, đúng", "đúng"),
        ("@Nguyễn Văn A", ""),
        ("Hoa Lê 72 đúng rồi bạn", "đúng rồi bạn"),
        ("hoa lê 72: đúng", "đúng"),
        ("Hoa nở rồi", "Hoa nở rồi"),  # a name of one word without @ is a word
    ],
)
def test_a_reply_is_stored_without_the_name_it_begins_with(said: str, stored: str) -> None:
    assert spoken(said, ["Hoa Lê 72", "Hoa", ""]) == stored


def test_a_short_post_is_its_own_title_and_a_long_one_is_headed_by_its_beginning() -> None:
    long = "Đóng bảo hiểm xã hội " * 40
    assert titled("Bao giờ\ntăng lương?") == ("Bao giờ tăng lương?", "")
    title, text = titled(long)
    assert title.endswith("…")
    assert len(title) <= 81
    assert text == long


def test_two_comments_of_one_reader_share_a_mark_under_one_article_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "bí mật")
    mark = voice("Lê Hoa", thread="https://bao.example/1")
    assert mark
    assert mark == voice(" lê hoa ", thread="https://bao.example/1")
    assert mark != voice("Lê Hoa", thread="https://bao.example/2")
    assert mark != voice("Lê Hà", thread="https://bao.example/1")
    monkeypatch.setenv(KEY, "khác")
    assert mark != voice("Lê Hoa", thread="https://bao.example/1")


def test_without_a_key_nothing_is_kept_of_who_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    assert voice("Lê Hoa", thread="https://bao.example/1") == ""


def test_news_is_stored_as_it_was_published() -> None:
    news = article(1, title="@EVN trả lời", text="Đường dây nóng 0912345678")
    assert unnamed(news) is news


@pytest.mark.parametrize("kind", ["comment", "post"])
def test_whatever_brings_a_comment_the_store_holds_it_masked(store: Store, kind: str) -> None:
    said = article(1, kind=kind, title="@Lê Hoa: gọi 0912345678", text="@Nam thư về a@thu.example", lead="CCCD 079085012345")
    articles.keep_articles(store, [said])
    (kept,) = articles.untagged(store, "v1")
    assert (kept.article.title, kept.article.text, kept.article.lead) == (f"gọi {PHONE}", f"thư về {MAIL}", f"CCCD {NUMBER}")
    assert articles.keep_articles(store, [said]) == (0, 0)


def test_no_function_and_no_record_of_the_package_takes_or_holds_a_person() -> None:
    """There is nothing to ask for what one person wrote, and nowhere to write who wrote it."""
    persons = {
        "author",
        "authors",
        "username",
        "user",
        "user_id",
        "userid",
        "handle",
        "full_name",
        "fullname",
        "nickname",
        "poster",
    }
    found = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                found |= {(path.name, node.name, one.arg) for one in given if one.arg in persons}
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in persons:
                found.add((path.name, "a field", node.target.id))
    # The by-line of a newspaper's article is read so that it can be taken off the article's text; it is not stored.
    assert found == {("extract.py", "a field", "author"), ("extract.py", "_without", "author")}


def test_the_store_has_no_column_for_a_person() -> None:
    from monitor.store.schema import metadata

    names = {column.name for table in metadata.sorted_tables for column in table.c}
    assert not names & {"author", "name_of", "username", "user", "handle", "email", "phone"}
    assert NOON.tzinfo

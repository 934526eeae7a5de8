"""Two articles are alike where they hold the same rare words and names; what all hold says little."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import article

from monitor.likeness import Likeness, names, pairs, whole

TEXTS = st.text(alphabet="aăâ bcđ eê.,?ÀĐ1 ", max_size=40)


@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_likeness_is_between_nothing_and_one_and_the_same_both_ways(texts):
    found = [article(number, title=text) for number, text in enumerate(texts)]
    like = Likeness(found)
    one, other = found[:2]
    assert 0 <= like.alike(one, other) <= 1
    assert like.alike(one, other) == pytest.approx(like.alike(other, one))
    assert set(like.words(one, other)) == set(like.words(other, one)) == pairs(one).keys() & pairs(other).keys()
    assert like.names(one, other) == like.names(other, one)
    assert like.alike(one, one) == pytest.approx(1.0 if pairs(one) else 0.0)


def test_a_rare_word_makes_two_more_alike_than_a_common_one():
    crowd = [article(f"c{number}", title="bảo hiểm y tế và mọi nhà") for number in range(30)]
    asked = article("q", title="bảo hiểm y tế chụp cộng hưởng từ")
    rare, common = article("r", title="nói về cộng hưởng từ"), article("w", title="nói về bảo hiểm y tế")
    like = Likeness([*crowd, asked, rare, common])
    assert like.alike(asked, rare) > like.alike(asked, common)
    assert like.words(asked, rare)[0] in ("cộng hưởng", "hưởng từ")


def test_an_article_that_is_not_among_them_is_compared_all_the_same():
    like = Likeness([article(1, title="tiền thuốc mua ngoài"), article(2, title="tuổi nghỉ hưu")])
    assert like.words(article(3, title="hoàn tiền thuốc"), article(1, title="tiền thuốc mua ngoài"))


def test_provinces_feasts_and_those_who_speak_by_office_are_no_names_of_an_affair():
    text = "Tại Cà Mau, ông Phạm Văn Tư kêu Công ty Thiên Phú Lộc. Giám đốc Lê Thị Hoa đáp; Việt Nam có luật."
    assert names(article(title=text)) == {"Phạm Văn", "Văn Tư", "Thiên Phú", "Phú Lộc"}


@given(st.lists(st.lists(st.sampled_from(["Hưng", "Phát", "Thành", "Lê"]), min_size=2, max_size=2).map(" ".join), unique=True))
def test_pairs_of_a_long_name_are_put_together_and_none_is_lost(found):
    assert {pair for name in whole(found) for pair in map(" ".join, pairwise(name.split(" ")))} == set(found)
    assert whole(["Hưng Phát", "Lê Thị", "Phát Thành", "Thị Hợp"]) == ["Hưng Phát Thành", "Lê Thị Hợp"]


def test_a_name_that_many_articles_hold_tells_no_affair_from_another():
    crowd = [article(number, title=f"Hội Nông Dân số {number}") for number in range(40)]
    like = Likeness([*crowd, article("a", title="Xưởng An Khang Phát"), article("b", title="Lại An Khang Phát")])
    assert like.names(crowd[0], crowd[1]) == []
    assert like.names(article("a", title="Xưởng An Khang Phát"), article("b", title="Lại An Khang Phát")) == [
        "An Khang",
        "Khang Phát",
    ]

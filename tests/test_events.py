"""Stories about one thing that happened are near, and fade with days, places and topics; instalments of one column are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import NOON

from monitor import events, syndication
from monitor.events import SAME, Gist, closeness, telling, weights

FIRE = "Kho thuốc của trạm_y_tế xã Nậm_Lành bị cháy rụi trong đêm , người_dân phải đi xa lấy thuốc bảo_hiểm_y_tế"
VISIT = "Lãnh_đạo sở thăm trạm_y_tế Nậm_Lành sau vụ cháy kho thuốc , hứa cấp thuốc cho người_dân trong tuần"
OTHER = "Bảo_hiểm_xã_hội tỉnh tập_huấn cho nhân_viên đại_lý thu , tuyên_truyền chính_sách mới đến người_dân"


def gist(words: str, hours: float = 0, outlet: str = "A", **said) -> Gist:
    plain = words.replace("_", " ")
    wording = syndication.wording(plain[:40], plain[40:])
    return Gist(weights=weights(words), seen=NOON + timedelta(hours=hours), outlet=outlet, wording=wording, **said)


@settings(max_examples=60)
@given(st.text(), st.text())
def test_closeness_is_a_share_and_the_same_both_ways(one, other):
    left, right = gist(one), gist(other, 5, "B")
    assert 0.0 <= closeness(left, right) <= 1.0 + 1e-9
    assert closeness(left, right) == pytest.approx(closeness(right, left))
    assert sum(weight * weight for weight in weights(one).values()) == pytest.approx(1.0 if weights(one) else 0.0)
    assert len(telling(weights(one))) <= events.TELLING


def test_two_papers_own_words_on_one_fire_are_one_event_and_routine_news_of_the_same_field_is_not():
    assert closeness(gist(FIRE), gist(VISIT, 20, "B")) >= SAME
    assert closeness(gist(FIRE), gist(OTHER, 1, "B")) < SAME / 2


def test_what_happens_later_is_less_near_and_after_ten_days_not_at_all():
    near = [closeness(gist(FIRE), gist(VISIT, 24 * days, "B")) for days in range(12)]
    assert near == sorted(near, reverse=True)
    assert near[10] > 0.0
    assert near[11] == 0.0


def test_the_same_words_from_another_place_or_on_another_topic_are_less_near():
    same = closeness(gist(FIRE), gist(VISIT, 1, "B"))
    here, there = frozenset({"Yên Bái"}), frozenset({"Cà Mau"})
    assert closeness(gist(FIRE, places=here), gist(VISIT, 1, "B", places=there)) == pytest.approx(same * events.ELSEWHERE)
    assert closeness(gist(FIRE, places=here), gist(VISIT, 1, "B", places=here | there)) == pytest.approx(same)
    assert closeness(gist(FIRE, places=here), gist(VISIT, 1, "B")) == pytest.approx(same)
    topics = (frozenset({"hi_care"}), frozenset({"pension"}))
    assert closeness(gist(FIRE, topics=topics[0]), gist(VISIT, 1, "B", topics=topics[1])) == pytest.approx(same * events.ASIDE)


def test_instalments_of_one_column_are_no_event_though_their_words_are_the_same():
    column = "Lịch trả lương_hưu tháng {} tại bưu_cục Nậm_Lành : tổ {} nhận từ ngày {} , tổ bốn nhận sau , mang theo căn_cước"
    this, last = column.format(8, "hai", 3), column.format(9, "hai", 6)
    assert closeness(gist(this), gist(last, 2, "B")) >= SAME
    assert closeness(gist(this), gist(last, 2)) == 0.0
    bare = replace(gist(last, 2), wording=None)
    assert closeness(gist(this), bare) > 0.0


def test_a_name_in_long_reports_of_different_kinds_makes_them_one_event():
    filler = "và các của được trong cho người năm " * 12
    one = f"Bệnh_viện Tây_Đô_Mới hết thuốc hạ_áp , người_bệnh cầm toa ra ngoài mua . {filler}"
    two = f"Đoàn giám_sát xuống kho dược Tây_Đô_Mới , lô thuốc vay đầu_tiên đã tới khoa . {filler}"
    assert closeness(gist(one), gist(two, 30, "B")) >= SAME
    assert closeness(gist(one), gist(two.replace("Tây_Đô_Mới", "Sông_Hậu_Lớn"), 30, "B")) < SAME


def test_a_word_that_stands_everywhere_says_nothing_and_the_table_is_of_words_with_their_shares():
    assert "và" not in weights("và của được Nậm_Lành")
    shares = events._shares()
    assert len(shares) > 1_000
    assert all(1 / 250 <= share <= 1 for share in shares.values())
    assert all(word == word.lower() and " " not in word for word in shares)

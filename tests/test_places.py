"""Provinces: 63 until mid-2025, 34 since; where a text names one, by whatever spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import places
from monitor.text import clean


def named(text, **how):
    return [(mention.options, mention.form) for mention in places.mentions(text, **how)]


def test_there_were_63_provinces_and_are_34():
    assert len(places.provinces()) == 63
    assert len({places.now(name) for name in places.provinces()}) == 34


def test_the_34_are_those_of_the_official_list():
    """Resolution 202/2025/QH15, article 1."""
    official = (
        "Hà Nội, Huế, Hải Phòng, Đà Nẵng, Hồ Chí Minh, Cần Thơ, Lai Châu, Điện Biên, Sơn La, Lạng Sơn, Quảng Ninh, Thanh Hóa, Nghệ An, "
        "Hà Tĩnh, Cao Bằng, Tuyên Quang, Lào Cai, Thái Nguyên, Phú Thọ, Bắc Ninh, Hưng Yên, Ninh Bình, Quảng Trị, Quảng Ngãi, Gia Lai, "
        "Khánh Hòa, Lâm Đồng, Đắk Lắk, Đồng Nai, Tây Ninh, Vĩnh Long, Đồng Tháp, Cà Mau, An Giang"
    )
    assert {places.now(name).removeprefix("TP. ") for name in places.provinces()} == set(official.split(", "))


def test_a_commune_of_2025_whose_name_stands_once_tells_its_province():
    rows = places._rows("communes.csv")
    assert 2_000 < len(rows) == len({row["name"] for row in rows})
    assert {row["province"] for row in rows} <= set(places.provinces())


@pytest.mark.parametrize(
    "name", ["TP.HCM", "TP HCM", "TPHCM", "Tp. Hồ Chí Minh", "Thành phố Hồ Chí Minh", "Sài Gòn", "TP. Hồ Chí Minh"]
)
def test_ho_chi_minh_city_is_one_city_however_it_is_written(name):
    assert named(f"Công nhân {name} được hỗ trợ") == [(("TP. Hồ Chí Minh",), "province")]


def test_the_president_is_no_city():
    assert named("Chủ tịch Hồ Chí Minh từng căn dặn") == []


@pytest.mark.parametrize(("text", "province"), [("huyện Củ Chi", "TP. Hồ Chí Minh"), ("TP Vinh", "Nghệ An"), ("quận Ba Đình", "Hà Nội"),
                                                ("thị xã Kỳ Anh", "Hà Tĩnh"), ("thành phố Biên Hoà", "Đồng Nai")])  # fmt: skip
def test_a_former_district_stands_for_its_province(text, province):
    assert named(f"Người dân {text} phản ánh")[0][0] == (province,)


def test_a_name_of_several_districts_leaves_its_province_open():
    (options, form), *_ = named("huyện Châu Thành")
    assert form == "district"
    assert len(options) > 5


def test_tone_marks_and_missing_marks_do_not_hide_a_place():
    assert named("Bảo hiểm xã hội Thanh Hoá") == named("Bảo hiểm xã hội Thanh Hóa")
    assert named("cong nhan o Binh Duong")[0][0] == ("Bình Dương",)


def test_peace_is_no_province_even_in_comments():
    assert named("mong cả nhà sống trong hòa bình", small=True) == []
    assert named("quê em ở nghệ an", small=True) == [(("Nghệ An",), "lower")]


def test_a_hospital_of_fame_stands_for_its_city_only_as_a_hospital():
    assert named("Bệnh viện Chợ Rẫy tiếp nhận")[0] == (("TP. Hồ Chí Minh",), "landmark")
    assert named("Khu phố Hùng Vương hôm nay") == []


@pytest.mark.parametrize("name", places.provinces())
def test_every_province_is_found_by_its_name(name):
    assert ((name,), "province") in named(f"Tại {name}, hôm nay")


@given(st.text(max_size=200))
def test_spans_lie_in_the_text_in_order_and_do_not_overlap(text):
    text = clean(text + " TP.HCM, huyện Củ Chi " + text)
    end = 0
    for mention in places.mentions(text, small=True):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.options
        end = mention.end


def test_who_writes_without_marks_writes_without_capitals():
    assert named("cong nhan binh duong keu cuu") == [(("Bình Dương",), "lower")]
    assert named("mong gia dinh hoa binh") == []

"""Legal references: one instrument is one label, however it is written, and no date or sum is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.tag.laws import laws


def labels(text):
    return [tag.label for tag in laws(text)]


@pytest.mark.parametrize(
    "written",
    [
        "Nghị định 158/2025/NĐ-CP",
        "nghị định số 158/2025/NĐ-CP",
        "NĐ 158/2025/NĐ-CP",
        "Nghị định số: 158/2025/NĐ - CP",
        "nghị định 158/2025/NÐ-CP",  # with the Icelandic letter
        "Nghị định 158/2025",
        "158/2025/NĐ-CP",
    ],
)
def test_a_decree_is_one_label_however_it_is_written(written):
    assert labels(f"Theo {written}, người lao động được hưởng thêm.") == ["Nghị định 158/2025/NĐ-CP"]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Luật số 41/2024/QH15", "Luật 41/2024/QH15"),
        ("Luật BHXH năm 2024", "Luật 41/2024/QH15"),
        ("luật Bảo hiểm xã hội (sửa đổi) 2024", "Luật 41/2024/QH15"),
        ("Bộ luật Lao động 2019", "Bộ luật 45/2019/QH14"),
        ("Công văn 4644/BHXH-CSXH", "Công văn 4644/BHXH-CSXH"),
        ("Nghị quyết số 72-NQ/TW", "Nghị quyết 72-NQ/TW"),
        ("Quyết định 595/QĐ-BHXH", "Quyết định 595/QĐ-BHXH"),
        ("Quyết định 1489/QĐ-TTg", "Quyết định 1489/QĐ-TTg"),
        ("Thông tư 01/2025/TT-BYT", "Thông tư 01/2025/TT-BYT"),
    ],
)
def test_every_kind_of_instrument_is_found(written, label):
    assert labels(f"Căn cứ {written} ngày 3/11, cơ quan trả lời.") == [label]


@pytest.mark.parametrize(
    "text", ["ngày 20/11/2025", "2 triệu đồng/tháng", "24/7", "tăng 4,5% so với 9/2024", "cúm A/H5N1", "Luật BHXH", "số 12"]
)
def test_what_is_no_reference_is_not_taken_for_one(text):
    assert labels(text) == []


def test_an_instrument_named_twice_is_one_tag_with_both_places():
    (tag,) = laws("Luật số 41/2024/QH15 có hiệu lực. Theo Luật BHXH năm 2024, mức hưởng thay đổi.")
    assert [span.text for span in tag.evidence] == ["Luật số 41/2024/QH15", "Luật BHXH năm 2024"]


@given(st.text(alphabet=st.sampled_from("Nghịđnh lut số 0123456789/-–ĐCPQH.\n "), max_size=200))
def test_any_text_gives_spans_that_stand_in_it(text):
    for tag in laws(text):
        assert all(text[span.start : span.end] == span.text for span in tag.evidence)

"""The tone of each topic where one article praises the one and blames the other; everywhere else the article's own."""

from datetime import UTC, date, datetime

import pytest

from monitor import coverage
from monitor.config import load
from monitor.figures import Counted
from monitor.records import Article
from monitor.tag.tagger import Tagger

MIXED = [
    ("Lương hưu tăng, người già phấn khởi; tiền thất nghiệp chậm chi trả",
     "Các cụ ở Hải Dương phấn khởi vì lương hưu được điều chỉnh, đời sống đỡ chật vật. Tuy nhiên nhiều công nhân mất việc bức xúc vì "
     "trợ cấp thất nghiệp chậm hai tháng chưa thấy về.", {"pension:positive", "unemployment_insurance:negative"}),
    ("Thu BHXH tự nguyện vượt chỉ tiêu, nợ đọng vẫn nhức nhối",
     "BHXH tự nguyện phát triển vượt kế hoạch, bà con tiểu thương đồng tình, yên tâm tham gia. Ngược lại, hàng trăm doanh nghiệp trốn "
     "đóng, nợ đọng kéo dài, công nhân chịu thiệt thòi.", {"voluntary_si:positive", "evasion:negative"}),
]  # fmt: skip
PLAIN = [
    ("Hội nghị tuyên truyền BHXH tự nguyện tại chợ Đông Ba",
     "BHXH thành phố phối hợp bưu điện tổ chức hội nghị tuyên truyền BHXH tự nguyện. Gần 80 tiểu thương tham gia."),
    ("Khám chữa bệnh BHYT bằng VNeID: tiện cho dân, đỡ cho viện",
     "Người bệnh BHYT hài lòng vì thủ tục nhanh gọn. Bệnh viện rút ngắn thời gian chờ, không còn cảnh xếp hàng."),
]  # fmt: skip


@pytest.fixture(scope="module")
def tagger():
    return Tagger.load(load())


def tones(tagger, title, text):
    article = Article(url="x", outlet="o", title=title, text=text, fetched=datetime(2026, 11, 22, tzinfo=UTC))
    return tagger.tag(article, words="")


@pytest.mark.parametrize(("title", "text", "wanted"), MIXED)
def test_praise_and_blame_for_different_topics_are_kept_apart(tagger, title, text, wanted):
    tagged = tones(tagger, title, text)
    assert set(tagged.labels("tone")) == wanted
    spans = [span for tag in tagged.tags if tag.kind == "tone" for span in tag.evidence]
    assert spans
    assert all(tagged.article.document[span.start : span.end] == span.text for span in spans)


@pytest.mark.parametrize(("title", "text"), PLAIN)
def test_an_article_of_one_tone_keeps_one(tagger, title, text):
    assert tones(tagger, title, text).labels("tone") == ()


def test_a_topic_is_counted_by_its_own_tone_and_the_article_by_its_own():
    one = Counted(
        id=1, day=date(2026, 11, 20), seen=datetime(2026, 11, 20, tzinfo=UTC), outlet="o", publisher="o",
        category="national", story="a1", sentiment="negative", voice="other", topics=("pension", "evasion", "fraud"),
        tones=("pension:positive", "evasion:negative"),
    )  # fmt: skip
    rows = {row.key: (row.positive, row.negative) for row in coverage.coverage([one], by="topic")}
    assert rows == {"pension": (1, 0), "evasion": (0, 1), "fraud": (0, 1)}
    assert [(row.positive, row.negative) for row in coverage.coverage([one], by="outlet")] == [(0, 1)]
    assert [(row.positive, row.negative) for row in coverage.coverage([one], by="outlet", topic="pension")] == [(1, 0)]

"""The segmenter gives underthesea's words, whatever the text, the state of its memory, the thread, or the library installed."""

import gzip
import itertools
import json
import logging
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea import word_tokenize

from monitor import segment, text
from monitor.errors import ModelError
from monitor.segment import crfsuite, reader
from monitor.segment.tagger import BORDER, Tagger

REAL = Path(__file__).parents[2] / "shared" / "real" / "fulltext.jsonl.gz"
needs_real = pytest.mark.skipif(not REAL.is_file(), reason="needs ../shared/real, full texts of real articles")

OWN = [
    "Chiều 12/3, Bảo hiểm xã hội TP.HCM công bố kết quả chi trả lương hưu tháng 3/2026 cho 271.450 người.",
    "Theo Nghị định 158/2025/NĐ-CP, người lao động đóng từ đủ 15 năm, v.v... sẽ được hưởng lương hưu.",
    "Mức đóng tăng 7,5% so với cuối năm 2024: từ 1.005.000 đồng lên 1.080.375 đồng/tháng (xem bảng 3x4).",
    "Ông K'Sor H'Bia, ở xã N’Thôn Hạ, nói: \"Tui chờ hoài không thấy sổ\". Bà A.",
    "Công ty A&B, H&M và T.Ư Đoàn; PGS.TS. Trần V. Bình; ThS. Lan, Th.S Mai, Dr. Hòa, Mr. Long, Mrs. Vy, Tp. Huế, TP. Vinh, U.B.N.D.",
    "ad ơi e đóng bhxh đc 11 tháng r h nghỉ vs lĩnh 1 lần dc hông ạ :))) :D <3 =)) ♥‿♥ hjhj",
    "toi muon hoi ve bao hiem xa hoi tu nguyen, mot thang dong bao nhieu tien vay admin?",
    "Xem https://baohiemxahoi.gov.vn/tin?id=12&x=(a(b)c) hoặc vneid.gov.vn/, gửi e-mail tới hoi-dap.bhxh@vss.gov.vn nhé!",
    "Gọi 1900-9068 hoặc 024-3795-0000 lúc 07:30:00, biển số 29A1-12345, phòng 4K, 12A3, ngày 02-03-2026, 2026/03/02.",
    "💊👩‍⚕️ thuốc hết rồi 😡😡😡 8–10 giờ… ==> chờ -> về >> mệt -- 38°C ± 0,5 × 2 ÷ 3 = ? $5 10% 5>3 a_b c^d",
    "Anh Th S. làm ở Th.s, chị Th\u00a0sương; This Thus Thesis ThsS Thành ThaSh",
    "ʺquyền lợiʺ aʺb ƛambda ɤ Σίσυφος ΟΔΟΣ ǅ ß İstanbul ﬁn ğ ð Ð ꟋA ½ ² ³x4 ١٢٣ ４Ｋ ½x2 +5 -3 2147483648",
    "BOS EOS True False BOS EOS T[0]=BOS Bảo hiểm=True",
    "nghành baì haị laị kháí dạị Ðồng ðồng HOÀ hòa hoà thuỷ thủy",
    "(Dân trí) - \"Lương hưu tăng bao nhiêu?\": hỏi - đáp; [Video] {ảnh} 'x' ‘y’ “z” «t» 5.000đ/kg, 100m2, 8ha, 60km/h.",
    "Bảo\tHiểm\r\nXã\x0bHội\x0cViệt\x1cNam\x85một\u2003lần\u2028hai\u3000lần",
    "Đạo diễn :D", "Đạo diễn :Dương", "A.", "A.\n", "A. \n", "A.\n\n", "UBND. ", "Xin chào UBND.", "v.v", "v.v.", "v.v...", "...",
    "Th S", "Th", "Th s\n", "Th\ns", "\n", " ", "", "a", "\u0301", " \u0301a", "e\u0302\u0301 e\u0301\u0302", "Bảo hiểm " * 400,
    "a" * 3000, "a-" * 900, "1." * 500, "?!" * 300, "Ba\u0309o hie\u0302\u0309m xa\u0303 ho\u0323\u0302i " * 3,
]  # fmt: skip
BLANKS = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
PARTS = """
Bảo hiểm xã hội một lần Việt Nam tự nguyện ĐBSCL TP HCM Sở Th ThS S s SS Nguyễn bhxh Lương v.v v.v. NĐ-CP e-mail Tp. Mr. T.Ư
. , ; : ! ? … - -- _ + = & @ / ( ) [ ] " ' ’ “ ” % $ ° °C × ʺ ‿ < > -> ==> :) :D =)) <3 ƛ Σ ς ǅ İ ß ð Ð 𐐀 😡 １ ² ꟌA
1 23 3x4 4K 12A3 29A-123 12/3/2026 1.000,5 100,000 07:30:00 03-5730-2357 http:// a.vn www.bhxh.gov.vn/x?y=1 a@b.vn
"""
PARTS = [*PARTS.split(), "\u0301", "\u0303", "\u200b", "\u00ad", "\ufeff", "\x00"]


def fresh() -> reader.Reader:
    """The reader in use, as it is when nothing has been read."""
    segmenter = segment._load()
    assert segmenter is not None, "the installed underthesea is not the one that was compared"
    segmenter._reader.forget()
    return segmenter._reader


def outcome(function, sentence, **options):
    """What a function gives, or the kind of error that it raises."""
    try:
        return function(sentence, **options)
    except Exception as error:
        return type(error)


def differences(sentences: list[str]) -> list[str]:
    """The sentences that come out otherwise than from underthesea, as words or as a line, alone or together."""
    expected = [word_tokenize(sentence, format="text") for sentence in sentences]
    alone = [one for one, line in zip(sentences, expected, strict=True) if segment.segmented(one) != line]
    together = [one for one, line, mine in zip(sentences, expected, segment.lines(sentences), strict=True) if mine != line]
    return alone + together + [one for one in sentences if segment.words(one) != word_tokenize(one)]


def test_news_comments_and_oddities_give_the_words_of_underthesea_first_and_again():
    fresh()
    assert differences(OWN) == []
    assert differences(OWN[::-1]) == []


def test_every_white_space_stands_between_words_as_in_underthesea():
    assert len(BLANKS) > 20
    for blank in BLANKS:
        ends = [f"{word}{blank}" for word in ("A.", "Bà A.", "lần.", ":D", "v.v.", "Th", "TP.")]
        assert (
            differences([*ends, f"Th{blank}Sơn Th{blank}s", f"Bảo{blank}hiểm{blank}{blank}A.{blank}xã", f"{blank}hội"]) == []
        ), repr(blank)


def test_every_letter_and_sign_is_what_underthesea_takes_it_for():
    fresh()
    signs = [chr(code) for code in range(0x3000) if not 0xD800 <= code < 0xE000]
    for at in range(0, len(signs), 256):
        line = " ".join(f"{sign} {sign}ảo hiểm{sign} Th{sign}S" for sign in signs[at : at + 256])
        assert segment.words(line) == word_tokenize(line)


@settings(max_examples=200)
@given(st.lists(st.lists(st.sampled_from(PARTS) | st.sampled_from(BLANKS) | st.just(" "), max_size=30).map("".join), max_size=4))
def test_any_mixture_of_words_numbers_addresses_and_blanks_gives_the_words_of_underthesea(sentences):
    assert differences(sentences) == []


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_unicode_gives_the_words_of_underthesea(sentence):
    assert differences([sentence]) == []


@pytest.mark.parametrize("sentence", ["Bảo hiểm \ud800 xã", "\udfff", None, 7, b"B\xe1\xba\xa3o hi\xe1\xbb\x83m", b"\xff"])
def test_what_underthesea_refuses_is_refused_in_the_same_way(sentence, monkeypatch):
    monkeypatch.setattr(segment, "_warned", set())
    assert outcome(segment.words, sentence) == outcome(word_tokenize, sentence)
    assert outcome(segment.segmented, sentence) == outcome(word_tokenize, sentence, format="text")


def test_the_memory_stays_within_its_bound_and_its_state_changes_no_word(monkeypatch):
    memory = fresh()
    known = len(memory)
    monkeypatch.setattr(reader, "REMEMBERED", known + 20)
    sizes = []
    for at in range(0, 90, 3):
        line = f"Số {at}/{at}/2026: {at},5 đồng, mã {at}Z{at}; hỏi a{at}@b.vn, {'?!' * at}{'x' * at} bảo hiểm y tế."
        assert segment.words(line) == word_tokenize(line)
        sizes.append(len(memory))
    assert max(sizes) == known + 20
    assert sizes.count(known + 20) < len(sizes), "the memory never began again"


def test_long_chunks_are_not_remembered():
    memory = fresh()
    known = set(memory)
    segment.words(f"{'x' * 49} {'?' * 40} https://a.vn/{'y' * 60} 12,5")
    assert set(memory) - known == {"12,5"}


def test_threads_share_one_segmenter():
    lines = [one for one in OWN if len(one) < 400]
    expected = [word_tokenize(one) for one in lines]
    segment._load.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [segment.words(one) for one in lines], range(16)):
            assert found == expected


def test_a_text_without_sentences_has_no_words():
    assert (segment.lines([]), segment.lines([""]), segment.words(""), text.segment("")) == ([], [""], [], "")


def test_text_is_segmented_sentence_by_sentence():
    article = text.clean("\n".join(OWN))
    assert text.segment(article) == "\n".join(word_tokenize(one, format="text") for one in text.sentences(article))


@pytest.fixture
def untried(monkeypatch):
    """A segmenter that is not loaded yet, and that has not warned yet."""
    monkeypatch.setattr(segment, "_warned", set())
    segment._load.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    segment._load.cache_clear()


@pytest.mark.parametrize(("where", "name", "reason"), [
    ("_SHA256", "models.bin", "models.bin: not the file"),
    ("_SHA256", "dictionary.bin", "dictionary.bin: not the file"),
    ("_VERSIONS", "underthesea", "underthesea: compared with 0"),
    ("_VERSIONS", "underthesea_core", "underthesea_core: compared with 0"),
])  # fmt: skip
def test_another_model_or_version_leaves_the_work_to_underthesea_and_says_so_once(untried, caplog, where, name, reason):
    untried.setitem(getattr(segment, where), name, "0")
    with caplog.at_level(logging.WARNING):
        assert differences(OWN[:4]) == []
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert reason in caplog.text
    assert segment._load() is None


def test_the_unexpected_leaves_the_work_to_underthesea_and_says_so_once(untried, caplog):
    untried.setattr(Tagger, "inside", lambda *_: 1 // 0)
    with caplog.at_level(logging.WARNING):
        assert differences(OWN[:4]) == []
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_tie_is_left_to_underthesea(untried):
    untried.setattr("monitor.segment.tagger._TIE", 1e9)  # now every decision is one
    segmenter = segment._load()
    assert segmenter.cut(["Bảo hiểm xã hội"]) == [None]
    assert segment.words("Bảo hiểm xã hội") == word_tokenize("Bảo hiểm xã hội")


def test_words_come_from_the_weights_and_not_from_underthesea(untried):
    untried.setattr(segment, "_original", None)
    assert segment.words("Bảo hiểm xã hội một lần") == ["Bảo hiểm xã hội", "một", "lần"]


VOCABULARY = ["a", "b", "A", "12", "BOS"]
TEMPLATES = [f"T[{start}]" for start in range(-2, 3)] + [
    "T[-2,-1]",
    "T[-1,0]",
    "T[0,1]",
    "T[1,2]",
    "T[-2,0]",
    "T[-1,1]",
    "T[0,2]",
]
FUNCTIONS = {
    "": lambda value: value,
    ".lower": str.lower,
    ".isdigit": lambda value: str(value.isdigit()),
    ".istitle": lambda value: str(all(part[0] == part[0].upper() for part in value.split(" "))),
    ".is_in_dict": lambda value: str(value.lower() in {"a", "a b", "b a", "a a b", "bos"}),
}


def attributes(tokens: list[str], at: int) -> list[str]:
    """What all templates see at one token, as strings."""
    found = []
    for template, (function, apply) in itertools.product(TEMPLATES, FUNCTIONS.items()):
        ends = [at + int(one) for one in re.findall(r"-?\d", template)]
        value = "BOS" if ends[0] < 0 else "EOS" if ends[-1] >= len(tokens) else apply(" ".join(tokens[ends[0] : ends[-1] + 1]))
        found.append(f"{template}{function}={value}")
    return found


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=6), min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_the_path_is_the_best_of_all_paths(sentences, seed):
    random = np.random.default_rng(seed)
    names = sorted({name for tokens in sentences for at in range(len(tokens)) for name in attributes(tokens, at)})
    model = crfsuite.Crf(labels=["I-W", "B-W"], attributes=names, states=random.normal(size=(len(names), 2)) / 3,
                         transitions=random.normal(size=(2, 2)))  # fmt: skip
    tagger = Tagger(model, {"a", "a b", "b a", "a a b", "bos", "a b a b"})
    codes = BORDER.copy()
    for tokens in sentences:
        codes += [tagger.code(one, one.lower(), digit=one.isdigit(), title=one[0] == one[0].upper()) for one in tokens] + BORDER
    found = tagger.inside(codes, map(len, sentences))
    row = {name: number for number, name in enumerate(names)}
    for tokens, inside in zip(sentences, found, strict=True):
        states = [model.states[[row[name] for name in attributes(tokens, at)]].sum(axis=0) for at in range(len(tokens))]

        def score(path, states=states):
            return sum(state[label] for state, label in zip(states, path, strict=True)) + sum(
                model.transitions[pair] for pair in itertools.pairwise(path)
            )

        best = max(itertools.product((0, 1), repeat=len(tokens)), key=score)
        assert inside == [label == 0 for label in best]


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_model_file_is_an_error_of_ours(data):
    content = bytearray(segment._shipped("models.bin"))
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    for _ in range(data.draw(st.integers(1, 3))):
        if content:
            content[data.draw(st.integers(0, min(len(content), 60) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ModelError):
        crfsuite.read(bytes(content))


def real() -> Iterator[str]:
    """The real articles, cleaned."""
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        for one in map(json.loads, lines):
            yield text.clean("\n".join((one["title"], one["lead"], one["body"])))


@needs_real
@pytest.mark.slow
def test_all_real_articles_give_the_words_of_underthesea():
    fresh()
    for number, article in enumerate(real()):  # most of them by sentence, the others as they are
        sentences = text.sentences(article) if number % 8 else [article]
        assert segment.lines(sentences) == [word_tokenize(one, format="text") for one in sentences]

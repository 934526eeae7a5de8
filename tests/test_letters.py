"""What is spelled fast is what is spelled letter by letter, whatever the text holds."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from monitor import letters
from monitor.expression import syllables
from monitor.letters import LONGEST, spelled
from monitor.text import fold

VIETNAMESE = st.text(alphabet=sorted({*letters._ALPHABET} - {"\ufffe"}), max_size=700)
WORDS = st.lists(
    st.sampled_from(
        ["hòa", "THỦY", "Ủy", "hoẻ", "khoẻ", "òa", "ùyà", "x" * 499, "đ" * 500, "Ồ" * 501, "m²", "5,7", "–", "_", "ﬁ"],
    )
)


def plainly(text: str) -> tuple[list[str], list[str]]:
    """The words as they were always found: cut, then folded one by one."""
    words = [word[:LONGEST] for word in syllables(text)]
    return words, [fold(word) for word in words]


@given(st.one_of(VIETNAMESE, st.text(max_size=300), WORDS.map(" ".join), WORDS.map("".join)))
@example("Hòa Bình, thủy điện; ỦY BAN: óa óe ọe ùy _ 1.200m² “ngoặc”…")
@example("a" * 250 + "b" * 251)
@example("\u0130stanbul, Łódź, 북한, ﬁ, ǅ, \U0001f600 và Việt Nam")
def test_spelling_by_bytes_gives_the_words_that_every_query_looks_for(text):
    words = [word[:LONGEST] for word in syllables(text)]
    marked, folded = spelled(text)
    assert marked.split() == " ".join(words).split()
    assert folded.split() == " ".join(map(fold, words)).split()


@given(VIETNAMESE)
def test_both_forms_have_their_blanks_at_the_same_places(text):
    marked, folded = ([at for at, letter in enumerate(form) if letter == " "] for form in spelled(text))
    assert marked == folded


def test_a_text_of_a_vietnamese_paper_is_spelled_by_bytes(monkeypatch):
    monkeypatch.setattr(letters, "_slowly", None)
    text = "Nghị quyết số 72-NQ/TW: “miễn viện phí” từ năm 2030 – ý kiến bạn đọc… ƯỠN ẸO, ĐẶNG THỊ ỶỴ, 5m², 30°"
    assert spelled(text)[1].split()[:4] == ["nghi", "quyet", "so", "72"]

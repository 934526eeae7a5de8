"""What people write, without who they are: names, addresses and numbers out of comments and posts before anything is stored.

Why: law 91/2025/QH15 asks for no more personal data than the purpose needs, and a press review needs what is said, not who says it.
So a comment carries no author; a number that leads to a person (phone, identity card, insurance book, bank account) and an address
(e-mail, profile) become a word that says what stood there. Numbers of public services (1900, 1800) and amounts of money stay. Whole
names inside a comment go too, unless the article above it says them: a minister's name stands there, a neighbour's does not. Inside a
post names stay, since nothing stands above it that would tell the one from the other.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from monitor.records import Article

KEY = "MONITOR_KEY"  # the environment variable that holds the key of the hash; without it nothing is kept
HEADLINE = 80  # characters of a longer text that stand for its title
TITLE = 500
MAIL, PHONE, NUMBER, LINK, NAME = "[thư điện tử]", "[số điện thoại]", "[số giấy tờ]", "[trang cá nhân]", "[tên]"

_MONEY = r"(?!\s?(?:đồng|đ\b|vnd|vnđ|tỷ|tỉ|triệu|usd|%)|[.,]?\d)"
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LINK = re.compile(
    r"(?:https?://)?(?:[\w-]{1,20}\.)?(?:facebook\.com|fb\.com|zalo\.me|instagram\.com|tiktok\.com/@|threads\.net/@)[^\s<>\"]{0,300}",
    re.I,
)
_LABELLED = re.compile(  # after the word for what it is, a number is one however it is grouped
    r"(?<!\w)((?:CCCD|CMND|CMT|căn cước(?: công dân)?|chứng minh(?: nhân dân| thư)?|định danh(?: cá nhân)?|hộ chiếu|"
    r"MST|STK|TK|(?:số )?tài khoản|(?:mã |số )?(?:số )?(?:sổ|thẻ)(?: BHXH| BHYT| bảo hiểm(?: xã hội| y tế)?)?|"
    r"mã số(?: thuế| BHXH| BHYT| bảo hiểm xã hội)?|(?:BHXH|BHYT) số)(?: (?:số|là|của tôi|của em|mình))?\s?[:.]?\s?)"
    rf"(?:[A-Z]{{2}} ?)?\d(?:[ .-]?\d){{7,15}}{_MONEY}",
    re.I,
)
_CARD = re.compile(r"(?<!\w)[A-Z]{2} ?[1-5](?: ?\d){12}(?!\d)")  # of health insurance: two letters and thirteen digits
_PHONE = re.compile(
    r"(?<![\w.,/-])(?!\d{1,2}[ .-]\d{1,2}[ .-](?:19|20)\d\d)(?:\(?(?:\+84|0084)\)?[ .-]?(?:\(0\)|0)?|\(?0) ?"
    r"(?:[35789](?:\)?[ .-]?\d){8}|2(?:\)?[ .-]?\d){9})(?!\d|[.,]\d)"
)
_PHONE_BARE = re.compile(r"(?<![\w.,/+-])84[35789]\d{8}(?!\d|[.,]\d)")
_GROUPED = re.compile(r"(?<![\w.,/-])0\d{2}[ .-]\d{3}[ .-]\d{3}[ .-]\d{3}(?!\d)")  # an identity card in threes
_BARE = re.compile(rf"(?<![\w.,/=-])(?!1[89]00)\d{{9,13}}(?![\w/-]){_MONEY}", re.I)
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.-]{0,60}(?:@[\w.-]{1,60})?")
# In this order: a labelled number before a bare one, a name with its server before an e-mail address. Each only where its sign is.
_ADDRESSES = ((_HANDLE, NAME, "@"), (_MAIL, MAIL, "@"), (_LINK, LINK, "."))
_NUMBERS = (
    (_LABELLED, rf"\g<1>{NUMBER}"), (_CARD, NUMBER), (_PHONE, PHONE), (_PHONE_BARE, PHONE), (_GROUPED, NUMBER), (_BARE, NUMBER),
)  # fmt: skip
_EIGHT = re.compile(r"\d(?:[ .()-]{0,3}\d){7}")  # the fewest digits that lead to anybody
# Family names that are no other word, and those that are one and count only behind a form of address.
_SURNAMES = "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Dương|Đinh|Trịnh|Trương|Phùng|Tạ|Lưu|Quách|Nghiêm|Đàm"
_ALSO = "Hồ|Lý|Đoàn|Lâm|Mai|Tô|Hà|Cao|Lương|Đào|Châu|Thái|La|Kiều|Vương|Chu|Từ|Tống|Thạch|Kim|Văn"
_PERSON = re.compile(rf"(?<!\w)(?:{_SURNAMES}|{_ALSO})(?: [^\W\d_]{{1,7}}){{1,4}}(?!\w)")
_ADDRESSED = re.compile(r"(?<!\w)(?:ông|bà|anh|chị|cô|chú|bác|em|cháu|thầy|bạn|tên)\s$", re.I)
_CALLED_AFTER = re.compile(  # what is named after people, and is no person
    r"(?<!\w)(?:đường|phố|viện|trường|thpt|thcs|đại|học|quận|huyện|phường|xã|trấn|chợ|cầu|viên|hẻm|ngõ|bv|đh|tp|giải|quỹ|ty|hàng|khu|chùa)"
    r"\.?\s$",
    re.I,
)
_NOBODY = ("Hoàng Sa",)
_TO = re.compile(r"\s*(?:(?:trả lời|gửi|reply(?:ing)? to|re)\s?:?\s?)?(?=@\w)", re.I)  # how a reply begins
_WORD = re.compile(r"\s*@?([^\s:,@]{1,60})([:,]?)")
_NAME_WORDS = 5  # words of a name at most; those after the first begin with a capital


def masked(text: str) -> str:
    """The text with words in place of e-mail addresses, profiles, phone numbers, numbers of papers and @names. Idempotent.

    >>> masked("Anh gọi em 0912.345.678 nhé, CCCD 079 085 012 345, hotline 1900 9068")
    'Anh gọi em [số điện thoại] nhé, CCCD [số giấy tờ], hotline 1900 9068'
    >>> masked("Nợ 1.234.567.890 đồng từ 05-09-2026 18:44")
    'Nợ 1.234.567.890 đồng từ 05-09-2026 18:44'
    """
    for pattern, word, sign in _ADDRESSES:
        text = pattern.sub(word, text) if sign in text else text
    for pattern, word in _NUMBERS if _EIGHT.search(text) else ():
        text = pattern.sub(word, text)
    return text


def spoken(text: str, names: Iterable[str] = ()) -> str:
    """What somebody says: masked, without the name that a reply begins with.

    ``names`` are those of the people in the same thread, known while it is read: one of them at the beginning is a form of address,
    with or without an @.

    >>> spoken("@Nguyễn Văn A: tôi cũng vậy")
    'tôi cũng vậy'
    >>> spoken("Hoa Lê 72 đúng rồi bạn", ["Hoa Lê 72"])
    'đúng rồi bạn'
    """
    for name in sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True):
        start = re.match(rf"\s*@?{re.escape(name)}(?!\w)\s?[:,]?\s*", text, re.I)
        if start and (len(name.split()) > 1 or text.lstrip().startswith("@")):
            text = text[start.end() :]
            break
    return masked(_unaddressed(text)).strip()


def unlisted(text: str, public: str) -> str:
    """The text with a word in place of the whole names of people that ``public``, the article above it, does not say.

    >>> unlisted("Bà Trần Thị Hoa ở bệnh viện Nguyễn Tri Phương bảo Lê Văn Nam rút đi", "Ông Lê Văn Nam nói")
    'Bà [tên] ở bệnh viện Nguyễn Tri Phương bảo Lê Văn Nam rút đi'
    """

    parts, at = [], 0
    while found := _PERSON.search(text, at):
        words = found[0].split(" ")
        name = words[: next((number for number, word in enumerate(words) if not word.istitle()), len(words))]
        end = found.start() + len(" ".join(name))
        parts += [
            text[at : found.start()],
            NAME if _is_private(name, text[: found.start()][-12:], public) else text[found.start() : end],
        ]
        at = end
    return "".join([*parts, text[at:]])


def _is_private(name: list[str], before: str, public: str) -> bool:
    """Whether words that begin with a family name are the whole name of somebody whom ``public`` does not name."""
    said = " ".join(name)
    whole = len(name) > 1 if _ADDRESSED.search(before) else len(name) > 2 and name[0] in _SURNAMES.split("|")
    return whole and not (_CALLED_AFTER.search(before) or said in public or said.startswith(_NOBODY))


def _unaddressed(text: str) -> str:
    """The text without the @name that it begins with; a name without an end mark ends before the first small letter."""
    begin = _TO.match(text)
    if not begin:
        return text
    at = begin.end()
    for number in range(_NAME_WORDS):
        word = _WORD.match(text, at)
        if not word or (number and not word[1][0].isupper()):
            break
        at = word.end()
        if word[2]:
            break
    return text[at:]


def unnamed(article: Article) -> Article:
    """The article as it may be stored: comments and posts masked, news as it was published."""
    if article.kind == "news":
        return article
    return replace(article, title=spoken(article.title), lead=masked(article.lead), text=spoken(article.text))


def titled(text: str) -> tuple[str, str]:
    """A title and a text for what has none: a short text is its own title, a longer one is headed by its beginning.

    >>> titled("Bao giờ tăng lương hưu?")
    ('Bao giờ tăng lương hưu?', '')
    """
    line = " ".join(text.split())
    if len(line) <= TITLE:
        return line, ""
    return (line[:HEADLINE].rpartition(" ")[0] or line[:HEADLINE]) + "…", text


def voice(name: str, *, thread: str) -> str:
    """A mark that is the same for one name within one thread, and tells nothing else; "" where MONITOR_KEY is not set.

    Why the thread is part of it: two comments under one article may be one voice, and a count must know; across articles the mark
    of the same person differs, so that nobody can be followed by it.
    """
    key = os.environ.get(KEY, "")
    if not key or not name.strip():
        return ""
    said = f"{thread}\0{name.strip().casefold()}"
    return hmac.new(key.encode(), said.encode("utf-8", "replace"), sha256).hexdigest()[:16]

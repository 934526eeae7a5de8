"""One address, one key: the canonical form of a URL.

w3lib does the percent-encoding and the order of the query; the list of keys that only track is ours, since general ones also
delete ``?id=`` and ``?ItemID=``, which are the article in many Vietnamese ministries' sites.

Why `article_key` stands beside the canonical form and not in it: outlets change the words of an address and keep its number (one
article in a hundred of three national papers), but a key that dropped the words would be another key for every article that is
stored, and would name no page that can be opened.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LIMIT = 2048  # characters of a URL that is kept
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|zarsrc|zalo\w*|vn_?source|vn_?medium|vn_?campaign|"
    r"gidzl|cmpid|ocid|ref_?src|spm|src_?trk|share|from_?app|amp|gbraid|wbraid|ttclid|twclid|mibextid|li_fat_id|_x_tr_\w+|"
    r"at_(?:medium|campaign\w*|format|link_\w+|bbc_team|ptr_name|custom\d)",
    re.I,
)
_MOBILE = re.compile(r"^(?:m|amp|mobile|wap)\.(?=[^.]+\.)", re.I)
_SECOND = ("com", "net", "org", "gov", "edu", "co", "ac", "info", "name", "pro", "health", "int", "biz", "mil")

# Where outlets write an article's number. A house's system writes all its papers' addresses the same way.
_STAMP = r"-(\d{14,21})(?:-amp)?\.(?:htm|html|chn)"  # a time, often after three digits that name the paper
_POST = r"-post(\d{4,9})(?:-amp)?\.(?:html?|amp|vnp|vov|tpo|antd)"
_COUNT = r"-(\d{5,9})(?:-amp)?\.(?:html?|ldo)"
_SHAPES = {
    _STAMP: (
        "tuoitre.vn thanhnien.vn dantri.com.vn baotintuc.vn baochinhphu.vn xaydungchinhsach.chinhphu.vn nld.com.vn vtv.vn cafef.vn "
        "suckhoedoisong.vn giadinh.suckhoedoisong.vn vietnambiz.vn vietnammoi.vn baogiaothong.vn baoxaydung.vn afamily.vn kenh14.vn "
        "soha.vn cafebiz.vn genk.vn nguoiquansat.vn tuoitrethudo.vn phunuvietnam.vn danviet.vn cuoi.tuoitre.vn"
    ),
    _POST: (
        "nhandan.vn vietnamplus.vn vov.vn sggp.org.vn tienphong.vn plo.vn znews.vn anninhthudo.vn baolaocai.vn bnews.vn "
        "baophapluat.vn tapchicongthuong.vn hanoimoi.vn baoquocte.vn svvn.tienphong.vn"
    ),
    _COUNT: (
        "vnexpress.net e.vnexpress.net vietnamnet.vn laodong.vn congthuong.vn hanoimoi.vn daidoanket.vn thoibaotaichinhvietnam.vn "
        "thuvienphapluat.vn kinhtedothi.vn laodongthudo.vn congly.vn"
    ),
    r"-ar(\d{4,8})\.html": "vtcnews.vn",
    r"-i(\d{4,8})/?": "cand.com.vn cand.vn",
    r"-d(\d{4,8})\.html": "baodautu.vn",
    r"-c(\d{6,9})\.epi": "baomoi.com",
    r"-(\d{5,8})": "qdnd.vn",
    r"/t/[^/]*\.(\d+)/?": "voz.vn",
}
_ENDS: dict[str, list[re.Pattern[str]]] = {}
for _shape, _hosts in _SHAPES.items():
    for _host in _hosts.split():
        _ENDS.setdefault(_host, []).append(re.compile(rf".*{_shape}"))
_ITEM = ("baohiemxahoi.gov.vn",)  # SharePoint lists, the provinces' too: the number is in the query
_ITEM_ID = re.compile(r"(?:^|&)ItemID=(\d+)(?:&|$)", re.I)
_FRONT = {
    "",
    "rss",
    "feed",
    "home",
    "index",
    "default",
    "trang-chu",
    "trangchu",
    "tin-moi-nhat",
    "tin-moi",
    "tin-tuc-moi-nhat",
    "atom",
}


def canonical_url(url: str, base: str = "") -> str:
    """The key of an article's address: resolved against ``base``, no fragment, no tracking keys, no m. or amp form.

    Idempotent. "" for anything that is not http or https, has no host, or is longer than LIMIT.

    >>> canonical_url("HTTPS://m.Bao.example/a/b-1.htm?utm_source=zalo&id=7#top")
    'https://bao.example/a/b-1.htm?id=7'
    """
    found = _step(url, base)
    for _ in range(8):  # one step may lay the next one bare: /%61mp, m.m.bao.example
        before, found = found, _step(found, "")
        if found == before:
            return found
    return ""


def _step(url: str, base: str) -> str:
    from w3lib.url import canonicalize_url

    try:
        parts = urlsplit(urljoin(base, str(url).strip()))
        if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LIMIT:
            return ""
        host = _MOBILE.sub("", parts.hostname.rstrip("."))
        port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}[parts.scheme] else ""
        bare = f"[{host}]" if ":" in host else host
        kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
        path = re.sub(r"(?:/amp|\.amp)/?$", "", parts.path) or "/"
        found = canonicalize_url(urlunsplit((parts.scheme, bare + port, path, urlencode(kept), "")))
        return found if len(found) <= LIMIT else ""
    except (ValueError, UnicodeError):
        return ""


@lru_cache(maxsize=4096)  # a batch of articles asks for each of its own several times
def article_key(url: str) -> str:
    """Outlet and number of an article whose canonical URL carries one that outlives a change of its words, "" for all others.

    >>> article_key("https://vnexpress.net/luong-huu-tang-4965123.html") == article_key("https://vnexpress.net/moi-4965123.html")
    True
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.fragment:
        return ""  # a comment hangs on an article: it is not the article
    host = (parts.hostname or "").removeprefix("www.")
    if site_of(url) in _ITEM:
        found = _ITEM_ID.search(parts.query)
        return f"{host}{parts.path.rpartition('/')[0].lower()}?{found[1]}" if found else ""
    for end in _ENDS.get(host, ()) if not parts.query else ():
        if found := end.fullmatch(parts.path):
            return f"{host}/{found[1]}"
    return ""


def site_of(url: str) -> str:
    """The part of a host that one publisher registers; an address in numbers is its own.

    >>> site_of("https://suckhoe.bao.com.vn/a"), site_of("https://e.bao.example/")
    ('bao.com.vn', 'bao.example')
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND else labels[-2:])


def strayed(asked: str, came: str) -> str:
    """What a redirect led to: "site" for another publisher's, "section" for another part of the same one, "" for the same place.

    A publisher that changes the end of its name (.com.vn to .vn) stays the same; so does a front page, whatever it is called.

    >>> strayed("https://bao.example/rss/so-hoa.rss", "https://www.bao.example/rss/khoa-hoc.rss")
    'section'
    """
    ours, theirs = site_of(asked), site_of(came)
    if ours != theirs and (ours.split(".")[0] != theirs.split(".")[0] or ours.replace(".", "").isdigit()):
        return "site"
    before, after = _section(asked), _section(came)
    return "" if before == after or {before, after} <= _FRONT else "section"


def is_paper(url: str) -> bool:
    """Whether an address lies on the site of a paper whose addresses are known here."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return host in _ENDS or site_of(url) in _ENDS


def _section(url: str) -> str:
    """The name of a section in an address: its last words, without number and ending."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
    return re.sub(r"-?\d*(?:\.\w{1,5})?$", "", last)


def host_of(url: str) -> str:
    """The host and port of a URL in lower case, "" where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""

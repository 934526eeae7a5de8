"""Which addresses may be connected to: public ones, and those an office allows by name in ``web.allow``.

Why at the connection and not at the URL: a name is looked up anew by whoever connects, so a check beforehand lets a name through
that turns to a private address a moment later. Here the name is looked up once, and the connection goes to what was checked.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterable, Sequence

from monitor.errors import AddressRefused, ConfigError, FetchError, TooSlow

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Relays and translators, behind which a private address may hide; Python's is_global lets some of them pass.
_HIDING = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20")
)
_UNICAST = ipaddress.ip_network("2000::/3")  # the only IPv6 addresses given out to the public (IANA)


def networks(allow: Iterable[str]) -> tuple[Network, ...]:
    """The networks of an allow-list of addresses ("127.0.0.1") and networks ("10.1.0.0/16"). Raises ConfigError."""
    found = []
    for text in allow:
        try:
            found.append(ipaddress.ip_network(str(text).strip(), strict=False))
        except ValueError as error:
            raise ConfigError(f"config: web.allow: {text} is not an address; write it like 127.0.0.1 or 10.1.0.0/16") from error
    return tuple(found)


def is_public(text: str) -> bool:
    """Whether an address in numbers belongs to the public internet.

    >>> [is_public(text) for text in ("8.8.8.8", "127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "100.64.0.1")]
    [True, False, False, False, False]
    """
    address = _bare(text)
    if address.is_multicast or not address.is_global or _within(address, _HIDING):
        return False
    return address.version == 4 or address in _UNICAST


def checked(host: str, port: int, *, allow: Sequence[Network], url: str, seconds: float) -> list[str]:
    """The addresses of ``host``, in numbers, in the resolver's order, all of which may be connected to.

    Raises AddressRefused when any of them may not (a name that is half private is a trap, not a site), TooSlow when the look-up
    takes longer than ``seconds``, FetchError when there is no such host.
    """
    found = resolve(host, port, url=url, seconds=seconds)
    for text in found:
        if not is_public(text) and not _within(_bare(text), allow):
            where = f"{host} is {text}, which is" if text != host else f"{text} is"
            raise AddressRefused(url, f"{where} not a public address; name it in web.allow if it is meant")
    return found


def resolve(host: str, port: int, *, url: str, seconds: float) -> list[str]:
    """The addresses of ``host`` in numbers, looked up aside, so that a resolver that hangs costs no more than ``seconds``."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    answer: list[list[str] | Exception] = []

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.append(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, ValueError) as error:  # ValueError: a name that no encoding fits
            answer.append(error)

    aside = threading.Thread(target=look, daemon=True, name=f"resolve {host[:60]}")
    aside.start()
    aside.join(max(seconds, 0))
    if not answer:
        raise TooSlow(url, f"looking up {host[:100]} took longer than allowed; check the name service")
    if isinstance(answer[0], Exception) or not answer[0]:
        raise FetchError(url, f"there is no host {host[:100]}; check the address and the name service")
    return answer[0]


def _bare(text: str) -> Address:
    """The address without a zone, and an IPv4 address that is dressed as IPv6 as what it is."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _within(address: Address, wanted: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in wanted)

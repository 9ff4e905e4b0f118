"""The network as an argument: one client session that refuses private addresses at the moment it connects.

Checking the address of the socket that is about to be connected leaves no room for a name that resolves to one
address when it is checked and to another when it is used.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from importlib.metadata import version

import aiohttp
from aiohttp.abc import AbstractResolver

from ledger.configuration import Fetching

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]
"""One answer of getaddrinfo: family, type, protocol, canonical name, address."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BlockedAddress(Exception):
    """A name leads to an address that is not public and that nobody allowed.

    Not an OSError on purpose: the connector would take one for a passing failure and try the next address.
    """


def open_session(fetching: Fetching, *, resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """Return a client session with the product's manners (close it after use).

    `resolver` replaces the system's name resolution. Bodies arrive as sent, still compressed: `fetch_decode` opens
    them within bounds. TLS is verified, proxies of the environment and cookies are left alone.
    """
    connector = aiohttp.TCPConnector(
        resolver=resolver or aiohttp.ThreadedResolver(),
        socket_factory=guarded(fetching.allow_private),
        limit=fetching.concurrency,
        limit_per_host=1,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent(fetching.contact), "Accept-Encoding": "gzip, deflate, br"},
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=fetching.timeout_s),
    )


def user_agent(contact: str) -> str:
    """Return who asks, with an address for complaints."""
    return f"Sitledger/{version('sitledger')} (+{contact})"


def guarded(allow_private: Sequence[str]) -> Callable[[AddressInfo], socket.socket]:
    """Return a socket factory that raises BlockedAddress for what is neither public nor in an allowed network."""
    allowed = tuple(ipaddress.ip_network(network, strict=False) for network in allow_private)

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        if not is_allowed(str(address[0]), allowed):
            raise BlockedAddress(f"{address[0]} is not a public address; allow its network in allow_private")
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def is_allowed(address: str, allowed: Sequence[Network]) -> bool:
    """Whether an address is public, or in one of the allowed networks. IPv4 in IPv6 counts as what it carries."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    public = ip.is_global and not ip.is_multicast
    return public or any(ip.version == network.version and ip in network for network in allowed)

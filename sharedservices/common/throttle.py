"""How often one address may read: generous, announced, and counted in the memory of each process.

Reading writes nothing to the database, so each process counts by itself: the limit that is announced is the least that
anybody is given.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter

from django.conf import settings
from django.http import HttpRequest

WINDOW = 60  # seconds
MOST_ADDRESSES = 100_000


class Reads:
    """The reads of this minute, by address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._counted: Counter[str] = Counter()

    def count(self, address: str, by: int = 1) -> int:
        """Count reads of the address, and say how many there were in this minute."""
        window = int(time.time()) // WINDOW
        with self._lock:
            if window != self._window or len(self._counted) > MOST_ADDRESSES:
                self._window = window
                self._counted.clear()
            self._counted[address] += by
            return self._counted[address]


READS = Reads()


def seconds_left() -> int:
    """Until the next minute begins."""
    return WINDOW - int(time.time()) % WINDOW


def address_of(request: HttpRequest) -> str:
    """Whom to count it for: behind the proxies that are trusted; of the sixth version, the network of 64 bits."""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    found = forwarded[-proxies] if proxies and len(forwarded) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        known = ipaddress.ip_address(found)
    except ValueError:
        return found[:64]
    return str(ipaddress.ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)

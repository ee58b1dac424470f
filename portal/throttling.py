"""How often somebody may ask: counted by address and by link, in the cache that every web process shares.

A secret cannot be guessed; this keeps who tries from costing us anything, and a stuck browser from costing much.
"""

import logging
from enum import Enum

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis import RedisError

logger = logging.getLogger(__name__)


class Limit(Enum):
    """What is counted, how often it may be, and in how many seconds."""

    MISSES = ("misses", 30, 900)  # pages that are not there, by address
    ASKED = ("asked", 600, 300)  # pages at all, by address: an office has one address
    OPENED = ("opened", 240, 300)  # pages of one link; the page that follows a payment asks every few seconds
    SENT = ("sent", 30, 600)  # forms of one link


def allows(limit: Limit, who: str, *, count: bool = True) -> bool:
    """Count one more of something, unless `count` is off, and tell whether it is still within its limit.

    A cache that does not answer stops nobody: a debtor who wants to pay can pay.
    """
    name, most, seconds = limit.value
    key = f"portal:{name}:{who}"
    try:
        if not count:
            return int(cache.get(key) or 0) < most
        cache.add(key, 0, seconds)
        return int(cache.incr(key)) <= most
    except ValueError:  # it expired between the two
        return True
    except RedisError:
        logger.exception("the cache does not answer; nobody is counted")
        return True


def address_of(request: HttpRequest) -> str:
    """Give who asks, by the address that logins are throttled by too."""
    return str(get_adapter().get_client_ip(request))

"""The only reader of the clock. Edges call it once and pass the day on; rules and operations take it as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """Give this moment, in UTC."""
    return datetime.now(tz=UTC)


def today() -> date:
    """Give the day it is in the Netherlands now."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """Give the day it is in the Netherlands at a moment."""
    return moment.astimezone(AMSTERDAM).date()


def at_local_time(day: date, hour: int, minute: int = 0) -> datetime:
    """Give the moment, in UTC, at which Dutch clocks show a time on a day.

    In the spring night the hour from 02:00 does not exist: 02:00 is then the same moment as 03:00 summer time. In
    the autumn night it comes twice and the first is meant.
    """
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)

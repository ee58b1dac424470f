"""Days on which banks settle euro (TARGET), and terms of direct debit. Pure."""

from datetime import date, timedelta

from common.calendar import DAY, SATURDAY, easter_sunday

REFUNDABLE = timedelta(days=56)  # eight weeks in which a CORE debtor may take a collection back without a reason
BEFORE_COLLECTION = 1  # banking days by which the file must be at the bank


def is_bank_day(day: date) -> bool:
    """Tell whether banks settle: not in weekends, on 1 January, Good Friday, Easter Monday, 1 May and at Christmas."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return False
    return day - easter_sunday(day.year) not in {-2 * DAY, DAY}


def first_bank_day(day: date) -> date:
    """Give a day on which banks settle: the day itself, or the first after it."""
    while not is_bank_day(day):
        day += DAY
    return day


def add_bank_days(day: date, count: int) -> date:
    """Give the day on which banks settle that lies so many such days after a day."""
    for _ in range(count):
        day = first_bank_day(day + DAY)
    return day


def earliest_collection(day: date, notify_days: int) -> date:
    """Give the first day on which may be collected what is announced on a day."""
    return max(first_bank_day(day + timedelta(days=notify_days)), add_bank_days(day, BEFORE_COLLECTION))

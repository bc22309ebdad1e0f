"""Working days: dates and a nation go in, the days that are neither weekends nor bank holidays come out.

Procurement Act 2023 section 51 counts the standstill in working days. The bank holidays come from the `holidays`
library; one that is proclaimed later is not in it until the library is renewed.
"""

from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

from pipeline.profile import Nation

DAY = timedelta(days=1)
SATURDAY = 5
SUBDIVISION = {Nation.WALES: "WLS", Nation.ENGLAND: "ENG"}


@cache
def _bank_holidays(nation: Nation) -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv=SUBDIVISION[nation])


@lru_cache(maxsize=16_384)
def is_working_day(day: date, nation: Nation) -> bool:
    """Say whether a date is neither at a weekend nor a bank holiday of the nation."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(nation)


def next_working_day(day: date, nation: Nation) -> date:
    """Give the date itself when it is a working day, otherwise the first working day after it."""
    while not is_working_day(day, nation):
        day += DAY
    return day


def last_working_day(day: date, nation: Nation) -> date:
    """Give the date itself when it is a working day, otherwise the last working day before it."""
    while not is_working_day(day, nation):
        day -= DAY
    return day


def working_days(start: date, end: date, nation: Nation) -> int:
    """Count the working days from one date to another, both included."""
    return sum(is_working_day(start + number * DAY, nation) for number in range((end - start).days + 1))


def working_days_back(end: date, count: int, nation: Nation) -> date:
    """Give the date on which a period of so many working days has to begin to end on a date, both included."""
    day = last_working_day(end, nation)
    for _ in range(count - 1):
        day = last_working_day(day - DAY, nation)
    return day

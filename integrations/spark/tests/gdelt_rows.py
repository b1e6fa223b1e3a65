"""Writes made-up rows as GDELT's files have them: the same for the same seed."""

import random

# The last two are regions, which are no party.
COUNTRIES = "USA RUS CHN GBR FRA DEU JPN KOR PRK IND PAK IRN ISR SYR TUR UKR POL ITA CAN MEX BRA EGY AFR EUR".split()
CODES = "010 020 036 040 041 042 043 046 051 057 111 112 120 125 130 163 164 172 190 999".split()
ROLES = ["", "GOV", "GOV", "MIL", "LEG", "MED", "BUS"]
HOSTS = ["example.org", "news-wire.example", "www.daily.example", "gazette.example"]


def actor(chance: random.Random) -> list[str]:
    """Returns the ten columns of an actor."""
    if chance.random() < 0.25:
        return [""] * 10
    if chance.random() < 0.05:
        return ["IGOUNO", "UNITED NATIONS", "", "UNO", "", "", "", "IGO", "", ""]
    # Few countries are in most of the news.
    country = COUNTRIES[min(int(chance.expovariate(0.2)), len(COUNTRIES) - 1)]
    role = chance.choice(ROLES)
    return [country + role, role or country, country, "", "", "", "", role, "", ""]


def rows(count: int, seed: int, per_day: int) -> list[bytes]:
    """Returns rows of version 2.0, in the order in which GDELT adds them. Many report what others reported."""
    chance = random.Random(seed)
    made: list[bytes] = []
    told: list[tuple[list[str], list[str], str]] = []
    for at in range(count):
        day, quarter = 1 + at // per_day % 28, at % per_day * 96 // per_day
        month = 1 + at // per_day // 28
        date = f"2031{month:02}{day:02}"
        if told and chance.random() < 0.4:
            one, other, code = chance.choice(told[-50:])
            if chance.random() < 0.5:
                one, other = other, one
        else:
            one, other, code = actor(chance), actor(chance), chance.choice(CODES)
            told.append((one, other, code))
        cells = [""] * 61
        cells[0], cells[1], cells[26] = str(1_000_000_000 + 3 * at), date, code
        cells[5:15], cells[15:25] = one, other
        cells[59] = f"{date}{quarter // 4:02}{quarter % 4 * 15:02}00"
        cells[60] = f"https://{chance.choice(HOSTS)}/{at}"
        row = "\t".join(cells).encode()
        # Addresses are not always UTF-8.
        made.append(row + b"\xe9" if at % 1_000 == 0 else row)
    return made

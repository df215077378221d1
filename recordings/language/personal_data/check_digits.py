"""Check digits that python-stdnum does not know."""


def ru_snils(number: str) -> bool:
    """Russia's pension insurance number: digits times 9 to 1, modulo 101; 100 counts as 0 (order 485n of 2020)."""
    if len(number) != 11 or not number.isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:9], range(9, 0, -1), strict=True))
    return total % 101 % 100 == int(number[9:])


def kz_iin(number: str) -> bool:
    """Kazakhstan's individual number: weights 1 to 11, and 3 to 11, 1, 2 where the first gives 10."""
    if len(number) != 12 or not number.isdigit():
        return False
    digits = [int(digit) for digit in number]
    rest = sum(digit * weight for digit, weight in zip(digits, range(1, 12), strict=False)) % 11
    if rest == 10:
        weights = (*range(3, 12), 1, 2)
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return rest == digits[11]


def es_nss(number: str) -> bool:
    """Spain's social security number: the last two digits are the rest of the others divided by 97."""
    if len(number) != 12 or not number.isdigit():
        return False
    province, middle = number[:2], number[2:10]
    base = int(province + middle) if int(middle) >= 10_000_000 else int(province) * 10_000_000 + int(middle)
    return base % 97 == int(number[10:])

"""Phone numbers and e-mail addresses in whatever way they are written."""

import re
from dataclasses import dataclass

import phonenumbers

SHORTEST_PHONE = 6


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as far as it can be told: `e164` where the country is known, else only the national digits."""

    e164: str
    national: str

    @classmethod
    def of(cls, text: str) -> "Phone | None":
        """The number in `text`, written with +, with 00 or locally; None where there is none.

        A local number keeps no country: the trunk prefix (0; 8 or 7 in front of ten digits; 1 likewise) is dropped.
        """
        digits = re.sub(r"\D", "", text)
        if len(digits) < SHORTEST_PHONE:
            return None
        abroad = digits if text.strip().startswith("+") else digits[2:] if digits.startswith("00") else ""
        if abroad:
            try:
                number = phonenumbers.parse(f"+{abroad}", None)
            except phonenumbers.NumberParseException:
                return cls("", abroad)
            national = phonenumbers.national_significant_number(number)
            return cls(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), national)
        if len(digits) == 11 and digits[0] in "178":
            return cls("", digits[1:])
        return cls("", digits.lstrip("0") or digits)

    def is_same_as(self, other: "Phone") -> bool:
        """Equal with country where both have one; otherwise by their national digits."""
        if self.e164 and other.e164:
            return self.e164 == other.e164
        return self.national == other.national


def phone_index(text: str) -> str:
    """What equal phone numbers have in common, with or without their country: the national digits; "" for none."""
    phone = Phone.of(text)
    return phone.national if phone else ""


def email_index(text: str) -> str:
    """What equal e-mail addresses have in common."""
    return text.strip().lower()

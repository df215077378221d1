"""How many tokens a text has at most, by estimate: a model's own tokenizer is not at hand, and need not be.

Letters, figures and signs are counted, each kind at a rate that was set on lines of calls for a vocabulary of 50,000
word pieces (whisper's, of the family of GPT-2); models of today have larger ones and need fewer tokens. Languages other
than English need more pieces for the same letters, which is told by letters beyond ASCII. docs/prompts.md has how often
the estimate was too low.
"""

import math
import string
from dataclasses import dataclass

MESSAGE_TOKENS = 8  # around each message: role, marks of begin and end
FOREIGN_SHARE = 0.005  # of letters beyond ASCII in a text that is not English
LETTERS = string.ascii_letters.encode()


@dataclass(frozen=True, slots=True)
class Rates:
    """Tokens for one letter of ASCII, one character beyond it, one figure or sign, one blank.

    A character of more than two bytes in UTF-8 (Chinese, emoji) counts one more for each further byte.
    """

    letter: float
    beyond: float
    sign: float
    blank: float

    def tokens(self, text: str) -> int:
        """At most so many tokens, by estimate; never 0 for a text."""
        plain = text.encode("ascii", "ignore")
        beyond = len(text) - len(plain)
        rare = len(text.encode("utf-8", "surrogatepass")) - len(plain) - 2 * beyond if beyond else 0
        blanks = plain.count(b" ") + plain.count(b"\n")
        signs = len(plain.translate(None, LETTERS)) - blanks
        letters = len(plain) - signs - blanks
        figure = letters * self.letter + beyond * self.beyond + signs * self.sign + blanks * self.blank + rare
        return math.ceil(figure)


ENGLISH = Rates(letter=0.29, beyond=0.42, sign=1.15, blank=0.1)
OTHERS = Rates(letter=0.34, beyond=0.42, sign=1.15, blank=0.1)
# Models with a vocabulary made for English, such as the small one inside salesiq.
SMALL_ENGLISH = Rates(letter=0.29, beyond=0.95, sign=1.15, blank=0.1)
SMALL_OTHERS = Rates(letter=0.42, beyond=0.95, sign=1.15, blank=0.1)


def rates_for(text: str, *, small_vocabulary: bool = False) -> Rates:
    """The rates to count all parts of `text` with."""
    foreign = not text.isascii() and len(text) - len(text.encode("ascii", "ignore")) > len(text) * FOREIGN_SHARE
    if small_vocabulary:
        return SMALL_OTHERS if foreign else SMALL_ENGLISH
    return OTHERS if foreign else ENGLISH


def estimate_tokens(text: str, *, small_vocabulary: bool = False) -> int:
    """At most so many tokens `text` has, by estimate."""
    return rates_for(text, small_vocabulary=small_vocabulary).tokens(text)

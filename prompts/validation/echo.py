"""An answer must not give away what the model was told: passages of the system text, or the marks around call text.

`echo: false` lets it pass, where a prompt asks for its own words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from prompts.templates.content import SYSTEM, VersionContent
from prompts.validation.texts import plain, text_leaves
from prompts.validation.types import Answer, AnswerProblem

# So many words in the same order are no accident.
PASSAGE_WORDS = 12
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def find_echoes(
    answer: Answer, content: VersionContent, messages: Sequence[Mapping[str, str]], boundary: str
) -> Iterator[AnswerProblem]:
    """Passages of system messages, as written and as they were sent, and the mark that stood around call text."""
    if content.checks.get("echo") is False:
        return
    if boundary and boundary.casefold() in answer.text.casefold():
        yield AnswerProblem("echo", "The answer repeats the marks around the text of the call. Leave them out.")
        return
    told = [_TAG.sub("\n\n", message.content) for message in content.messages if message.role == SYSTEM]
    told += [message["content"] for message in messages if message["role"] == SYSTEM]
    secret = {passage for text in told for passage in _passages(text)}
    if not secret:
        return
    given = {passage for _place, text in text_leaves(answer.values) for passage in _passages(text)}
    for place, text in answer.texts.items():
        if any(passage in secret and passage not in given for passage in _passages(text)):
            yield AnswerProblem("echo", "The answer repeats the instructions. Give the answer alone.", place)
            return


def _passages(text: str) -> Iterator[str]:
    words = _WORD.findall(plain(text))
    for start in range(len(words) - PASSAGE_WORDS + 1):
        yield " ".join(words[start : start + PASSAGE_WORDS])

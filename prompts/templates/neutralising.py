"""Texts from calls and records made harmless: nothing in them can pass for a mark, a role, or a template.

What is changed is seldom said aloud: angle brackets, doubled braces, code fences, marks of chat formats, invisible
characters. Words stay as they are, so that quotes of a call can still be found in it.
"""

import re
from typing import Any

# Format and control characters, bidirectional overrides, tag characters, variation selectors: none of them is seen, and
# each can hide words from people or split a word for machines (Unicode Technical Report 36, 2.; CVE-2021-42574).
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_LOOK_ALIKES = {
    **dict.fromkeys("<＜﹤〈⟨❮❰⧼˂ᐸ𐊀≺⋖⦑⟪《", "‹"),
    **dict.fromkeys(">＞﹥〉⟩❯❱⧽˃ᐳ≻⋗⦒⟫》", "›"),
    **dict.fromkeys("{｛﹛❴", "{"),
    **dict.fromkeys("}｝﹜❵", "}"),
    **dict.fromkeys("`｀´ˋ", "'"),
    **dict.fromkeys("|｜ǀ∣", "|"),
    "\r": "\n",
    "\x85": "\n",
}
LOOK_ALIKES = str.maketrans(_LOOK_ALIKES)
BRACES = re.compile(r"[{}](?=[{}%#])|[%#](?=\})")
ROLES = (
    r"system|assistant|developer|user|human|instructions?|tool|function|model|ai|"
    r"sistema|asistente|usuario|instrucci[oó]n(?:es)?|desarrollador|"
    r"система|системное сообщение|ассистент|помощник|пользователь|инструкци[яи]|разработчик"
)
# "System:" at the head of a line, "### Instruction", "[INST]", "[/SYS]", "(system)".
ROLE_AT_HEAD = re.compile(rf"^([ \t>*#-]*)({ROLES})(?=[ \t]*[:：])", re.IGNORECASE | re.MULTILINE)
HEADING = re.compile(r"^([ \t]*)(#{1,6})(?=[ \t]*\w)", re.MULTILINE)
BRACKETED = re.compile(
    rf"\[[ \t]*(/?[ \t]*(?:inst|sys|{ROLES}|end|begin|data|prompt)\b[^\]\n]{{0,40}})\]", re.IGNORECASE
)
# Letters of Latin and Cyrillic, figures and the signs of ordinary sentences: nothing to change in most lines.
ORDINARY = re.compile("[A-Za-z0-9À-ÿЀ-ӿ .,!?'’\"“”()–—…;%€$£«»¿¡\n-]*")


def neutralise(text: str) -> str:
    """`text` without invisible characters, angle brackets, doubled braces, code fences and marks of chat roles.

    Neutralising twice changes nothing more. It never holds `<` or `>`.
    """
    if ORDINARY.fullmatch(text) and "'''" not in text:
        return text
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    text = text.translate(LOOK_ALIKES)
    text = BRACES.sub(r"\g<0> ", text)
    text = text.replace("'''", "' ' '").replace("[…", "(…")
    text = BRACKETED.sub(r"(\1)", text).replace("](", "] (")
    text = ROLE_AT_HEAD.sub(r"\1“\2”", text)
    return HEADING.sub(lambda match: match[1] + "№" * len(match[2]), text)


def one_line(text: str) -> str:
    """`text` on one line, so that a turn of a call cannot make itself two."""
    return " ".join(text.split())


def neutralise_all(value: Any) -> Any:
    """Every text within `value` made harmless, names of an object too."""
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, dict):
        return {neutralise(str(key)): neutralise_all(each) for key, each in value.items()}
    if isinstance(value, list):
        return [neutralise_all(each) for each in value]
    return value

"""Wordings that tell a model what to do, in English, Spanish and Russian, over the folded text of `injection.fold`.

Kinds: `override` (forget what you were told), `role` (marks of chat formats), `breakout` (the material is said to end),
`exfiltration` (say what you were told), `template` (syntax of templates), `other_call` (other people's calls), `score`
(judge the call so). A wording must be rare between people: what sellers and customers say to each other ("forget my
last mail", "rate this call") is left alone as far as that goes; docs/prompts.md has the figures.
"""

from prompts.templates.wordings.english import ENGLISH
from prompts.templates.wordings.marks import MARKS
from prompts.templates.wordings.russian import RUSSIAN
from prompts.templates.wordings.spanish import SPANISH

__all__ = ["ENGLISH", "MARKS", "RUSSIAN", "SPANISH"]

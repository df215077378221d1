"""What a case is besides its versions: title, type, difficulty, skills."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from prompts.pages.words import LANGUAGES
from testcases.models import Difficulty, TestCase, TestType
from testcases.skills import SKILLS


class AboutForm(forms.Form):
    """`new` cases have a name and a language as well, which stay as they are."""

    title = forms.CharField(label=_("Title"), max_length=200)
    name = forms.SlugField(
        label=_("Name"), max_length=100, help_text=_("As commands and the API call it, e.g. price-too-high-beginner")
    )
    test_type = forms.ChoiceField(label=_("Type"), choices=TestType.choices)
    difficulty_level = forms.ChoiceField(label=_("Difficulty"), choices=Difficulty.choices)
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()))
    skills = forms.MultipleChoiceField(label=_("Skills"), required=False, widget=forms.CheckboxSelectMultiple)
    own_skills = forms.CharField(
        label=_("Other skills"), required=False, max_length=300,
        help_text=_("Separated by commas; they get figures of their own"),
    )  # fmt: skip
    description = forms.CharField(
        label=_("What it is for"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "about-%s"})
        skills = self.fields["skills"]
        assert isinstance(skills, forms.MultipleChoiceField)
        skills.choices = [(slug, each.name) for slug, each in SKILLS.items()]
        if not new:
            del self.fields["name"], self.fields["language"]

    @classmethod
    def of(cls, case: TestCase) -> "AboutForm":
        return cls(new=False, initial=initial_of(case))

    @property
    def settings(self) -> dict[str, Any]:
        """After validation: the case's columns."""
        said = dict(self.cleaned_data)
        own = [slugify(each.strip(), allow_unicode=False) for each in said.pop("own_skills").split(",")]
        said["skills"] = [*said["skills"], *(slug for slug in own if slug and slug not in said["skills"])]
        return said


def initial_of(case: TestCase) -> dict[str, Any]:
    own = [slug for slug in case.skills if slug not in SKILLS]
    return {
        "title": case.title, "test_type": case.test_type, "difficulty_level": case.difficulty_level,
        "description": case.description, "skills": [slug for slug in case.skills if slug in SKILLS],
        "own_skills": ", ".join(own), "language": case.language,
    }  # fmt: skip

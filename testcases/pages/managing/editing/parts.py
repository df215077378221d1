"""The fields of a case's document, by part, in the words of who writes it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.pages.labels import OBJECTIONS
from testcases.pages.managing.editing.fields import Spec
from testcases.skills import SKILLS

ONE_A_LINE = _("One a line; one of them is taken each time.")

TALK = (
    Spec("scenario", _("What the agent is told beforehand"), "area", wide=True,
         help=_("Who they are, what they sell, whom they ring and why. What the customer hides is not for here.")),
    Spec("expected_outcome", _("What a good talk comes to"), "area", wide=True,
         help=_("For those who judge and coach; the agent does not see it before the talk.")),
    Spec("begins", _("Who speaks first"), "choice", default="agent",
         choices=[("agent", _("The agent")), ("customer", _("The customer"))]),
    Spec("opening", _("The customer’s first line"), "lines", wide=True, help=ONE_A_LINE,
         example=_("Kowalski Bakery, Marta speaking.")),
)  # fmt: skip

PERSONA = (
    Spec("name", pgettext_lazy("of a person", "Name"), example="Marta Kowalski"),
    Spec("role", pgettext_lazy("of a person", "Role"), example=_("Owner")),
    Spec("company", _("Company"), example=_("Kowalski Bakery")),
    Spec("style", _("How they talk"), wide=True, example=_("Friendly and brief")),
    Spec("background", _("Background"), "area", wide=True),
    Spec("mood", _("Mood as the talk begins"), "slider", default=0.0, low=-1, high=1, step=0.1,
         ends=(_("angry"), _("glad"))),
    Spec("trust", pgettext_lazy("of a customer", "Trust"), "slider", default=0.3, low=0, high=1, step=0.05,
         ends=(pgettext_lazy("trust", "none"), pgettext_lazy("trust", "full"))),
    Spec("patience", _("Patience"), "slider", default=0.6, low=0, high=1, step=0.05,
         ends=(pgettext_lazy("patience", "none"), pgettext_lazy("patience", "endless"))),
)  # fmt: skip

FACT = (
    Spec("text", _("What is so"), wide=True, example=_("She paid about 1,400 euros for repairs last year.")),
    Spec("release", _("Told"), "choice", default="asked", choices=[
        ("volunteered", _("by themselves, early on")), ("asked", _("when asked for")),
        ("trusted", _("when asked for, to somebody they trust")),
    ]),
    Spec("asked", _("Questions that ask for it"), "lines",
         help=_("One a line. Other words of the same meaning are understood as well."),
         example=_("What did you spend on repairs last year?")),
    Spec("replies", _("How the customer tells it"), "lines", help=ONE_A_LINE,
         example=_("Let me think. Fourteen hundred euros, about.")),
)  # fmt: skip

OBJECTION = (
    Spec("kind", _("About"), "choice", default="price", choices=list(OBJECTIONS.items())),
    Spec("raised", _("Raised"), "choice", default="early", choices=[
        ("opening", _("with the first answer")), ("early", _("early on")),
        ("price", _("when the price is named")), ("closing", _("when asked to decide")),
        ("trusted", _("to somebody they trust")), ("late", _("late in the talk")),
    ]),
    Spec("needs", _("Good answers needed"), "whole", default=1, low=1, high=5),
    Spec("lines", _("How it is raised"), "lines", wide=True, help=ONE_A_LINE,
         example=_("Eighty-nine euros every month is too expensive for a small bakery.")),
    Spec("answers", _("Good answers"), "lines", wide=True,
         help=_("One a line. Other words of the same meaning count as well."),
         example=_("It costs less than your repairs of last year, with the parts included.")),
    Spec("insists", _("After a poor answer"), "lines", help=ONE_A_LINE),
    Spec("eased", _("After a good answer"), "lines", help=ONE_A_LINE),
)  # fmt: skip

GOAL = (
    Spec("text", _("The agent’s goal"), wide=True, help=_("Told to the agent beforehand."),
         example=_("Marta agrees to a first inspection with a day.")),
    Spec("reached", _("It is"), "choice", default="next_step", choices=[
        ("next_step", _("a next step")), ("purchase", _("a purchase")), ("agreement", _("an agreement")),
        ("solved", _("a problem solved")), ("informed", _("the customer informed")),
    ]),
    Spec("trust", _("Trust that it takes"), "slider", default=0.5, low=0, high=1, step=0.05,
         ends=(pgettext_lazy("trust", "none"), pgettext_lazy("trust", "full"))),
    Spec("asked", _("How the agent asks for it"), "lines",
         help=_("One a line. Other words of the same meaning are understood as well."),
         example=_("Shall we do the first inspection on a Monday?")),
    Spec("lines", _("How the customer agrees"), "lines", help=ONE_A_LINE,
         example=_("Monday at ten, then, and there will be coffee.")),
)  # fmt: skip

STOP = (
    Spec("turns", _("The customer hangs up after so many turns of the agent"), "whole", default=20, low=1, high=200),
    Spec("mood", _("… or when the mood falls to"), "slider", default=-0.8, low=-1, high=1, step=0.1,
         ends=(_("angry"), _("glad"))),
)  # fmt: skip

RULES_OF_TEST = (
    Spec("pass_mark", _("Passed from"), "number", default=70, low=0, high=100, help=_("Points of 100.")),
    Spec("attempts", _("Attempts"), "whole", default=0, low=0, high=100, help=_("0: as many as one likes.")),
    Spec("time_limit", _("Time limit"), "minutes", default=0, low=0, high=120, step=0.5,
         help=_("Minutes; 0: none.")),
)  # fmt: skip

REPLY = (
    Spec("situation", _("When"), "choice"),
    Spec("lines", _("The customer may say"), "lines", wide=True,
         help=_("One a line; they are added to what every customer says then.")),
)  # fmt: skip

CRITERION = (
    Spec("text", _("What is judged"), wide=True,
         example=_("The agent sets the price against what she loses without the plan.")),
    Spec("skill", _("Skill"), "choice", choices=[("", "–"), *((slug, each.name) for slug, each in SKILLS.items())]),
    Spec("weight", _("Weight"), "whole", default=1, low=1, high=10),
    Spec("required", _("Not met, the test is not passed"), "check"),
)  # fmt: skip

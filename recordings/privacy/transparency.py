"""What is done with people's calls, read from the rows and settings that decide it: for the transparency page, the
export's processing.json and the record of processing activities (GDPR Art. 13 to 15 and 30)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from recordings.models import CallAnalysis, DataKind, Scorecard, Script, SoundMask, Transcript, TransparencyNotice
from recordings.privacy.masking_rules import policy_of as redaction_policy_of
from recordings.privacy.policy_facts import basis_facts, retention_facts
from recordings.quality.criteria import default_criteria
from salesiq.people.models import Client, User
from salesiq.people.roles import CAPABILITIES, Capability, Role

MODELS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a name and what holds. `code` is shown as it is, e.g. a hash."""

    name: str
    value: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    intro: str
    facts: list[Fact] = field(default_factory=list)


def notice_of(client: Client) -> TransparencyNotice:
    """The client's notice; an unsaved, private one where none was written."""
    return TransparencyNotice.objects.filter(client=client).first() or TransparencyNotice(client=client)


def processing_sections(client: Client) -> list[Section]:
    """Everything there is to tell, in the active language. A dozen small queries."""
    return [
        _controller(client),
        _purposes(client),
        _basis(client),
        _data(client),
        _models(client),
        _scoring(client),
        _retention(client),
        _recipients(client),
        _security(),
        _rights(client),
    ]


def processing_document(client: Client) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "client": client.name,
        "as_of": timezone.now().isoformat(timespec="seconds"),
        **{
            section.key: {
                "title": section.title,
                "about": section.intro,
                "facts": [
                    {"name": fact.name, "value": fact.value, **({"code": fact.code} if fact.code else {})}
                    for fact in section.facts
                ],
            }
            for section in processing_sections(client)
        },
    }


def processing_markdown(client: Client) -> str:
    """The same for people, as the record of processing activities."""
    lines = [f"# {_('Record of processing activities')}: {client.name}", "", f"{timezone.localdate():%Y-%m-%d}", ""]
    for section in processing_sections(client):
        lines += [f"## {section.title}", ""]
        lines += [section.intro, ""] if section.intro else []
        for fact in section.facts:
            code = f" (`{fact.code}`)" if fact.code else ""
            lines.append(f"- **{fact.name}**: {fact.value}{code}" if fact.value or code else f"- {fact.name}")
        lines += [""] if section.facts else []
    return "\n".join(lines)


def _controller(client: Client) -> Section:
    notice = notice_of(client)
    named = [
        (_("Company"), client.name),
        (_("Contact for requests"), notice.contact),
        (_("Data protection officer"), notice.officer),
        (_("Supervisory authority"), notice.authority),
    ]
    missing = "" if notice.contact else _("No contact has been entered yet. Ask the company you spoke with.")
    return Section("controller", _("Who is responsible"), missing, [Fact(*each) for each in named if each[1]])


def _purposes(client: Client) -> Section:
    purpose = notice_of(client).purpose or _(
        "Calls with customers are recorded, written down and understood to keep promises made in them, to coach the "
        "people who hold them, and to see in totals what works."
    )
    concerned = [
        Fact(_("Whom it concerns"), _("People who speak with the company by phone, and its own agents.")),
        Fact(_("What it is not used for"), _("Voices are not used to recognise people. Data is not sold.")),
    ]
    return Section("purposes", _("What for"), purpose, concerned)


def _basis(client: Client) -> Section:
    intro = _("Each call needs a lawful basis before it is processed; without one nothing is written down.")
    return Section("basis", _("On what ground"), intro, [Fact(*each) for each in basis_facts(client) if each[1]])


def _data(client: Client) -> Section:
    policy = redaction_policy_of(client)
    kinds = dict(DataKind.choices)

    def named(chosen: list[str]) -> str:
        return ", ".join(str(kinds[kind]) for kind in kinds if kind in chosen) or _("Nothing")

    original = _("Kept, for few people to hear.") if policy.keep_original else _("Replaced by the masked one.")
    facts = [
        Fact(_("Kept"), _("The sound, what was said and when, by whom; who called whom, when, how long.")),
        Fact(
            _("Found in it"),
            _("Mood by line, intents, topics, objections, promises, what was agreed, how the call ended."),
        ),
        Fact(_("Masked in text"), named(policy.text_kinds)),
        Fact(_("Masked in sound"), f"{named(policy.sound_kinds)}: {SoundMask(policy.sound_mask).label}"),
        Fact(_("The unmasked recording"), original),
    ]
    return Section("data", _("What is kept"), "", facts)


def _models(client: Client) -> Section:
    used = (
        Transcript.objects.filter(call__client=client)
        .values("model_name", "model_sha256", "engine")
        .annotate(last=Max("created_at"), calls=Count("pk"))
        .order_by("-last")[:MODELS_SHOWN]
    )
    facts = [
        Fact(_("Writes down what is said"), f"{row['model_name']}, {row['engine']}", row["model_sha256"])
        for row in used
    ]
    if not facts:
        facts = [Fact(_("Writes down what is said"), settings.WHISPER_MODEL)]
    facts += [Fact(name, value) for name, value in _versions(client)]
    where = _("All of it runs on the company's own machines; no call is sent to anybody to be analysed.")
    return Section("models", _("Which models"), where, facts)


def _versions(client: Client) -> list[tuple[str, str]]:
    """Names and versions that the newest analysis was made with, whatever they are called."""
    newest = CallAnalysis.objects.filter(call__client=client).exclude(versions={}).order_by("-created_at").first()
    found: list[tuple[str, str]] = []

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{prefix} {key}".strip(), inner)
        else:
            found.append((prefix.replace("_", " "), str(value)))

    walk("", newest.versions if newest else {})
    return found


def _scoring(client: Client) -> Section:
    intro = _(
        "A call gets 0 to 100 points by rules, each with a reason and the place in the call it rests on. The score is "
        "about how the agent held the call. No decision about a customer is made by it, and none about an employee "
        "should be made without a person who looked at the call (GDPR Art. 22)."
    )
    card = Scorecard.objects.newest_in_use().filter(client=client).first()
    weights: list[tuple[str, float]] = (
        [(str(each["name"]), float(each.get("weight", 0))) for each in card.criteria]
        if card
        else [(each.name, each.weight) for each in default_criteria()]
    )
    whole = sum(weight for _name, weight in weights) or 1.0
    facts = [
        Fact(name, _("%(share).0f %% of the points") % {"share": 100 * weight / whole}) for name, weight in weights
    ]
    scripts = Script.objects.published().filter(client=client).count()
    own = _("%(n)d of the company's own.") % {"n": scripts} if scripts else _("The standard one.")
    chance = _("An estimate of how likely a sale is, by rules as well; it is shown to the company's own people only.")
    return Section(
        "scoring",
        _("How scores are made"),
        intro,
        [*facts, Fact(_("Sales script compared with"), own), Fact(_("Chance of a sale"), chance)],
    )


def _retention(client: Client) -> Section:
    return Section(
        "retention",
        _("For how long"),
        _("The strictest rule that fits a call decides. A call that a court or a claim needs is kept until then."),
        [Fact(*each) for each in retention_facts(client)],
    )


_SEES: dict[str, Callable[[], str]] = {
    Role.ADMIN: lambda: _("All calls of the company."),
    Role.MANAGER: lambda: _("Calls of their own teams."),
    Role.REVIEWER: lambda: _("Calls of the teams they review."),
    Role.AGENT: lambda: _("The calls they held themselves."),
    Role.INTEGRATOR: lambda: _("A program of the company: calls as far as its key allows."),
    Role.PRIVACY: lambda: _("No calls: answers people's requests and keeps the rules."),
}


def _recipients(client: Client) -> Section:
    counted: dict[str, int] = dict(
        User.objects.filter(client=client, is_active=True).order_by().values_list("role").annotate(n=Count("pk"))
    )
    facts = [
        Fact(f"{Role(role).label} ({counted[role]})", sees() + _originals(role))
        for role, sees in _SEES.items()
        if counted.get(role)
    ]
    outside = Fact(pgettext("who gets data", "Anybody else"), _("Nobody. Data leaves only where the company sends it."))
    intro = _("Each look at a call, each listen and each download is written into a trail that nobody can edit.")
    return Section("recipients", _("Who sees it"), intro, [*facts, outside])


def _originals(role: str) -> str:
    return " " + _("May hear unmasked sound.") if Capability.HEAR_ORIGINALS in CAPABILITIES[role] else ""


def _security() -> Section:
    sealed = "vault" in settings.STORAGES["default"]["BACKEND"]
    facts = [
        Fact(
            _("Sound"),
            _("Encrypted, with a key for each recording that is destroyed with it.")
            if sealed
            else _("Kept as the installation's storage keeps it."),
        ),
        Fact(_("Access"), _("By role, team and company; strangers cannot even tell whether a call exists.")),
        Fact(_("Where"), _("On machines that the company runs or has chosen; no transfer elsewhere.")),
    ]
    return Section("security", _("How it is protected"), "", facts)


def _rights(client: Client) -> Section:
    days = _("Within one month of the request (GDPR Art. 12(3)).")
    facts = [
        Fact(_("A copy of your data"), _("Everything as one archive: sound, text, findings (Art. 15 and 20).")),
        Fact(_("Erasure"), _("Everything goes, and you get a signed receipt (Art. 17).")),
        Fact(_("Correction"), _("Wrong words, names and results are corrected by a person (Art. 16).")),
        Fact(_("Objection and withdrawal"), _("Consent can be withdrawn at any time; nothing more is processed then.")),
        Fact(_("A person's look at a score"), _("Ask, and somebody looks at the call (Art. 22).")),
        Fact(_("How soon"), days),
        Fact(_("Where to ask"), notice_of(client).contact or client.name),
    ]
    return Section("rights", _("Your rights"), "", facts)

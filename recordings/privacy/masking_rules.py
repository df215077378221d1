"""What is masked in a call: the client's policy, and what was asked for this one call beyond it."""

from dataclasses import dataclass

from recordings.models import CallRedaction, RedactionPolicy, SalesCall
from salesiq.people.models import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskingRules:
    """What to mask in one call. `sound_mask` is tone or silence; empty `countries` means every country we know."""

    text_kinds: frozenset[str]
    sound_kinds: frozenset[str]
    sound_mask: str
    all_channels: bool
    keep_original: bool
    countries: tuple[str, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds that have to be looked for."""
        return self.text_kinds | self.sound_kinds


def policy_of(client: Client) -> RedactionPolicy:
    """The client's policy; the defaults, unsaved, where none was set."""
    return RedactionPolicy.objects.filter(client=client).first() or RedactionPolicy(client=client)


def rules_of(call: SalesCall) -> MaskingRules:
    """The policy of the call's client, and what was asked for this call beyond it."""
    policy = policy_of(call.client)
    asked = CallRedaction.objects.filter(call=call).first()
    more = frozenset(asked.kinds) if asked else frozenset()
    return MaskingRules(
        text_kinds=frozenset(policy.text_kinds) | more,
        sound_kinds=frozenset(policy.sound_kinds) | more,
        sound_mask=policy.sound_mask,
        all_channels=policy.all_channels,
        keep_original=policy.keep_original,
        countries=tuple(sorted(policy.countries)),
    )

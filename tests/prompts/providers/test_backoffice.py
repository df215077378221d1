import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from prompts.models import LanguageModel, ModelExchange, ModelPolicy, ModelProvider
from prompts.providers.connecting import save_provider
from salesiq.audit.models import AuditEvent
from tests.factories import make_client, make_user
from tests.prompts.factories import make_model, make_policy, make_provider
from tests.prompts.model_server import refused_key

pytestmark = pytest.mark.django_db
SECRET = "sk-never-to-be-seen-7f3a"


@pytest.fixture
def admin(client):
    client.user = make_user(role="admin")
    client.force_login(client.user)
    return client


def a_form(**values):
    return {
        "name": "House", "kind": "openai", "base_url": "https://models.example/v1", "order": 1, "timeout_seconds": 5,
        "max_attempts": 1, "max_concurrency": 1, "is_enabled": "on", "leaves_house": "on", **values,
    }  # fmt: skip


def change_url(row):
    return reverse(f"admin:prompts_{row._meta.model_name}_change", args=[row.pk])


def test_a_key_goes_in_and_is_shown_nowhere(admin):
    added = admin.post(reverse("admin:prompts_modelprovider_add"), a_form(new_key=SECRET))
    assert added.status_code == 302
    provider = ModelProvider.objects.get()
    assert (provider.sealed_key, provider.client) == (SECRET, admin.user.client)
    pages = [change_url(provider), reverse("admin:prompts_modelprovider_changelist")]
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
    assert SECRET not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_a_key_stays_when_nothing_is_entered_and_goes_with_its_host(admin):
    provider = make_provider(client=admin.user.client, base_url="https://models.example/v1", sealed_key=SECRET)
    admin.post(change_url(provider), a_form(name="Renamed"))
    assert ModelProvider.objects.get().sealed_key == SECRET
    admin.post(change_url(provider), a_form(base_url="https://models.example/v2"))
    assert ModelProvider.objects.get().sealed_key == SECRET
    admin.post(change_url(provider), a_form(base_url="https://evil.example/v1"))
    assert ModelProvider.objects.get().sealed_key == ""
    told = [row["key"] for row in AuditEvent.objects.values_list("details", flat=True) if "key" in row]
    assert told == ["forgotten"]


@pytest.mark.parametrize(
    "values",
    [{"base_url": "ftp://x"}, {"base_url": "https://u:p@x/v1"}, {"key_reference": "env:SECRET_KEY"},
     {"key_reference": "file:../secret.key"}, {"max_concurrency": 0}, {"base_url": ""}],
)  # fmt: skip
def test_what_could_not_be_asked_is_refused_beside_its_field(admin, values):
    answer = admin.post(reverse("admin:prompts_modelprovider_add"), a_form(**values))
    assert answer.status_code == 200
    assert not ModelProvider.objects.exists()


def test_hosts_of_one_word_are_names_too(admin):
    assert (
        admin.post(reverse("admin:prompts_modelprovider_add"), a_form(base_url="http://llm:8000/v1")).status_code == 302
    )
    assert ModelProvider.objects.get().base_url == "http://llm:8000/v1"


def test_changes_of_the_policy_are_told_with_what_was_before(admin):
    policy = make_policy(client=admin.user.client)
    form = {"may_leave_house": "on", "redacted_only": "on", "currency": "USD", "monthly_budget": "12.5"}
    assert admin.post(change_url(policy), form).status_code == 302
    details = AuditEvent.objects.filter(action="changed").latest("at").details
    assert details["may_leave_house"] == {"before": False, "after": True}
    assert details["monthly_budget"] == {"before": None, "after": "12.5"}


def test_the_connection_is_tested_with_a_question_that_stands_in_the_ledger(admin, server):
    provider = make_provider(client=admin.user.client, url=server.url)
    run = {"action": "test_connection", "_selected_action": [str(provider.pk)]}
    screen = reverse("admin:prompts_modelprovider_changelist")
    assert "test-model" in admin.post(screen, run, follow=True).content.decode()
    model = make_model(provider=provider)
    answer = admin.post(screen, run, follow=True).content.decode()
    assert f"{model.name}: It answered in" in answer
    assert ModelExchange.objects.get().purpose == "trial"
    server.answers(refused_key())
    answer = admin.post(screen, run, follow=True).content.decode()
    assert "The endpoint refused the key." in answer
    assert "sk-echoed" not in answer


def test_whoever_mended_an_endpoint_ends_its_rest(admin):
    provider = make_provider(client=admin.user.client, failures=9, last_error="It was down.")
    run = {"action": "ask_again", "_selected_action": [str(provider.pk)]}
    admin.post(reverse("admin:prompts_modelprovider_changelist"), run)
    provider.refresh_from_db()
    assert (provider.failures, provider.last_error) == (0, "")


@pytest.mark.parametrize("model", ["modelprovider", "languagemodel", "modelexchange"])
def test_lists_ask_no_more_for_more_rows(admin, django_assert_max_num_queries, model):
    for _number in range(4):
        row = make_model(client=admin.user.client)
        ModelExchange.objects.create(
            client=row.client, provider=row.provider, model=row, model_name=row.name, purpose="trial"
        )
    screen = reverse(f"admin:prompts_{model}_changelist")
    with django_assert_max_num_queries(14):
        assert admin.get(screen).status_code == 200


def test_a_model_is_connected_by_one_command(server, capsys):
    client = make_client(slug="acme")
    call_command("connect_model", client="acme", url=server.url, model="m1", in_house=True, input_price="2.50")
    assert "m1: It answered" in capsys.readouterr().out
    call_command("connect_model", client="acme", url=server.url, model="m2", in_house=True)
    assert (ModelProvider.objects.count(), LanguageModel.objects.filter(client=client).count()) == (1, 2)
    assert server.requests[0].model == "m1"


def test_the_command_says_why_a_model_does_not_answer(server):
    make_client(slug="acme")
    with pytest.raises(CommandError, match="may not leave the house"):
        call_command("connect_model", client="acme", url=server.url, model="m1")
    call_command("connect_model", client="acme", url=server.url, model="m1", allow_leaving=True)
    assert ModelPolicy.objects.get().may_leave_house
    with pytest.raises(CommandError, match="no client"):
        call_command("connect_model", client="nobody", url=server.url, model="m1")
    with pytest.raises(CommandError, match="host"):
        call_command("connect_model", client="acme", url="nonsense", model="m1")


def test_a_key_entered_for_a_reference_is_not_kept():
    provider = save_provider(
        provider=make_provider(key_reference="env:SALESIQ_MODEL_KEY_A"), actor=None, new_key=SECRET
    )
    assert provider.sealed_key == ""

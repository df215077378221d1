"""A piece of training: read, marked as read by who was sent to it, by nobody else."""

from salesiq.people.roles import Role
from tests.factories import make_agent, make_user
from tests.testcases.factories import make_assignment, make_case, make_training
from tests.testcases.pages.playing.conftest import signed_in

TRAININGS = "/sales-test-cases/practice/trainings"


def test_it_is_read_and_then_done(browser, agent):
    make_case(client=agent.client, title="Try it here")
    given = make_assignment(
        agent=agent,
        training=make_training(client=agent.client, material="One\r\nis first.\r\n\r\n<b>Two</b>\n- a point"),
    )
    shown = browser.get(f"{TRAININGS}/{given.pk}").content.decode()
    assert "<p>One is first.</p>" in shown and "&lt;b&gt;Two&lt;/b&gt;<br>- a point" in shown and "Try it here" in shown
    browser.post(f"{TRAININGS}/{given.pk}/read")
    given.refresh_from_db()
    assert given.done_at and "Read on" in browser.get(f"{TRAININGS}/{given.pk}").content.decode()


def test_what_was_taken_back_need_not_be_read(browser, agent):
    given = make_assignment(agent=agent, training=make_training(client=agent.client))
    given.cancelled_at = given.created_at
    given.save()
    assert "taken back" in browser.post(f"{TRAININGS}/{given.pk}/read", follow=True).content.decode()


def test_a_reviewer_reads_along_and_marks_nothing(desk, agent, tenant):
    given = make_assignment(agent=agent, training=make_training(client=tenant))
    assert "I have read it" not in desk.get(f"{TRAININGS}/{given.pk}").content.decode()
    assert desk.post(f"{TRAININGS}/{given.pk}/read").status_code == 404
    other = make_agent(client=tenant, user=make_user(client=tenant, role=Role.AGENT))
    assert signed_in(other.user).get(f"{TRAININGS}/{given.pk}").status_code == 404

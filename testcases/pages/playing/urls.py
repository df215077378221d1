"""Addresses of practising, and of reviewing what was judged."""

from django.urls import URLPattern, URLResolver, path

from testcases.pages.playing import (
    agreement,
    mine,
    playing,
    practice,
    results,
    run_list,
    run_page,
    talking,
    training,
)

ROOT = "sales-test-cases"
CASE = f"{ROOT}/practice/cases/<uuid:case_id>"
SESSION = f"{ROOT}/practice/sessions/<uuid:session_id>"
TRAINING = f"{ROOT}/practice/trainings/<uuid:assignment_id>"
RUN = f"{ROOT}/runs/<uuid:run_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ROOT}/practice", practice.practice, name="test-practice"),
    path(f"{ROOT}/practice/mine", mine.my_part, name="test-my-part"),
    path(CASE, playing.brief, name="test-brief"),
    path(f"{CASE}/start", playing.start, name="test-start"),
    path(SESSION, playing.play, name="test-play"),
    path(f"{SESSION}/turns", talking.turns, name="test-play-turns"),
    path(f"{SESSION}/sound", talking.sound, name="test-play-sound"),
    path(f"{SESSION}/finish", talking.finish, name="test-play-finish"),
    path(f"{SESSION}/judge", results.judge, name="test-judge"),
    path(f"{SESSION}/result", results.result, name="test-result"),
    path(TRAINING, training.training, name="test-training"),
    path(f"{TRAINING}/read", training.read, name="test-training-read"),
    path(f"{ROOT}/runs", run_list.runs, name="test-runs"),
    path(f"{ROOT}/runs/agreement", agreement.agreement, name="test-agreement"),
    path(RUN, run_page.run_page, name="test-run"),
    path(f"{RUN}/results/<uuid:result_id>", run_page.override, name="test-override"),
    path(f"{RUN}/confirm", run_page.confirm, name="test-confirm"),
    path(f"{RUN}/feedback", run_page.feedback, name="test-feedback"),
]

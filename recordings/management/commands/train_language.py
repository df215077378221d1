"""`manage.py train_language`: fit the small language heads again after phrases or utterances were changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from recordings.language.excerpts import read_excerpts
from recordings.language.heads import WEIGHTS, load_heads
from recordings.language.training import save, train


class Command(BaseCommand):
    help = "Fit the heads for intents, objections and sentiment and store their weights (about two minutes)."

    def handle(self, *args: Any, **options: Any) -> None:
        save(train(read_excerpts("development")), WEIGHTS)
        load_heads.cache_clear()
        self.stdout.write(f"Wrote {WEIGHTS}.")

"""What the call was about: each topic's lines and share of talk time."""

from __future__ import annotations

from recordings.language.lexicon import lexicon
from recordings.language.types import TOPICS, Call, TopicShare


def find_topics(call: Call) -> list[TopicShare]:
    """Topics by talk time, longest first.

    `share` is the topic's seconds divided by all seconds of talk; a line may belong to several topics.
    """
    tables = lexicon(call.language)
    total = sum(max(line.end - line.start, 0.0) for line in call.lines)
    found: list[TopicShare] = []
    for topic in TOPICS:
        group = tables.group(f"topics.{topic}")
        lines = [line for line in call.lines if group.found(line.text)]
        if not lines:
            continue
        seconds = sum(max(line.end - line.start, 0.0) for line in lines)
        share = seconds / total if total > 0 else 0.0
        confidence = min(0.5 + 0.1 * len(lines), 0.9)
        positions = tuple(line.position for line in lines)
        found.append(TopicShare(topic, positions, round(seconds, 2), round(share, 4), round(confidence, 2)))
    return sorted(found, key=lambda item: -item.seconds)

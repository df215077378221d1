"""Feeling of each line, and its course over the call."""

from __future__ import annotations

import numpy as np

from recordings.language.features import LineFeatures, flags
from recordings.language.heads import load_heads
from recordings.language.types import Call, CoursePoint, Sentiment, SentimentLabel

_COURSE_POINTS = 16


def score_lines(call: Call, features: LineFeatures) -> list[Sentiment]:
    """Sentiment of every line: score = p(positive) - p(negative), label by the likelier side.

    Lines with an embedding are read by the full head; the others by phrase lists and, for English, VADER.
    """
    return [_score(line.position, line.text, call.language, features) for line in call.lines]


def _score(position: int, text: str, language: str, features: LineFeatures) -> Sentiment:
    row = features.row(position)
    if row is None:
        head = load_heads()["sentiment_flags"]
        row = flags(text, language)
    else:
        head = load_heads()["sentiment"]
    probabilities = head.probabilities(row[np.newaxis, : head.weights.shape[1]])[0]
    by_name = dict(zip(head.classes, (float(value) for value in probabilities), strict=True))
    positive, negative = by_name["positive"], by_name["negative"]
    score = positive - negative
    label: SentimentLabel = "neutral"
    if negative >= head.threshold("negative") and negative >= positive:
        label = "negative"
    elif positive >= head.threshold("positive"):
        label = "positive"
    sure = {"negative": negative, "positive": positive, "neutral": 1 - max(positive, negative)}[label]
    return Sentiment(position, round(score, 3), label, round(sure, 2))


def course(call: Call, sentiments: list[Sentiment]) -> list[CoursePoint]:
    """Sentiment of agent and customer over time, up to 16 points each.

    Each point is the mean of the role's scores weighted by a Gaussian of its distance in time (Nadaraya-Watson
    kernel regression) and by the length of the line; the kernel is a twelfth of the call wide.
    """
    if not call.lines:
        return []
    begin, end = min(line.start for line in call.lines), max(line.end for line in call.lines)
    width = max((end - begin) / 12.0, 1.0)
    by_line = {sentiment.line: sentiment.score for sentiment in sentiments}
    points: list[CoursePoint] = []
    for role in ("agent", "customer"):
        lines = [line for line in call.lines if line.role == role]
        if not lines:
            continue
        centres = np.array([(line.start + line.end) / 2 for line in lines])
        weights = np.array([max(line.end - line.start, 0.2) for line in lines])
        scores = np.array([by_line.get(line.position, 0.0) for line in lines])
        for time in np.linspace(begin, end, min(_COURSE_POINTS, max(2, len(lines) * 2))):
            kernel = weights * np.exp(-0.5 * ((centres - time) / width) ** 2) + 1e-9
            points.append(CoursePoint(round(float(time), 2), role, round(float(kernel @ scores / kernel.sum()), 3)))
    return points

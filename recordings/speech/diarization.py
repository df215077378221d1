"""Who speaks when in a call recorded on one channel: voice vectors, two clusters, a smooth path through them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy

from recordings.speech.sound import RATE, Float32, Sound
from recordings.speech.types import Span, Turn
from recordings.speech.voice_encoder import (
    HOP,
    WINDOW_FRAMES,
    VoiceEncoder,
    load_voice_encoder,
    mel_frames,
    raise_level,
)

WINDOW = WINDOW_FRAMES * HOP / RATE  # 1.6 s
STRIDE = 0.6  # seconds from window to window
SHORTEST = 0.3  # seconds; shorter speech has no voice worth comparing
FRAME = 0.1  # seconds; the grid on which turns are drawn
# Measured on real and synthetic voices: 1 - cosine of the means of one person's speech split in two is 0.04 to 0.19,
# of two people's 0.24 to 0.42.
TWO_VOICES = 0.21
# Cost of a change of speaker in units of cosine similarity summed over frames; cheap where the sound pauses.
SWITCH = 1.5
SWITCH_AT_PAUSE = 0.3
ROUNDS = 5
LINKAGE_LIMIT = 2_000  # vectors; linkage needs memory with their square, so a long call is clustered by a sample

Labels = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Diarization:
    """Turns in order of time, not overlapping; how many speakers; `confidence` 0..1 that they are told apart."""

    turns: tuple[Turn, ...]
    speakers: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Windows:
    """Where voices were measured, and the unit vectors found there, shape (n, 256)."""

    spans: tuple[Span, ...]
    vectors: Float32


def diarize(
    sound: Sound,
    speech: Sequence[Span],
    *,
    speakers: int | None = None,
    progress: Callable[[float], None] | None = None,
    encoder: VoiceEncoder | None = None,
) -> Diarization:
    """Turns of the speakers in channel 0 of `sound`, within `speech`.

    A call is taken for two people unless their voices cannot be told apart; `speakers` forces the number. Speakers are
    numbered in the order in which they first speak. People who talk at once are not separated.
    """
    windows = _measure(sound, speech, encoder or load_voice_encoder(), progress)
    if not windows.spans:
        return Diarization((), 0, 0.0)
    _, centroids = cluster(windows.vectors, speakers)
    separation = _separation(centroids)
    if speakers is None and len(centroids) == 2 and separation < TWO_VOICES:
        _, centroids = cluster(windows.vectors, 1)
    turns = draw_turns(windows.spans, windows.vectors, centroids, speech)
    confidence = float(np.mean([turn.confidence for turn in turns])) if turns else 0.0
    return Diarization(turns, len({turn.speaker for turn in turns}), confidence)


def _measure(
    sound: Sound, speech: Sequence[Span], encoder: VoiceEncoder, progress: Callable[[float], None] | None
) -> _Windows:
    spans: list[Span] = []
    vectors: list[Float32] = []
    waiting: list[Float32] = []
    usable = [span for span in speech if span.duration >= SHORTEST]
    for number, span in enumerate(usable, start=1):
        for window, mels in _windows_of(sound, span):
            spans.append(window)
            waiting.append(mels)
        if len(waiting) >= 64 or number == len(usable):
            vectors.append(encoder.embed(np.stack(waiting)))
            waiting.clear()
            if progress is not None:
                progress(number / len(usable))
    return _Windows(tuple(spans), np.concatenate(vectors) if vectors else np.zeros((0, 256), np.float32))


def _windows_of(sound: Sound, span: Span) -> list[tuple[Span, Float32]]:
    """Mel windows of the network's length over `span`; speech that is too short is repeated until it fills one."""
    mels = mel_frames(raise_level(sound.slice(0, span.start, span.end)))
    if len(mels) <= WINDOW_FRAMES:
        return [(span, np.resize(mels, (WINDOW_FRAMES, mels.shape[1])))]
    last = len(mels) - WINDOW_FRAMES
    count = int(np.ceil(last / (STRIDE * RATE / HOP))) + 1
    starts = np.linspace(0, last, count).round().astype(int)
    step = HOP / RATE
    return [
        (Span(span.start + start * step, span.start + start * step + WINDOW), mels[start : start + WINDOW_FRAMES])
        for start in starts
    ]


def cluster(vectors: Float32, speakers: int | None) -> tuple[Labels, Float32]:
    """Labels of the vectors and the clusters' unit means, for `speakers` (None: two), fewer when too few speak.

    Ward's linkage (on unit vectors, where squared distance is 2 - 2 cosine), then reassignment to the nearest
    mean (spherical k-means) until it settles.
    """
    wanted = min(speakers or 2, len(vectors))
    if wanted == 1:
        labels = np.zeros(len(vectors), np.intp)
        return labels, _means(vectors, labels)
    sample = vectors[:: -(-len(vectors) // LINKAGE_LIMIT)]
    tree = scipy.cluster.hierarchy.linkage(sample, "ward")
    sampled = scipy.cluster.hierarchy.fcluster(tree, wanted, "maxclust").astype(np.intp) - 1
    labels = np.argmax(vectors @ _means(sample, sampled).T, axis=1)
    for _ in range(ROUNDS):
        nearest = np.argmax(vectors @ _means(vectors, labels).T, axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
    return labels, _means(vectors, labels)


def _means(vectors: Float32, labels: Labels) -> Float32:
    means = np.stack([vectors[labels == label].mean(axis=0) for label in np.unique(labels)])
    unit: Float32 = means / np.linalg.norm(means, axis=1, keepdims=True)
    return unit


def _separation(centroids: Float32) -> float:
    """1 - the cosine similarity of the two most alike clusters; 0 for a single one."""
    if len(centroids) < 2:
        return 0.0
    alike = centroids @ centroids.T
    np.fill_diagonal(alike, -1.0)
    return float(1.0 - alike.max())


def draw_turns(spans: Sequence[Span], vectors: Float32, centroids: Float32, speech: Sequence[Span]) -> tuple[Turn, ...]:
    """The most likely path of speakers over the frames of `speech`, as turns (Viterbi)."""
    frames = [(at, number) for number, span in enumerate(speech) for at in _grid(span)]
    if not frames:
        return ()
    times = np.array([at for at, _ in frames])
    scores = _frame_scores(times, spans, vectors @ centroids.T)
    pause = np.array([before[1] != after[1] for before, after in pairwise(frames)], bool)
    path = viterbi(scores, np.where(pause, SWITCH_AT_PAUSE, SWITCH))
    order = list(dict.fromkeys(path.tolist()))
    return tuple(_collect(times, [order.index(label) for label in path.tolist()], _margins(scores, path)))


def _grid(span: Span) -> npt.NDArray[np.float64]:
    return np.arange(span.start, span.end - FRAME / 2, FRAME)


def _frame_scores(times: npt.NDArray[np.float64], spans: Sequence[Span], alike: Float32) -> Float32:
    """Similarity to each speaker per frame: the mean over the windows around it, the nearest counting most."""
    total = np.zeros((len(times), alike.shape[1]), np.float32)
    weight = np.full((len(times), 1), 1e-6, np.float32)
    for span, row in zip(spans, alike, strict=True):
        first, last = np.searchsorted(times, [span.start - FRAME / 2, span.end - FRAME / 2])
        centre, half = (span.start + span.end) / 2, span.duration / 2
        near = (1.0 - np.abs(times[first:last] + FRAME / 2 - centre) / (half + FRAME))[:, None].astype(np.float32) ** 2
        total[first:last] += near * row
        weight[first:last] += near
    return total / weight


def viterbi(scores: Float32, switch_cost: npt.NDArray[np.float64]) -> Labels:
    """The path through `scores`, shape (frames, speakers), with the highest sum less `switch_cost` per change."""
    best = scores[0].astype(np.float64)
    back = np.zeros(scores.shape, np.intp)
    for at in range(1, len(scores)):
        leader = int(np.argmax(best))
        changed = best[leader] - switch_cost[at - 1]
        stay = best >= changed
        back[at] = np.where(stay, np.arange(scores.shape[1]), leader)
        best = np.where(stay, best, changed) + scores[at]
    path = np.zeros(len(scores), np.intp)
    path[-1] = int(np.argmax(best))
    for at in range(len(scores) - 1, 0, -1):
        path[at - 1] = back[at, path[at]]
    return path


def _margins(scores: Float32, path: Labels) -> npt.NDArray[np.float64]:
    """How sure each frame is, 0..1: the lead of the chosen speaker over the next, 0.2 of similarity being certain."""
    if scores.shape[1] == 1:
        return np.ones(len(scores))
    rows = np.arange(len(scores))
    others = scores.copy()
    others[rows, path] = -np.inf
    lead: npt.NDArray[np.float64] = (scores[rows, path] - others.max(axis=1)).astype(np.float64)
    return np.clip(0.5 + lead / 0.4, 0.0, 1.0)


def _collect(times: npt.NDArray[np.float64], labels: Sequence[int], sure: npt.NDArray[np.float64]) -> list[Turn]:
    """Runs of one speaker; a gap of a second and more ends a turn."""
    turns: list[Turn] = []
    first = 0
    for at in range(1, len(labels) + 1):
        if at < len(labels) and labels[at] == labels[at - 1] and times[at] - times[at - 1] < 1.0:
            continue
        following = times[at] if at < len(labels) else np.inf
        end = float(min(times[at - 1] + FRAME, following))
        turns.append(Turn(labels[first], float(times[first]), end, float(sure[first:at].mean())))
        first = at
    return turns

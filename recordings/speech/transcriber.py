"""Speech to words with whisper, batched over the packed speech of all channels."""

import functools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from recordings.speech.errors import sound_error
from recordings.speech.hearing import Hearing, believable, hearings, is_looping
from recordings.speech.packing import Chunk, pack, spread
from recordings.speech.sound import RATE, Float32, Sound
from recordings.speech.types import Segment, Span
from recordings.speech.weights import ModelFiles, resolve_model
from recordings.speech.wording import segments_of

ENCODED_AT_ONCE = 2
MAX_NEW_TOKENS = 224  # half of whisper's text window, its own limit for 30 seconds
ENGINE = "faster-whisper {}, CTranslate2 {}"


@dataclass(frozen=True, slots=True)
class Transcription:
    """The words of a call. `segments` are ordered by start; `language_probability` is 0..1, 1 when it was given."""

    segments: tuple[Segment, ...]
    language: str
    language_probability: float
    model_name: str
    model_sha256: str
    engine: str


class Transcriber:
    """A loaded whisper model. Not for use by several threads at once."""

    def __init__(
        self,
        model_files: ModelFiles,
        *,
        compute_type: str = "int8",
        cpu_threads: int = 0,
        batch_size: int = 8,
        beam_size: int = 1,
        device: str = "auto",
    ) -> None:
        import faster_whisper

        self.files = model_files
        self.batch_size = batch_size
        self.beam_size = beam_size
        self.engine = ENGINE.format(version("faster-whisper"), version("ctranslate2"))
        self._model: Any = faster_whisper.WhisperModel(
            str(model_files.path), device=device, compute_type=compute_type, cpu_threads=cpu_threads or available_cpus()
        )

    def transcribe(
        self,
        sound: Sound,
        speech: Sequence[Sequence[Span]],
        *,
        language: str | None = None,
        vocabulary: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
    ) -> Transcription:
        """The words spoken in `speech` (spans per channel), in the call's own time.

        `language` is detected over a sample of the whole call when None, and one for the whole call. `vocabulary` are
        names the model should expect. `progress` is told the fraction done after each batch; what it raises passes.

        Raises:
            SoundError: no_speech when nothing credible was said.
        """
        chunks = pack(speech)
        probability = 1.0
        if language is None and not self._model.model.is_multilingual:
            language = "en"
        heard: list[Segment] = []
        done = 0
        for batch in spread(chunks, self.batch_size):
            features = self._features(sound, batch)
            encoded = self._encode(features)
            if language is None:
                language, probability = self._vote_language(encoded, [chunk.duration for chunk in batch])
            heard += self._recognise(batch, features, encoded, language, vocabulary)
            done += len(batch)
            if progress is not None:
                progress(done / len(chunks))
        sound.release()
        if not heard or language is None:
            raise sound_error("no_speech")
        heard.sort(key=lambda segment: (segment.start, segment.channel))
        return Transcription(tuple(heard), language, probability, self.files.name, self.files.sha256, self.engine)

    def _features(self, sound: Sound, batch: Sequence[Chunk]) -> Float32:
        """Log-mel windows, shape (batch, mels, frames), each padded to 30 seconds as the model was trained."""
        from faster_whisper.audio import pad_or_trim

        extract = self._model.feature_extractor
        return np.stack([pad_or_trim(extract(assemble(sound, chunk))[..., :-1]) for chunk in batch])

    def _encode(self, features: Float32) -> Any:
        """The encoder's output for a batch.

        On a processor it is made in parts and joined: attention over 1,500 frames takes 72 MB a window, and a full
        batch is no faster.
        """
        if self._model.model.device != "cpu" or len(features) <= ENCODED_AT_ONCE:
            return self._model.encode(features)
        import ctranslate2

        parts = [
            np.array(self._model.encode(features[first : first + ENCODED_AT_ONCE]))
            for first in range(0, len(features), ENCODED_AT_ONCE)
        ]
        storage: Any = vars(ctranslate2)["StorageView"]
        return storage.from_array(np.concatenate(parts))

    def _vote_language(self, encoded: Any, durations: Sequence[float]) -> tuple[str, float]:
        """The language with the highest mean probability over the batch, each window weighted by its seconds."""
        votes: dict[str, float] = {}
        for results, duration in zip(self._model.model.detect_language(encoded), durations, strict=True):
            for token, probability in results:
                votes[token] = votes.get(token, 0.0) + probability * duration
        token = max(votes, key=lambda key: votes[key])
        return token.strip("<|>"), votes[token] / sum(durations)

    def _recognise(
        self, batch: Sequence[Chunk], features: Float32, encoded: Any, language: str, vocabulary: Sequence[str]
    ) -> list[Segment]:
        """Segments of one encoded batch; what looks like a loop is decoded a second time, more carefully."""
        tokenizer = self._tokenizer(language)
        results = self._generate(encoded, len(batch), tokenizer, vocabulary)
        heard = hearings(self._model, tokenizer, encoded, results, [chunk.duration for chunk in batch])
        looping = [index for index, hearing in enumerate(heard) if is_looping(hearing.text)]
        if looping:
            again = self._encode(features[looping])
            results = self._generate(again, len(looping), tokenizer, (), careful=True)
            retried = hearings(self._model, tokenizer, again, results, [batch[index].duration for index in looping])
            heard = _replaced(heard, looping, retried)
        return [
            segment
            for chunk, hearing in zip(batch, heard, strict=True)
            if believable(hearing)
            for segment in segments_of(chunk, hearing)
        ]

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._model.model.is_multilingual
        return Tokenizer(self._model.hf_tokenizer, multilingual, task="transcribe", language=language)

    def _generate(
        self, encoded: Any, count: int, tokenizer: Any, vocabulary: Sequence[str], *, careful: bool = False
    ) -> Any:
        from faster_whisper import transcribe

        suppressed: Any = transcribe.get_suppressed_tokens
        hotwords = ", ".join(word for word in vocabulary if word.strip()) or None
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True, hotwords=hotwords)
        return self._model.model.generate(
            encoded,
            [list(prompt) for _ in range(count)],
            beam_size=5 if careful else self.beam_size,
            no_repeat_ngram_size=3 if careful else 0,
            max_length=min(self._model.max_length, len(prompt) + MAX_NEW_TOKENS),
            suppress_blank=True,
            suppress_tokens=suppressed(tokenizer, [-1]),
            return_scores=True,
            return_no_speech_prob=True,
        )


def assemble(sound: Sound, chunk: Chunk) -> Float32:
    """The sound of a chunk, shape (samples,), its pieces at their offsets with silence at the seams."""
    window = np.zeros(round(chunk.duration * RATE), np.float32)
    for piece in chunk.pieces:
        samples = sound.slice(piece.channel, piece.start, piece.end)
        at = round(piece.offset * RATE)
        fitting = samples[: len(window) - at]
        window[at : at + len(fitting)] = fitting
    return window


def available_cpus() -> int:
    """Processors this process may use, at most 8: more threads slow a small model down."""
    return min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _replaced(heard: Sequence[Hearing], indices: Iterable[int], retried: Iterable[Hearing]) -> list[Hearing]:
    result = list(heard)
    for index, hearing in zip(indices, retried, strict=True):
        result[index] = hearing
    return result


@functools.lru_cache(maxsize=2)
def load_transcriber(
    name: str, models_dir: Path, *, compute_type: str = "int8", cpu_threads: int = 0, batch_size: int = 8
) -> Transcriber:
    """The transcriber of the model `name`, loaded once per process and kept.

    Raises:
        SoundError: model_missing, model_damaged.
    """
    files = resolve_model(name, models_dir)
    return Transcriber(files, compute_type=compute_type, cpu_threads=cpu_threads, batch_size=batch_size)

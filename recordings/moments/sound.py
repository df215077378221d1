"""The sound of a moment: its stretch of the redacted playback, and nothing beside it.

It is cut anew for each request and kept nowhere, so that what was masked, dropped or erased since is not in it.
"""

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from recordings.models import Moment
from recordings.speech.errors import SoundError, sound_error

# A seek in MP3 lands near, and the first frames after it lack what they borrow from those before (the bit reservoir).
RUN_UP_SECONDS = 2.0
# Both sides in one channel: half the work, and a clip is listened to, not analysed.
BIT_RATE = 48_000
FASTEST = {"compression_level": "9"}


def clip_of(moment: Moment) -> bytes:
    """The stretch as an MP3 of its own, both sides in one channel.

    Raises:
        SoundError: it cannot be decoded, or holds no sound there.
        FileNotFoundError, SealedFileError, KeyRingError: the file is gone, was changed, or its key is missing.
    """
    file = moment.call.recording.playback
    with file.storage.open(file.name or "", "rb") as opened:
        return cut(opened, moment.start, moment.end)


def cut(source: Any, start: float, end: float) -> bytes:
    """Seconds `start` to `end` of `source` (a seekable file of sound), as MP3, exact to the sample.

    Raises:
        SoundError: as `clip_of`.
    """
    try:
        with av.open(source, "r") as container:
            stream = container.streams.audio[0]
            rate = int(stream.rate)
            parts = list(_stretch(container, stream, start, end))
    except (av.error.FFmpegError, IndexError) as error:
        raise sound_error("decode_failed") from error
    if not parts:
        raise sound_error("decode_failed")
    return _encode(np.concatenate(parts, axis=1), rate)


def _stretch(container: Any, stream: Any, start: float, end: float) -> Iterator[np.ndarray[Any, Any]]:
    resampler = AudioResampler(format="s16p", layout="mono", rate=stream.rate)
    rate = int(stream.rate)
    first, last = round(start * rate), round(end * rate)
    container.seek(int(max(0.0, start - RUN_UP_SECONDS) / stream.time_base), stream=stream)
    for frame in container.decode(stream):
        if frame.pts is None:
            continue
        at = round(float(frame.pts * stream.time_base) * rate)
        if at >= last:
            break
        samples = np.concatenate([part.to_ndarray() for part in resampler.resample(frame)], axis=1)
        kept = samples[:, max(0, first - at) : max(0, last - at)]
        if kept.shape[1]:
            yield kept


def _encode(samples: np.ndarray[Any, Any], rate: int) -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=rate, options=FASTEST)
        stream.layout = "mono"
        stream.bit_rate = BIT_RATE
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="s16p", layout="mono")
        frame.sample_rate = rate
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


__all__ = ["SoundError", "clip_of", "cut"]

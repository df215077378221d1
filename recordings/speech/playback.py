"""What the page needs to play and draw a call: an MP3 every browser knows, and a waveform."""

import tempfile
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from recordings.speech.decoding import decode
from recordings.speech.errors import sound_error
from recordings.speech.sound import RATE, Sound

BIT_RATES = {1: 48_000, 2: 64_000}
# A telephone call holds nothing above 4 kHz: half the rate takes half the time, and its bits are ample for that band.
TELEPHONE_RATE = 8_000
TELEPHONE_BIT_RATES = {1: 32_000, 2: 48_000}
# Of LAME's 0 (best) to 9 (fastest); 7 takes three quarters of the default's time and is no worse on speech.
FAST = {"compression_level": "7"}
FASTEST = {"compression_level": "9"}
BLOCK = 10 * RATE
MAX_POINTS = 4_000


def encode_playback(source: Sound | Path, target: Path) -> None:
    """Write `source` (samples, or a recording of any kind) to `target` as MP3: 48 kbit/s mono, 64 kbit/s stereo.

    Telephone sound (recorded at 8 kHz) becomes 8 kHz again, at 32 or 48 kbit/s.

    Streamed: memory does not grow with the call. `target` appears only when it is complete.

    Raises:
        SoundError: as `decode` does for a path, or decode_failed when the encoder refuses.
    """
    if isinstance(source, Sound):
        _encode(source, target)
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        _encode(decode(source, Path(scratch)), target)


def _encode(sound: Sound, target: Path) -> None:
    partial = target.with_name(f"{target.name}.part")
    layout = "stereo" if sound.channels == 2 else "mono"
    try:
        with av.open(str(partial), "w", format="mp3") as container:
            telephone = sound.probe.sample_rate <= TELEPHONE_RATE
            rate, options = (TELEPHONE_RATE, FASTEST) if telephone else (RATE, FAST)
            stream = container.add_stream("libmp3lame", rate=rate, options=options)
            stream.layout = layout
            stream.bit_rate = (TELEPHONE_BIT_RATES if telephone else BIT_RATES)[sound.channels]
            for first in range(0, sound.length, BLOCK):
                block = np.ascontiguousarray(sound.samples[:, first : first + BLOCK])
                frame = AudioFrame.from_ndarray(block, format="s16p", layout=layout)
                frame.sample_rate = RATE
                frame.pts = first
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except av.error.FFmpegError as error:
        partial.unlink(missing_ok=True)
        raise sound_error("decode_failed") from error
    partial.replace(target)
    sound.release()


def peaks(sound: Sound, per_second: int = 20) -> list[list[int]]:
    """Loudness for a waveform: per channel the highest sample of each step, 0..100 of full scale.

    `per_second` steps, fewer on a call so long that it would need more than 4,000.
    """
    step = max(1, RATE // per_second, -(-sound.length // MAX_POINTS))
    found: list[list[int]] = [[] for _ in range(sound.channels)]
    steps_at_once = max(1, BLOCK // step)
    for first in range(0, sound.length, step * steps_at_once):
        block = np.abs(sound.samples[:, first : first + step * steps_at_once].astype(np.int32))
        starts = np.arange(0, block.shape[1], step)
        highest = np.maximum.reduceat(block, starts, axis=1)
        for channel, row in enumerate(highest):
            found[channel] += np.ceil(row * (100 / 32_768)).astype(int).tolist()
    sound.release()
    return found

"""The one exception of the speech layer: a machine code, and a sentence for the person who uploaded the call."""

SENTENCES: dict[str, str] = {
    "empty_file": "The file is empty (0 bytes). Export the call again and upload the new file.",
    "not_audio": (
        "This file is not a sound recording we can read. Upload the call as WAV, MP3, M4A, OGG, FLAC or WebM."
    ),
    "no_audio_stream": (
        "This file has a video but no sound. Export the call with its audio track and upload it again."
    ),
    "truncated": (
        "The recording breaks off before any sound could be read. Download it again from the phone system and "
        "upload the complete file."
    ),
    "no_samples": ("The file has a sound track of zero length. Check that the call was recorded and export it again."),
    "too_long": "The recording is longer than {limit}. Split it into shorter files and upload those.",
    "too_large": (
        "Reading this recording needs more memory than is allowed. Convert it to a plain WAV or MP3 and upload it "
        "again."
    ),
    "silent": (
        "The recording is silent from start to end. Check the recording settings of the phone system, then "
        "upload a call that can be heard."
    ),
    "no_speech": (
        "Nobody speaks in this recording (only silence, tones, music or noise). Check that this is the right file."
    ),
    "decode_failed": (
        "The recording is damaged and cannot be read. Export it again, or convert it to WAV or MP3, and upload it "
        "again."
    ),
    "cancelled": "The work on this recording was stopped on request. Start it again when you want it analysed.",
    "changed": (
        "The stored recording was changed or damaged after it was received, so it is not used. Restore it from a "
        "backup, or upload it again."
    ),
    "removed": (
        "The sound of this call was removed, so it cannot be listened to again. What was found in it before remains."
    ),
    "keys_missing": (
        "The stored recording cannot be opened, because its key is missing from the ring. Ask whoever runs salesiq to "
        "run: manage.py show_keys"
    ),
    "unreadable": "The recording could not be opened on the server. Try again; if it stays so, upload it again.",
    "model_missing": ("The speech model “{model}” is not on this machine and cannot be downloaded now. {advice}"),
    "model_damaged": (
        "The files of the speech model “{model}” are damaged. Run `make setup` again, or delete {folder} "
        "so that it is rebuilt."
    ),
}

TEMPORARY = frozenset({"cancelled", "unreadable", "keys_missing", "model_missing", "model_damaged"})


class SoundError(Exception):
    """A recording cannot be used, and why.

    `code` is one of SENTENCES, `message` a sentence that says what to do, `permanent` whether trying again with
    the same file is pointless.
    """

    def __init__(self, code: str, message: str, permanent: bool = True) -> None:
        super().__init__(code, message, permanent)
        self.code = code
        self.message = message
        self.permanent = permanent

    def __str__(self) -> str:
        return self.message


def sound_error(code: str, **details: object) -> SoundError:
    """The error of this code with its standard sentence, filled in with `details`."""
    return SoundError(code, SENTENCES[code].format(**details), permanent=code not in TEMPORARY)


def describe_duration(seconds: float) -> str:
    """A limit as people say it: "4 hours", "90 minutes", "20 seconds"."""
    for unit, name in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= unit and seconds % unit == 0:
            count = int(seconds // unit)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds:g} seconds"

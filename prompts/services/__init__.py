"""Writing prompts: the doors (pages, API, commands, library) call these and nothing else."""

from prompts.services.blocks import save_block, with_blocks
from prompts.services.comments import comment_prompt
from prompts.services.comparing import DiffRow, DiffSection, Segment, diff_texts, diff_versions
from prompts.services.errors import (
    ContentError,
    FileProblem,
    NameTakenError,
    PromptError,
    PromptFileError,
    ProtectedLabelError,
    StaleVersionError,
)
from prompts.services.files import PromptFile, export_prompt, import_prompt, read_file, write_file
from prompts.services.labels import move_label, set_label
from prompts.services.writing import create_prompt, newest_version, save_version, update_prompt

__all__ = [
    "ContentError",
    "DiffRow",
    "DiffSection",
    "FileProblem",
    "NameTakenError",
    "PromptError",
    "PromptFile",
    "PromptFileError",
    "ProtectedLabelError",
    "Segment",
    "StaleVersionError",
    "comment_prompt",
    "create_prompt",
    "diff_texts",
    "diff_versions",
    "export_prompt",
    "import_prompt",
    "move_label",
    "newest_version",
    "read_file",
    "save_block",
    "save_version",
    "set_label",
    "update_prompt",
    "with_blocks",
    "write_file",
]

"""Marks of chat formats and templates, and words that people do not see, in a text as it came."""

MARKS: tuple[tuple[str, str], ...] = (
    ("role", r"[<＜]\|\s*\w{2,20}\s*\|[>＞]|[<＜]\|\s*im_"),
    ("role", r"\[/?\s*(?:INST|SYS|SYSTEM|ASSISTANT|USER)\s*\]"),
    ("role", r"[<＜]{2}\s*/?\s*SYS\s*[>＞]{2}|[<＜](?:start|end)_of_turn[>＞]|[<＜]/?s[>＞]"),
    ("breakout", r"[<＜‹]\s*/\s*(?:data|transcript|user|system|context|input|document|prompt|material"
     r"|instructions?)[-\w]*\s*[>＞›]"),
    ("breakout", r"[<＜‹]\s*(?:system|data-[0-9a-f]{6,}|instructions?)[-\w]*\s*[>＞›]"),
    ("breakout", r"(?:```|''')\s*(?:end|fin|конец|assistant|system)\b"),
    ("exfiltration", r"!\[[^\]]{0,100}\]\(\s*https?:"),
    ("template", r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\$\{[^}\n]{1,80}\}|#\{[^}\n]{1,80}\}|[<＜]%.{0,200}?%[>＞]"),
    ("template", r"__(?:class|mro|subclasses|globals|import|builtins)__"),
    # Words hidden from people: tag characters, overrides of direction, invisible characters within a word.
    ("hidden", "[\U000e0020-\U000e007f]{2}|[\u202d\u202e\u2066\u2067]"),
    ("hidden", r"(?:[^\W\d_]{1,30}[\u200b-\u200d\u2060\u00ad\ufeff]{1,9}){2,9}[^\W\d_]"),
)  # fmt: skip

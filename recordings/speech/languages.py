"""The languages that can be asked for by hand."""

# The language tokens of whisper's multilingual models, ISO 639-1 where there is one:
# https://github.com/openai/whisper/blob/main/whisper/tokenizer.py. Written out, because asking the engine for
# them would load it into every web process.
_CODES = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy
id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru
sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
"""
WHISPER_LANGUAGES = frozenset(_CODES.split())

"""The language of templates: Liquid, narrowed to what fills a text (https://shopify.github.io/liquid/).

Values are data only (`variables.convert`), so an expression can name parts and items and nothing else. Loops, nesting
and the length of what comes out are limited. Whatever an output statement writes goes through a `Sink`, after all
filters, so that no template can write a text from a call without its marks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TextIO, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from liquid import Environment, RenderContext, StrictUndefined, TokenStream
from liquid.builtin import DictLoader, content, illegal
from liquid.builtin.expressions import FilteredExpression, StringLiteral
from liquid.builtin.filters import array, math, misc, string
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags import assign_tag, case_tag, comment_tag, for_tag, if_tag, inline_comment_tag, unless_tag
from liquid.builtin.tags.include_tag import IncludeNode, IncludeTag
from liquid.exceptions import FilterArgumentError, LiquidError, LiquidSyntaxError, TemplateNotFoundError
from liquid.span import Span
from liquid.static_analysis import TemplateAnalysis
from liquid.template import BoundTemplate

from prompts.templates.problems import Problem

# A blank in front: no path of a template can begin with it.
SINK = " sink"
MOST_TURNS_OF_LOOPS = 20_000
LONGEST_OUTPUT = 4_000_000  # bytes
LONGEST_TEMPLATE = 100_000  # characters
MOST_ASSIGNED = 1_000_000  # bytes of what `assign` names

LARGEST_NUMBER = 10**18


def _small(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A filter that reckons, without numbers that grow for ever."""

    def reckon(left: Any, right: Any) -> Any:
        figure = function(left, right)
        if abs(figure) > LARGEST_NUMBER:
            raise FilterArgumentError(_("the number is too large"), token=None)
        return figure

    return reckon


FILTERS = {
    "join": array.join,
    "first": array.first,
    "last": array.last,
    "map": array.map_,
    "where": array.where,
    "sort": array.sort,
    "uniq": array.uniq,
    "reverse": array.reverse,
    "compact": array.compact,
    "size": misc.size,
    "default": misc.default,
    "upcase": string.upcase,
    "downcase": string.downcase,
    "capitalize": string.capitalize,
    "strip": string.strip,
    "slice": string.slice_,
    "truncate": string.truncate,
    "truncatewords": string.truncatewords,
    "round": math.round_,
    "plus": _small(math.plus),
    "minus": _small(math.minus),
    "times": _small(math.times),
    "divided_by": _small(math.divided_by),
}


class Sink(Protocol):
    """Turns a value that an output statement writes into a text; `path` is the variable that it comes from."""

    def text(self, value: Any, path: str) -> str: ...


class MarkedOutputNode(OutputNode):
    """An output statement whose value goes through the sink; what `default` gives instead is the author's own text."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if isinstance(value, StrictUndefined):
            str(value)  # raises, with its place
        if isinstance(value, str) and value in self.own_texts():
            return buffer.write(value)
        expression = self.expression
        left = expression.left if isinstance(expression, FilteredExpression) else expression
        return buffer.write(cast(Sink, context.resolve(SINK)).text(value, str(left)))

    def own_texts(self) -> set[str]:
        """Texts that the template itself gives `default`, or writes."""
        expression = self.expression
        if not isinstance(expression, FilteredExpression):
            return set()
        found = [expression.left] if not expression.filters else []
        found += [each.value for row in expression.filters or () if row.name == "default" for each in row.args]
        return {str(each.value) for each in found if isinstance(each, StringLiteral)}


class MarkedOutput(Output):
    node_class = MarkedOutputNode


class BlockTag(IncludeTag):
    """`{% include 'name' %}`: a block by its name as it stands there, with nothing handed over."""

    def parse(self, stream: TokenStream) -> IncludeNode:
        node = cast(IncludeNode, super().parse(stream))
        if not isinstance(node.name, StringLiteral) or node.var is not None or node.args:
            message = _("include takes the name of a block in quotes and nothing else")
            raise LiquidSyntaxError(message, token=node.token)
        return node


class PromptEnvironment(Environment):
    block_nesting_limit = 20
    context_depth_limit = 20
    loop_iteration_limit = MOST_TURNS_OF_LOOPS
    local_namespace_limit = MOST_ASSIGNED
    output_stream_limit = LONGEST_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        tags = (
            content.Literal, MarkedOutput, illegal.Illegal, if_tag.IfTag, unless_tag.UnlessTag, case_tag.CaseTag,
            for_tag.ForTag, for_tag.BreakTag, for_tag.ContinueTag, assign_tag.AssignTag, comment_tag.CommentTag,
            inline_comment_tag.InlineCommentTag, BlockTag,
        )  # fmt: skip
        for tag in tags:
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, function)


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a template takes from outside, in parts (`("call", "transcript", "size")`), and where."""

    parts: tuple[str | int, ...]
    place: str

    @property
    def name(self) -> str:
        return ".".join(str(each) for each in self.parts)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Messages read once. Where there are `problems`, `templates` lacks the messages that cannot be read."""

    templates: tuple[tuple[str, BoundTemplate], ...]
    uses: tuple[Use, ...]
    included: frozenset[str]
    problems: tuple[Problem, ...]


def message_place(index: int, line: int | None = None) -> str:
    """Where something stands: the message as people count them, from 1, and its line."""
    number = {"message": index + 1, "line": line}
    return _("message %(message)s, line %(line)s") % number if line else _("message %(message)s") % number


def block_place(name: str, line: int) -> str:
    return _("block %(name)s, line %(line)s") % {"name": name, "line": line}


def compile_messages(messages: tuple[tuple[str, str], ...], blocks: tuple[tuple[str, str], ...]) -> Compiled:
    """Read the templates of `messages` ((role, text), …) that may include `blocks` ((name, text), …); read once."""
    return _compile(messages, blocks, get_language())


@lru_cache(maxsize=128)
def _compile(
    messages: tuple[tuple[str, str], ...], blocks: tuple[tuple[str, str], ...], _language_of_problems: str | None
) -> Compiled:
    texts = dict(blocks)
    environment = PromptEnvironment(undefined=StrictUndefined, loader=DictLoader(texts))
    templates: list[tuple[str, BoundTemplate]] = []
    uses: list[Use] = []
    problems: list[Problem] = []
    included: set[str] = set()
    for index, (role, text) in enumerate(messages):
        try:
            _check_length((text, *texts.values()))
            template = environment.from_string(text)
            included |= _names_of_includes(template, environment)
            analysis = template.analyze(include_partials=True)
        except LiquidError as error:
            problems.append(problem_of(error, index, texts))
            continue
        templates.append((role, template))
        places = Places(index, {"": text, **texts})
        problems += _unknown_filters(analysis, places)
        uses += (use for use in dict.fromkeys(_uses(analysis, places)) if use not in uses)
    return Compiled(tuple(templates), tuple(uses), frozenset(included), tuple(problems))


@dataclass(frozen=True, slots=True)
class Places:
    """Where in a message, or in a block that it includes, something stands."""

    message: int
    sources: Mapping[str, str]

    def of(self, span: Span) -> str:
        line = self.sources.get(span.template_name, "").count("\n", 0, span.index) + 1
        return block_place(span.template_name, line) if span.template_name else message_place(self.message, line)


def _unknown_filters(analysis: TemplateAnalysis, places: Places) -> Iterator[Problem]:
    for name, spans in analysis.filters.items():
        if name not in FILTERS:
            told = {"name": name, "known": ", ".join(FILTERS)}
            yield Problem(name, _("there is no filter %(name)s; filters: %(known)s") % told, places.of(spans[0]))


def _uses(analysis: TemplateAnalysis, places: Places) -> Iterator[Use]:
    for rows in analysis.globals.values():
        for row in rows:
            parts = tuple(part if isinstance(part, (str, int)) else "[]" for part in row.segments)
            yield Use(parts, places.of(row.span))


def _check_length(texts: Iterable[str]) -> None:
    if any(len(text) > LONGEST_TEMPLATE for text in texts):
        message = _("a message or block may be %(most)s characters long; give long texts as variables")
        raise LiquidSyntaxError(message % {"most": LONGEST_TEMPLATE}, token=None)


def _names_of_includes(template: BoundTemplate, environment: Environment, within: tuple[str, ...] = ()) -> set[str]:
    """Names of all blocks that `template` includes. Raises LiquidSyntaxError where one includes itself."""
    context = RenderContext(template)
    names: set[str] = set()
    waiting = list(template.nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.children(context, include_partials=False)
        if not isinstance(node, IncludeNode):
            continue
        name = str(cast(StringLiteral, node.name).value)
        if name in within:
            raise LiquidSyntaxError(_("the block %(name)s includes itself") % {"name": name}, token=node.token)
        names |= {name, *_names_of_includes(_block(node, name, environment), environment, (*within, name))}
    return names


def _block(node: IncludeNode, name: str, environment: Environment) -> BoundTemplate:
    try:
        return environment.get_template(name)
    except TemplateNotFoundError:
        known = ", ".join(sorted(cast(DictLoader, environment.loader).templates)) or _("none")
        message = _("there is no block %(name)s; blocks: %(known)s") % {"name": name, "known": known}
        raise LiquidSyntaxError(message, token=node.token) from None


def problem_of(error: LiquidError, message: int, blocks: Mapping[str, str]) -> Problem:
    """A problem that Liquid found, with its place."""
    token = error.token
    if token is None or token.start_index < 0:
        return Problem("", str(error.message or error.args or ""), message_place(message))
    line = token.source.count("\n", 0, token.start_index) + 1
    inside = next((name for name, source in blocks.items() if source == token.source), "")
    place = block_place(inside, line) if inside else message_place(message, line)
    return Problem(token.value.strip(), str(error.message or ""), place)

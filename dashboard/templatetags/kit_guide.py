"""For the style guide only: show a piece of template and, under it, how it is written."""

from django import template
from django.template.base import Node, NodeList, Parser, Token, TokenType
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

register = template.Library()

_WRITTEN = {TokenType.TEXT: "{}", TokenType.VAR: "{{{{ {} }}}}", TokenType.BLOCK: "{{% {} %}}", TokenType.COMMENT: ""}


class Example(Node):
    def __init__(self, title: str, source: str, nodelist: NodeList) -> None:
        self.title, self.source, self.nodelist = title, source, nodelist

    def render(self, context: Context) -> SafeString:
        return format_html(
            '<section class="stack-tight" id="{}"><h2 class="muted">{}</h2>{}'
            '<details class="more small"><summary>Code</summary><pre class="code" tabindex="0">{}</pre></details>'
            "</section>",
            slugify(self.title),
            self.title,
            self.nodelist.render(context),
            self.source,
        )


@register.tag
def example(parser: Parser, token: Token) -> Example:
    """Render what stands between the tags and show its source: {% example "Title" %}…{% endexample %}."""
    title = token.split_contents()[1].strip('"')
    written = []
    tokens: list[Token] = parser.tokens  # type: ignore[assignment]  # the next one is last
    for upcoming in reversed(tokens):
        if upcoming.token_type is TokenType.BLOCK and upcoming.contents == "endexample":
            break
        written.append(_WRITTEN[upcoming.token_type].format(upcoming.contents))
    nodelist = parser.parse(("endexample",))
    parser.delete_first_token()
    return Example(title, _unindented("".join(written)), nodelist)


def _unindented(source: str) -> str:
    lines = source.strip("\n").rstrip().splitlines()
    depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[depth:] for line in lines)

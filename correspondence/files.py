"""Where the bytes of an attachment are: in a row of a higher app, which registers how to read it."""

from collections.abc import Callable

from correspondence.channels import File
from correspondence.models import EmailAttachment, Message

Loader = Callable[[int], bytes]

_loaders: dict[str, Loader] = {}


def register(kind: str, loader: Loader) -> None:
    """Let a higher app give the frozen bytes of its rows, by id."""
    _loaders[kind] = loader


def files_of(message: Message) -> tuple[File, ...]:
    """Give everything that goes along with a mail: the letter, and what else was attached."""
    letter = message.document
    files = [] if letter is None else [File(letter.filename, letter.media_type, bytes(letter.content))]
    rows = EmailAttachment.objects.filter(message=message).order_by("pk")
    return (*files, *(File(row.filename, row.media_type, _loaders[row.content_from](row.content_id)) for row in rows))

"""A message to keep: a letter as its PDF, a mail as a file that every mail program opens."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from django.http import HttpResponse

from correspondence import files, queries
from correspondence.models import Message
from correspondence.states import ChannelKind
from dashboard.views.messages import answer_with
from tenants.access import Right, TenantRequest, get_or_404, require


@require(Right.SEE)
def original(_request: TenantRequest, public_id: str) -> HttpResponse:
    message = get_or_404(Message.objects.select_related("document"), public_id)
    if message.channel == ChannelKind.POST and message.document is not None:
        document = message.document
        return answer_with(bytes(document.content), document.media_type, document.filename)
    return answer_with(as_mail(message), "message/rfc822", f"{message.public_id}.eml")


def as_mail(message: Message) -> bytes:
    """Give a mail with the frozen subject, texts and files, under the number it left with."""
    account = queries.account()
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message.message_id
    mail["From"] = formataddr((account.from_name, account.from_address or account.reply_to))
    mail["To"] = formataddr((message.to_name, message.to_address))
    mail["Subject"] = message.subject_line
    if account.reply_to:
        mail["Reply-To"] = account.reply_to
    if message.sent_at is not None:
        mail["Date"] = format_datetime(message.sent_at)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body_text)
    if message.body_html:
        mail.add_alternative(message.body_html, subtype="html")
    for file in files.files_of(message):
        main, _slash, sub = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.filename)
    return mail.as_bytes()

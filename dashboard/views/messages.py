"""The outbox: the list, and a message exactly as it went out."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from audit.models import Entry
from common import clock
from correspondence import files
from correspondence.models import Message
from correspondence.states import ChannelKind, MessageState
from dashboard import exports, listing, logbook, saved
from dashboard.lists import messages as lists
from dashboard.lists.asked import order_of
from dashboard.rows import badges
from dashboard.rows import message as rows
from dashboard.shell import Crumb, Tab
from dashboard.views.answers import listed, page_of
from dashboard.views.frames import framed, sandboxed
from dunning.models import Notice
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/messages/list.html"
PAGE = "dashboard/messages/page.html"
# Of a notice as a whole, whichever of its messages it was.
_OF_THE_NOTICE = ("notice.queued", "notice.dispatched")
HTML, TEXT, HEADERS = "", "tekst", "kopregels"


@require(Right.SEE)
def messages(request: TenantRequest) -> HttpResponse:
    today = clock.today()
    wanted = lists.Asked.of(request, today)
    rows = lists.found(wanted).select_related("debtor").order_by(*order_of(request, lists.SORTS, lists.DEFAULT))
    rows = rows.defer("body_html", "body_text")
    if exports.wanted(request):
        return exports.answer(request, lists.rows_of(rows[: listing.MOST_ROWS]), export_columns(), _("berichten"))
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": lists.rows_of(page.object_list),
        "totals": lists.totals(lists.found(wanted)),
        "asked": wanted,
        "since": f"{wanted.since:%d-%m-%Y}" if wanted.since else "",
        "until": f"{wanted.until:%d-%m-%Y}" if wanted.until else "",
        "chips": lists.chips(request, wanted),
        "states": listing.options(lists.states(), wanted.state),
        "channels": listing.options(ChannelKind.choices, wanted.channel),
        "kinds": listing.options(lists.kinds(), wanted.kind),
        "views": (views := saved.views(request, "messages", built_in_views())),
        "view_now": saved.now(views),
        "tabs": tabs("messages"),
        "stats": lists.stats(today),
    }
    return listed(request, LIST, context)


def tabs(here: str) -> list[Tab]:
    """Give the pages about what goes out."""
    places = ((_("Berichten"), "messages"), (_("Post"), "post_batches"))
    return [Tab(label, reverse(f"dashboard:{name}"), is_active=name == here) for label, name in places]


def built_in_views() -> list[tuple[str, str]]:
    """Give the views that everybody has."""
    return [
        (_("Alle"), ""),
        (_("Wachtrij"), f"staat={MessageState.QUEUED}"),
        (_("Niet aangekomen"), f"staat={lists.NOT_ARRIVED}"),
        (_("Onzeker"), f"staat={MessageState.IN_DOUBT}"),
    ]


def export_columns() -> list[exports.Column]:
    """Give the columns of the list as a file."""
    return [
        exports.Column(_("Moment"), "moment", "moment"),
        exports.Column(_("Stand"), lambda row: row.state.label),
        exports.Column(_("Kanaal"), "channel"),
        exports.Column(_("Aan"), "to_name"),
        exports.Column(_("Adres"), "to_address"),
        exports.Column(_("Tekst"), "what"),
        exports.Column(_("Onderwerp"), "subject"),
        exports.Column(_("Gevraagd"), "amount", "amount"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Reden"), "why"),
    ]


@require(Right.SEE)
def message(request: TenantRequest, public_id: str) -> HttpResponse:
    found = get_or_404(Message.objects.select_related("debtor", "document", "batch"), public_id)
    notice = notice_of(found)
    shown = request.GET.get("toon", HTML)
    attempts = list(found.delivery_attempts.order_by("-started_at", "-pk"))
    context = {
        "message": found,
        "title": _title(found, notice),
        "state": lists.badge(found),
        "icon": lists.icon(found.channel),
        "is_letter": found.channel == ChannelKind.POST,
        "subject": rows.subject(found, notice),
        "notice": notice,
        "reason": rows.reason(found),
        "must_act": badges.message(found.state).tone == "act",
        "advice": rows.advice(found, notice),
        "actions": rows.actions(found, notice),
        "events": rows.events(found, attempts, _entries(found, notice)),
        "attached": _attached(found),
        "sha256": found.document.sha256 if found.document else found.sha256,
        "shows": [
            Tab(label, f"?toon={name}" if name else request.path, is_active=shown == name)
            for label, name in ((_("Zoals verstuurd"), HTML), (_("Tekst"), TEXT), (_("Kopregels"), HEADERS))
        ],
        "shown": {"text": shown == TEXT, "headers": shown == HEADERS},
        "headers": _headers(found),
        "crumbs": [Crumb(_("Berichten"), reverse("dashboard:messages"))],
    }
    return render(request, PAGE, context)


def notice_of(message: Message) -> Notice | None:
    """Give the notice that a message carries, if it carries one."""
    if message.subject_kind != lists.NOTICE:
        return None
    return Notice.objects.select_related("run").filter(public_id=message.subject_id).first()


def _title(message: Message, notice: Notice | None) -> str:
    subject = logbook.plain_subject(message.subject_line, message.subject_id)
    title = subject or (str(notice.get_kind_display()) if notice else _("brief"))
    return title[:1].upper() + title[1:]


def _entries(message: Message, notice: Notice | None) -> list[Entry]:
    about = Entry.objects.about("message", message.public_id)
    if notice is not None:
        about = about | Entry.objects.about("notice", notice.public_id)
    if message.channel == ChannelKind.EMAIL:  # the tries to send say so themselves
        about = about.exclude(verb="message.sent")
    return list(about.exclude(verb__in=_OF_THE_NOTICE).order_by("-at", "-pk")[:50])


def _headers(message: Message) -> list[tuple[str, str]]:
    """Give the lines above a mail, as they are known here."""
    return [
        ("Message-ID", message.message_id),
        ("To", f"{message.to_name} <{message.to_address}>" if message.to_name else message.to_address),
        ("Subject", message.subject_line),
        ("Auto-Submitted", "auto-generated"),
    ]


def _attached(message: Message) -> list[rows.Attached]:
    """Give the files that went along, without reading them."""
    found = []
    if message.document is not None:
        found.append((message.document.filename, _("de brief")))
    found += [(one.filename, "") for one in message.attachments.order_by("pk")]
    return [
        rows.Attached(
            name,
            reverse("dashboard:message_file", args=[message.public_id, place]),
            "file-type-pdf" if name.lower().endswith(".pdf") else "paperclip",
            note,
        )
        for place, (name, note) in enumerate(found, start=1)
    ]


@require(Right.SEE)
@sandboxed
def content(_request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the mail as it was frozen, for a frame that lets it do nothing."""
    found = get_or_404(Message.objects.all(), public_id)
    return HttpResponse(found.body_html or found.body_text)


@require(Right.SEE)
@framed
def file(request: TenantRequest, public_id: str, number: int) -> HttpResponse:
    """Give a file that went along, byte for byte; a PDF is shown, anything else is saved."""
    held = files.files_of(get_or_404(Message.objects.select_related("document"), public_id))
    if not 1 <= number <= len(held):
        raise Http404
    wanted = held[number - 1]
    is_shown = wanted.media_type == "application/pdf" and "bewaar" not in request.GET
    return answer_with(wanted.content, wanted.media_type, wanted.filename, is_shown=is_shown)


def answer_with(content: bytes, media_type: str, filename: str, *, is_shown: bool = False) -> HttpResponse:
    """Answer with a file. What is not shown is never run: the browser is told to save it."""
    disposition = content_disposition_header(as_attachment=not is_shown, filename=filename) or "attachment"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)

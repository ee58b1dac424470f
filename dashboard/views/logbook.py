"""The log: every change with who, when and why, in sentences."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common import clock
from dashboard import exports, listing
from dashboard import logbook as words
from dashboard.lists import log as lists
from dashboard.views.answers import listed, page_of
from tenants.access import Right, TenantRequest, require

LIST = "dashboard/logbook/list.html"


@require(Right.SEE)
def logbook(request: TenantRequest) -> HttpResponse:
    wanted = lists.Asked.of(request, clock.today())
    entries = lists.found(wanted)
    if exports.wanted(request):
        return exports.answer(request, words.lines(entries[: listing.MOST_ROWS]), export_columns(), _("logboek"))
    page = page_of(request, entries)
    who = lists.who_options(request.tenant.pk)
    context = {
        "page": page,
        "lines": words.lines(page.object_list),
        "asked": wanted,
        "since": f"{wanted.since:%d-%m-%Y}" if wanted.since else "",
        "until": f"{wanted.until:%d-%m-%Y}" if wanted.until else "",
        "subjects": listing.options(
            [(code, label) for code, (label, _verbs) in lists.SUBJECTS.items()], wanted.subject
        ),
        "who": listing.options(who, wanted.who),
        "chips": lists.chips(request, wanted, who),
    }
    return listed(request, LIST, context)


def export_columns() -> list[exports.Column]:
    """Give the columns of the log as a file."""
    return [
        exports.Column(_("Moment"), "at", "moment"),
        exports.Column(_("Wie"), "who"),
        exports.Column(_("Wat"), "what"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Reden"), "reason"),
        exports.Column(_("Was"), lambda line: "; ".join(f"{field}: {was}" for field, was, _now in line.changes)),
        exports.Column(_("Is"), lambda line: "; ".join(f"{field}: {now}" for field, _was, now in line.changes)),
    ]

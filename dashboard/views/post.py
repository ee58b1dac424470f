"""Letters on paper: what waits, the print batches, and that they were posted."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common import clock
from common.errors import DomainError
from correspondence import operations
from correspondence.models import Message, PostBatch
from correspondence.states import BatchState
from dashboard.forms_post import PostedForm
from dashboard.lists import post as lists
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt, done, invalid, listed, page_of
from dashboard.views.frames import framed
from dashboard.views.messages import answer_with, tabs
from dunning.models import Notice
from tenants.access import Right, TenantRequest, get_or_404, require

LIST = "dashboard/post/list.html"
PAGE = "dashboard/post/page.html"


@require(Right.SEE)
def batches(request: TenantRequest) -> HttpResponse:
    now = clock.now()
    waiting = list(lists.waiting()[: lists.MOST])
    page = page_of(request, lists.batches())
    context = {
        "letters": lists.letters_of(waiting, _what(waiting), now),
        "waiting": lists.count(now),
        "most": lists.MOST,
        "page": page,
        "rows": lists.batch_rows(page.object_list),
        "tabs": tabs("post_batches"),
    }
    return listed(request, LIST, context)


def _what(letters: list[Message]) -> dict[str, str]:
    """Give which rung each letter is, by the id of its notice."""
    notices = Notice.objects.filter(public_id__in=[letter.subject_id for letter in letters])
    return {notice.public_id: str(notice.get_kind_display()) for notice in notices}


@require(Right.WORK)
@require_POST
def print_letters(request: TenantRequest) -> HttpResponse:
    waited = lists.count(clock.now()).letters
    try:
        batch = operations.print_letters(by=acting(request))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        _say_withdrawn(request, waited)
        return done(reverse("dashboard:post_batches"))
    _say_withdrawn(request, waited - batch.letters)
    made = ngettext(
        "1 brief staat klaar om af te drukken.", "%(n)s brieven staan klaar om af te drukken.", batch.letters
    )
    messages.success(request, made % {"n": batch.letters})
    return done(reverse("dashboard:post_batch", args=[batch.public_id]))


def _say_withdrawn(request: TenantRequest, letters: int) -> None:
    """Say that letters may not go any more; the next night looks at their claims again."""
    if letters > 0:
        text = ngettext(
            "1 brief is ingetrokken: hij was verlopen, of er is intussen betaald.",
            "%(n)s brieven zijn ingetrokken: ze waren verlopen, of er is intussen betaald.",
            letters,
        )
        messages.warning(request, text % {"n": letters})


@require(Right.SEE)
def batch(request: TenantRequest, public_id: str) -> HttpResponse:
    found = _batch(public_id)
    return render(request, PAGE, _context(found, PostedForm(initial={"on": clock.today()})))


def _batch(public_id: str) -> PostBatch:
    return get_or_404(PostBatch.objects.select_related("document").defer("document__content"), public_id)


def _context(batch: PostBatch, form: PostedForm) -> dict[str, object]:
    held = list(
        batch.messages.select_related("document", "debtor")
        .defer("document__content")
        .order_by("debtor__postcode", "pk")
    )
    letters = lists.letters_of(held, _what(held))
    return {
        "batch": batch,
        "state": lists.badge(batch),
        "is_posted": batch.state == BatchState.POSTED,
        "letters": letters,
        "pages": sum(letter.pages for letter in letters),
        "must_come_out": [letter for letter in letters if letter.must_come_out and batch.state != BatchState.POSTED],
        "form": form,
        "printed_on": lists.printed_day(batch),
        "crumbs": [Crumb(_("Post"), reverse("dashboard:post_batches"))],
    }


@require(Right.WORK)
@require_POST
def posted(request: TenantRequest, public_id: str) -> HttpResponse:
    """Note that the letters of a batch are in the post."""
    found = _batch(public_id)
    form = PostedForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: operations.mark_posted(batch=found, on=form.cleaned_data["on"], by=acting(request))
    ):
        messages.success(request, _("Vastgelegd: de brieven zijn op de post. Hun termijnen lopen."))
        return done(reverse("dashboard:post_batch", args=[public_id]))
    return invalid(request, PAGE, _context(found, form))


@require(Right.SEE)
@framed
def paper(request: TenantRequest, public_id: str) -> HttpResponse:
    """Give the file that goes to the printer: to look at, or to save."""
    document = get_or_404(PostBatch.objects.select_related("document"), public_id).document
    if document is None:
        raise Http404
    is_shown = "bewaar" not in request.GET
    return answer_with(bytes(document.content), document.media_type, document.filename, is_shown=is_shown)

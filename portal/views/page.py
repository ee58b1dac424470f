"""The page that a link opens, and the choice of what to pay."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import leaving
from portal.bill import Bill
from portal.choosing import ChoiceForm
from portal.entering import LinkRequest, by_link


@by_link
@require_safe
def page(request: LinkRequest) -> HttpResponse:
    return shown(request)


def shown(request: LinkRequest, *, problem: str = "", box_problem: str = "", status: int = 200) -> HttpResponse:
    """Give the page as it stands now, with what went wrong on top, or at the box that was ticked."""
    context = {
        "bill": Bill(request),
        "problem": problem,
        "box_problem": box_problem,
        "chosen_method": request.POST.get("methode", ""),
    }
    return leaving.allowed(render(request, "portal/page.html", context, status=status))


@by_link
@require_safe
def choose(request: LinkRequest) -> HttpResponse:
    bill = Bill(request)
    has_chosen = "factuur" in request.GET or "amount" in request.GET
    form = ChoiceForm(bill, request.GET if has_chosen else None)
    is_right = has_chosen and form.is_valid()
    context = {
        "bill": bill,
        "form": form,
        "chosen": {entry.invoice.pk for entry in form.chosen},
        "amounts": form.amounts if is_right else {},
        "total": sum(form.amounts.values()) if is_right else None,
    }
    status = 422 if has_chosen and not is_right else 200
    return leaving.allowed(render(request, "portal/choose.html", context, status=status))

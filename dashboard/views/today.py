"""*Vandaag*: what needs a person, what goes out tonight and what does not, where the money stands."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock
from dashboard import counts
from dashboard.forms import DayField
from dashboard.lists import why_not
from dashboard.rows import alarms, key_figures, start, todo, tonight
from dashboard.shell import Crumb
from dashboard.views.answers import acting, attempt
from dashboard.views.asking import Ask, asked, bound, go
from dunning import operations, queries
from dunning.models import Run
from dunning.states import RunState
from tenants.access import Right, TenantRequest, require
from worklist import queries as worklist


@require(Right.SEE)
def today(request: TenantRequest) -> HttpResponse:
    at = clock.now()
    day, settings = clock.local_day(at), queries.ladder_settings()
    newest = Run.objects.order_by("-day").first()
    run = newest if newest is not None and newest.day == day else None
    first_steps = start.start(settings)
    reasons = why_not.counts(day)
    begun = clock.at_local_time(day, 0)
    context = {
        "day_words": tonight.day_in_words(day),
        "start": first_steps,
        "alarms": alarms.alarms(newest, settings, request.tenant, at),
        "todos": todo.todos(day, request.membership),
        "progress": worklist.progress(day, since=begun),
        "night": tonight.night(run, at),
        "reasons": reasons,
        "reasons_count": sum(reason.count for reason in reasons),
        "reasons_amount": sum(reason.amount for reason in reasons),
        "phases": key_figures.columns(day),
        "stats": key_figures.strip(day, counts.waiting(day)),
        "is_empty": first_steps is not None and not first_steps.has_invoices,
    }
    return render(request, "dashboard/today/today.html", context)


class PaymentsUntilForm(forms.Form):
    """Up to and including which day payments are in the books."""

    until = DayField(
        label=gettext_lazy("Betalingen zijn bijgewerkt tot en met"),
        help_text=gettext_lazy("De laatste dag waarvan alle betalingen in Debiteuren staan; meestal gisteren."),
    )


@require(Right.WORK)
def payments_until(request: TenantRequest) -> HttpResponse:
    settings = queries.ladder_settings()
    initial = {"until": settings.payments_until and min(settings.payments_until, clock.today())}
    form = bound(PaymentsUntilForm, request, initial=initial)
    if form.is_valid() and attempt(
        form, lambda: operations.confirm_payments(until=form.cleaned_data["until"], by=acting(request))
    ):
        until = form.cleaned_data["until"]
        messages.success(request, _("Betalingen zijn bijgewerkt t/m %(day)s.") % {"day": f"{until:%d-%m-%Y}"})
        return go(request, _after_confirming())
    days = settings.payments_max_age_days
    ask = Ask(
        _("Tot wanneer zijn betalingen bijgewerkt?"),
        _("Bevestig"),
        reverse("dashboard:today"),
        text=_(
            "Wie betaald heeft mag geen brief krijgen. Daarom vraagt Debiteuren tot welke dag u betalingen verwerkte."
        ),
        consequences=[
            ngettext(
                "Is dat langer dan %(n)s dag geleden, dan wordt de hele nacht aangehouden: er gaat niets uit.",
                "Is dat langer dan %(n)s dagen geleden, dan wordt de hele nacht aangehouden: er gaat niets uit.",
                days,
            )
            % {"n": days},
            _("Is de nacht van vandaag aangehouden, dan wordt hij na uw bevestiging alsnog gepland."),
            _("De dag staat ook in uw brieven: “betalingen tot en met … zijn verwerkt”."),
        ],
        crumbs=[Crumb(_("Vandaag"), reverse("dashboard:today"))],
    )
    return asked(request, form, ask)


def _after_confirming() -> str:
    """Go on to the night that was held, which is planned now."""
    run = Run.objects.filter(day=clock.today(), state=RunState.HELD).first()
    return reverse("dashboard:run", args=[run.public_id]) if run else reverse("dashboard:today")

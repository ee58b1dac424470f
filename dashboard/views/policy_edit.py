"""A new version of a policy: filled in, looked at with what it would change tonight, and only then put in use."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import DomainError
from dashboard.forms_policies import BaseRungs, PolicyNameForm, rungs_form
from dashboard.rows import policies as rows
from dashboard.views.answers import acting, done, invalid
from dashboard.views.policies import address, crumbs, policy_or_404
from dunning import foresight, operations, queries
from dunning.models import Policy
from tenants.access import Right, TenantRequest, require

EDIT, LOOK = "dashboard/policies/edit.html", "dashboard/policies/look.html"
SAMPLE = 400  # debtors that the comparison looks at
STEP = "stap"  # what a button asks: look, back to the form, or use it


@require(Right.CONFIGURE)
def edit(request: TenantRequest, public_id: str) -> HttpResponse:
    policy = policy_or_404(public_id)
    if policy.replaced_at is not None:
        messages.error(request, str(operations.PolicyIsReplaced()))
        newest = Policy.objects.current().get(lineage=policy.lineage)
        return done(address(newest))
    was = queries.policies(policy.pk)[policy.pk].rungs
    posted = request.POST if request.method == "POST" else None
    name = PolicyNameForm(posted, initial={"name": policy.name})
    rungs = rungs_form(posted, variant=policy.variant, rungs=was)
    context: dict[str, Any] = {"policy": policy, "name": name, "rungs": rungs, "crumbs": crumbs(policy)}
    if posted is None:
        return render(request, EDIT, context)
    if not all([name.is_valid(), rungs.is_valid()]):
        return invalid(request, EDIT, context)
    if request.POST.get(STEP) == "terug":
        return render(request, EDIT, context)
    if request.POST.get(STEP) != "gebruik":
        return render(request, LOOK, context | _looked_at(policy, name, rungs))
    try:
        made = operations.publish(
            name=name.cleaned_data["name"],
            variant=policy.variant,
            rungs=rungs.rungs(),
            replaces=policy,
            by=acting(request),
        )
    except DomainError as refusal:
        name.add_error(refusal.field, str(refusal))
        return invalid(request, EDIT, context)
    messages.success(request, _("Versie %(version)s is in gebruik.") % {"version": made.version})
    return done(address(made))


def _looked_at(policy: Policy, name: PolicyNameForm, rungs: BaseRungs) -> dict[str, Any]:
    """Give what would change: in the rungs, on the picture, and tonight."""
    day = clock.today()
    settled = queries.rules(day)
    was, now = settled.policies[policy.pk].rungs, rungs.rungs()
    night = foresight.sending_day(day)
    comparison = foresight.compared(policy, now, day=night, sample=SAMPLE)
    changes = rows.changes(comparison)
    return {
        "picture": rows.picture(policy.variant, now, due=day, settled=settled),
        "differences": rows.differences(was, now),
        "night": night,
        "renamed": name.cleaned_data["name"] != policy.name,
        "comparison": comparison,
        "changes": changes,
        "totals": rows.totals(changes),
        "moving": sum(one.number for one in operations.affected_by(policy)),
        "action": reverse("dashboard:policy_edit", args=[policy.public_id]),
        "posted": _posted(name),
    }


def _posted(name: PolicyNameForm) -> list[tuple[str, str]]:
    """Give all that was filled in as hidden fields, so that the next button knows it too."""
    data = name.data
    assert isinstance(data, QueryDict)
    return [(key, value) for key in data if key not in {STEP, "csrfmiddlewaretoken"} for value in data.getlist(key)]

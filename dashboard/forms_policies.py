"""Forms of a policy: a row for every sort of rung that its variant may have, switched on or off."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from common.money import ZERO
from correspondence.states import ChannelKind
from dashboard.forms import AmountField, DayField
from dashboard.forms_settings import line, word
from dunning import defaults, operations
from dunning.models import Policy
from dunning.models import Rung as RungRow
from dunning.snapshot import LETTERS, STATUTORY, Kind, Rung
from dunning.states import Approval, RungKind, Variant

LATEST = 365
# What a consumer's ladder needs before it may charge anything; said beside the lock.
LOCKS = {
    Kind.DEFAULT_NOTICE: _(
        "Staat vast: wie geen fatale termijn afsprak, is pas na een ingebrekestelling in verzuim (art. 6:82 "
        "BW). Zij geeft "
        "veertien dagen, in vaste woorden."
    ),
    Kind.FOURTEEN_DAY_LETTER: _(
        "Staat vast: zonder deze brief mag u een particulier geen incassokosten rekenen (art. 6:96 lid 6 "
        "BW). Hij gaat pas "
        "als de debiteur in verzuim is, altijd ook per post, en geeft veertien dagen vanaf de dag na bezorging."
    ),
}
_ORDER = {kind: place for place, kind in enumerate(Kind)}


def kinds_of(variant: str) -> list[Kind]:
    """Give the sorts of rung that a policy of a variant may have, from mild to severe."""
    return [kind for kind in Kind if variant == Variant.CONSUMER or kind != Kind.FOURTEEN_DAY_LETTER]


class RungForm(forms.Form):
    """One rung; its sort is that of its row."""

    on = forms.BooleanField(label=_("gebruik deze stap"), required=False)
    days = forms.IntegerField(
        label=_("dagen na de vervaldatum"),
        min_value=-30,
        max_value=LATEST,
    )
    channels = forms.MultipleChoiceField(
        label=_("kanaal"),
        choices=ChannelKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies e-mail, post of beide.")},
    )
    approval = forms.ChoiceField(label=_("vrijgave"), choices=Approval.choices)
    term_days = forms.IntegerField(label=_("termijn (dagen)"), min_value=3, max_value=60)
    minimum_amount = AmountField(
        positive=False,
        label=_("vanaf bedrag"),
        required=False,
        help_text=_("Wat er bij de debiteur in totaal vervallen is. Is dat minder, dan wordt deze stap overgeslagen."),
    )
    min_days_after = forms.IntegerField(
        label=_("minimaal dagen na de vorige"),
        required=False,
        min_value=0,
        max_value=LATEST,
        help_text=_("Na de werkelijke verzending. Leeg: het verschil in dagen."),
    )
    announces_costs = forms.BooleanField(label=word(RungRow, "announces_costs"), required=False)
    charges_interest = forms.BooleanField(label=word(RungRow, "charges_interest"), required=False)
    charges_costs = forms.BooleanField(label=word(RungRow, "charges_costs"), required=False)

    LETTER_ONLY = ("channels", "approval", "term_days", "announces_costs", "charges_interest", "charges_costs")

    def __init__(self, *args: Any, kind: Kind, variant: str, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.variant, self.key = kind, variant, key
        self.title = str(RungKind(kind).label).capitalize()
        self.is_letter = kind in LETTERS
        self.why_locked = LOCKS.get(kind, "") if variant == Variant.CONSUMER else ""
        if not self.is_letter:
            for name in self.LETTER_ONLY:
                del self.fields[name]
        if kind in {Kind.COURTESY, *STATUTORY} or variant == Variant.CONSUMER:
            self.fields.pop("announces_costs", None)
        if kind in {Kind.COURTESY, Kind.FOURTEEN_DAY_LETTER} or (
            variant == Variant.CONSUMER and kind != Kind.FINAL_DEMAND
        ):
            self.fields.pop("charges_costs", None)
        if kind == Kind.COURTESY:
            self.fields["days"].help_text = _("Met een minteken is het ervoor.")
            self.fields.pop("charges_interest", None)
        if kind in STATUTORY:
            self.fields["term_days"].disabled = True
        if self.why_locked:
            self.fields["on"].disabled = True

    @property
    def is_on(self) -> bool:
        """Whether the rung is used, as it was stored or as it is posted."""
        return bool(self["on"].value())

    @property
    def has_details_open(self) -> bool:
        """Whether what is behind "meer" must be seen: there is something wrong in it."""
        return any(bound.errors for bound in self.details())

    def main(self) -> list[forms.BoundField]:
        """Give the fields that are always in sight."""
        return [self[name] for name in ("days", "channels", "approval") if name in self.fields]

    def details(self) -> list[forms.BoundField]:
        """Give the fields behind "meer"."""
        names = (
            "term_days",
            "minimum_amount",
            "min_days_after",
            "announces_costs",
            "charges_interest",
            "charges_costs",
        )
        return [self[name] for name in names if name in self.fields]

    def clean_minimum_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["minimum_amount"] or ZERO
        if amount < 0:
            raise forms.ValidationError(now("Een minimum is nul of meer."))
        return amount

    def rung(self) -> Rung:
        """Give the rung that was filled in."""
        filled = {name: value for name, value in self.cleaned_data.items() if name in Rung._fields}
        filled["channels"] = tuple(filled.get("channels", ()))
        return Rung(key=self.key, kind=self.kind, **filled)


class BaseRungs(forms.BaseFormSet):  # type: ignore[type-arg]  # Django's own cannot be given one
    """The rungs of a policy: one form for every sort, in the order of severity."""

    def __init__(self, *args: Any, variant: str, rungs: Iterable[Rung], **kwargs: Any) -> None:
        self.variant, self.kinds = variant, kinds_of(variant)
        self.known = {rung.kind: rung for rung in rungs}
        kwargs["initial"] = [_initial(self._rung(kind), self.known) for kind in self.kinds]
        super().__init__(*args, **kwargs)

    def _rung(self, kind: Kind) -> Rung:
        return self.known.get(kind) or usual(kind, self.variant)

    def total_form_count(self) -> int:
        return len(self.kinds)

    def initial_form_count(self) -> int:
        return len(self.kinds)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kind = self.kinds[index or 0]
        return {**super().get_form_kwargs(index), "kind": kind, "variant": self.variant, "key": self._rung(kind).key}

    def full_clean(self) -> None:
        """Check the rows that are on; what stands in a row that is off may be anything."""
        super().full_clean()
        for place, form in enumerate(self.forms):
            if form.is_bound and not form.is_on and form.errors:
                form._errors = forms.utils.ErrorDict()
                self.errors[place] = form._errors

    def clean(self) -> None:
        """Put what the rules say against it at the rung that it is about."""
        if any(form.errors for form in self.forms if form.is_on):
            return
        used = self.used()
        try:
            operations.check(self.variant, [form.rung() for form in used])
        except DomainError as refusal:
            number = cast(int | None, refusal.values.get("number"))
            if number is None:
                raise forms.ValidationError(str(refusal)) from refusal
            form = used[number - 1]
            wrong = str(refusal.values["why"])
            form.add_error(_field_of(refusal, form), wrong[:1].upper() + wrong[1:])

    def used(self) -> list[RungForm]:
        """Give the rows that are on, as they follow each other: by day, and a call before a letter of the same day."""
        on = [form for form in self.forms if form.is_on and "days" in form.cleaned_data]
        return sorted(on, key=lambda form: (form.cleaned_data["days"], form.kind != Kind.CALL, _ORDER[form.kind]))

    def rungs(self) -> list[Rung]:
        """Give the rungs that were filled in, in their order."""
        return [form.rung() for form in self.used()]


def _field_of(refusal: DomainError, form: RungForm) -> str:
    """Give the field of a rung that a refusal is about."""
    if isinstance(refusal, operations.PolicyIsUnlawful):
        return "charges_costs" if "charges_costs" in form.fields else "days"
    rung = form.rung()
    lacks_post = rung.kind == Kind.FOURTEEN_DAY_LETTER and "post" not in rung.channels
    return "channels" if form.is_letter and (not rung.channels or lacks_post) else "days"


def _initial(rung: Rung, known: Mapping[str, Rung]) -> dict[str, Any]:
    fixed = rung.kind in STATUTORY
    return rung._asdict() | {
        "on": rung.kind in known,
        "channels": list(rung.channels),
        "term_days": 14 if fixed else rung.term_days,
        "minimum_amount": rung.minimum_amount or None,
    }


def usual(kind: Kind, variant: str) -> Rung:
    """Give a rung as most tenants have it, for one that a policy does not have yet."""
    own = defaults.CONSUMER if variant == Variant.CONSUMER else defaults.BUSINESS
    for rung in (*own, *defaults.BUSINESS, *defaults.CONSUMER):
        if rung.kind == kind:
            charges = rung.charges_costs and variant == Variant.BUSINESS
            return rung if rung in own else rung._replace(announces_costs=False, charges_costs=charges)
    raise ValueError(kind)


_Rungs: Any = forms.formset_factory(RungForm, formset=BaseRungs, extra=0)


def rungs_form(data: Any, *, variant: str, rungs: Iterable[Rung]) -> BaseRungs:
    """Give the rungs of a policy as a form, filled with what was posted or with what is in use."""
    made: BaseRungs = _Rungs(data, prefix="stap", variant=variant, rungs=rungs)
    return made


class PolicyNameForm(forms.Form):
    """What a policy is called."""

    name = line(Policy, "name")


class NewPolicyForm(PolicyNameForm):
    """A new policy, as a copy of one there is."""

    base = forms.ChoiceField(
        label=_("begin met een kopie van"), help_text=_("Daarmee kiest u ook of het zakelijk of voor particulieren is.")
    )

    def __init__(self, *args: Any, policies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].choices = policies  # type: ignore[attr-defined]


class ApprovalsForm(forms.Form):
    """Who lets each letter go out."""

    def __init__(self, *args: Any, rungs: Iterable[RungRow], **kwargs: Any) -> None:
        kwargs["auto_id"] = "vrijgave_%s"
        super().__init__(*args, **kwargs)
        for rung in rungs:
            if rung.kind in LETTERS:
                self.fields[rung.key] = forms.ChoiceField(
                    label=RungKind(rung.kind).label, choices=Approval.choices, initial=rung.approval
                )


class ExampleForm(forms.Form):
    """The due date of the example."""

    vervalt = DayField(label=_("voorbeeldfactuur vervalt op"), required=False)


class TrialForm(forms.Form):
    """A debtor to try a policy on."""

    debiteur = forms.CharField(label=_("debiteurnummer of naam"), max_length=120)

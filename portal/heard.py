"""What happens now: said in so many words after every answer, and no more than is true."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from answers.models import Answer
from answers.operations import ANSWER_WITHIN_WORKING_DAYS
from answers.states import AnswerKind
from common.calendar import add_working_days
from common.clock import local_day
from common.templatetags.amounts import format_euro
from invoices.models import Dispute
from payments.models import Promise
from portal.forms_answers import masked_email
from portal.plans import day, language


@dataclass(frozen=True, slots=True)
class Heard:
    """A confirmation."""

    title: str
    text: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    shows_plan: bool = False


def answer_by(answer: Answer) -> str:
    """Give the day by which a person answers."""
    return day(add_working_days(local_day(answer.given_at), ANSWER_WITHIN_WORKING_DAYS))


def heard(answer: Answer) -> Heard:
    """Say what happens now with an answer."""
    return _WORDS[AnswerKind(answer.kind)](answer)


def numbers_of(answer: Answer) -> str:
    """Give the invoices that an answer is about."""
    return ", ".join(sorted(row.invoice.number for row in answer.invoices.all()))


def _promise(answer: Answer) -> Heard:
    amount = format_euro(Decimal(answer.details["amount"]), language())
    on = day(date.fromisoformat(answer.details["promised_for"]))
    facts = ((_("Bedrag"), amount), (_("U betaalt op"), on), (_("Facturen"), numbers_of(answer)))
    made = Promise.objects.filter(public_id=answer.subject_id).first() if answer.subject_kind == "promise" else None
    if made is None:
        return Heard(
            _("Uw voorstel ligt bij ons"),
            (
                _("Er was al een toezegging voor deze facturen. Een medewerker bekijkt of een nieuwe datum kan."),
                _("U hoort uiterlijk %(day)s van ons. Tot dan kunnen wij u herinneren.") % {"day": answer_by(answer)},
            ),
            facts,
        )
    return Heard(
        _("Uw toezegging is genoteerd"),
        (
            _("Tot en met %(day)s sturen wij u over deze facturen geen herinnering.") % {"day": day(made.grace_until)},
            _("Is er dan niet betaald, dan gaan de herinneringen verder waar ze waren."),
        ),
        facts,
    )


def _arrangement(answer: Answer) -> Heard:
    if answer.details.get("agreed"):
        return Heard(
            _("Uw betalingsregeling is afgesproken"),
            (
                _("U krijgt hiervan een bevestiging."),
                _("Lukt een termijn niet op tijd? Laat het ons dan voor die dag weten."),
                _("Zolang u op tijd betaalt, sturen wij u over deze facturen geen herinneringen."),
            ),
            ((_("Facturen"), numbers_of(answer)),),
            shows_plan=True,
        )
    return Heard(
        _("Uw voorstel ligt bij ons"),
        (
            _("Het valt buiten wat wij meteen kunnen afspreken. Een medewerker bekijkt het."),
            _("U hoort uiterlijk %(day)s van ons. Betaalt u intussen al iets, dan gaat dat van het bedrag af.")
            % {"day": answer_by(answer)},
        ),
        ((_("Facturen"), numbers_of(answer)),),
        shows_plan=True,
    )


def _dispute(answer: Answer) -> Heard:
    found = Dispute.objects.select_related("invoice").get(public_id=answer.subject_id)
    text = [_("U krijgt uiterlijk %(day)s antwoord. U leest het ook op deze pagina.") % {"day": day(found.deadline)}]
    if found.amount is None:
        text.append(_("Tot wij hebben geantwoord, sturen wij u over deze factuur geen herinneringen."))
    else:
        amount = {"amount": format_euro(found.amount, language())}
        text.append(_("Over %(amount)s sturen wij u geen herinneringen tot wij hebben geantwoord.") % amount)
        text.append(_("De rest van de factuur blijft u gewoon verschuldigd."))
    text.append(_("Bedenkt u zich? Dan kunt u uw bezwaar intrekken zolang wij niet hebben geantwoord."))
    return Heard(_("Uw bezwaar is ontvangen"), tuple(text), ((_("Factuur"), found.invoice.number),))


def _withdrawal(answer: Answer) -> Heard:
    text = _("U bent factuur %(number)s weer helemaal verschuldigd. Wij kunnen u er weer aan herinneren.")
    return Heard(_("Uw bezwaar is ingetrokken"), (text % {"number": numbers_of(answer)},))


def _paid(answer: Answer) -> Heard:
    kept = answer.details
    facts = [(_("Betaald op"), day(date.fromisoformat(kept["paid_on"]))), (_("Facturen"), numbers_of(answer))]
    text = [
        _("Een medewerker zoekt uw betaling op. U hoort uiterlijk %(day)s van ons als wij haar niet vinden.")
        % {"day": answer_by(answer)}
    ]
    if kept["held_until"]:
        until = {"day": day(date.fromisoformat(kept["held_until"])), "numbers": ", ".join(kept["held"])}
        text.append(_("Tot en met %(day)s sturen wij u over %(numbers)s geen herinnering.") % until)
    else:
        text.append(_("U gaf dit eerder door. Wij kijken het opnieuw na, maar wachten niet nog eens met herinneren."))
    return Heard(_("Wij zoeken uw betaling op"), tuple(text), tuple(facts))


def _details(answer: Answer) -> Heard:
    text = _("Een medewerker kijkt ze na, uiterlijk %(day)s. Tot dan gebruiken wij de gegevens die wij hadden.")
    return Heard(_("Uw gegevens zijn ontvangen"), (text % {"day": answer_by(answer)},))


def _question(answer: Answer) -> Heard:
    kept, words = answer.details, {"day": answer_by(answer)}
    if kept.get("call"):
        text = _("Een medewerker belt u uiterlijk %(day)s.") % words
    elif kept.get("email"):
        text = _("U krijgt uiterlijk %(day)s antwoord op %(address)s.") % (
            words | {"address": masked_email(kept["email"])}
        )
    else:
        text = _("U krijgt uiterlijk %(day)s antwoord.") % words
    return Heard(_("Uw vraag is verstuurd"), (text,))


_WORDS: dict[AnswerKind, Callable[[Answer], Heard]] = {
    AnswerKind.PROMISE: _promise,
    AnswerKind.ARRANGEMENT: _arrangement,
    AnswerKind.DISPUTE: _dispute,
    AnswerKind.WITHDRAWAL: _withdrawal,
    AnswerKind.ALREADY_PAID: _paid,
    AnswerKind.DETAILS: _details,
    AnswerKind.QUESTION: _question,
}

"""The last look of the law at a fourteen-day letter, by rules that do not know how the ladder chose. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from common.money import ZERO
from dunning import ladder
from dunning.snapshot import Claim, Debtor, NoticePlan, Rules
from law import fourteen_day_letter
from law.fourteen_day_letter import OpenClaim


def check_fourteen_day_letter(plan: NoticePlan, debtor: Debtor, claims: Sequence[Claim], rules: Rules) -> None:
    """Refuse a fourteen-day letter that a court would set aside (art. 6:96 lid 6 and 7 BW).

    `claims` are all overdue claims of the debtor, as the ladder saw them on the day on which the letter leaves.

    :raises RefusedByLaw: naming the fault, as `law.fourteen_day_letter.check_letter` does.
    """
    interest = {line.case_id: line.interest for line in plan.lines}
    fourteen_day_letter.check_letter(
        fourteen_day_letter.Letter(
            dispatched=plan.leaves_on,
            keys=tuple(str(line.invoice_id) for line in plan.lines),
            payable=sum((line.total for line in plan.lines), start=ZERO),
            announced=plan.announced_costs,
            announced_vat=plan.announced_vat,
        ),
        claims=[_open_claim(claim, debtor, interest.get(claim.case_id, ZERO), plan.leaves_on) for claim in claims],
        unallocated_credit=debtor.credit,
        earlier=debtor.earlier_costs,
        without_reference_is_periodic=rules.periodic_without_reference,
        vat=rules.vat,
    )


def _open_claim(claim: Claim, debtor: Debtor, interest: Decimal, day: date) -> OpenClaim:
    return OpenClaim(
        key=str(claim.invoice_id),
        principal=claim.principal - (claim.disputed or ZERO),
        interest=interest,
        default_since=claim.default_since,
        acted_as_consumer=claim.consumer,
        lettered=claim.letter is not None or claim.costs_total > 0,
        held=ladder.gate(debtor, claim, day) is not None,
        contract_ref=claim.contract_ref,
    )

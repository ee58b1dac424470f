import json
import re
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest
from hypothesis import given

from law import (
    allocation,
    collection_costs,
    default,
    fourteen_day_letter,
    interest,
    letter_costs,
    limitation,
    notices,
    printing,
)
from law.collection_costs import BusinessBasis, VatGround
from law.interest import Compounding, InterestKind, InterestTerms, Reduction
from law.letter_costs import EarlierCosts, LetterClaim
from law.limitation import Act, ClaimKind, Interruption
from law.notices import Channel
from law.words import WORDS
from tests.law.casefiles import cents, days, steady

D = Decimal
SENT = date(2026, 11, 23)
GROUND = VatGround(third_party_collector=True, deductible=False, stated=True)
LETTER_TERM = notices.fourteen_day_letter_term(SENT, delivered=date(2026, 11, 27))


def _interest():
    return interest.calculate(
        D(1000),
        first_day=date(2026, 6, 1),
        end=date(2026, 8, 1),
        terms=InterestTerms(InterestKind.TRADE),
        reductions=[Reduction(date(2026, 7, 31), D("91.66"), D("8.34"))],
    )


def _letter():
    claims = [LetterClaim("F1", D(1000)), LetterClaim("T1", D(250), "gym"), LetterClaim("T2", D(20), "phone")]
    earlier = [EarlierCosts(date(2026, 9, 1), D("40.00"), "gym")]
    return letter_costs.letter_costs(claims, day=SENT, earlier=earlier, without_reference_is_periodic=False, vat=GROUND)


def _claimable():
    return fourteen_day_letter.costs_claimable(
        D("150.00"), [LetterClaim("F1", D(400))], term=LETTER_TERM, on=LETTER_TERM.costs_from, delivered=True
    )


def _business():
    return collection_costs.business_costs([D(100)] * 4, day=SENT, basis=BusinessBasis.MINIMUM_PER_INVOICE)


def _allocation():
    claims = [allocation.ClaimDue("F1", date(2026, 9, 1), D(10000), D(250), D(875))]
    return allocation.allocate(D("11225.00"), claims, paid_on=SENT)


def _limitation():
    return limitation.limitation(
        ClaimKind.CONSUMER_PURCHASE, date(2024, 3, 15), [Interruption(Act.PART_PAYMENT, date(2025, 6, 1))]
    )


CALCULATIONS = [
    _interest(),
    collection_costs.collection_costs(D("12345.67"), day=SENT, vat=GROUND),
    _business(),
    _letter(),
    _claimable(),
    notices.default_notice_term(SENT),
    LETTER_TERM,
    default.trade_default(due_date=SENT),
    _allocation(),
    _limitation(),
]


def test_an_interest_calculation_in_dutch_shows_each_line_and_adds_up():
    assert printing.interest_lines(_interest(), "nl") == [
        "Wettelijke handelsrente (art. 6:119a BW)",
        "Gerekend naar werkelijke dagen, een jaar op 365 dagen of 366 in een schrikkeljaar",
        "Onbetaalde rente telt na elk vol jaar mee in het bedrag waarover rente loopt",
        "Over € 1.000,00, van 01-06-2026 tot en met 31-07-2026",
        "01-06-2026 t/m 30-06-2026: € 1.000,00 x 10,15 % x 30/365 = € 8,34",
        "01-07-2026 t/m 31-07-2026: € 1.000,00 x 10,40 % x 31/365 = € 8,83",
        "Ontvangen op 31-07-2026: € 91,66 op de hoofdsom, € 8,34 op de rente",
        "Totaal rente: € 17,17",
        "Daarvan betaald € 8,34, nog open € 8,83",
    ]


def test_an_interest_calculation_in_english_writes_amounts_the_english_way():
    lines = printing.interest_lines(_interest(), "en")

    assert lines[0] == "Statutory commercial interest (art. 6:119a BW)"
    assert lines[4] == "01-06-2026 to 30-06-2026: € 1,000.00 x 10.15 % x 30/365 = € 8.34"
    assert lines[-2] == "Interest in total: € 17.17"


def test_a_monthly_clause_says_that_it_counts_in_months():
    terms = InterestTerms(
        InterestKind.CONTRACTUAL, contractual_percent=D(2), per_month=True, agreed_compounding=Compounding.MONTHLY
    )
    result = interest.calculate(D(1000), first_day=date(2026, 1, 1), end=date(2026, 2, 1), terms=terms)

    lines = printing.interest_lines(result, "nl")

    assert lines[:3] == [
        "Overeengekomen rente",
        "Gerekend per maand vanaf de eerste dag, een deel van een maand naar dagen",
        "Onbetaalde rente telt na elke volle maand mee in het bedrag waarover rente loopt",
    ]
    assert lines[-2:] == [
        "01-01-2026 t/m 31-01-2026: € 1.000,00 x 2 % x 31/31 = € 20,00",
        "Totaal rente: € 20,00",
    ]


def test_interest_that_has_not_begun_says_from_when():
    result = interest.calculate(
        D(1000), first_day=date(2026, 6, 1), end=date(2026, 5, 1), terms=InterestTerms(InterestKind.CONSUMER)
    )

    assert printing.interest_lines(result, "nl")[-2:] == [
        "Over € 1.000,00, eerst vanaf 01-06-2026",
        "Totaal rente: € 0,00",
    ]


def test_collection_costs_show_each_band_exactly_and_the_vat_apart():
    costs = collection_costs.collection_costs(D("12345.67"), day=SENT, vat=GROUND)

    assert printing.costs_lines(costs, "nl") == [
        "Incassokosten over een hoofdsom van € 12.345,67 (art. 2 lid 1 en 2 Besluit vergoeding voor "
        "buitengerechtelijke incassokosten, Stb. 2012, 141; geldig vanaf 01-07-2012)",
        "15 % over € 2.500,00 = € 375,00",
        "10 % over € 2.500,00 = € 250,00",
        "5 % over € 5.000,00 = € 250,00",
        "1 % over € 2.345,67 = € 23,4567",
        "Incassokosten: € 898,46",
        "Btw 21 %, die de schuldeiser niet kan verrekenen: € 188,68",
    ]


@pytest.mark.parametrize(
    ("principal", "line"), [("100.00", "Ten minste € 40,00"), ("2000000.00", "Ten hoogste € 6.775,00")]
)
def test_the_minimum_and_the_maximum_are_said_where_they_applied(principal, line):
    assert line in printing.costs_lines(collection_costs.collection_costs(D(principal), day=SENT), "nl")


def test_business_costs_say_where_the_minimum_per_invoice_lifted_them():
    lines = printing.business_costs_lines(_business(), "nl")

    assert lines[-2:] == ["Ten minste € 40,00 voor elk van de 4 facturen", "Incassokosten: € 160,00"]
    plain = collection_costs.business_costs([D(100)] * 4, day=SENT)
    assert not any("facturen" in line for line in printing.business_costs_lines(plain, "nl"))


def test_a_letter_shows_which_terms_are_in_the_sum_and_which_beside_it():
    lines = printing.letter_costs_lines(_letter(), "nl")

    assert lines[1:] == [
        "15 % over € 1.020,00 = € 153,00",
        "Termijnen van overeenkomst gym: hoogste bedrag voor één termijn € 20,00, eerder in zes maanden € 40,00, "
        "nu € 20,00",
        "Termijnen van overeenkomst phone: in de som begrepen, daarvan € 3,00",
        "Incassokosten: € 173,00",
        "Btw 21 %, die de schuldeiser niet kan verrekenen: € 36,33",
    ]


def test_a_letter_with_small_terms_alone_shows_no_scale_over_nothing():
    costs = letter_costs.letter_costs([LetterClaim("T1", D(25))], day=SENT)

    assert printing.letter_costs_lines(costs, "en") == [
        "Instalments of agreement without a reference: highest amount for one instalment € 40.00, "
        "earlier in six months € 0.00, now € 40.00",
        "Collection costs: € 40.00",
    ]


def test_what_is_claimable_says_why():
    assert printing.claimable_lines(_claimable(), "nl")[-2:] == [
        "De termijn van de veertiendagenbrief is voorbij en er is niet alles betaald",
        "Aangekondigd € 150,00, in rekening te brengen € 60,00",
    ]


@pytest.mark.parametrize("reason", list(fourteen_day_letter.Claimable))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_reason_has_its_sentence(reason, language):
    costs = fourteen_day_letter.ClaimableCosts(reason, D(0), None, D("150.00"), None, ())

    assert printing.claimable_lines(costs, language)[0] == WORDS[language][f"claimable_{reason}"]


def test_a_letter_term_shows_how_its_days_were_found():
    assert printing.letter_term_lines(LETTER_TERM, "nl") == [
        "Verzonden op 23-11-2026 per post",
        "Vermoedelijk bezorgd op 25-11-2026 (HR 25-11-2016 ECLI:NL:HR:2016:2704)",
        "Bekend: bezorgd op 27-11-2026",
        "Laatste dag van de termijn: 11-12-2026 (art. 6:96 lid 6 BW, HR 25-11-2016 ECLI:NL:HR:2016:2704)",
        "Incassokosten niet eerder dan 17-12-2026",
    ]


def test_a_notice_term_shows_from_when_the_debtor_is_in_default():
    term = notices.default_notice_term(SENT, channel=Channel.EMAIL)

    lines = printing.notice_term_lines(term, "en")

    assert lines[0] == "Dispatched on 23-11-2026 by e-mail"
    assert lines[-1] == "In default since 08-12-2026"
    assert len(lines) == 4


def test_an_allocation_shows_the_parts_of_each_claim_and_the_rest():
    assert printing.allocation_lines(_allocation(), "nl") == [
        "Betaling van € 11.225,00 op 23-11-2026",
        "F1: € 875,00 op de kosten, € 250,00 op de rente, € 10.000,00 op de hoofdsom",
        "Niet toegerekend: € 100,00",
    ]


def test_an_allocation_without_a_rest_says_nothing_about_it():
    result = allocation.allocate(D(1), [allocation.ClaimDue("F1", SENT, D(1))], paid_on=SENT)

    assert len(printing.allocation_lines(result, "nl")) == 2


def test_a_limitation_names_the_act_that_moved_it():
    assert printing.limitation_lines(_limitation(), "nl") == [
        "Verjaring na 2 jaar, opeisbaar na 15-03-2024 (art. 7:28 BW, with 7:5 for gas, water and power)",
        "Laatst gestuit op 01-06-2025: gedeeltelijke betaling",
        "Verjaard vanaf 02-06-2027",
    ]


@pytest.mark.parametrize("act", [act for act, row in limitation.INTERRUPTING_ACTS.items() if row.interrupts])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_interrupting_act_has_its_words(act, language):
    found = limitation.limitation(ClaimKind.CONTRACT, date(2024, 3, 15), [Interruption(act, date(2025, 6, 1))])

    assert WORDS[language][f"act_{act}"] in printing.limitation_lines(found, language)[1]


def test_another_language_is_refused():
    with pytest.raises(KeyError):
        printing.interest_lines(_interest(), "de")


def test_both_languages_have_the_same_phrases_with_the_same_values():
    def values(phrase):
        return {name for _, name, _, _ in Formatter().parse(phrase) if name}

    assert {name: values(phrase) for name, phrase in WORDS["nl"].items()} == {
        name: values(phrase) for name, phrase in WORDS["en"].items()
    }


@pytest.mark.parametrize("kind", list(InterestKind))
@pytest.mark.parametrize("day_count", list(interest.DayCount))
@pytest.mark.parametrize("compounding", list(Compounding))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_kind_of_interest_can_be_printed(kind, day_count, compounding, language):
    agreed = kind is InterestKind.CONTRACTUAL
    terms = InterestTerms(
        kind,
        day_count,
        contractual_percent=D(5) if agreed else None,
        agreed_compounding=compounding if agreed else Compounding.NEVER,
    )
    result = interest.calculate(D(1000), first_day=date(2026, 1, 1), end=date(2026, 2, 1), terms=terms)

    lines = printing.interest_lines(result, language)

    assert lines[:3] == [
        WORDS[language][f"interest_{kind}"],
        WORDS[language][f"day_count_{day_count}"],
        WORDS[language][f"compounding_{terms.compounding}"],
    ]


def test_the_record_of_an_interest_calculation_keeps_inputs_rows_days_and_cents():
    kept: Any = printing.record(_interest())

    assert kept["calculation"] == "InterestCalculation"
    assert kept["version"] == 1
    assert (kept["principal"], kept["first_day"], kept["end"]) == ("1000.00", "2026-06-01", "2026-08-01")
    assert kept["terms"] == {
        "kind": "trade",
        "day_count": "actual/actual",
        "contractual_percent": None,
        "per_month": False,
        "agreed_compounding": "never",
    }
    assert kept["reductions"] == [
        {"day": "2026-07-31", "to_principal": "91.66", "to_interest": "8.34", "undone": False}
    ]
    line = kept["lines"][0]
    assert {name: line[name] for name in ("start", "end", "days", "percent", "denominator", "amount")} == {
        "start": "2026-06-01",
        "end": "2026-07-01",
        "days": 30,
        "percent": "10.15",
        "denominator": 365,
        "amount": "8.34",
    }
    (rate,) = line["rates"]
    assert (rate["valid_from"], rate["percent"], rate["confidence"]) == ("2026-01-01", "10.15", "seen-repo")
    assert "rijksoverheid.nl" in rate["source"]
    assert (kept["total"], kept["paid"], kept["principal_left"]) == ("17.17", "8.34", "908.34")


def test_the_record_of_a_letter_keeps_the_limit_it_was_held_to_and_each_share():
    kept: Any = printing.record(_letter())

    assert kept["periodic_limit"]["total"] == "140.00"
    assert kept["shares"] == [
        {"key": "F1", "amount": "150.00"},
        {"key": "T1", "amount": "20.00"},
        {"key": "T2", "amount": "3.00"},
    ]
    assert kept["vat"]["percent"] == "21"


@pytest.mark.parametrize("calculation", CALCULATIONS, ids=lambda calculation: type(calculation).__name__)
def test_each_record_survives_json_unchanged(calculation):
    kept: Any = printing.record(calculation)

    assert json.loads(json.dumps(kept)) == kept
    assert kept["calculation"] == type(calculation).__name__


def test_a_value_without_a_place_in_a_record_is_refused():
    half: Any = 1.5
    amount: Any = D(1)

    with pytest.raises(TypeError, match="float"):
        printing.record(limitation.Limitation(half, SENT, 1, "", None, SENT, ()))
    with pytest.raises(TypeError, match="dataclass"):
        printing.record(amount)


@steady
@given(principal=cents, first_day=days)
def test_the_printed_cents_of_the_lines_add_up_to_the_printed_total(principal, first_day):
    terms = InterestTerms(InterestKind.TRADE)
    result = interest.calculate(principal, first_day=first_day, end=date(2028, 1, 1), terms=terms)

    lines = printing.interest_lines(result, "en")

    printed = [D(re.sub(r"[^0-9.]", "", line.split("=")[1])) for line in lines if " = " in line]
    assert lines[-1] == f"Interest in total: € {sum(printed, start=D(0)):,.2f}"

"""Which claims a line pays: certain, likely or none, each with its reason. Pure, by table."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.identifiers import payment_reference
from payments import match_reasons, match_records, matching, spelling
from payments.matching import Claim, Line, Match, Party

D = Decimal
SMIT, JANSEN, PARENT = 1, 2, 3
IBAN = "NL91ABNA0417164300"
NAMES = {SMIT: "Bouwbedrijf Smit B.V.", JANSEN: "Petra Jansen", PARENT: "Holding Groot N.V."}
DUE = date(2026, 2, 1)


def claim(
    number: str, amount: str = "121.00", debtor: int = SMIT, *, costs: str = "0.00", days: int = 0, **fields: Any
) -> Claim:
    key = "".join(char for char in number if char.isdigit()).lstrip("0")
    values: dict[str, Any] = {
        "id": sum(ord(char) * 31**place for place, char in enumerate(number)) * 7 + debtor,
        "public_id": number,
        "number": number,
        "number_key": key,
        "reference_key": "",
        "debtor_id": debtor,
        "is_open": D(amount) > 0,
        "principal": D(amount),
        "interest": D(0),
        "costs": D(costs),
        "due_date": DUE + timedelta(days=days),
        "g_amount": D(0),
    }
    return Claim(**(values | fields))


def judged(line: Line, *claims: Claim, account_of: tuple[int, ...] = (), credit: str = "0.00") -> Match:
    """Judge a line against claims that are all their debtors have."""
    parties = {}
    for debtor_id in {one.debtor_id for one in claims} | set(account_of):
        mine = [one for one in claims if one.debtor_id == debtor_id and one.is_open]
        total = sum((one.open for one in mine), start=D(0))
        parties[debtor_id] = Party(debtor_id, f"d{debtor_id}", NAMES[debtor_id], total, len(mine), D(credit))
    return matching.decide(line, claims, parties, account_of)


def paid(text: str = "", amount: str = "121.00", name: str = "", **fields: Any) -> Line:
    return Line(amount=D(amount), text=text, name=name, iban=IBAN, **fields)


def told(match: Match) -> tuple[str, str, list[str]]:
    parts = match.reading.parts if match.reading else ()
    return match.certainty, match.why, [f"{part.claim.number} {part.amount}" for part in parts]


# --- Numbers in any spelling


@pytest.mark.parametrize(
    "text",
    [
        "2026-0042",
        "20260042",
        "2026 0042",
        "factuur 2026.0042 dank u",
        "F2026/0042",
        "nota nr. INV-2026-0042",
        "0020260042",
        "bet. fact.20260042, maart",
        "Factuurnummer: 2026_0042",
        "zie 1999 en 2026-0042",
    ],
)
def test_a_number_is_known_in_any_spelling(text: str) -> None:
    assert told(judged(paid(text), claim("2026-0042"))) == ("certain", "number_amount", ["2026-0042 121.00"])


@pytest.mark.parametrize("text", ["920260042", "202600421", "NL20INGB0001202600429", "2026", "0042", ""])
def test_digits_inside_longer_digits_are_no_number(text: str) -> None:
    assert told(judged(paid(text), claim("2026-0042")))[0] == "none"


@pytest.mark.parametrize(
    ("number", "text", "expected"),
    [
        ("1042", "factuur 1042", "certain"),
        ("1042", "klant 1042", "likely"),  # may be anything
        ("42", "factuur 42", "likely"),
        ("F-1042", "nota F1042", "certain"),
    ],
)
def test_a_short_number_needs_a_word_before_it(number: str, text: str, expected: str) -> None:
    assert told(judged(paid(text), claim(number)))[0] == expected


def test_a_short_number_of_a_known_payer_is_certain() -> None:
    assert told(judged(paid("1042", name="Bouwbedrijf Smit BV"), claim("1042")))[0] == "certain"


def test_several_numbers_that_make_the_amount_together() -> None:
    line = paid("fact. 2026-0042 en 2026-0043, 2026-0045", "342.00")

    match = judged(line, claim("2026-0042"), claim("2026-0043", "100.00"), claim("2026-0045"), claim("2026-0044"))

    assert told(match) == (
        "certain",
        "numbers_amount",
        ["2026-0042 121.00", "2026-0043 100.00", "2026-0045 121.00"],
    )


def test_of_the_named_only_one_sum_is_the_amount() -> None:
    match = judged(paid("2026-0042 2026-0043"), claim("2026-0042"), claim("2026-0043", "50.00"))

    assert told(match) == ("certain", "number_amount", ["2026-0042 121.00"])


def test_two_named_of_the_same_amount_are_not_certain() -> None:
    match = judged(paid("2026-0042 of 2026-0043"), claim("2026-0042"), claim("2026-0043"))

    assert told(match)[:2] == ("likely", "several_fit")
    assert match.runner_up is not None


def test_the_same_number_at_two_debtors_is_not_certain() -> None:
    match = judged(paid("20260042"), claim("2026-0042"), claim("F2026-0042", debtor=JANSEN))

    assert told(match)[:2] == ("likely", "several_fit")


# --- References


@pytest.mark.parametrize(
    ("reference", "text", "structured"),
    [
        (payment_reference(20260042), "", payment_reference(20260042)),
        (
            payment_reference(20260042),
            "betalingskenmerk 4000 0000 2026 0042".replace("4", payment_reference(20260042)[0], 1),
            "",
        ),
        ("RF18539007547034", "RF18 5390 0754 7034 bedankt", ""),
        ("RF18539007547034", "", "RF18539007547034"),
        ("+++010/8068/17183+++", "+++010/8068/17183+++", ""),
        ("+++010/8068/17183+++", "", "010806817183"),
    ],
)
def test_a_reference_and_the_amount_are_certain(reference: str, text: str, structured: str) -> None:
    owed = claim("ZZ", reference_key=spelling.plain_key(reference))

    match = judged(paid(text, reference=structured), owed)

    assert told(match) == ("certain", "reference_amount", ["ZZ 121.00"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("likely", "part_of_named")),
        ({"name": "P Jansen"}, ("likely", "part_of_named")),
        ({"name": "SMIT BOUWBEDRIJF"}, ("certain", "part_of_named")),
        ({"account": True}, ("certain", "part_of_named")),
    ],
)
def test_a_reference_alone_is_no_proof_without_amount_or_debtor(
    fields: dict[str, Any], expected: tuple[str, str]
) -> None:
    owed = claim("ZZ", reference_key=payment_reference(20260042))
    line = paid(amount="60.00", reference=payment_reference(20260042), name=fields.get("name", ""))

    match = judged(line, owed, account_of=(SMIT,) if fields.get("account") else ())

    assert told(match)[:2] == expected


def test_a_reference_with_a_wrong_check_is_read_as_a_number() -> None:
    assert not spelling.is_reference("5000056789012346")
    assert spelling.is_reference("5000056789012345")


# --- Amounts


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("161.00", ("certain", "number_amount")),
        ("121.00", ("certain", "number_principal")),
        ("126.00", ("certain", "number_without_costs")),
        ("116.00", ("likely", "amount_typed")),  # 161 with two digits swapped
        ("100.00", ("likely", "part_of_named")),
        ("200.00", ("likely", "more_than_open")),
    ],
)
def test_the_amount_in_its_forms(amount: str, expected: tuple[str, str]) -> None:
    owed = claim("2026-0042", "121.00", costs="35.00", interest=D("5.00"))

    assert told(judged(paid("2026-0042", amount), owed))[:2] == expected


def test_what_was_paid_already_is_for_a_person() -> None:
    match = judged(paid("2026-0042", name="Smit"), claim("2026-0042", "0.00"), account_of=(SMIT,))

    assert told(match) == ("likely", "paid_already", [])


def test_credit_that_the_debtor_took_off_himself() -> None:
    match = judged(paid("2026-0042", "101.00"), claim("2026-0042"), credit="20.00")

    assert told(match) == ("likely", "credit_netted", ["2026-0042 121.00"])
    assert match.reading is not None
    assert match.reading.takes_credit


def test_a_number_with_a_slip_and_the_right_amount() -> None:
    match = judged(paid("factuur 2026-0024"), claim("2026-0042"))

    assert told(match) == ("likely", "number_typed", ["2026-0042 121.00"])


# --- G-account


@pytest.mark.parametrize(
    ("on_g_account", "amount", "expected"),
    [
        (True, "40.00", ("certain", "number_g_part")),
        (False, "81.00", ("certain", "number_rest_of_g")),
        (False, "121.00", ("certain", "number_amount")),
        (True, "121.00", ("likely", "part_of_named")),
    ],
)
def test_each_account_gets_its_part(on_g_account: bool, amount: str, expected: tuple[str, str]) -> None:
    line = paid("2026-0042", amount, on_g_account=on_g_account)

    assert told(judged(line, claim("2026-0042", g_amount=D("40.00"))))[:2] == expected


# --- Who pays


@pytest.mark.parametrize(
    ("name", "account_of", "expected"),
    [
        ("Iemand", (SMIT,), ("certain", "account_amount")),
        ("Iemand", (SMIT, JANSEN), ("likely", "account_amount")),  # an account that two share
        ("Bouwbedrijf Smit", (), ("likely", "name_amount")),
        ("Fa. Smit en Zn", (), ("likely", "name_amount")),
        ("Iemand anders", (), ("none", "nothing")),
    ],
)
def test_without_a_number_the_payer_and_the_amount(
    name: str, account_of: tuple[int, ...], expected: tuple[str, str]
) -> None:
    match = judged(paid("dank u", name=name), claim("2026-0042"), claim("2026-0043", "99.00"), account_of=account_of)

    assert told(match)[:2] == expected


def test_a_known_account_pays_all_that_is_open() -> None:
    owed = [claim("2026-0042"), claim("2026-0043", "99.00"), claim("2026-0044", "80.00")]

    assert told(judged(paid("", "300.00"), *owed, account_of=(SMIT,)))[:2] == ("certain", "account_all")


def test_two_claims_of_the_same_amount_are_never_certain_by_account() -> None:
    owed = [claim("2026-0042"), claim("2026-0043", days=30)]

    assert told(judged(paid(""), *owed, account_of=(SMIT,))) == ("likely", "same_amounts", ["2026-0042 121.00"])


def test_some_that_make_the_amount_together_are_proposed() -> None:
    owed = [claim("2026-0042"), claim("2026-0043", "99.00"), claim("2026-0044", "80.00")]

    match = judged(paid("", "179.00"), *owed, account_of=(SMIT,))

    assert told(match)[:2] == ("likely", "some_together")


def test_somebody_elses_account_makes_a_number_doubtful() -> None:
    match = judged(paid("20260042"), claim("2026-0042"), claim("9", "50.00", PARENT), account_of=(PARENT,))

    assert told(match)[:2] == ("likely", "other_payer")


def test_a_named_claim_stands_against_another_of_the_account() -> None:
    """The account is Smit's and he has just this amount open, but the payer names a claim of Jansen."""
    match = judged(paid("20260042"), claim("2026-0042", debtor=JANSEN), claim("2026-0050"), account_of=(SMIT,))

    assert told(match)[:2] == ("likely", "several_fit")


def test_a_part_named_stands_against_another_that_fits() -> None:
    owed = [claim("2026-0042", "500.00"), claim("2026-0050")]

    match = judged(paid("20260042"), *owed, account_of=(SMIT,))

    assert match.certainty == "likely"
    assert match.runner_up is not None


def test_money_of_a_known_payer_that_fits_nothing_goes_to_the_oldest() -> None:
    owed = [claim("2026-0043", "99.00", days=9), claim("2026-0042")]

    match = judged(paid("", "150.00"), *owed, account_of=(SMIT,))

    assert told(match) == ("likely", "account_only", ["2026-0042 121.00", "2026-0043 29.00"])


# --- Names


@pytest.mark.parametrize(
    ("payer", "debtor", "expected"),
    [
        ("BOUWBEDRIJF SMIT BV", "Bouwbedrijf Smit B.V.", 2),
        ("Smit, Bouwbedrijf", "Bouwbedrijf Smit B.V.", 2),
        ("Hr P Jansen", "Petra Jansen", 1),
        ("Café Zoë", "CAFE ZOE VOF", 2),
        ("Stichting Derdengelden", "Stichting Wonen", 0),
        ("", "Petra Jansen", 0),
    ],
)
def test_names_are_compared_without_forms_titles_and_accents(payer: str, debtor: str, expected: int) -> None:
    assert spelling.likeness(payer, debtor) == expected


# --- The words


def test_every_reason_has_a_sentence_and_every_sentence_its_values() -> None:
    match = judged(paid("20260042"), claim("2026-0042"))

    record = match_records.as_record(match)

    assert match_reasons.sentence(record["why"], record["words"]) == (
        "Factuurnummer 2026-0042 staat in de omschrijving en het bedrag klopt."
    )
    for code in match_reasons.SENTENCES:
        assert "%(" not in match_reasons.sentence(code, {})
    assert record["claims"] == [{"invoice": "2026-0042", "number": "2026-0042", "amount": "121.00"}]


# --- Whatever comes in

numbers = st.sampled_from(["2026-0042", "2026-0024", "F2026-0043", "1042", "42", "2026-00421"])
amounts = st.sampled_from(["121.00", "99.00", "220.00", "112.00", "25.00"])
claims_of = st.lists(
    st.builds(
        lambda number, amount, debtor, costs, days: claim(
            number, amount, debtor, costs=costs, days=days, reference_key=payment_reference(int(debtor * 1000 + days))
        ),
        numbers,
        amounts,
        st.sampled_from([SMIT, JANSEN, PARENT]),
        st.sampled_from(["0.00", "0.00", "40.00"]),
        st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
lines = st.builds(
    lambda parts, amount, name, reference: paid(
        " ".join(parts), amount, name, reference=payment_reference(reference) if reference else ""
    ),
    st.lists(st.sampled_from(["factuur", "20260042", "2026 0024", "1042", "42", "F2026/0043", "dank"]), max_size=4),
    st.sampled_from(["121.00", "220.00", "25.00", "161.00", "342.00"]),
    st.sampled_from(["", "Smit", "Bouwbedrijf Smit", "P. Jansen", "Groot"]),
    st.sampled_from([0, 0, 1000, 2001, 3002]),
)
accounts = st.sampled_from([(), (SMIT,), (JANSEN,), (SMIT, JANSEN)])
quick = settings(max_examples=300, deadline=None, derandomize=True)


@quick
@given(line=lines, claims=claims_of, account_of=accounts, order=st.randoms(use_true_random=False))
def test_the_order_of_the_claims_changes_nothing(line: Line, claims: list[Claim], account_of: Any, order: Any) -> None:
    shuffled = list(claims)
    order.shuffle(shuffled)

    assert judged(line, *claims, account_of=account_of) == judged(line, *shuffled, account_of=account_of)


@quick
@given(line=lines, claims=claims_of, account_of=accounts)
def test_what_is_certain_has_a_reason_and_pays_no_more_than_is_open(
    line: Line, claims: list[Claim], account_of: Any
) -> None:
    match = judged(line, *claims, account_of=account_of)

    if match.certainty != "certain":
        return
    assert match.reading is not None
    assert match.reading.parts
    assert match.reading.total == line.amount
    assert len({part.claim.debtor_id for part in match.reading.parts}) == 1
    assert all(0 < part.amount <= part.claim.open and part.claim.is_open for part in match.reading.parts)


@quick
@given(line=lines, claims=claims_of, account_of=accounts)
def test_a_twin_of_another_debtor_takes_certainty_away(line: Line, claims: list[Claim], account_of: Any) -> None:
    """Two claims that a line could pay equally well by what it says: never certain for either."""
    match = judged(line, *claims, account_of=account_of)
    if not matching.is_conclusive(match) or match.reading is None:
        return
    other = next(one for one in NAMES if one != match.reading.party.id)
    twins = [
        part.claim._replace(id=part.claim.id + 10**15, public_id=part.claim.public_id + "x", debtor_id=other)
        for part in match.reading.parts
    ]
    rest = [one for one in claims if one.debtor_id != other]

    again = judged(line, *rest, *twins, account_of=())

    assert again.certainty != "certain" or (
        again.reading is not None and spelling.likeness(line.name, NAMES[again.reading.party.id]) == 2
    )


@quick
@given(line=lines, claims=claims_of)
def test_a_reference_alone_never_decides(line: Line, claims: list[Claim]) -> None:
    """Without account, name or number, and with an amount that is nobody's, nothing is certain."""
    strange = Line(amount=D("7.77"), reference=line.reference, iban=IBAN)

    assert judged(strange, *claims).certainty != "certain"


@quick
@given(line=lines, claims=claims_of, account_of=accounts)
def test_what_is_conclusive_stays_so_whatever_is_known_of_the_payer(
    line: Line, claims: list[Claim], account_of: Any
) -> None:
    """The first round sees only what is named; where it decides, the second would say the same."""
    keys = set(line.keys())
    named = [one for one in claims if one.number_key in keys or one.reference_key in keys]
    parties = {one.debtor_id: Party(one.debtor_id, f"d{one.debtor_id}", NAMES[one.debtor_id]) for one in named}

    first = matching.decide(line, named, parties, account_of, named_only=True)

    if matching.is_conclusive(first):
        whole = judged(line, *claims, account_of=account_of)
        assert told(first) == told(whole)

"""Files for the bank: valid by the official structure, adding up, in the characters of SEPA, the same every time."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from connectors.sepa.characters import plain
from payments import sepa

CREDITOR = sepa.Account(name="Bakkerij “De Vries” & Zn.", iban="NL91ABNA0417164300", bic="ABNANL2A")
VERSIONS = sorted(sepa.TRANSFER_VERSIONS)


def collection(number: int, amount: str = "10.12", **fields: str) -> sepa.Collection:
    given = {"name": "Café Özdemir", "iban": "NL20INGB0001234567", "description": f"Factuur 2026-{number} € 10"}
    return sepa.Collection(
        end_to_end_id=f"E{number}",
        amount=Decimal(amount),
        mandate=f"M-{number}",
        signed_on=date(2026, 1, 5),
        **(given | fields),
    )


def order(version: str) -> sepa.DebitOrder:
    return sepa.DebitOrder(
        version=version,
        message_id="MSG1",
        made_at=datetime(2026, 3, 2, 9, 30, 1),
        creditor=CREDITOR,
        creditor_id="NL69ZZZ123456780000",
        collect_on=date(2026, 3, 16),
        parts=(
            sepa.Part(
                reference="MSG1-B2B-OOFF", scheme="B2B", sequence="OOFF", collections=(collection(3, "99999.99"),)
            ),
            sepa.Part(
                reference="MSG1-CORE-RCUR",
                scheme="CORE",
                sequence="RCUR",
                collections=(collection(1), collection(2, "0.01", bic="INGBNL2A")),
            ),
        ),
    )


def texts(content: bytes, path: str) -> list[str]:
    root = etree.fromstring(content)
    space = {"p": etree.QName(root).namespace or ""}
    steps = "/".join(f"p:{step}" for step in path.split("/"))
    return [found.text or "" for found in root.iterfind(f".//{steps}", space)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_of_collections_says_what_was_ordered(version: str) -> None:
    content = sepa.writer().debits(order(version))

    assert f"urn:iso:std:iso:20022:tech:xsd:{version}".encode() in content
    assert texts(content, "GrpHdr/MsgId") == ["MSG1"]
    assert texts(content, "GrpHdr/CreDtTm") == ["2026-03-02T09:30:01"]
    assert texts(content, "PmtInfId") == ["MSG1-B2B-OOFF", "MSG1-CORE-RCUR"]
    assert texts(content, "LclInstrm/Cd") == ["B2B", "CORE"]
    assert texts(content, "SeqTp") == ["OOFF", "RCUR"]
    assert texts(content, "ReqdColltnDt") == ["2026-03-16", "2026-03-16"]
    assert texts(content, "CdtrSchmeId/Id/PrvtId/Othr/Id") == ["NL69ZZZ123456780000"] * 2
    assert texts(content, "DrctDbtTxInf/PmtId/EndToEndId") == ["E3", "E1", "E2"]
    assert texts(content, "InstdAmt") == ["99999.99", "10.12", "0.01"]
    assert texts(content, "MndtRltdInf/MndtId") == ["M-3", "M-1", "M-2"]
    assert texts(content, "MndtRltdInf/DtOfSgntr") == ["2026-01-05"] * 3
    assert texts(content, "DbtrAcct/Id/IBAN") == ["NL20INGB0001234567"] * 3


@pytest.mark.parametrize("version", VERSIONS)
def test_counts_and_sums_add_up_in_the_head_and_in_every_part(version: str) -> None:
    content = sepa.writer().debits(order(version))

    assert texts(content, "GrpHdr/NbOfTxs") == ["3"]
    assert texts(content, "GrpHdr/CtrlSum") == ["100010.12"]
    assert texts(content, "PmtInf/NbOfTxs") == ["1", "2"]
    assert texts(content, "PmtInf/CtrlSum") == ["99999.99", "10.13"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_order_gives_the_same_bytes(version: str) -> None:
    assert sepa.writer().debits(order(version)) == sepa.writer().debits(order(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_text_is_in_the_characters_of_sepa_and_no_longer_than_it_may_be(version: str) -> None:
    long = collection(4, name="Ł" * 90, description="ß&" * 100)
    content = sepa.writer().debits(
        replace(order(version), parts=(sepa.Part(reference="R", scheme="CORE", sequence="RCUR", collections=(long,)),))
    )

    names, lines = texts(content, "Dbtr/Nm"), texts(content, "RmtInf/Ustrd")
    assert [len(name) for name in names] == [70]
    assert [len(line) for line in lines] == [140]
    for text in [*names, *lines, *texts(content, "Cdtr/Nm")]:
        assert re.fullmatch(r"[A-Za-z0-9/\-?:().,'+ ]+", text), text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Café Özdemir", "Cafe Ozdemir"),
        ("Jansen & Zn.", "Jansen + Zn."),
        ("//hoi//", "hoi"),
        ("€ 10", "EUR 10"),
        ("a@b.nl", "a(at)b.nl"),
        ("日本", ".."),
        ("", "-"),
    ],
)
def test_texts_become_what_every_bank_passes_on(written: str, expected: str) -> None:
    assert plain(written, 70) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_official_structure_does_not_allow_never_leaves(version: str) -> None:
    wrong = replace(order(version), message_id="X" * 36)

    with pytest.raises(sepa.InvalidOrder):
        sepa.writer().debits(wrong)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_order_without_collections_is_no_file(version: str) -> None:
    with pytest.raises(sepa.InvalidOrder):
        sepa.writer().debits(replace(order(version), parts=()))


@pytest.mark.parametrize("version", sorted(sepa.TRANSFER_VERSIONS.values()))
@pytest.mark.parametrize("bic", ["", "ABNANL2A"])
def test_a_file_of_payments_says_what_was_ordered(version: str, bic: str) -> None:
    transfers = tuple(
        sepa.Transfer(
            end_to_end_id=f"T{number}",
            amount=Decimal("12.50"),
            name="J. Jansen",
            iban="NL20INGB0001234567",
            description="Terugbetaling",
        )
        for number in range(2)
    )
    made = sepa.TransferOrder(
        version=version,
        message_id="T1",
        made_at=datetime(2026, 3, 2, 9, 30),
        debtor=replace(CREDITOR, bic=bic),
        execute_on=date(2026, 3, 3),
        transfers=transfers,
    )

    content = sepa.writer().transfers(made)

    assert texts(content, "GrpHdr/CtrlSum") == ["25.00"]
    assert texts(content, "PmtInf/PmtMtd") == ["TRF"]
    assert texts(content, "CdtTrfTxInf/PmtId/EndToEndId") == ["T0", "T1"]
    assert texts(content, "CdtTrfTxInf/CdtrAcct/Id/IBAN") == ["NL20INGB0001234567"] * 2
    assert content == sepa.writer().transfers(made)

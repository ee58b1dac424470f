"""Reports: what the figures say, each with the list that adds up to it, and as a file."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.money import ZERO
from dashboard import exports, listing
from dashboard.lists.asked import day_of, debtor_of
from dashboard.rows import figures
from dashboard.shell import Crumb, Stat
from dashboard.templatetags.kit_words import dutch
from dunning.states import RungKind
from invoices.states import DisputeReason
from reporting import ageing as ages
from reporting import outcomes, queries
from reporting.ageing import BUCKETS, Basis
from tenants.access import Right, TenantRequest, require

WEEKS = 8
RATES_SINCE = date(2015, 1, 1)


@require(Right.SEE)
def reports(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    now, month = queries.standing(day), outcomes.dso_by_month(day)[-1]
    coming = sum((amount for _week, amount in queries.expected(day, weeks=4)), start=ZERO)
    stats = [
        Stat(_("Openstaand"), f"€ {dutch(now.open_amount)}", url=reverse("dashboard:report_ageing")),
        Stat(_("Vervallen"), f"€ {dutch(now.overdue_amount)}", url=reverse("dashboard:report_ageing")),
        Stat(_("DSO"), _days(month.count_back), note=_("terugtelmethode"), url=reverse("dashboard:report_dso")),
        Stat(_("Verwacht in vier weken"), f"€ {dutch(coming)}", url=reverse("dashboard:report_expected")),
    ]
    return render(request, "dashboard/reports/index.html", {"stats": stats})


def _days(value: Any) -> str:
    return "–" if value is None else _("%(days)s dagen") % {"days": dutch(value, 1)}


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Rapporten"), reverse("dashboard:reports"))]


def _asked(request: TenantRequest) -> tuple[date, Basis]:
    """Give the day and the basis that an address asks for; a day to come is today."""
    today = clock.today()
    day = day_of(request, "per", today=today) or today
    return min(day, today), Basis.ISSUED if request.GET.get("op") == "factuur" else Basis.DUE


@require(Right.SEE)
def ageing(request: TenantRequest) -> HttpResponse:
    day, basis = _asked(request)
    if exports.wanted(request):
        every = ages.by_debtor(day, basis, limit=listing.MOST_ROWS)
        return exports.answer(request, every, _ageing_columns(basis), _("ouderdomsanalyse") + f"-{day}")
    number = listing.page_number(request)
    offset = (number - 1) * listing.PER_PAGE
    held = ages.by_debtor(day, basis, limit=listing.PER_PAGE, offset=offset)
    if not held and offset:
        number, held = 1, ages.by_debtor(day, basis, limit=listing.PER_PAGE)
    totals, codes = ages.totals(day, basis), [bucket.code for bucket in BUCKETS[basis]]
    rows = [
        {
            "number": row["number"],
            "name": row["name"],
            "url": figures.items_url(day, basis, debiteur=row["public_id"]),
            "amounts": [row[code] for code in codes],
            "total": row["total"],
        }
        for row in held
    ]
    context = {
        "day": day,
        "is_today": day == clock.today(),
        "by_issue": basis is Basis.ISSUED,
        "heads": [figures.BUCKETS[code] for code in codes],
        "rows": rows,
        "page": listing.page(rows, number=number, count=held[0]["of_how_many"] if held else 0),
        "totals": totals,
        "sums": [amount for _code, _count, amount in totals.buckets],
        "parts": figures.ageing_parts(totals, day, basis),
        "ledger": ages.ledger(day),
        "items_url": figures.items_url(day, basis),
        "crumbs": _crumbs(),
    }
    return render(request, "dashboard/reports/ageing.html", context)


def _ageing_columns(basis: Basis) -> list[exports.Column]:
    return [
        exports.Column(_("Debiteurnummer"), lambda row: row["number"]),
        exports.Column(_("Debiteur"), lambda row: row["name"]),
        *(
            exports.Column(str(figures.BUCKETS[bucket.code]).capitalize(), _value(bucket.code), "amount")
            for bucket in BUCKETS[basis]
        ),
        exports.Column(_("Totaal"), lambda row: row["total"], "amount"),
    ]


def _value(name: str) -> Any:
    return lambda row: row[name]


@require(Right.SEE)
def items(request: TenantRequest) -> HttpResponse:
    day, basis = _asked(request)
    debtor = debtor_of(request)
    bucket = listing.one_of(request, "groep", {one.code for one in BUCKETS[basis]})
    asked: dict[str, Any] = {"debtor_id": debtor.pk if debtor else None, "bucket": bucket}
    if exports.wanted(request):
        every = ages.items(day, basis, limit=listing.MOST_ROWS, **asked)
        return exports.answer(request, every, _item_columns(), _("openstaande-posten") + f"-{day}")
    number = listing.page_number(request)
    held = ages.items(day, basis, limit=listing.PER_PAGE, offset=(number - 1) * listing.PER_PAGE, **asked)
    if not held and number > 1:
        number, held = 1, ages.items(day, basis, limit=listing.PER_PAGE, **asked)
    for row in held:
        row["url"] = reverse("dashboard:invoice", args=[row["public_id"]])
        row["late"] = max(0, row["late"])
    chips = [listing.chip(request, debtor.name, "debiteur")] if debtor else []
    chips += [listing.chip(request, figures.BUCKETS[bucket], "groep")] if bucket else []
    back = f"{reverse('dashboard:report_ageing')}?per={day:%d-%m-%Y}" + ("&op=factuur" if basis is Basis.ISSUED else "")
    context = {
        "day": day,
        "by_issue": basis is Basis.ISSUED,
        "rows": held,
        "page": listing.page(held, number=number, count=held[0]["of_how_many"] if held else 0),
        "count": held[0]["of_how_many"] if held else 0,
        "amount": held[0]["of_how_much"] if held else ZERO,
        "chips": chips,
        "crumbs": [*_crumbs(), Crumb(_("Ouderdomsanalyse"), back)],
    }
    return render(request, "dashboard/reports/items.html", context)


def _item_columns() -> list[exports.Column]:
    return [
        exports.Column(_("Debiteurnummer"), _value("debtor_number")),
        exports.Column(_("Debiteur"), _value("debtor_name")),
        exports.Column(_("Factuur"), _value("number")),
        exports.Column(_("Factuurdatum"), _value("issue_date"), "date"),
        exports.Column(_("Vervaldatum"), _value("due_date"), "date"),
        exports.Column(_("Dagen"), lambda row: max(0, row["late"]), "number"),
        exports.Column(_("Openstaand"), _value("open"), "amount"),
    ]


@require(Right.SEE)
def dso(request: TenantRequest) -> HttpResponse:
    points = outcomes.dso_by_month(clock.today())
    if exports.wanted(request):
        return exports.answer(request, points, _dso_columns(), "dso")
    now = points[-1]
    stats = [
        Stat(_("DSO, terugtelmethode"), _days(now.count_back), note=f"{now.day:%d-%m-%Y}"),
        Stat(_("DSO, eenvoudig"), _days(now.simple), note=_("over drie maanden")),
        Stat(_("Openstaande hoofdsom"), f"€ {dutch(now.receivables)}", url=reverse("dashboard:report_ageing")),
    ]
    context = {"stats": stats, "chart": figures.dso_chart(points), "points": points, "crumbs": _crumbs()}
    return render(request, "dashboard/reports/dso.html", context)


def _dso_columns() -> list[exports.Column]:
    return [
        exports.Column(_("Per"), "day", "date"),
        exports.Column(_("Openstaande hoofdsom"), "receivables", "amount"),
        exports.Column(_("Omzet in de maand"), "sales", "amount"),
        exports.Column(_("DSO terugtelmethode"), "count_back", "number"),
        exports.Column(_("DSO eenvoudig"), "simple", "number"),
    ]


@require(Right.SEE)
def expected(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    chosen = day_of(request, "week", today=day)
    chosen = chosen - timedelta(days=chosen.weekday()) if chosen else None
    rows = figures.weeks(queries.expected(day, weeks=WEEKS), day, WEEKS, chosen)
    if exports.wanted(request) and not chosen:
        columns = [
            exports.Column(_("Week van"), "monday", "date"),
            exports.Column(_("Verwacht"), "amount", "amount"),
        ]
        return exports.answer(request, rows, columns, _("verwacht"))
    listed = queries.expected_items(day, chosen) if chosen else []
    if exports.wanted(request):
        return exports.answer(request, listed, _expected_columns(), _("verwacht") + f"-{chosen}")
    context = {
        "chart": figures.expected_chart(rows),
        "weeks": rows,
        "total": sum((row.amount for row in rows), start=ZERO),
        "chosen": chosen,
        "items": [(row, reverse("dashboard:invoice", args=[row.public_id])) for row in listed],
        "items_total": sum((row.amount for row in listed), start=ZERO),
        "crumbs": _crumbs(),
    }
    return render(request, "dashboard/reports/expected.html", context)


def _expected_columns() -> list[exports.Column]:
    return [
        exports.Column(_("Verwacht op"), "expected_on", "date"),
        exports.Column(_("Debiteurnummer"), "debtor_number"),
        exports.Column(_("Debiteur"), "debtor_name"),
        exports.Column(_("Factuur"), "number"),
        exports.Column(_("Vervaldatum"), "due_date", "date"),
        exports.Column(_("Betaalt gemiddeld te laat (dagen)"), "days_late", "number"),
        exports.Column(_("Openstaand"), "amount", "amount"),
    ]


@require(Right.SEE)
def rates(request: TenantRequest) -> HttpResponse:
    day = clock.today()
    rows = figures.rate_rows(day, RATES_SINCE)
    if exports.wanted(request):
        columns = [
            exports.Column(_("Vanaf"), "since", "date"),
            exports.Column(_("Particulier"), "consumer", "number"),
            exports.Column(_("Handel"), "trade", "number"),
            exports.Column(_("Bron particulier"), "consumer_source"),
            exports.Column(_("Bron handel"), "trade_source"),
        ]
        return exports.answer(request, rows, columns, _("wettelijke-rente"))
    context = {"rows": rows, "warnings": figures.unconfirmed(day), "crumbs": _crumbs()}
    return render(request, "dashboard/reports/rates.html", context)


@require(Right.SEE)
def letters(request: TenantRequest) -> HttpResponse:
    order = {kind: place for place, kind in enumerate(RungKind.values)}
    rows = [
        {
            "label": RungKind(row.kind).label,
            "sent": row.sent,
            "measured": row.measured,
            "within": [
                (figures.percent_of(part, row.measured), part) for part in (row.within_7, row.within_14, row.within_30)
            ],
        }
        for row in sorted(outcomes.letters(clock.today()), key=lambda row: order[row.kind])
    ]
    if exports.wanted(request):
        columns = [
            exports.Column(_("Stap"), _value("label")),
            exports.Column(_("Gezet"), _value("sent"), "number"),
            exports.Column(_("Gemeten"), _value("measured"), "number"),
            exports.Column(_("Voldaan binnen 7 dagen"), lambda row: row["within"][0][1], "number"),
            exports.Column(_("Voldaan binnen 14 dagen"), lambda row: row["within"][1][1], "number"),
            exports.Column(_("Voldaan binnen 30 dagen"), lambda row: row["within"][2][1], "number"),
        ]
        return exports.answer(request, rows, columns, _("effect-per-brief"))
    context = {"rows": rows, "days": outcomes.MATURE_DAYS, "crumbs": _crumbs()}
    return render(request, "dashboard/reports/letters.html", context)


@require(Right.SEE)
def disputes(request: TenantRequest) -> HttpResponse:
    base = reverse("dashboard:disputes")
    found = outcomes.disputes(clock.today())
    rows = [
        {"label": DisputeReason(row.reason).label, "url": f"{base}?stand=&reden={row.reason}", "row": row}
        for row in found
    ]
    if exports.wanted(request):
        columns = [
            exports.Column(_("Reden"), _value("label")),
            exports.Column(_("Aantal"), lambda one: one["row"].count, "number"),
            exports.Column(_("Nog open"), lambda one: one["row"].open, "number"),
            exports.Column(_("Bedrag open"), lambda one: one["row"].open_amount, "amount"),
            exports.Column(_("Gegrond"), lambda one: one["row"].accepted, "number"),
            exports.Column(_("Afgewezen"), lambda one: one["row"].rejected, "number"),
            exports.Column(_("Dagen tot antwoord"), lambda one: one["row"].days, "number"),
        ]
        return exports.answer(request, rows, columns, _("geschillen-per-reden"))
    context = {
        "rows": rows,
        "count": sum(row.count for row in found),
        "open": sum(row.open for row in found),
        "amount": sum((row.open_amount for row in found), start=ZERO),
        "crumbs": _crumbs(),
    }
    return render(request, "dashboard/reports/disputes.html", context)


@require(Right.SEE)
def promises(request: TenantRequest) -> HttpResponse:
    months = outcomes.promises(clock.today())
    if exports.wanted(request):
        columns = [
            exports.Column(_("Maand"), "month", "date"),
            exports.Column(_("Nagekomen"), "kept", "number"),
            exports.Column(_("Niet nagekomen"), "broken", "number"),
            exports.Column(_("Loopt nog"), "running", "number"),
            exports.Column(_("Bedrag nagekomen"), "amount_kept", "amount"),
            exports.Column(_("Bedrag niet nagekomen"), "amount_broken", "amount"),
        ]
        return exports.answer(request, months, columns, _("beloften-nagekomen"))
    kept, broken = sum(row.kept for row in months), sum(row.broken for row in months)
    share = figures.percent_of(kept, kept + broken)
    base = reverse("dashboard:promises")
    stats = [
        Stat(_("Nagekomen"), "–" if share is None else f"{share}%", note=_("van wat is afgelopen")),
        Stat(
            _("Niet nagekomen"),
            str(broken),
            url=f"{base}?stand=broken&van={outcomes.promises_since(clock.today()):%d-%m-%Y}",
        ),
        Stat(_("Loopt nog"), str(sum(row.running for row in months)), url=f"{base}?stand=running"),
    ]
    rows = [(figures.month(row.month), row) for row in months]
    context = {"stats": stats, "chart": figures.promises_chart(months), "rows": rows, "crumbs": _crumbs()}
    return render(request, "dashboard/reports/promises.html", context)

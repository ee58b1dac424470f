"""The style guide: every component of the kit in every state, with its code. On a demo and in tests only.

Its companies do not exist, its figures add up to nothing, and it asks the database for nothing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django_htmx.middleware import HtmxDetails

from dashboard.shell import (
    Administration,
    Bar,
    Bucket,
    CalcLine,
    Chart,
    Chip,
    Confirm,
    Crumb,
    Event,
    Freshness,
    Hit,
    HitGroup,
    NavItem,
    Person,
    Phase,
    Point,
    PolicyRung,
    Rung,
    SavedView,
    Shell,
    Source,
    Stat,
    Tab,
    Theme,
    Tone,
)

TODAY = date(2026, 11, 23)
NAMES = """
    Bakkerij Van der Meulen & Zn. B.V.|De Groot Installatietechniek|J. Jansen|Kwekerij Het Groene Hart|Mw. A. el Amrani
    Stichting Openbaar Onderwijs Noord-Oost-Twente en Omstreken|Café De Zon|Van Dijk Transport B.V.|Autobedrijf Peeters
    P.W.M. van den Heuvel-Rijnders|Bouwcombinatie Maasoever V.O.F.|Slagerij Koster|Tandartspraktijk Linde|K. Özdemir
    Hoveniersbedrijf Smit|Gemeente Wijdemeren|Fysiotherapie aan de Vecht|Drukkerij Ten Brink|L. Bakker|Kapsalon Mooi
    Vereniging van Eigenaars Prinsengracht 412-438 te Amsterdam|Scheepswerf Hollandia|Boekhandel De Slegte|R. Visser
    Restaurant Zeezicht|Muller Metaal GmbH|Kinderopvang Pippeloentje|Notariskantoor Wolters|Fietsenmaker Rad|T. de Wit
""".strip()
STATES: tuple[tuple[str, Tone], ...] = (
    ("herinnering", "accent"),
    ("aanmaning", "warn"),
    ("geschil", "info"),
    ("adres ontbreekt", "act"),
    ("belofte loopt", "good"),
    ("veertiendagenbrief", "legal"),
    ("nog niet vervallen", "neutral"),
)


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


@dataclass(frozen=True)
class Row:
    """A debtor in the list."""

    number: str
    name: str
    contact: str
    open_amount: Decimal
    overdue: Decimal
    oldest: int
    state: str
    tone: Tone
    next_step: str
    next_on: date | None
    owner: str
    url: str = "#"


class NewInvoice(forms.Form):
    """Every kind of field."""

    name = forms.CharField(label="Naam van de debiteur", max_length=60)
    email = forms.EmailField(label="E-mailadres voor facturen", help_text="Hier gaan facturen en herinneringen heen.")
    amount = forms.CharField(label="Bedrag", widget=forms.TextInput(attrs={"data-amount": ""}))
    due = forms.CharField(label="Vervaldatum", widget=forms.TextInput(attrs={"data-date": ""}), required=False)
    policy = forms.ChoiceField(
        label="Beleid", choices=[("z", "Zakelijk"), ("p", "Particulier"), ("n", "Niet herinneren")], required=False
    )
    kind = forms.ChoiceField(
        label="Soort", choices=[("b", "bedrijf"), ("c", "consument")], widget=forms.RadioSelect, initial="b"
    )
    note = forms.CharField(label="Notitie", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(
        label="Onze voorwaarden noemen incassokosten", help_text="Nodig voordat u bij consumenten kosten rekent."
    )
    REASONS: ClassVar[dict[str, str]] = {
        "email": "Dit is geen e-mailadres: het deel na de @ ontbreekt.",
        "amount": "“12,34,56” is geen bedrag. Schrijf bijvoorbeeld 1.234,50.",
        "kind": "Kies of dit een bedrijf of een consument is.",
    }


class Upload(forms.Form):
    """A field for a file."""

    file = forms.FileField(label="Sleep uw bestand hierheen, of kies het")


def guide(request: HtmxRequest) -> HttpResponse:
    """Show everything; asked by htmx, only the list."""
    page = _page(request)
    context = _lists(request, page) if request.htmx else _lists(request, page) | _pieces(request)
    answer = render(request, "kit.html#lijst" if request.htmx else "kit.html", context)
    answer["Vary"] = "HX-Request"
    return answer


def question(request: HtmxRequest) -> HttpResponse:
    """Ask, as a dialog or as a page; the answer is a message."""
    if request.method == "POST":
        messages.success(request, "Tegengehouden: 38 brieven gaan vannacht niet uit.")
        return redirect("kit:guide")
    confirm = Confirm(
        title="Brieven van vannacht tegenhouden?",
        text="38 brieven aan 31 debiteuren (€ 48.210,55) blijven liggen.",
        consequences=(
            "De ladder schuift niet door: morgen staan dezelfde brieven weer klaar.",
            "Twee veertiendagenbrieven gaan een dag later in; hun termijn dus ook.",
        ),
        action=reverse("kit:question"),
        verb="Houd 38 brieven tegen",
        cancel_url=reverse("kit:guide"),
        tone="act",
        reason=True,
    )
    template = "_confirm.html#dialog" if request.htmx else "_confirm.html"
    return render(request, template, {"confirm": confirm, "shell": _shell(request)})


def found(request: HttpRequest) -> HttpResponse:
    """Answer the quick search."""
    query = request.GET.get("q", "").strip()
    rows = [row for row in _rows() if query.lower() in f"{row.number} {row.name}".lower()][:5]
    hits = [Hit(row.name, "#", "debiteur", "user", row.number, row.open_amount) for row in rows]
    groups = [HitGroup("Debiteuren", hits, more_url="#")] if query and hits else []
    return render(request, "_hits.html", {"groups": groups, "query": query})


def working(request: HttpRequest) -> HttpResponse:
    """Count on, as an import does."""
    done = min(412, int(request.GET.get("done", "0")) + 60)
    return render(request, "_progress.html", {"done": done, "total": 412, "poll": f"{request.path}?done={done}"})


def preferences(request: HttpRequest) -> HttpResponse:
    """Remember nothing: this is a guide."""
    return (
        redirect(request.POST.get("next", "")) if request.POST.get("next", "").startswith("/kit/") else HttpResponse()
    )


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def paper(_request: HttpRequest) -> HttpResponse:
    """Give a PDF of one empty page."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )
    return HttpResponse(body, content_type="application/pdf")


app_name = "kit"
urlpatterns = [
    path("", guide, name="guide"),
    path("vraag/", question, name="question"),
    path("zoeken/", found, name="found"),
    path("voortgang/", working, name="working"),
    path("voorkeur/", preferences, name="preferences"),
    path("brief.pdf", paper, name="paper"),
]


def _shell(request: HttpRequest) -> Shell:
    administrations = (
        Administration("Bakkerij Van der Meulen & Zn. B.V.", "#", "#b4530a", is_current=True, waiting=12),
        Administration("Garage Peeters", "#", "#1f6feb", waiting=3),
        Administration("Zonnepanelen Noord", "#", "#f2c037"),
        Administration("Praktijk voor Fysiotherapie aan de Vecht", "#", "#5a3fa8"),
    )
    nav = (
        NavItem("Vandaag", "#", "sunrise", 12, "te doen", is_active=True, must_act=True, key="v"),
        NavItem("Debiteuren", "#", "users", key="d"),
        NavItem("Facturen", "#", "file-invoice", key="f"),
        NavItem("Taken", "#", "checklist", 8, "open", key="t"),
        NavItem("Berichten", "#", "mail", 3, "ongelezen", key="b"),
        NavItem("Geschillen", "#", "message-exclamation", 2, "open", key="c"),
        NavItem("Dossiers", "#", "briefcase", key="o"),
        NavItem("Inlezen", "#", "upload", key="i"),
        NavItem("Rapporten", "#", "chart-bar", key="r"),
    )
    theme = request.GET.get("theme", "auto")
    is_stale = "oud" in request.GET
    return Shell(
        person=Person(
            "Sanne de Boer",
            "sanne@vandermeulen.example",
            "boekhouder",
            cast(Theme, theme if theme in {"light", "dark"} else "auto"),
            get_language() or "nl",
        ),
        administration=administrations[0],
        administrations=administrations,
        nav=nav,
        settings=NavItem("Instellingen", "#", "settings", key="s"),
        all_url="#",
        search_url=reverse("kit:found"),
        preferences_url=reverse("kit:preferences"),
        freshness=Freshness(
            "Exact 06:12 · bank t/m 20-11",
            (
                Source("Exact Online", "vandaag 06:12"),
                Source("ING NL20 INGB 0001 2345 67", "geboekt t/m 20-11-2026"),
                Source(
                    "Mollie", "zojuist", is_stale, "Al 3 dagen geen antwoord: de brieven wachten." if is_stale else ""
                ),
            ),
            is_stale=is_stale,
            url="#",
        ),
        bars=(
            Bar("Dit is een demo: er gaat niets de deur uit.", "accent", "flask"),
            Bar("Versturen staat uit sinds 12-11-2026.", "warn", "hand-stop", "#", "Zet weer aan"),
        ),
        home_url=reverse("kit:guide"),
    )


def _rows() -> list[Row]:
    names = [name.strip() for line in NAMES.splitlines() for name in line.split("|")] * 5
    return [
        Row(
            number=f"{10231 + 7 * n}",
            name=name,
            contact=("administratie@example.nl", "030 123 45 67", "")[n % 3],
            open_amount=(amount := Decimal((n * 7919 + 4321) % 1_500_000) / 100 - (900 if n % 11 == 10 else 0)),
            overdue=max(Decimal(0), amount - 300 * (n % 4)),
            oldest=(n * 37) % 143,
            state=STATES[n % 7][0],
            tone=STATES[n % 7][1],
            next_step=("tweede herinnering", "bellen", "aanmaning", "–")[n % 4],
            next_on=None if n % 4 == 3 else TODAY + timedelta(days=n % 9),
            owner=("Sanne de Boer", "Piet Hein", "")[n % 3],
        )
        for n, name in enumerate(names)
    ]


def _page(request: HttpRequest) -> Page[Row]:
    query = request.GET
    rows = [row for row in _rows() if query.get("q", "").lower() in f"{row.number} {row.name}".lower()]
    if query.get("fase"):
        rows = [row for row in rows if row.state == query["fase"]]
    keys = {"nr": "number", "naam": "name", "open": "open_amount", "vervallen": "overdue", "oudste": "oldest"}
    sort = query.get("sorteer", "-open")
    rows.sort(key=lambda row: getattr(row, keys.get(sort.lstrip("-"), "open_amount")), reverse=sort.startswith("-"))
    return Paginator(rows, 30).get_page(query.get("pagina"))


def _lists(request: HttpRequest, page: Page[Row]) -> dict[str, Any]:
    phase = request.GET.get("fase", "")
    every = page.paginator.object_list
    return {
        "page": page,
        "sum_open": sum((row.open_amount for row in every), Decimal(0)),
        "sum_overdue": sum((row.overdue for row in every), Decimal(0)),
        "filters_on": [Chip(f"Fase: {phase}", "?")] if phase else [],
    }


def _pieces(request: HttpRequest) -> dict[str, Any]:
    wrong = NewInvoice(data={"name": "Café De Zon", "email": "zon@", "amount": "12,34,56"})
    for name, sentence in NewInvoice.REASONS.items():
        wrong.errors[name] = wrong.error_class([sentence], renderer=wrong.renderer, field_id=f"wrong_{name}")
    wrong.auto_id = "wrong_%s"
    return {
        "shell": _shell(request),
        "form": NewInvoice(),
        "wrong": wrong,
        "upload": Upload(),
        "phases_in_use": [state for state, _ in STATES],
        "crumbs": (Crumb("Debiteuren", "#"), Crumb("10231 Bakkerij Van der Meulen", "#")),
        "tones": ("neutral", "accent", "good", "info", "warn", "act", "legal", "quiet"),
        "tabs": (
            Tab("Openstaand", "#", 7, is_active=True),
            Tab("Historie", "#"),
            Tab("Contacten", "#", 3),
            Tab("Regelingen", "#", 0),
            Tab("Geschillen", "#", 1),
            Tab("Gegevens", "#"),
            Tab("Logboek", "#"),
        ),
        "views": (
            SavedView("Alles", "#", 150, is_active=True),
            SavedView("Mijn debiteuren", "#", 41),
            SavedView("Boven € 5.000", "#", 18),
            SavedView("Ouder dan 60 dagen", "#", 23),
        ),
        **_figures(),
        **_time(),
        "chart": _chart(),
        "ageing_chart": _ageing_chart(),
    }


def _figures() -> dict[str, Any]:
    return {
        "stats": (
            Stat("Openstaand", "€ 412.806,19", "214 facturen", "#"),
            Stat("Vervallen", "€ 138.044,02", "33% van openstaand", "#", "+€ 4.210", "warn"),
            Stat(
                "DSO",
                "41 dagen",
                "",
                "#",
                "−2 dagen",
                "good",
                "Teruggeteld: omzet per maand tot het saldo op is.",
            ),
            Stat("Ouder dan 60 dagen", "9,4%", "doel 8%", "#"),
            Stat("Verwacht, 4 weken", "€ 96.300", "waarvan € 22.150 beloofd", "#"),
            Stat("Gebroken beloften", "3", "€ 6.420,00", "#", must_act=True),
        ),
        "phases": (
            Phase("Nog niet vervallen", 143, Decimal("274762.17"), "#", 66, "neutral"),
            Phase("Herinnering", 38, Decimal("48210.55"), "#", 12),
            Phase("Aanmaning", 17, Decimal("31904.80"), "#", 8),
            Phase("Veertiendagenbrief", 4, Decimal("1845.20"), "#", 1, "legal"),
            Phase("Incasso", 5, Decimal("29880.00"), "#", 7),
            Phase("Geblokkeerd", 7, Decimal("26203.47"), "#", 6, "neutral"),
        ),
        "buckets": (
            Bucket("Niet vervallen", Decimal("274762.17"), 67, "#"),
            Bucket("1–30 dagen", Decimal("71236.02"), 17, "#"),
            Bucket("31–60 dagen", Decimal("28004.10"), 7, "#"),
            Bucket("61–90 dagen", Decimal("19000.00"), 5, "#"),
            Bucket("Ouder dan 90", Decimal("19803.90"), 4, "#"),
        ),
        "calculation": (
            CalcLine("Hoofdsom", Decimal("1845.20"), "factuur 2026-0417"),
            CalcLine("Rente 18-08 t/m 31-12-2026", Decimal("27.30"), "1.845,20 × 4,00% × 135/365"),
            CalcLine("Rente 01-01 t/m 14-01-2027", Decimal("2.12"), "1.845,20 × 3,00% × 14/365"),
            CalcLine("Incassokosten", Decimal("276.78"), "15% over de eerste € 2.500"),
            CalcLine("Ontvangen 02-11-2026", Decimal("-500.00"), "eerst kosten, dan rente, dan hoofdsom"),
            CalcLine("Te betalen", Decimal("1651.40"), is_total=True),
        ),
    }


def _time() -> dict[str, Any]:
    at = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)
    days = timedelta(days=1)
    mail, post = ("mail", "mail"), ("printer", "brief")
    return {
        "planned": (
            Event(
                "Aanmaning",
                TODAY + 8 * days,
                "printer",
                why="brief en mail, na 21 dagen; wacht op uw goedkeuring",
                is_planned=True,
            ),
            Event("Tweede herinnering", TODAY, "mail", why="vannacht, gaat vanzelf", is_planned=True),
        ),
        "past": (
            Event(
                "Gebeld met mw. Van der Meulen", at, "phone", "Sanne de Boer", "Betaalt eind van de week.", tone="info"
            ),
            Event("Belofte van € 1.200,00 vóór 27-11-2026", at, "heart-handshake", "Sanne de Boer", tone="good"),
            Event("Herinnering", at - 8 * days, "mail", "vanzelf", "", "#", "geopend", "good", "accent"),
            Event("Mail kwam terug", at - 8 * days, "mail-x", "postbus vol", "", "#", "niet bezorgd", "act", "act"),
            Event("Betaling € 500,00", at - 18 * days, "coins", "ING, kenmerk 2026-0417", tone="good"),
            Event("Factuur 2026-0417 verstuurd", at - 40 * days, "file-invoice", "uit Exact Online"),
        ),
        "rungs": (
            Rung("Vooraankondiging", date(2026, 10, 28), "done", ("mail",), "bezorgd"),
            Rung("Herinnering", date(2026, 11, 5), "done", ("mail",), "geopend"),
            Rung("Tweede herinnering", date(2026, 11, 12), "failed", ("mail",), "kwam terug"),
            Rung("Ingebrekestelling", date(2026, 11, 23), "now", ("mail", "printer"), "vannacht", is_legal=True),
            Rung("Veertiendagenbrief", date(2026, 12, 9), "next", ("printer",), "niet vóór verzuim", is_legal=True),
            Rung("Sommatie", date(2026, 12, 28), "next", ("mail", "printer")),
            Rung("Incasso", date(2027, 1, 14), "next", ("gavel",), "na goedkeuring"),
        ),
        "policy": (
            PolicyRung("Vooraankondiging", -3, 4, date(2026, 10, 28), (mail,), "vanzelf"),
            PolicyRung("Herinnering", 5, 16, date(2026, 11, 5), (mail,), "vanzelf"),
            PolicyRung("Tweede herinnering", 14, 29, date(2026, 11, 16), (mail,), "vanzelf, na 2 dagen inzien"),
            PolicyRung("Ingebrekestelling", 21, 39, date(2026, 11, 23), (mail, post), "u keurt goed"),
            PolicyRung(
                "Veertiendagenbrief",
                38,
                64,
                date(2026, 12, 9),
                (post, mail),
                "u keurt goed",
                "kosten aangekondigd, niet gerekend",
                is_legal=True,
                why_locked="Een consument mag u pas kosten rekenen na deze brief, met zijn termijn.",
            ),
            PolicyRung(
                "Sommatie", 58, 94, date(2026, 12, 28), (mail, post), "u keurt goed", "rente en kosten gerekend"
            ),
        ),
        "policy_due": date(2026, 10, 31),
    }


def _chart() -> Chart:
    days = {"jun": (49, 31), "jul": (48, 31), "aug": (50, 33), "sep": (46, 30), "okt": (43, 30), "nov": (41, 29)}
    return Chart(
        "dso",
        "DSO per maand",
        "line",
        ("DSO", "Best mogelijk"),
        tuple(Point(month, values) for month, values in days.items()),
        "days",
        "Van 49 naar 41 dagen in een half jaar.",
    )


def _ageing_chart() -> Chart:
    months = ("jul", "aug", "sep", "okt", "nov")
    parts = [(240000 + 9000 * n, 80000 - 2000 * n, 31000, 22000 - 700 * n, 26000 - 1500 * n) for n in range(5)]
    return Chart(
        "ouderdom",
        "Openstaand naar ouderdom",
        "stacked",
        ("Niet vervallen", "1–30", "31–60", "61–90", "> 90"),
        tuple(Point(month, values) for month, values in zip(months, parts, strict=True)),
    )

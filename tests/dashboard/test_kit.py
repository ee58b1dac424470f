"""The components of the kit: what they print, that they work without JavaScript, and that the CSP would let them be."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from django.utils.translation import override
from django_htmx.middleware import HtmxDetails
from lxml import html

from dashboard import kit
from dashboard.shell import Administration, Bucket, Chart, NavItem, Person, Point, Shell
from tools import vendor

urlpatterns = [path("kit/", include("dashboard.kit")), path("account/", include("allauth.urls"))]
pytestmark = pytest.mark.urls(__name__)


def ask(address: str = "/", *, htmx: bool = False, method: str = "get") -> Any:
    """Make a request as the middleware leaves it, without a session."""
    request = getattr(RequestFactory(headers={"HX-Request": "true"} if htmx else None), method)(address)
    request.htmx = HtmxDetails(request)
    request.user = AnonymousUser()
    request.session = {}
    request._messages = CookieStorage(request)
    return request


def show(source: str, request: HttpRequest | None = None, **context: Any) -> Any:
    """Render a piece of template and give its tree."""
    values = {"request": request or ask(), **context}
    return html.fragment_fromstring(Template("{% load kit %}" + source).render(Context(values)), create_parent="div")


def tree_of(markup: str | bytes) -> Any:
    return html.fromstring(markup if isinstance(markup, str) else markup.decode())


def text(tree: Any) -> str:
    return " ".join(tree.text_content().split())


@pytest.fixture
def guide() -> Any:
    with override("nl"):
        return tree_of(kit.guide(ask("/kit/")).content)


# Figures


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "€ 0,00"),
        ("1234.5", "€ 1.234,50"),
        ("-500", "€ -500,00"),
        ("1234567.89", "€ 1.234.567,89"),
    ],
)
def test_money_is_written_as_a_dutch_bookkeeper_does(amount, written):
    assert text(show("{% money amount %}", amount=Decimal(amount))).replace("\u00a0", " ") == written


def test_another_currency_is_named():
    assert text(show('{% money amount "USD" %}', amount=Decimal(5))).replace("\u00a0", " ") == "USD 5,00"


def test_what_is_not_known_is_a_dash():
    assert text(show("{% money nothing %} {{ nothing|day }} {{ nothing|dutch }}", nothing=None)) == "– – –"


def test_a_moment_is_told_in_the_time_of_amsterdam():
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    tree = show("{{ moment|moment }} {{ moment|day }} {{ day|day }}", moment=moment, day=date(2026, 12, 31))

    assert text(tree) == "02-07-2026 00:30 02-07-2026 31-12-2026"
    assert tree[2].get("datetime") == "2026-12-31"


def test_the_letters_on_the_badge_can_be_read_on_any_colour():
    colours = ("#ffffff", "#f2c037", "#1f6feb", "#000000", "#7a7a7a")

    inks = [Administration("De Groot & Zn.", "#", colour).ink for colour in colours]

    assert inks == ["#000000", "#000000", "#ffffff", "#ffffff", "#000000"]


def test_an_administration_has_the_first_letters_of_its_name():
    names = ("Bakkerij Van der Meulen", "Garage", "& Zonen", "")

    assert [Administration(name, "#", "#000000").initials for name in names] == ["BV", "G", "Z", "?"]


# Lists


def test_sorting_keeps_the_filters_and_begins_at_the_first_page():
    request = ask("/facturen/?fase=aanmaning&pagina=3&formaat=csv")

    link = show('<table><tr>{% sort_header "Naam" "naam" %}</tr></table>', request).find(".//a")

    assert link.get("href") == "?fase=aanmaning&sorteer=naam"
    assert link.get("hx-get") == link.get("href")


def test_a_second_click_turns_the_order_and_the_head_says_how_it_is_sorted():
    request = ask("/?sorteer=naam")

    head = show('<table><tr>{% sort_header "Naam" "naam" %}</tr></table>', request).find(".//th")

    assert (head.get("aria-sort"), head.find("a").get("href")) == ("ascending", "?sorteer=-naam")


def test_a_column_of_figures_begins_with_the_largest():
    link = show('<table><tr>{% sort_header "Bedrag" "bedrag" "num" %}</tr></table>').find(".//a")

    assert link.get("href") == "?sorteer=-bedrag"


def test_the_pages_keep_the_filters():
    page = Paginator(range(95), 30).page(2)

    tree = show("{% pages page %}", ask("/?fase=geschil&pagina=2"), page=page)

    assert "31–60" in text(tree)
    assert [a.get("href") for a in tree.iterfind(".//a")] == [
        "?fase=geschil",  # back
        "?fase=geschil",  # 1
        "?fase=geschil&pagina=3",
        "?fase=geschil&pagina=4",
        "?fase=geschil&pagina=3",  # on
    ]


def test_what_is_on_the_screen_can_be_had_as_a_file():
    tree = show("{% exports %}", ask("/?fase=geschil&pagina=2"))

    assert [a.get("href") for a in tree.iterfind(".//a")] == [
        "?fase=geschil&formaat=xlsx",
        "?fase=geschil&formaat=csv",
    ]


def test_the_form_of_the_filters_keeps_the_order():
    tree = show('{% filters "#lijst" %}<input name="q">{% endfilters %}', ask("/facturen/?sorteer=-open&q=x"))

    form = tree.find("form")
    assert (form.get("action"), form.get("hx-get")) == ("/facturen/", "/facturen/")
    assert form.find("input").get("value") == "-open"


def test_the_list_alone_is_given_when_htmx_asks():
    whole, piece = kit.guide(ask("/kit/")).content, kit.guide(ask("/kit/?q=bakkerij", htmx=True)).content

    assert b"<html" in whole
    assert b"<html" not in piece
    assert tree_of(piece.decode()).get("id") == "lijst"


# Forms


class Sample(forms.Form):
    amount = forms.CharField(label="Bedrag", widget=forms.TextInput(attrs={"data-amount": ""}), help_text="Zonder btw.")
    note = forms.CharField(label="Notitie", required=False)
    sure = forms.BooleanField(label="Zeker")
    kind = forms.ChoiceField(label="Soort", choices=[("a", "A")], widget=forms.RadioSelect)


def test_help_and_errors_are_read_with_their_field():
    tree = show("{% field form.amount %}", form=Sample({}))

    control = tree.find(".//input")
    described = [tree.find(f".//*[@id='{name}']") for name in control.get("aria-describedby").split()]
    assert [text(element) for element in described] == ["Zonder btw.", text(tree.find_class("error")[0])]
    assert control.get("aria-invalid") == "true"
    assert tree.find(".//label").get("for") == control.get("id")


def test_an_amount_is_typed_as_text_with_the_right_keyboard():
    control = show("{% field form.amount %}", form=Sample()).find(".//input")

    assert (control.get("type"), control.get("inputmode")) == ("text", "decimal")


def test_only_what_may_be_left_out_is_marked():
    with override("nl"):
        tree = show("{% fields form %}", form=Sample())

    assert [text(label) for label in tree.iterfind(".//label") if "(mag leeg)" in text(label)] == ["Notitie (mag leeg)"]


def test_choices_stand_in_a_group_with_a_name():
    group = show("{% field form.kind %}", form=Sample()).find("fieldset")

    assert text(group.find("legend")) == "Soort"


def test_above_the_form_each_error_leads_to_its_field():
    form = Sample({"amount": "1"})

    tree = show("{% errors form %}{% fields form %}", form=form)

    targets = [a.get("href")[1:] for a in tree.find_class("error-summary")[0].iterfind(".//a")]
    assert targets == ["id_sure", "id_kind"]
    assert all(tree.find(f".//*[@id='{target}']") is not None for target in targets)


def test_a_form_that_was_not_sent_has_no_errors():
    assert text(show("{% errors form %}", form=Sample())) == ""


# Pieces


def test_a_component_sees_nothing_of_the_page_but_what_it_is_given():
    tree = show("{% card %}{{ note }}{% endcard %}", note="van de pagina", title="van de pagina")

    assert tree.find(".//header") is None
    assert text(tree) == "van de pagina"


def test_a_component_refuses_what_it_does_not_know():
    with pytest.raises(TemplateSyntaxError, match="card"):
        show('{% card "Titel" "nog iets" %}{% endcard %}')


def test_the_chart_and_its_table_say_the_same():
    chart = Chart("dso", "DSO", "line", ("nu", "best"), (Point("jan", (41, None)), Point("feb", (Decimal("39.5"), 30))))

    tree = show("{% chart chart %}", chart=chart)

    drawn = json.loads(tree.find(".//script").text)
    assert drawn["labels"] == ["jan", "feb"]
    assert [series["values"] for series in drawn["series"]] == [[41.0, 39.5], [None, 30.0]]
    assert [text(cell) for cell in tree.iterfind(".//td[@class='num']")] == ["41,00", "–", "39,50", "30,00"]


def test_the_parts_of_the_ageing_lie_end_to_end():
    buckets = (Bucket("nu", Decimal(70), 70), Bucket("1–30", Decimal(20), 20), Bucket("31–60", Decimal(10), 10))

    drawn = [(r.get("x"), r.get("width")) for r in show("{% ageing b %}", b=buckets).iterfind(".//rect")]

    assert drawn == [("0%", "70%"), ("70%", "20%"), ("90%", "10%")]


@pytest.mark.parametrize(("done", "asks_on"), [(60, True), (412, False)])
def test_progress_asks_on_until_it_is_done(done, asks_on):
    element = show('{% progress done 412 "Inlezen" poll="/x/" %}', done=done).find("div")

    assert ("hx-get" in element.attrib) is asks_on


def test_a_message_that_somebody_must_read_is_an_alert():
    messages = [Message(constants.SUCCESS, "Bewaard."), Message(constants.ERROR, "Mislukt.")]

    tree = tree_of(render_to_string("_messages.html", {"messages": messages, "oob": True}))

    assert tree.get("hx-swap-oob") == "true"
    assert [notice.get("role") for notice in tree] == ["status", "alert"]


def test_a_question_is_a_dialog_and_a_page():
    page, piece = kit.question(ask("/kit/vraag/")), kit.question(ask("/kit/vraag/", htmx=True))

    assert tree_of(page.content).find(".//main//form").get("method") == "post"
    assert tree_of(piece.content).get("data-dialog-title")


# The frame


def frame(shell: Shell) -> Any:
    return tree_of(render_to_string("base.html", {"shell": shell}, ask()))


def test_the_page_one_is_on_is_marked_in_the_menu():
    nav = (
        NavItem("Vandaag", "/v/", "sunrise", 3, "te doen", is_active=True),
        NavItem("Facturen", "/f/", "file-invoice"),
    )

    tree = frame(Shell(nav=nav, administration=Administration("Bakkerij", "#", "#b4530a")))

    links = tree.find(".//nav[@class='nav nav-main']").findall("a")
    assert [link.get("aria-current") for link in links] == ["page", None]
    assert text(links[0]) == "Vandaag 3 te doen"


def test_the_theme_of_the_user_is_there_before_any_script():
    assert frame(Shell(person=Person("Sanne", "s@example.nl", theme="dark"))).get("data-theme") == "dark"


def test_before_login_there_is_no_menu_and_no_search():
    tree = frame(Shell())

    assert tree.find(".//nav") is None
    assert tree.find(".//search") is None


def test_the_frame_speaks_english_too(guide):
    with override("en"):
        tree = tree_of(kit.guide(ask("/kit/")).content)

    assert tree.get("lang") == "en"
    assert text(tree.find(".//a[@class='skip']")) == "To the content"


def test_the_page_for_a_crash_needs_nothing():
    with override("nl"):
        tree = tree_of(render_to_string("500.html"))

    assert text(tree.find(".//h1")) == "Er ging bij ons iets mis"


@pytest.mark.parametrize("name", ["403.html", "403_csrf.html", "404.html"])
def test_the_pages_for_errors_lead_on(name):
    tree = tree_of(render_to_string(name, {}, ask()))

    assert tree.find(".//main//a").get("href") == "/"


# What holds for every page, tried on the one that has everything


def test_nothing_is_inline_that_the_csp_refuses(guide):
    styled = [element for element in guide.iter() if isinstance(element.tag, str) and element.get("style")]
    handlers = [name for element in guide.iter() for name in element.attrib if name.startswith("on")]
    scripts = [s.get("type") for s in guide.iter("script") if not s.get("src")]

    assert (styled, handlers, guide.findall(".//style")) == ([], [], [])
    assert set(scripts) == {"application/json"}


def test_every_icon_is_in_the_sprite(guide):
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (vendor.VENDOR / vendor.SPRITE).read_text()))

    used = {use.get("href").partition("#")[2] for use in guide.iter("use")}

    assert used <= drawn


def test_every_id_is_there_once_and_every_label_has_its_field(guide):
    ids = guide.xpath("//@id")

    assert sorted(ids) == sorted(set(ids))
    assert {label.get("for") for label in guide.iter("label") if label.get("for")} <= set(ids)


def test_what_htmx_does_a_link_or_form_does_without_it(guide):
    lonely = [
        element
        for element in guide.iter("a", "form")
        if element.get("hx-get") and element.get("hx-get") not in {element.get("href"), element.get("action")}
    ]

    assert lonely == []


def test_every_form_that_posts_carries_its_token(guide):
    # The guide's own examples post to nowhere; the frame's forms are the ones that count.
    posting = [form for form in guide.iter("form") if form.get("method") == "post" and form.get("action", "#") != "#"]

    assert posting
    assert all(form.find(".//input[@name='csrfmiddlewaretoken']") is not None for form in posting)


def test_the_headers_of_the_guide_allow_its_document_in_a_frame_of_ours_only():
    answer: Any = kit.paper(ask("/kit/brief.pdf"))

    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.content.startswith(b"%PDF")


def test_the_search_answers_with_links_or_with_advice():
    found, nothing = (tree_of(kit.found(ask(f"/kit/zoeken/?q={q}")).content) for q in ("bakkerij", "zzz"))

    assert found.find(".//a") is not None
    assert "zzz" in text(nothing)


def test_people_are_shown_by_their_letters_and_read_by_their_name():
    element = show('{% who "Sanne de Boer" %}').find("span")

    assert (text(element), element.get("aria-label")) == ("SB", "Sanne de Boer")


def test_the_page_of_login_is_in_our_own_words():
    with override("nl"):
        page = render_to_string("account/login.html", {"form": _Login()}, ask("/account/login/"))

    assert text(tree_of(page).find(".//h1")) == "Inloggen"


def test_the_mail_with_the_link_is_plain_text_in_our_own_words():
    with override("nl"):
        mail = render_to_string(
            "account/email/password_reset_key_message.txt", {"password_reset_url": "https://x/?a=1&b=2"}
        )

    assert mail.splitlines()[0] == "Goedendag,"
    assert "https://x/?a=1&b=2" in mail


class _Login(forms.Form):
    login = forms.EmailField()
    password = forms.CharField()

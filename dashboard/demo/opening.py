"""A company opens its administration: letterhead, terms, people, customers, an agency."""

import logging
import random
from datetime import date, timedelta

from django.conf import settings

from collections_handoff import operations as agencies
from common import clock
from common.actor import Actor, the_clock
from dashboard.demo.companies import Company
from dashboard.demo.stage import Stage
from dashboard.demo.year import Customer, year_of
from debtors import operations as debtors
from dunning import operations as ladder
from dunning import queries
from dunning.models import Policy
from invoices import operations as claims
from payments import operations as payments
from tenants import operations as tenants
from tenants.context import tenant_context
from tenants.models import Role, Tenant, User

logger = logging.getLogger(__name__)

# The same for everybody: this is a demo.
PASSWORD = "zomer-in-utrecht"  # noqa: S105
ACCOUNTANT = ("Willem Postma", "willem@postma-accountants.example")


def logins(companies: tuple[Company, ...]) -> list[tuple[str, str, str]]:
    """Give who can log in: e-mail, password, and who that is; the owner of the first company first."""
    people = []
    for company in companies:
        name, email = company.owner
        people.append((email, PASSWORD, f"{name}, eigenaar van {company.name}"))
        people += [(email, PASSWORD, f"{name}, {what} bij {company.name}") for name, email, _, what in _staff(company)]
    name, email = ACCOUNTANT
    return [*people, (email, PASSWORD, f"{name}, accountant van alle {len(companies)} administraties")]


def _staff(company: Company) -> list[tuple[str, str, Role, str]]:
    domain = company.owner[1].split("@")[1]
    staff = [] if company.bookkeeper == company.owner[0] else [(company.bookkeeper, Role.BOOKKEEPER, "boekhouder")]
    if len(staff) and company.consumers == 0:
        staff += [("Els Vermeulen", Role.CONTROLLER, "controller"), ("Lars Prins", Role.READER, "lezer")]
    return [(name, f"{name.split()[0].lower()}@{domain}", role, what) for name, role, what in staff]


def people(companies: tuple[Company, ...]) -> dict[str, User]:
    """Give the users of the demo by e-mail, making those that are not there yet."""
    names = {email: who.split(",")[0] for email, _, who in logins(companies)}
    known = {user.email: user for user in User.objects.filter(email__in=names)}
    made = {
        email: User.objects.create_user(email, PASSWORD, name=name)
        for email, name in names.items()
        if email not in known
    }
    return known | made


def slug_while_made(company: Company) -> str:
    """Give the address of a company of which only a part was made."""
    return f"{company.slug}-in-opbouw"


def open_company(
    company: Company, users: dict[str, User], *, today: date, weeks: int, number_of_debtors: int
) -> tuple[Tenant, Stage]:
    """Open the administration of a company, a year ago; outside any tenant."""
    rng = random.Random(f"debiteuren {company.slug}")  # noqa: S311 - the same company every time
    stage = Stage(
        company=company,
        year=year_of(company, today, debtors=number_of_debtors, rng=rng),
        today=today,
        weeks=weeks,
        rng=rng,
        owner=users[company.owner[1]],
        bookkeeper=next(user for user in users.values() if user.name == company.bookkeeper),
    )
    by = stage.by(stage.first_day, 9, owner=True)
    tenant = tenants.create_tenant(
        name=company.name,
        slug=slug_while_made(company),
        by=by,
        logo=company.logo,
        logo_type="image/svg+xml",
        **company.letterhead,
    )
    with tenant_context(tenant.pk):
        tenants.change_tenant(name=company.name, badge_colour=company.colour, by=by)
        _invite(company, by)
        claims.change_claim_terms(by=by, **company.terms)
        _choose_ladder(company, by)
        _connect_mollie(company, by)
        if company.agency:
            checked_on = by.day if company.agency.get("wki_registration") else None
            agencies.register_agency(by=by, is_default=True, wki_checked_on=checked_on, **company.agency)
        for customer in stage.year.customers.values():
            _register(customer, by)
        _close_between_christmas_and_new_year(today)
    return tenant, stage


def _choose_ladder(company: Company, by: Actor) -> None:
    if not company.courtesy:
        policy = Policy.objects.current().get(variant="business")
        rungs = [rung for rung in queries.policies()[policy.pk].rungs if rung.kind != "courtesy"]
        ladder.publish(name=policy.name, variant=policy.variant, rungs=rungs, replaces=policy, by=by)
    for kind, approval in company.approvals.items():
        for policy in Policy.objects.current().filter(rungs__kind=kind):
            ladder.change_approval(policy=policy, key=kind, approval=approval, by=by)


def _connect_mollie(company: Company, by: Actor) -> None:
    """Let customers pay online in the sandbox, each company with a key of its own; without one they transfer."""
    if not settings.MOLLIE_API_ENDPOINT:
        return
    key = f"test_{company.slug.replace('-', '_'):0<32}"
    try:
        payments.change_gateway(api_key=key, by=by)
    except payments.GatewayAway:
        logger.warning("the sandbox of Mollie does not run: customers of %s cannot pay online", company.name)


def _invite(company: Company, by: Actor) -> None:
    members = [(*company.owner, Role.OWNER), *((name, email, role) for name, email, role, _ in _staff(company))]
    for name, email, role in [*members, (*ACCOUNTANT, Role.ACCOUNTANT)]:
        tenants.invite_user(email=email, name=name, role=role, by=by)


def _register(customer: Customer, by: Actor) -> None:
    debtor = debtors.register_debtor(
        number=customer.number,
        by=by,
        source="csv",
        name=customer.name,
        kind=customer.kind,
        language=customer.language,
        street=customer.address.street,
        postcode=customer.address.postcode,
        city=customer.address.city,
        attention=customer.attention,
        kvk=customer.kvk,
        vat_number=customer.vat_number,
        iban=customer.iban,
        segment=customer.segment,
    )
    if customer.email or customer.phone:
        debtors.add_contact(
            debtor=debtor, role="reminder", name=customer.contact, email=customer.email, phone=customer.phone, by=by
        )


def _close_between_christmas_and_new_year(today: date) -> None:
    days = [date(today.year, 12, 27) + timedelta(days=number) for number in range(5)]
    tenants.close_on(days=days, description="Kerstsluiting", by=the_clock(clock.at_local_time(today, 1)))

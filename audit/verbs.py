"""Every verb of the log with its Dutch sentence. `%(label)s` is the subject; other names come from the entry's data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {
    # tenants
    "tenant.created": _("administratie %(label)s aangemaakt"),
    "tenant.settings_changed": _("instellingen gewijzigd: %(fields)s"),
    "tenant.ladder_started": _("aanmaningen ingeschakeld: %(count)s facturen op de ladder"),
    "tenant.ladder_stopped": _("aanmaningen uitgeschakeld"),
    "tenant.payments_confirmed": _("betalingen bijgewerkt t/m %(until)s"),
    "member.added": _("%(label)s toegevoegd als %(role)s"),
    "member.role_changed": _("%(label)s van %(was)s naar %(role)s"),
    "member.removed": _("%(label)s verwijderd uit de administratie"),
    # debtors
    "debtor.registered": _("debiteur %(label)s aangemaakt"),
    "debtor.changed": _("debiteur %(label)s gewijzigd: %(fields)s"),
    "debtor.legal_state_changed": _("%(label)s: %(state)s"),
    "debtor.email_invalid": _("e-mailadres %(address)s onbestelbaar"),
    "debtor.post_returned": _("post retour van %(label)s"),
    "debtor.address_confirmed": _("adres van %(label)s hersteld"),
    "debtor.note_added": _("notitie"),
    # invoices
    "invoice.registered": _("factuur %(label)s ingelezen, € %(amount)s"),
    "invoice.due_date_changed": _("vervaldatum van %(label)s: %(was)s wordt %(due_date)s"),
    "invoice.charged": _("%(kind)s op %(label)s: € %(amount)s"),
    "invoice.charge_waived": _("%(kind)s op %(label)s kwijtgescholden: € %(amount)s"),
    "invoice.settled": _("%(label)s is voldaan"),
    "invoice.reopened": _("%(label)s staat weer open"),
    "invoice.written_off": _("%(label)s afgeboekt: € %(amount)s"),
    "invoice.settlement_reversed": _("afboeking op %(label)s teruggedraaid: € %(amount)s"),
    "invoice.in_default": _("%(label)s is in verzuim sinds %(since)s"),
    "credit_note.registered": _("creditnota %(label)s ingelezen, € %(amount)s"),
    "credit_note.allocated": _("creditnota %(label)s verrekend met %(invoice)s: € %(amount)s"),
    "credit_note.cancelled": _("creditnota %(label)s vervallen"),
    "dispute.opened": _("geschil over %(label)s: € %(amount)s"),
    "dispute.changed": _("geschil over %(label)s: antwoord uiterlijk %(deadline)s"),
    "dispute.resolved": _("geschil over %(label)s %(outcome)s"),
    # payments
    "payment.booked": _("betaling van € %(amount)s geboekt"),
    "payment.allocated": _("betaling verdeeld over %(invoices)s"),
    "payment.reversed": _("betaling van € %(amount)s teruggedraaid"),
    "promise.made": _("belofte: € %(amount)s op %(date)s"),
    "promise.kept": _("belofte nagekomen"),
    "promise.broken": _("belofte niet nagekomen"),
    "promise.cancelled": _("belofte ingetrokken"),
    # ladder
    "hold.placed": _("aanmaningen aangehouden voor %(label)s"),
    "hold.lifted": _("aanmaningen hervat voor %(label)s"),
    "notice.planned": _("%(rung)s klaargezet"),
    "notice.approved": _("%(rung)s goedgekeurd"),
    "notice.withdrawn": _("%(rung)s ingetrokken"),
    "notice.queued": _("%(rung)s opgemaakt"),
    "notice.dispatched": _("%(rung)s verstuurd"),
    "notice.not_delivered": _("%(rung)s niet bezorgd"),
    "case.handed_over": _("%(label)s overgedragen aan %(agency)s"),
    "case.recalled": _("%(label)s teruggehaald"),
    "call.made": _("gebeld: %(result)s"),
    "policy.published": _("beleid %(label)s, versie %(version)s in gebruik"),
    "policy.chosen": _("beleid voor %(label)s: %(policy)s"),
    "run.planned": _("nacht van %(label)s: %(notices)s berichten klaargezet"),
    "run.released": _("nacht van %(label)s vrijgegeven"),
    # correspondence
    "message.sent": _("bericht verstuurd aan %(address)s"),
    "message.in_doubt": _("onzeker of het bericht aan %(address)s is aangekomen"),
    "message.settled": _("bericht aan %(address)s: %(state)s"),
    "post.printed": _("%(count)s brieven afgedrukt"),
    "post.posted": _("%(count)s brieven gepost"),
    # handoff
    "handoff.prepared": _("dossier %(label)s klaargezet voor %(agency)s"),
    "handoff.approved": _("dossier %(label)s goedgekeurd"),
    "handoff.submitted": _("dossier %(label)s verstuurd aan %(agency)s"),
    "handoff.refused": _("dossier %(label)s geweigerd door %(agency)s"),
    "handoff.recalled": _("dossier %(label)s teruggehaald bij %(agency)s"),
    "handoff.payment_reported": _("betaling van € %(amount)s gemeld aan %(agency)s"),
    "handoff.closed": _("dossier %(label)s gesloten"),
    # work
    "task.added": _("taak: %(label)s"),
    "task.finished": _("taak afgerond: %(label)s"),
    # import
    "import.finished": _("%(file)s ingelezen: %(added)s nieuw, %(unchanged)s ongewijzigd"),
    "mail.sender_changed": _("afzender van mail gewijzigd"),
}

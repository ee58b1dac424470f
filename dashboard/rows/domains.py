"""What must be in the DNS of a domain before the world believes that a mail comes from it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

_SPF = {
    "postmark": "include:spf.mtasv.net",
    "mailgun": "include:mailgun.org",
    "brevo": "include:spf.brevo.com",
    "sendgrid": "include:sendgrid.net",
    "mailjet": "include:spf.mailjet.com",
}


@dataclass(frozen=True)
class Hint:
    """A record, what it is for, and what to write there."""

    name: str
    host: str
    value: str
    text: str


def hints(via: str, address: str) -> list[Hint]:
    """Give the records that a sender's domain needs; none where mail leaves from the installation's own address."""
    domain = address.rpartition("@")[2]
    if via == "platform" or not domain:
        return []
    include = _SPF.get(via, _("include: van uw mailprovider"))
    return [
        Hint(
            "SPF",
            domain,
            f"v=spf1 {include} ~all",
            _(
                "Zegt welke servers namens u mogen mailen. Staat er al een SPF-regel, voeg dan alleen het "
                "include-deel toe."
            ),
        ),
        Hint(
            "DKIM",
            f"…._domainkey.{domain}",
            _("de sleutel die uw mailprovider u geeft"),
            _("Ondertekent elke mail, zodat niemand hem onderweg kan veranderen."),
        ),
        Hint(
            "DMARC",
            f"_dmarc.{domain}",
            f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
            _(
                "Zegt wat er gebeurt met mail die niet klopt. Begin met p=none, en maak het strenger als de "
                "rapporten goed zijn."
            ),
        ),
    ]

"""What each role may, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.access import RIGHTS, Right

WORDS: dict[Right, str | Promise] = {
    Right.SEE: _("alles bekijken en exporteren"),
    Right.WORK: _("debiteuren, facturen, betalingen, afspraken en taken bijwerken"),
    Right.APPROVE: _("brieven, overdrachten en afboekingen goedkeuren"),
    Right.CONFIGURE: _("beleid en instellingen wijzigen"),
    Right.MANAGE_USERS: _("mensen uitnodigen, hun rol wijzigen en verwijderen"),
}


def most(role: str) -> str:
    """Say the most that a role may; roles are listed from the widest, and each may also what those after it may."""
    return str([words for right, words in WORDS.items() if right in RIGHTS[role]][-1])


def may(role: str) -> str:
    """Say what a role may, in one line."""
    return "; ".join(str(words) for right, words in WORDS.items() if right in RIGHTS[role])

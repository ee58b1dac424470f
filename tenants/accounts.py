"""Login by django-allauth, cut to this product: people are invited, nobody signs up by himself."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse, set_script_prefix

from tenants.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def invitation_link(user: User) -> str:
    """Give the path on which an invited user chooses his password; it works once and for some days."""
    prefix = get_script_prefix()
    set_script_prefix("/")  # login is outside every tenant
    try:
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        return reverse(
            "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key.split("-", 1)[1]}
        )
    finally:
        set_script_prefix(prefix)

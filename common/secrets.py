"""Text that is encrypted at rest: passwords and keys of tenants for outside parties."""

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def _cipher() -> MultiFernet:
    """The first key encrypts, all decrypt: put a new key in front to rotate."""
    keys = [base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()) for key in settings.ENCRYPTION_KEYS]
    return MultiFernet([Fernet(key) for key in keys])


if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """A text column that holds ciphertext (Fernet) and reads as plain text. An empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return _cipher().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ValueError("a stored secret cannot be decrypted: is its key still in ENCRYPTION_KEYS?") from error

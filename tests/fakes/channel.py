"""A mail server in memory: keeps what it was given, can be asked, and can refuse or break."""

from typing import ClassVar

from correspondence.channels import Account, Envelope, Found, OutcomeUnknown, Receipt, SendingFailed


class FakeMail:
    """The e-mail channel of tests. What it took is in `taken`; tell it what to do with addresses beforehand."""

    taken: ClassVar[list[Envelope]] = []
    refused: ClassVar[dict[str, SendingFailed]] = {}
    breaks_after_taking: ClassVar[set[str]] = set()
    breaks_before_taking: ClassVar[set[str]] = set()
    can_be_asked: ClassVar[bool] = True

    @classmethod
    def reset(cls) -> None:
        cls.taken, cls.refused = [], {}
        cls.breaks_after_taking, cls.breaks_before_taking = set(), set()
        cls.can_be_asked = True

    def send(self, envelope: Envelope) -> Receipt:
        if envelope.to_address in self.refused:
            raise self.refused[envelope.to_address]
        if envelope.to_address in self.breaks_before_taking:
            raise OutcomeUnknown
        self.taken.append(envelope)
        if envelope.to_address in self.breaks_after_taking:
            raise OutcomeUnknown
        return Receipt(f"provider-{envelope.public_id}")

    def find(self, message_id: str, account: Account) -> Found:
        if not self.can_be_asked:
            return Found.CANNOT_SAY
        return Found.YES if any(one.message_id == message_id for one in self.taken) else Found.NO

    def close(self) -> None:
        pass

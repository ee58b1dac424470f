"""Documents as they went out, and the outbox."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.public_ids import new_public_id
from common.secrets import EncryptedTextField
from correspondence.states import BatchState, ChannelKind, MessageState
from tenants.fields import TenantForeignKey
from tenants.models import TenantOwned


class Document(TenantOwned):
    """Bytes that leave the house, frozen: role app may insert and read, never change.

    `content_key` names what they were made from, so that one letter that goes by mail and by post is made once.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_from = models.JSONField(default=dict)  # the frozen content that templates were filled with
    template_version = models.CharField(max_length=40, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "public_id"], name="one_document_per_public_id")]

    def __str__(self) -> str:
        return self.filename


class PostBatch(TenantOwned):
    """The letters of one day that go by post: one print-ready PDF with a sheet that lists them."""

    public_id = models.CharField(max_length=14, default=new_public_id)
    day = models.DateField()
    state = models.CharField(max_length=7, choices=BatchState.choices, default=BatchState.OPEN)
    letters = models.PositiveIntegerField(default=0)
    document = TenantForeignKey(Document, null=True, related_name="+")
    printed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.CharField(max_length=120, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_batch_per_public_id"),
            models.UniqueConstraint(fields=["tenant"], condition=models.Q(state="open"), name="one_open_batch"),
        ]
        indexes = [models.Index(fields=["tenant", "day"], name="batch_by_day")]

    def __str__(self) -> str:
        return f"{self.day:%d-%m-%Y}"


class Message(TenantOwned):
    """One message in the outbox: to whom, by which channel, what, and what became of it.

    Its subject (the notice it carries) is named by kind and public id; a higher app knows what that is. `message_id` is
    ours, goes out with the message, and is what the outside is asked by.
    """

    public_id = models.CharField(max_length=14, default=new_public_id)
    channel = models.CharField(max_length=5, choices=ChannelKind.choices)
    state = models.CharField(max_length=9, choices=MessageState.choices, default=MessageState.QUEUED)
    debtor = TenantForeignKey("debtors.Debtor", null=True, related_name="messages")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=14)
    to_name = models.CharField(max_length=120, blank=True)
    to_address = models.CharField(max_length=254)  # e-mail address, or the postal address on one line
    subject_line = models.CharField(max_length=200, blank=True)
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the subject line and both bodies
    document = TenantForeignKey(Document, null=True, related_name="messages")  # the letter itself
    batch = TenantForeignKey(PostBatch, null=True, related_name="messages")
    message_id = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="nl")
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # not sent after this moment: the text would no longer be true
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=250, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_message_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "message_id"], name="one_message_per_message_id"),
            # the outbox holds a subject once a channel, whatever is run twice
            models.UniqueConstraint(
                fields=["tenant", "subject_kind", "subject_id", "channel", "to_address"], name="one_message_per_subject"
            ),
        ]
        indexes = [
            # correspondence.operations.claim_message
            models.Index(fields=["tenant", "due_at"], condition=models.Q(state="queued"), name="message_queue"),
            # settle_abandoned: what a dead worker left behind
            models.Index(
                fields=["tenant", "leased_until"], condition=models.Q(state="sending"), name="message_sending"
            ),
            models.Index(fields=["tenant", "debtor", "created_at"], name="message_by_debtor"),
            models.Index(fields=["tenant", "created_at"], name="message_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.to_address}"


class EmailAttachment(TenantOwned):
    """A further file that goes along with a message: the invoice itself."""

    message = TenantForeignKey(Message, related_name="attachments")
    filename = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    content_from = models.CharField(max_length=20)  # kind of the row that holds the bytes: "invoice_attachment"
    content_id = models.BigIntegerField()

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["tenant", "message"], name="email_attachment_by_message")]

    def __str__(self) -> str:
        return self.filename


class DeliveryAttempt(TenantOwned):
    """One try to send a message, and how it ended. `ended_at` is empty when the worker died."""

    message = TenantForeignKey(Message, related_name="delivery_attempts")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=250, blank=True)

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["tenant", "message"], name="attempt_by_message")]

    def __str__(self) -> str:
        return f"{self.started_at} {self.result}"


class MailSender(TenantOwned):
    """By which server a tenant's mail leaves. Without a row: the installation's own server, in the tenant's name."""

    via = models.CharField(
        _("verzenden via"),
        max_length=10,
        choices=[
            ("platform", _("de mailserver van Debiteuren")),
            ("smtp", _("eigen mailserver (SMTP)")),
            ("postmark", "Postmark"),
            ("mailgun", "Mailgun"),
            ("brevo", "Brevo"),
            ("sendgrid", "SendGrid"),
            ("mailjet", "Mailjet"),
        ],
        default="platform",
    )
    from_address = models.EmailField(_("afzenderadres"), blank=True)
    reply_to = models.EmailField(_("antwoordadres"), blank=True)
    host = models.CharField(_("server"), max_length=120, blank=True)
    port = models.PositiveIntegerField(_("poort"), default=587)
    security = models.CharField(
        _("beveiliging"),
        max_length=8,
        choices=[("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("geen"))],
        default="starttls",
    )
    username = models.CharField(_("gebruikersnaam"), max_length=120, blank=True)
    secret = EncryptedTextField(_("wachtwoord of API-sleutel"), blank=True)
    provider_domain = models.CharField(_("domein bij de provider"), max_length=120, blank=True)
    # Mailgun signs what it reports with a key that is not the one for sending; empty: with that one.
    signing_key = EncryptedTextField(_("sleutel voor webhooks"), blank=True)
    webhook_secret = EncryptedTextField(blank=True)
    verified_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_mail_sender_per_tenant")]

    def __str__(self) -> str:
        return self.via


class PostSettings(TenantOwned):
    """How letters on paper leave. One row a tenant, or the defaults."""

    posted_at_once = models.BooleanField(
        _("een brief geldt als gepost zodra hij is afgedrukt"),
        default=False,
        help_text=_("Uit: iemand meldt dat de brieven op de post zijn gedaan."),
    )

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_set_of_post_settings")]

    def __str__(self) -> str:
        return "post"

import common.public_ids
import common.secrets
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.context
import tenants.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('debtors', '0001_tables'),
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('filename', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=80)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_from', models.JSONField(default=dict)),
                ('template_version', models.CharField(blank=True, max_length=40)),
                ('pages', models.PositiveSmallIntegerField(default=0)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='MailSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('via', models.CharField(choices=[('platform', 'de mailserver van Debiteuren'), ('smtp', 'eigen mailserver (SMTP)'), ('postmark', 'Postmark'), ('mailgun', 'Mailgun'), ('brevo', 'Brevo'), ('sendgrid', 'SendGrid'), ('mailjet', 'Mailjet')], default='platform', max_length=10, verbose_name='verzenden via')),
                ('from_address', models.EmailField(blank=True, max_length=254, verbose_name='afzenderadres')),
                ('reply_to', models.EmailField(blank=True, max_length=254, verbose_name='antwoordadres')),
                ('host', models.CharField(blank=True, max_length=120, verbose_name='server')),
                ('port', models.PositiveIntegerField(default=587, verbose_name='poort')),
                ('security', models.CharField(choices=[('starttls', 'STARTTLS'), ('tls', 'TLS'), ('none', 'geen')], default='starttls', max_length=8, verbose_name='beveiliging')),
                ('username', models.CharField(blank=True, max_length=120, verbose_name='gebruikersnaam')),
                ('secret', common.secrets.EncryptedTextField(blank=True, verbose_name='wachtwoord of API-sleutel')),
                ('provider_domain', models.CharField(blank=True, max_length=120, verbose_name='domein bij de provider')),
                ('signing_key', common.secrets.EncryptedTextField(blank=True, verbose_name='sleutel voor webhooks')),
                ('webhook_secret', common.secrets.EncryptedTextField(blank=True)),
                ('verified_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('channel', models.CharField(choices=[('email', 'e-mail'), ('post', 'post')], max_length=5)),
                ('state', models.CharField(choices=[('queued', 'in de wachtrij'), ('sending', 'wordt verstuurd'), ('sent', 'verstuurd'), ('delivered', 'bezorgd'), ('bounced', 'niet bezorgd'), ('failed', 'mislukt'), ('withdrawn', 'ingetrokken'), ('in_doubt', 'onzeker')], default='queued', max_length=9)),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_id', models.CharField(max_length=14)),
                ('to_name', models.CharField(blank=True, max_length=120)),
                ('to_address', models.CharField(max_length=254)),
                ('subject_line', models.CharField(blank=True, max_length=200)),
                ('body_text', models.TextField(blank=True)),
                ('body_html', models.TextField(blank=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('message_id', models.CharField(max_length=120)),
                ('language', models.CharField(default='nl', max_length=2)),
                ('due_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=250)),
                ('provider_id', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('debtor', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='debtors.debtor')),
                ('document', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='correspondence.document')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='EmailAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=80)),
                ('content_from', models.CharField(max_length=20)),
                ('content_id', models.BigIntegerField()),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('message', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='correspondence.message')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, max_length=20)),
                ('detail', models.CharField(blank=True, max_length=250)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('message', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_attempts', to='correspondence.message')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PostBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('day', models.DateField()),
                ('state', models.CharField(choices=[('open', 'verzamelen'), ('printed', 'afgedrukt'), ('posted', 'gepost')], default='open', max_length=7)),
                ('letters', models.PositiveIntegerField(default=0)),
                ('printed_at', models.DateTimeField(null=True)),
                ('posted_at', models.DateTimeField(null=True)),
                ('posted_by', models.CharField(blank=True, max_length=120)),
                ('document', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.document')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='message',
            name='batch',
            field=tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='correspondence.postbatch'),
        ),
        migrations.CreateModel(
            name='PostSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('posted_at_once', models.BooleanField(default=False, help_text='Uit: iemand meldt dat de brieven op de post zijn gedaan.', verbose_name='een brief geldt als gepost zodra hij is afgedrukt')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_document_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='mailsender',
            constraint=models.UniqueConstraint(fields=('tenant',), name='one_mail_sender_per_tenant'),
        ),
        migrations.AddIndex(
            model_name='emailattachment',
            index=models.Index(fields=['tenant', 'message'], name='email_attachment_by_message'),
        ),
        migrations.AddIndex(
            model_name='deliveryattempt',
            index=models.Index(fields=['tenant', 'message'], name='attempt_by_message'),
        ),
        migrations.AddIndex(
            model_name='postbatch',
            index=models.Index(fields=['tenant', 'day'], name='batch_by_day'),
        ),
        migrations.AddConstraint(
            model_name='postbatch',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_batch_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='postbatch',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('tenant',), name='one_open_batch'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['tenant', 'due_at'], name='message_queue'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'sending')), fields=['tenant', 'leased_until'], name='message_sending'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['tenant', 'debtor', 'created_at'], name='message_by_debtor'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['tenant', 'created_at'], name='message_by_time'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_message_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('tenant', 'message_id'), name='one_message_per_message_id'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('tenant', 'subject_kind', 'subject_id', 'channel', 'to_address'), name='one_message_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='postsettings',
            constraint=models.UniqueConstraint(fields=('tenant',), name='one_set_of_post_settings'),
        ),
    ]

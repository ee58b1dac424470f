import common.public_ids
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.context
import tenants.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Debtor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('number', models.CharField(max_length=40, verbose_name='debiteurnummer')),
                ('name', models.CharField(max_length=120, verbose_name='naam')),
                ('sort_name', models.CharField(editable=False, max_length=120)),
                ('kind', models.CharField(choices=[('consumer', 'particulier'), ('business', 'zakelijk')], max_length=8, verbose_name='soort')),
                ('language', models.CharField(choices=[('nl', 'Nederlands'), ('en', 'English'), ('de', 'Deutsch'), ('fr', 'Français')], default='nl', max_length=2, verbose_name='taal')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='straat en huisnummer')),
                ('postcode', models.CharField(blank=True, max_length=12, verbose_name='postcode')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='plaats')),
                ('country', models.CharField(default='NL', max_length=2, verbose_name='land')),
                ('attention', models.CharField(blank=True, max_length=120, verbose_name='ter attentie van')),
                ('kvk', models.CharField(blank=True, max_length=8, verbose_name='KvK-nummer')),
                ('vat_number', models.CharField(blank=True, max_length=20, verbose_name='btw-nummer')),
                ('iban', models.CharField(blank=True, max_length=34, verbose_name='IBAN')),
                ('segment', models.CharField(blank=True, max_length=40, verbose_name='segment')),
                ('payment_term_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='betaaltermijn (dagen)')),
                ('own_group', models.BooleanField(default=False, help_text='Een debiteur van de eigen groep krijgt nooit een herinnering.', verbose_name='eigen groep')),
                ('legal_state', models.CharField(blank=True, choices=[('', 'geen'), ('bankrupt', 'failliet'), ('suspension', 'surseance van betaling'), ('wsnp', 'schuldsanering (WSNP)'), ('administration', 'onder bewind'), ('deceased', 'overleden')], default='', max_length=14, verbose_name='juridische status')),
                ('legal_state_since', models.DateField(blank=True, null=True, verbose_name='sinds')),
                ('post_returned_on', models.DateField(null=True)),
                ('note', models.TextField(blank=True, verbose_name='notitie')),
                ('source', models.CharField(blank=True, max_length=20)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('role', models.CharField(choices=[('invoice', 'facturen'), ('reminder', 'herinneringen'), ('escalation', 'escalatie')], default='reminder', max_length=10, verbose_name='ontvangt')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='naam')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mailadres')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='telefoon')),
                ('email_invalid_since', models.DateTimeField(null=True)),
                ('email_invalid_reason', models.CharField(blank=True, max_length=200)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('debtor', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='debtors.debtor')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='debtor',
            index=models.Index(fields=['tenant', 'sort_name', 'id'], name='debtor_by_name'),
        ),
        migrations.AddConstraint(
            model_name='debtor',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='one_debtor_per_number'),
        ),
        migrations.AddConstraint(
            model_name='debtor',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_debtor_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='debtor',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['consumer', 'business'])), name='debtor_kind_is_known'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['tenant', 'email'], name='contact_by_email'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_contact_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('tenant', 'debtor', 'role', 'email'), name='one_contact_per_role_and_email'),
        ),
    ]

import common.public_ids
import django.db.models.deletion
import django.db.models.expressions
import tenants.context
import tenants.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('correspondence', '0001_tables'),
        ('debtors', '0001_tables'),
        ('invoices', '0001_tables'),
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('name', models.CharField(max_length=120, verbose_name='naam')),
                ('kind', models.CharField(choices=[('agency', 'incassobureau'), ('bailiff', 'deurwaarder'), ('lawyer', 'advocaat')], max_length=7, verbose_name='soort')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mailadres voor dossiers')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telefoon')),
                ('client_reference', models.CharField(blank=True, max_length=60, verbose_name='ons klantnummer daar')),
                ('wki_registration', models.CharField(blank=True, max_length=40, verbose_name='Wki-registratienummer')),
                ('wki_checked_on', models.DateField(blank=True, null=True, verbose_name='register bekeken op')),
                ('is_default', models.BooleanField(default=False, verbose_name='standaard')),
                ('is_active', models.BooleanField(default=True, verbose_name='in gebruik')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Handoff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('state', models.CharField(choices=[('prepared', 'klaargezet'), ('approved', 'goedgekeurd'), ('submitted', 'verstuurd'), ('accepted', 'in behandeling'), ('refused', 'geweigerd'), ('recalled', 'teruggehaald'), ('closed', 'gesloten'), ('cancelled', 'vervallen')], default='prepared', max_length=9)),
                ('principal', models.DecimalField(decimal_places=2, max_digits=12)),
                ('interest', models.DecimalField(decimal_places=2, max_digits=12)),
                ('costs', models.DecimalField(decimal_places=2, max_digits=12)),
                ('total', models.DecimalField(decimal_places=2, max_digits=12)),
                ('dossier', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('prepared_at', models.DateTimeField()),
                ('prepared_by', models.CharField(max_length=120)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_by', models.CharField(blank=True, max_length=120)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('agency_reference', models.CharField(blank=True, max_length=60, verbose_name='dossiernummer daar')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=250)),
                ('agency', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to='collections_handoff.agency')),
                ('archive', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondence.document')),
                ('debtor', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handoffs', to='debtors.debtor')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='HandoffClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('principal', models.DecimalField(decimal_places=2, max_digits=12)),
                ('interest', models.DecimalField(decimal_places=2, max_digits=12)),
                ('costs', models.DecimalField(decimal_places=2, max_digits=12)),
                ('is_live', models.BooleanField(default=True)),
                ('handoff', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='collections_handoff.handoff')),
                ('invoice', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handoff_claims', to='invoices.invoice')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_agency_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='one_agency_per_name'),
        ),
        migrations.AddConstraint(
            model_name='agency',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True), ('is_default', True)), fields=('tenant',), name='one_default_agency'),
        ),
        migrations.AddIndex(
            model_name='handoff',
            index=models.Index(fields=['tenant', 'state'], name='handoff_by_state'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_handoff_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='handoff_asks_something'),
        ),
        migrations.AddConstraint(
            model_name='handoff',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('principal'), '+', models.F('interest')), '+', models.F('costs')))), name='handoff_adds_up'),
        ),
        migrations.AddIndex(
            model_name='handoffclaim',
            index=models.Index(fields=['tenant', 'handoff'], name='handoff_claim_by_handoff'),
        ),
        migrations.AddConstraint(
            model_name='handoffclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('is_live', True)), fields=('tenant', 'invoice'), name='one_live_handoff_per_claim'),
        ),
    ]

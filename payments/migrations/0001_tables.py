import common.public_ids
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.context
import tenants.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('debtors', '0001_tables'),
        ('invoices', '0001_tables'),
        ('tenants', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='bedrag')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('received_on', models.DateField(verbose_name='ontvangen op')),
                ('method', models.CharField(choices=[('bank', 'bank'), ('cash', 'contant'), ('card', 'pin'), ('agency', 'via het incassobureau'), ('other', 'anders')], default='bank', max_length=6, verbose_name='wijze')),
                ('payer_name', models.CharField(blank=True, max_length=120, verbose_name='betaler')),
                ('payer_iban', models.CharField(blank=True, max_length=34, verbose_name='IBAN')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='omschrijving')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('allocated', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('debtor', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='debtors.debtor')),
                ('reverses', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='payments.payment')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('settlement', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='invoices.settlement')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('payment', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='payments.payment')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='bedrag')),
                ('promised_for', models.DateField(verbose_name='betaalt op')),
                ('grace_until', models.DateField()),
                ('made_on', models.DateField()),
                ('made_by', models.CharField(blank=True, max_length=120, verbose_name='gedaan door')),
                ('note', models.TextField(blank=True, verbose_name='notitie')),
                ('state', models.CharField(choices=[('running', 'loopt'), ('kept', 'nagekomen'), ('broken', 'niet nagekomen'), ('cancelled', 'ingetrokken')], default='running', max_length=9)),
                ('ended_on', models.DateField(null=True)),
                ('debtor', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='debtors.debtor')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='PromisedInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invoice', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='invoices.invoice')),
                ('promise', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='payments.promise')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['tenant', 'debtor', 'received_on'], name='payment_by_debtor'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['tenant', 'received_on'], name='payment_by_day'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_payment_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('tenant', 'reverses'), name='payment_is_reversed_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('reverses', None)), models.Q(('amount__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='payment_has_the_right_sign'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('allocated__gte', 0), ('allocated__lte', models.F('amount'))), models.Q(('allocated', 0), ('reverses__isnull', False)), _connector='OR'), name='payment_is_not_over_allocated'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('currency', 'EUR')), name='payment_is_in_euro'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('tenant', 'settlement'), name='one_payment_per_settlement'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='allocation_is_not_zero'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['tenant', 'grace_until'], name='promise_running'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['tenant', 'debtor'], name='promise_by_debtor'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_promise_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='promise_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='promise_ends_on_a_day'),
        ),
        migrations.AddIndex(
            model_name='promisedinvoice',
            index=models.Index(fields=['tenant', 'invoice'], name='promised_by_invoice'),
        ),
        migrations.AddConstraint(
            model_name='promisedinvoice',
            constraint=models.UniqueConstraint(fields=('tenant', 'promise', 'invoice'), name='invoice_promised_once'),
        ),
    ]

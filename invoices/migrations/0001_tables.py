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
        ('debtors', '0001_tables'),
        ('tenants', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('number', models.CharField(max_length=60, verbose_name='nummer')),
                ('issue_date', models.DateField(verbose_name='datum')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='bedrag')),
                ('vat_amount', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('invoice_number', models.CharField(blank=True, max_length=60, verbose_name='bij factuur')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='omschrijving')),
                ('debtor_as_invoiced', models.JSONField(default=dict)),
                ('details', models.JSONField(default=dict)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('registered_on', models.DateField()),
                ('cancelled_on', models.DateField(null=True)),
                ('cancelled_reason', models.CharField(blank=True, max_length=200)),
                ('allocated', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('debtor', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='debtors.debtor')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('number', models.CharField(max_length=60, verbose_name='factuurnummer')),
                ('issue_date', models.DateField(verbose_name='factuurdatum')),
                ('due_date', models.DateField(verbose_name='vervaldatum')),
                ('due_date_derived', models.BooleanField(default=False)),
                ('sent_on', models.DateField(null=True, verbose_name='verstuurd op')),
                ('currency', models.CharField(default='EUR', max_length=3)),
                ('principal', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='hoofdsom')),
                ('vat_amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='btw')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='omschrijving')),
                ('payment_reference', models.CharField(blank=True, max_length=35, verbose_name='betalingskenmerk')),
                ('order_reference', models.CharField(blank=True, max_length=60, verbose_name='referentie')),
                ('contract_ref', models.CharField(blank=True, max_length=60, verbose_name='contract')),
                ('acted_as_consumer', models.BooleanField(verbose_name='als particulier')),
                ('term_agreed', models.BooleanField(default=False, verbose_name='fatale termijn afgesproken')),
                ('default_since', models.DateField(null=True, verbose_name='in verzuim sinds')),
                ('debtor_as_invoiced', models.JSONField(default=dict)),
                ('details', models.JSONField(default=dict)),
                ('source', models.CharField(blank=True, max_length=20)),
                ('registered_on', models.DateField()),
                ('principal_open', models.DecimalField(decimal_places=2, max_digits=12)),
                ('interest_total', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('interest_open', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('costs_total', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('costs_open', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('interest_until', models.DateField(null=True)),
                ('settled_on', models.DateField(null=True)),
                ('is_open', models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(models.Q(('principal_open__gt', 0), ('interest_open__gt', 0), ('costs_open__gt', 0), _connector='OR'), output_field=models.BooleanField()), output_field=models.BooleanField())),
                ('debtor', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='debtors.debtor')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('reason', models.CharField(choices=[('not_delivered', 'niet geleverd'), ('defect', 'gebrek of klacht'), ('price', 'prijs of aantal klopt niet'), ('already_paid', 'zegt al betaald te hebben'), ('not_ordered', 'niet besteld'), ('wrong_party', 'verkeerde geadresseerde'), ('other', 'anders')], max_length=13, verbose_name='reden')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='betwist bedrag')),
                ('note', models.TextField(blank=True, verbose_name='toelichting')),
                ('opened_on', models.DateField()),
                ('deadline', models.DateField(verbose_name='antwoord uiterlijk')),
                ('resolved_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('rejected', 'afgewezen'), ('accepted', 'gegrond'), ('withdrawn', 'ingetrokken')], max_length=9, verbose_name='uitkomst')),
                ('resolution', models.TextField(blank=True, verbose_name='antwoord')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('invoice', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('kind', models.CharField(choices=[('interest', 'rente'), ('costs', 'incassokosten'), ('costs_vat', 'btw over incassokosten')], max_length=9)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('booked_on', models.DateField()),
                ('period_start', models.DateField(null=True)),
                ('period_end', models.DateField(null=True)),
                ('calculation', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('notice_ref', models.CharField(blank=True, max_length=14)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('corrects', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='invoices.charge')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('invoice', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('filename', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=80)),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('is_the_invoice', models.BooleanField(default=False)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
                ('credit_note', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='invoices.creditnote')),
                ('invoice', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='invoices.invoice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='OfferedAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('from_day', models.DateField()),
                ('until_day', models.DateField()),
                ('notice_ref', models.CharField(max_length=14)),
                ('invoice', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='invoices.invoice')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=common.public_ids.new_public_id, max_length=14)),
                ('kind', models.CharField(choices=[('prepaid', 'vooruitbetaald'), ('payment', 'betaling'), ('credit', 'creditnota'), ('write_off', 'afgeboekt'), ('waiver', 'kwijtgescholden')], max_length=9)),
                ('booked_on', models.DateField()),
                ('to_costs', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('to_interest', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('to_principal', models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('credit_note', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='invoices.creditnote')),
                ('invoice', tenants.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='invoices.invoice')),
                ('reverses', tenants.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='invoices.settlement')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ClaimTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payment_term_days', models.PositiveSmallIntegerField(default=30, verbose_name='betaaltermijn (dagen)')),
                ('day_count', models.CharField(choices=[('actual_actual', 'werkelijke dagen, 366 in een schrikkeljaar'), ('actual_365', 'altijd 365')], default='actual_actual', max_length=13, verbose_name='dagtelling van rente')),
                ('contractual_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='contractuele rente zakelijk (% per jaar)')),
                ('contractual_compounds', models.BooleanField(default=False, verbose_name='contractuele rente op rente')),
                ('consumer_costs_answer', models.CharField(blank=True, choices=[('none', 'onze voorwaarden noemen geen incassokosten'), ('statutory', 'onze voorwaarden verwijzen naar de wettelijke regeling'), ('departs', 'onze voorwaarden noemen een eigen bedrag of percentage')], max_length=9, verbose_name='incassokosten in de voorwaarden voor particulieren')),
                ('periodic_without_reference', models.BooleanField(default=True, verbose_name='kleine facturen zonder contract zijn termijnen')),
                ('business_costs_per_invoice', models.BooleanField(default=False, verbose_name='zakelijk: kosten per factuur (minimaal € 40)')),
                ('third_party_collector', models.BooleanField(default=False, verbose_name='incasso door een derde')),
                ('vat_not_deductible', models.BooleanField(default=False, verbose_name='btw niet verrekenbaar')),
                ('goods', models.BooleanField(default=False, help_text='Voor goederen aan particulieren is de verjaring 2 jaar.', verbose_name='levert vooral goederen')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=tenants.context.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, to='tenants.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_set_of_claim_terms')],
            },
        ),
        migrations.AddIndex(
            model_name='creditnote',
            index=models.Index(fields=['tenant', 'debtor'], name='credit_note_by_debtor'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='one_credit_note_per_number'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_credit_note_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='credit_note_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('currency', 'EUR')), name='credit_note_is_in_euro'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('allocated__gte', 0), ('allocated__lte', models.F('amount'))), name='credit_is_not_over_allocated'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_on', None), ('allocated', 0), _connector='OR'), name='cancelled_credit_is_not_allocated'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('is_open', True)), fields=['tenant', 'due_date'], name='invoice_open_by_due'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['tenant', 'debtor', 'due_date'], name='invoice_by_debtor'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['tenant', 'issue_date'], name='invoice_by_issue'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='one_invoice_per_number'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_invoice_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('principal__gt', 0)), name='invoice_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('due_date__gte', models.F('issue_date'))), name='invoice_is_due_after_issue'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('currency', 'EUR')), name='invoice_is_in_euro'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('principal_open__gte', 0), ('principal_open__lte', models.F('principal'))), name='principal_is_not_over_settled'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('interest_open__gte', 0), ('interest_open__lte', models.F('interest_total'))), name='interest_is_not_over_settled'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('costs_open__gte', 0), ('costs_open__lte', models.F('costs_total'))), name='costs_are_not_over_settled'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_dispute_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_on', None)), fields=('tenant', 'invoice'), name='one_open_dispute_per_invoice'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gt', 0), _connector='OR'), name='disputed_part_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('resolved_on', None)), models.Q(('resolved_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='dispute_ends_with_an_outcome'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['tenant', 'invoice'], name='charge_by_invoice'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_charge_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='charge_is_not_zero'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('corrects__isnull', False), ('kind', 'interest'), _connector='OR'), name='only_a_correction_lowers_costs'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'interest'), ('period_end__gte', models.F('period_start'))), models.Q(('kind', 'interest'), _negated=True), _connector='OR'), name='interest_has_a_period'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_attachment_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_note', None), ('invoice__isnull', False)), models.Q(('credit_note__isnull', False), ('invoice', None)), _connector='OR'), name='attachment_has_one_document'),
        ),
        migrations.AddConstraint(
            model_name='offeredamount',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='offer_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='offeredamount',
            constraint=models.CheckConstraint(condition=models.Q(('until_day__gte', models.F('from_day'))), name='offer_has_a_term'),
        ),
        migrations.AddConstraint(
            model_name='offeredamount',
            constraint=models.UniqueConstraint(fields=('tenant', 'invoice', 'notice_ref'), name='one_offer_per_notice'),
        ),
        migrations.AddIndex(
            model_name='settlement',
            index=models.Index(fields=['tenant', 'invoice'], name='settlement_by_invoice'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_settlement_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('tenant', 'reverses'), name='settlement_is_reversed_once'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reverses', None), ('to_costs__gte', 0), ('to_interest__gte', 0), ('to_principal__gte', 0)), models.Q(('reverses__isnull', False), ('to_costs__lte', 0), ('to_interest__lte', 0), ('to_principal__lte', 0)), _connector='OR'), name='settlement_has_one_sign'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('to_costs', 0), ('to_interest', 0), ('to_principal', 0), _negated=True), name='settlement_is_not_zero'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_note__isnull', False), ('kind', 'credit')), models.Q(models.Q(('kind', 'credit'), _negated=True), ('credit_note', None)), _connector='OR'), name='credit_names_its_note'),
        ),
    ]

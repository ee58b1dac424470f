"""The triggers that keep what is open equal to the sum of the ledger. Frozen: a change is a new migration.

Role app cannot write the columns they keep (tenants.rls grants). The functions run as the owner, under the same forced
policies. Statement-level with transition tables: one update a statement, however many rows it books.
"""

INVOICE_STARTS_OPEN = """
CREATE FUNCTION invoices_start_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.principal_open := NEW.principal;
  NEW.interest_total := 0; NEW.interest_open := 0; NEW.costs_total := 0; NEW.costs_open := 0;
  NEW.interest_until := NULL; NEW.settled_on := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_starts_open BEFORE INSERT ON invoices_invoice
  FOR EACH ROW EXECUTE FUNCTION invoices_start_open();

CREATE FUNCTION invoices_start_unallocated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.allocated := 0;
  RETURN NEW;
END $$;
CREATE TRIGGER credit_note_starts_unallocated BEFORE INSERT ON invoices_creditnote
  FOR EACH ROW EXECUTE FUNCTION invoices_start_unallocated();
"""

CHARGES_ADD_UP = """
CREATE FUNCTION invoices_charges_add_up() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM new_rows n JOIN invoices_charge o ON o.tenant_id = n.tenant_id AND o.id = n.corrects_id
             WHERE o.invoice_id <> n.invoice_id OR o.kind <> n.kind) THEN
    RAISE EXCEPTION 'a correction belongs to the same claim and kind' USING CONSTRAINT = 'correction_matches_charge',
      ERRCODE = 'check_violation';
  END IF;
  UPDATE invoices_invoice i SET
    interest_total = i.interest_total + s.interest,
    interest_open = i.interest_open + s.interest,
    costs_total = i.costs_total + s.costs,
    costs_open = i.costs_open + s.costs,
    interest_until = greatest(i.interest_until, s.until),
    settled_on = CASE WHEN i.principal_open + i.interest_open + s.interest + i.costs_open + s.costs = 0
                      THEN coalesce(i.settled_on, s.booked_on) END
  FROM (SELECT tenant_id, invoice_id,
               coalesce(sum(amount) FILTER (WHERE kind = 'interest'), 0) AS interest,
               coalesce(sum(amount) FILTER (WHERE kind <> 'interest'), 0) AS costs,
               max(period_end) FILTER (WHERE kind = 'interest') AS until,
               max(booked_on) AS booked_on
        FROM new_rows GROUP BY tenant_id, invoice_id) s
  WHERE i.tenant_id = s.tenant_id AND i.id = s.invoice_id;
  RETURN NULL;
END $$;
CREATE TRIGGER charges_add_up AFTER INSERT ON invoices_charge REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION invoices_charges_add_up();
"""

SETTLEMENTS_ADD_UP = """
CREATE FUNCTION invoices_settlements_add_up() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM new_rows n JOIN invoices_settlement o ON o.tenant_id = n.tenant_id AND o.id = n.reverses_id
             WHERE o.invoice_id <> n.invoice_id OR o.kind <> n.kind OR o.reverses_id IS NOT NULL
                OR o.to_costs <> -n.to_costs OR o.to_interest <> -n.to_interest
                OR o.to_principal <> -n.to_principal OR o.credit_note_id IS DISTINCT FROM n.credit_note_id) THEN
    RAISE EXCEPTION 'a reversal mirrors its settlement' USING CONSTRAINT = 'reversal_mirrors_settlement',
      ERRCODE = 'check_violation';
  END IF;
  UPDATE invoices_invoice i SET
    costs_open = i.costs_open - s.costs,
    interest_open = i.interest_open - s.interest,
    principal_open = i.principal_open - s.principal,
    settled_on = CASE WHEN i.costs_open - s.costs + i.interest_open - s.interest + i.principal_open - s.principal = 0
                      THEN s.booked_on END
  FROM (SELECT tenant_id, invoice_id, sum(to_costs) AS costs, sum(to_interest) AS interest,
               sum(to_principal) AS principal, max(booked_on) AS booked_on
        FROM new_rows GROUP BY tenant_id, invoice_id) s
  WHERE i.tenant_id = s.tenant_id AND i.id = s.invoice_id;
  UPDATE invoices_creditnote c SET allocated = c.allocated + s.amount
  FROM (SELECT tenant_id, credit_note_id, sum(to_costs + to_interest + to_principal) AS amount
        FROM new_rows WHERE credit_note_id IS NOT NULL GROUP BY tenant_id, credit_note_id) s
  WHERE c.tenant_id = s.tenant_id AND c.id = s.credit_note_id;
  RETURN NULL;
END $$;
CREATE TRIGGER settlements_add_up AFTER INSERT ON invoices_settlement REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION invoices_settlements_add_up();
"""

FORWARDS = INVOICE_STARTS_OPEN + CHARGES_ADD_UP + SETTLEMENTS_ADD_UP
BACKWARDS = """
DROP FUNCTION invoices_settlements_add_up() CASCADE;
DROP FUNCTION invoices_charges_add_up() CASCADE;
DROP FUNCTION invoices_start_unallocated() CASCADE;
DROP FUNCTION invoices_start_open() CASCADE;
"""

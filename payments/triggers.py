"""The trigger that keeps what is allocated of a payment equal to the sum of its allocations. Frozen."""

FORWARDS = """
CREATE FUNCTION payments_start_unallocated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.allocated := 0;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_starts_unallocated BEFORE INSERT ON payments_payment
  FOR EACH ROW EXECUTE FUNCTION payments_start_unallocated();

CREATE FUNCTION payments_allocations_add_up() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM new_rows n
             JOIN invoices_settlement s ON s.tenant_id = n.tenant_id AND s.id = n.settlement_id
             WHERE s.kind <> 'payment' OR s.to_costs + s.to_interest + s.to_principal <> n.amount) THEN
    RAISE EXCEPTION 'an allocation is what its settlement says' USING CONSTRAINT = 'allocation_equals_settlement',
      ERRCODE = 'check_violation';
  END IF;
  UPDATE payments_payment p SET allocated = p.allocated + s.amount
  FROM (SELECT tenant_id, payment_id, sum(amount) AS amount FROM new_rows GROUP BY tenant_id, payment_id) s
  WHERE p.tenant_id = s.tenant_id AND p.id = s.payment_id;
  RETURN NULL;
END $$;
CREATE TRIGGER allocations_add_up AFTER INSERT ON payments_allocation REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION payments_allocations_add_up();
"""
BACKWARDS = """
DROP FUNCTION payments_allocations_add_up() CASCADE;
DROP FUNCTION payments_start_unallocated() CASCADE;
"""

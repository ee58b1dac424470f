"""The triggers that keep what went back of a payment equal to the sum of its refunds. Frozen."""

FORWARDS = """
CREATE OR REPLACE FUNCTION payments_start_unallocated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.allocated := 0;
  NEW.refunded := 0;
  RETURN NEW;
END $$;

CREATE FUNCTION payments_refunds_proposed() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE payments_payment p SET refunded = p.refunded + s.amount
  FROM (SELECT tenant_id, payment_id, sum(amount) AS amount FROM new_rows
        WHERE state NOT IN ('failed', 'cancelled') GROUP BY tenant_id, payment_id) s
  WHERE p.tenant_id = s.tenant_id AND p.id = s.payment_id;
  RETURN NULL;
END $$;
CREATE TRIGGER refunds_proposed AFTER INSERT ON payments_refund REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION payments_refunds_proposed();

CREATE FUNCTION payments_refunds_changed() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE payments_payment p SET refunded = p.refunded + s.amount
  FROM (SELECT tenant_id, payment_id, sum(amount) AS amount FROM (
          SELECT tenant_id, payment_id, amount FROM new_rows WHERE state NOT IN ('failed', 'cancelled')
          UNION ALL
          SELECT tenant_id, payment_id, -amount FROM old_rows WHERE state NOT IN ('failed', 'cancelled')
        ) both_rows GROUP BY tenant_id, payment_id HAVING sum(amount) <> 0) s
  WHERE p.tenant_id = s.tenant_id AND p.id = s.payment_id;
  RETURN NULL;
END $$;
CREATE TRIGGER refunds_changed AFTER UPDATE ON payments_refund
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION payments_refunds_changed();
"""
BACKWARDS = """
DROP FUNCTION payments_refunds_changed() CASCADE;
DROP FUNCTION payments_refunds_proposed() CASCADE;
CREATE OR REPLACE FUNCTION payments_start_unallocated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.allocated := 0;
  RETURN NEW;
END $$;
"""

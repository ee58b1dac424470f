-- Makes the two roles and the database; may be run again. psql variables: owner_password, app_password.
--   owner  makes and changes the tables: migrations only
--   app    what web, worker and beat log in as; row-level security holds for it
\set ON_ERROR_STOP on

SELECT 'CREATE ROLE owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner') \gexec
SELECT 'CREATE ROLE app' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') \gexec
ALTER ROLE owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD :'app_password';

-- Extensions need a superuser on some servers; in template1 every later database has them, test databases too.
\connect template1
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
-- As from PostgreSQL 15: only the owner of a database makes tables in it.
ALTER SCHEMA public OWNER TO pg_database_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

\connect postgres
SELECT 'CREATE DATABASE debiteuren OWNER owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'debiteuren') \gexec
REVOKE ALL ON DATABASE debiteuren FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE debiteuren TO app; -- bulk writes go through a temporary table

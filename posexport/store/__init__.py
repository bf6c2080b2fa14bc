"""The database: what was imported and what was drafted, on SQLite or PostgreSQL. SQLModel classes do not leave this
package.

`tables` the schema · `database` engine, transactions, migrations · `setups` companies and venues · `sales_writer` what
imports write · `days`, `sums`, `day_figures`, `z_reports` what previews and exports read · `deliveries` what was
drafted.

Functions take a SQLAlchemy connection; the caller decides where a transaction begins and ends. Money is integer øre;
times are UTC seconds; a business day is stored as the integer 20261122.
"""

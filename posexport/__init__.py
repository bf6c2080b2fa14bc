"""posexport: a Norwegian cash register's sales as one balanced draft voucher per business day in PowerOffice Go.

Where to find what: `core/` is the domain, pure; `sources/` read files, `destinations/` write vouchers;
`store` keeps what was read and drafted; `delivery` and `export` are the story; `wiring` builds it all;
`scheduler` and `cli` are the ways in. Imports point that way only.
"""

__version__ = "0.1.0"

"""posexport: a Norwegian cash register's sales as one balanced draft voucher per business day in PowerOffice Go.

Where to find what: `core/` is the domain, pure; `sources/` read files, `ledgers/` take vouchers; `store/` keeps what
was read and drafted; `app/` has a file per command and `delivery/` sends vouchers; `texts/`, `views/` and `render/` say
and show it; `wiring` builds it all; `cli/` and `schedule/` are the ways in. Imports point that way only.
"""

__version__ = "0.1.0"

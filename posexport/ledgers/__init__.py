"""Where vouchers are drafted: PowerOffice Go's import queue (v1), its journal-entry drafts (v2) or direct posting (v2),
or files in a folder.

Only here is a voucher translated into an accounting system's own format; each target is a `core.ports.ledger.Ledger`.

    registry.py                    one row per target: how it is opened, what it can do, what it needs, its words
    poweroffice/session.py         addresses, keys, tokens; what an answer means, and what may be sent again
    poweroffice/import_queue.py    ImportQueue: v1 drafts
    poweroffice/journal.py         JournalDrafts: v2 drafts
    poweroffice/direct_posting.py  LedgerPostings: v2, straight in the ledger
    folder/voucher_files.py        VoucherFolder: files
    folder/report_files.py         ReportFolder: settlement reports, and files that appear whole

A further ledger takes a folder of its own, with a function that opens it, and a row in the registry.
"""

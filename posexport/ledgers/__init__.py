"""Where vouchers are drafted: PowerOffice Go's import queue (v1), its journal-entry drafts (v2) or straight in its
ledger (v2), or a folder.

Only here is a voucher turned into anybody's wire form; every one is a `core.ports.Ledger`.

    poweroffice.py          addresses, keys, throttles, and the session: what is sent, when, and how often
    poweroffice_answers.py  what answers are read as and kept as
    poweroffice_import.py   ImportQueue: v1 drafts
    poweroffice_v2.py       what both v2 destinations share
    poweroffice_journal.py  JournalDrafts: v2 drafts
    poweroffice_ledger.py   LedgerPostings: v2 direct posting
    voucher_file.py         VoucherFolder: files
    report_folder.py        ReportFolder: settlement reports, and files that appear whole
    reading.py              dates, rates and amounts in answers
"""

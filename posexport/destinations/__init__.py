"""Where vouchers are drafted: PowerOffice Go's import queue (v1), its journal-entry drafts (v2), or a folder.

Only here is a voucher turned into anybody's wire form; every one is a `core.ports.Destination`.
"""

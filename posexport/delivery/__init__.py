"""Sends one document to its ledger: looked up, sent, settled; revised; its settlement report attached."""

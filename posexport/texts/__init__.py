"""The words, in Norwegian and English. Never here: layout, rules, data."""

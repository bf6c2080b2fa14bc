"""The demo: a settlement from register file to draft, on made-up sales."""

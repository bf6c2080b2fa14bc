"""The whole job on made-up sales."""

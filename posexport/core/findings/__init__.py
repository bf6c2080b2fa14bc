"""The findings: what is wrong or worth knowing about business days, as values. A file per subject has every finding of
that subject, with the rules that find it, as far as they need only values. Texts are in `texts.findings`, what to do
about them in `core.mends`."""

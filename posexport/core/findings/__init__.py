"""What is wrong or worth knowing about business days, as values: a file per subject, which makes every finding of that
subject, with the rules that need nothing but values to see it. What a finding says stands in `texts.findings`, what can
be done about it in `core.mends`."""

"""The domain, pure: no clock, no disk, no network, no floats, no language. Money is integer øre."""

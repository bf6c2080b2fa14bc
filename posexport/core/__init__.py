"""The domain, pure: no clock, no disk, no network, no float. Money is integer øre."""

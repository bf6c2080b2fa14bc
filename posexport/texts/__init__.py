"""Words, in Norwegian and English."""

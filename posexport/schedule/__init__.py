"""When venues are exported automatically, and by which of several workers."""

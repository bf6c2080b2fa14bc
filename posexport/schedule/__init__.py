"""When venues are exported, and by which of many workers."""

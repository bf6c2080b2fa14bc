"""A file per action: what somebody asks for with a form, and the page it leads to."""

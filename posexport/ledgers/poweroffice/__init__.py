"""PowerOffice Go, through both of its APIs (v1 and v2)."""

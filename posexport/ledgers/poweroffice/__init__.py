"""PowerOffice Go, by both of its APIs."""

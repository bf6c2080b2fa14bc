"""What is shown, as rows and JSON."""

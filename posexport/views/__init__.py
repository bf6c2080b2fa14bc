"""What is shown, as rows and as JSON; in no language."""

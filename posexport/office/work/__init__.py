"""What runs do: one file for each kind of work. `runs.WORK` lists them."""

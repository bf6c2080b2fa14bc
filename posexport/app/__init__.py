"""The use cases: a file per command. Called by the command line, the scheduler and programs; knows no terminal and no
concrete ledger or sales source."""

"""The back office: posexport in a browser. Every page reads, and every action calls, what the command line does too."""

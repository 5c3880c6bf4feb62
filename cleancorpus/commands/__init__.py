"""The commands, each in a module of its own: what it is asked, what it calls, what it prints."""

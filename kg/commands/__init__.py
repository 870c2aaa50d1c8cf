"""The commands of `kg`, a module for each kind of work."""

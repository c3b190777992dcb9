"""What the course says, apart from the tools that build it: the claims that its lessons settle."""

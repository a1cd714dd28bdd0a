"""A team's own checks and sections: found in the project's folders or by entry points, run without credentials."""

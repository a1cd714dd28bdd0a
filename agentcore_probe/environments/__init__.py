"""Environment files: read, drafted, discovered from what is deployed, described as JSON Schema."""

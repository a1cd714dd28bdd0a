"""Environment files: load, draft, discover from what is deployed, and describe as JSON Schema."""

"""Shows a judgement: its sections and charts, in words of a language, on an HTML page and in exports."""

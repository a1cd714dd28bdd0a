"""The pictures, one module each: `draw(view)` returns the chart, or None where there is nothing to show."""

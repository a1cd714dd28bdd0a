"""The pictures, one module each: `draw(view)` returns the chart, or None where there is nothing to show.

The modules import matplotlib, so only a process that draws imports them.
"""

"""How a judgement is shown: sections, charts, the notebook's execution, the HTML page."""

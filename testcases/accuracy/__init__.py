"""How well the judges judge: a gold set with known verdicts, and what our judge makes of it beside two plain ones."""

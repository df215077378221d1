"""Whether a criterion is met: by rules, by meaning, or by a language model, always with evidence."""

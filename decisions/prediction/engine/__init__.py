"""The prediction engine: columns in, a plain document out, probabilities with reasons. Knows nothing of the database.

- `frame.Frame`: the rows, with outcomes where they are known.
- `fitting.fit_model(frame)`: measures out of sample, then fits on all rows. `fitting.evaluate(frame)`: measures only.
- `applying.predict(document, frame)`: probabilities and reasons. Needs no scikit-learn.
"""

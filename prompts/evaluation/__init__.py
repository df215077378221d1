"""How well versions of prompts answer on cases: data sets, assertions, the matrix and its figures."""

# The job of an evaluation: its subject is the evaluation's id.
EVALUATE_TASK = "prompts.evaluation.work.run_evaluation"

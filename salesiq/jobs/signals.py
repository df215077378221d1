"""What the ground tells the rooms above it."""

from django.dispatch import Signal

# Sent inside the transaction that ends a job without success; keyword argument `job` is the row as it then stands.
# Receivers keep their own row in step with the job's and do nothing slow.
job_gave_up = Signal()

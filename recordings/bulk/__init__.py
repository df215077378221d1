"""One change to many calls: asked for in a list, done by a job, call by call, as if each were done by hand."""

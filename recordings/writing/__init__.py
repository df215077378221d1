"""What language models write about calls by the client's production prompts, beside what rules found."""

"""What prompts are filled from the CRM: deals, leads, companies, and what hangs on a call of theirs."""

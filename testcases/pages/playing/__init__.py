"""Where agents practise and read their results, and where people review what was judged."""

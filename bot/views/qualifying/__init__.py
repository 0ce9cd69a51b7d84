"""The evidence of a lead, what it lacks, and the form in which one is handed over by hand."""

"""What is wrong or doubtful in a policy as it is written."""

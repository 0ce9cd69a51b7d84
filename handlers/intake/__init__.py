"""What senders tell, by HTTP or in a spreadsheet: guarded, read, checked and stored before it is answered."""

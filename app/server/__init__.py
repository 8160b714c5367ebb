"""What guards the server and what tells how it is: for who runs it, not for pages."""

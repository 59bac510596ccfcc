"""What people see in a browser: health, metrics, the console, the way to the phones."""

"""The built-in certificate authority, and the key that signs packages and desired states."""

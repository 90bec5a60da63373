"""The sign-in of staff: by an identity provider or by an API key, into a session with a cookie."""

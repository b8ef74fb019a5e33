"""Who is who and who may say what: certificate profiles, claim codes, signatures, key sets. One implementation for
gateway and server."""

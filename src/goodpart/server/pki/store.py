"""The folder ``pki`` of the data folder: made whole at the first start, or not at all.

root-1.pem, root-2.pem      the roots that gateways trust: the one in use, and the one that follows it
issuer.pem, issuer.key      the issuing CA, which signs certificates of gateways and of this server
signing.key                 Ed25519: signs packages and desired states
sealing.key                 seals the secrets that stand in the database; made at the next start where it is missing
server.pem                  the gateway listener's certificate and key, made anew as its end or new hosts ask for it
browser.pem                 the browser listener's, where GOODPART_TLS_OWN_CA asks for one
offline/                    the roots' own keys: to be moved away
"""

import os
import shutil
from datetime import datetime
from pathlib import Path

from goodpart.base.files import sync_folder, write_durably
from goodpart.server.pki.errors import PkiFolderError
from goodpart.trust.certificates import key_to_pem, make_issuer, make_root, new_key, to_pem
from goodpart.trust.sealing import Seal
from goodpart.trust.signatures import SoftwareSigner

SECRET = 0o600
_NOTE = """\
These are the keys of this server's two root certificates.

The server does not need them to run. Move this folder to a medium that is kept offline, and keep a copy of it: whoever
holds these keys can make a server or a gateway that your gateways trust. They are needed again only to make a new
issuing CA, in ten years or if this server is lost to a stranger.
"""


def make_folder(folder: Path, now: datetime) -> None:
    """Make all keys. A start that is killed half-way leaves a draft behind, which the next one throws away."""
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _fill(draft, now)
        draft.replace(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)  # on a full disk it would only be in the way
        raise
    sync_folder(folder.parent)


def _fill(draft: Path, now: datetime) -> None:
    offline = draft / "offline"
    offline.mkdir(parents=True, mode=0o700)
    draft.chmod(0o700)
    roots = []
    for number in (1, 2):
        key = new_key()
        root = make_root(key, f"Goodpart root {number} of {now:%Y-%m-%d}", now)
        write_durably(draft / f"root-{number}.pem", to_pem(root).encode())
        write_durably(offline / f"root-{number}.key", key_to_pem(key), mode=SECRET)
        roots.append((root, key))
    write_durably(offline / "README.txt", _NOTE.encode())
    issuer_key = new_key()
    issuer = make_issuer(issuer_key, f"Goodpart issuing CA of {now:%Y-%m-%d}", *roots[0], now)
    write_durably(draft / "issuer.pem", to_pem(issuer).encode())
    write_durably(draft / "issuer.key", key_to_pem(issuer_key), mode=SECRET)
    write_durably(draft / "signing.key", SoftwareSigner.generate().to_pem(), mode=SECRET)
    write_durably(draft / "sealing.key", Seal.new_key(), mode=SECRET)


def read(file: Path, *, secret: bool = False) -> bytes:
    """Raises `PkiFolderError`, also where a secret can be read by other users of this machine."""
    try:
        with file.open("rb") as opened:
            if secret and os.fstat(opened.fileno()).st_mode & 0o077:
                raise PkiFolderError(
                    f"The key {file} can be read by other users of this machine.", f"Run: chmod 600 {file}"
                )
            return opened.read()
    except OSError as error:
        raise PkiFolderError(
            f"The file {file} cannot be read: {error.strerror}.", "Restore the folder pki from a backup, whole."
        ) from error

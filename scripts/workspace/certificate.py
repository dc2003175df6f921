"""The self-signed certificate of the stand-in, made on first start."""

from __future__ import annotations

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID_FOR = timedelta(days=365)


def _write(cert: Path, key: Path) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    key.touch(mode=0o600)
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _expires_soon(cert: Path) -> bool:
    known = x509.load_pem_x509_certificate(cert.read_bytes())
    return known.not_valid_after_utc < datetime.now(UTC) + timedelta(days=7)


def _system_bundle() -> bytes:
    paths = ssl.get_default_verify_paths()
    usual = [os.environ.get("CA_BASE"), paths.openssl_cafile, "/etc/ssl/certs/ca-certificates.crt"]
    return next((Path(p).read_bytes() for p in usual if p and Path(p).is_file()), b"")


def ensure_certificate(folder: Path) -> tuple[Path, Path, Path]:
    """Certificate, key, and the system's bundle with the certificate added, in `folder`."""
    cert, key, bundle = folder / "cert.pem", folder / "key.pem", folder / "ca.pem"
    folder.mkdir(parents=True, exist_ok=True)
    if not (cert.is_file() and key.is_file()) or _expires_soon(cert):
        _write(cert, key)
        bundle.unlink(missing_ok=True)
    if not bundle.is_file():
        bundle.write_bytes(_system_bundle() + b"\n" + cert.read_bytes())
    return cert, key, bundle

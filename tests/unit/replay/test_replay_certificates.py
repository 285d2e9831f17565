"""Certificates of a replay are of its own making; ports are free ones of loopback."""

from __future__ import annotations

import builtins
import datetime
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from gatelift.findings import EnvironmentProblem
from gatelift.replay.certificates import Certificates
from gatelift.replay.programs.ports import free, listener, loopback


def test_a_certificate_is_valid_for_its_hosts_now_and_signed_by_the_authority(tmp_path: Path) -> None:
    made = Certificates(str(tmp_path))
    pem = made.of(["shop.example.com", "*.example.org", "10.0.0.1", "a" * 60 + ".example.com", "\u4f60.example.com"])
    certificate = x509.load_pem_x509_certificate(pem.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {
        "shop.example.com",
        "*.example.org",
        "a" * 60 + ".example.com",
    }
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1"]
    now = datetime.datetime.now(datetime.UTC)
    assert certificate.not_valid_before_utc < now < certificate.not_valid_after_utc
    authority = x509.load_pem_x509_certificate(made.authority.certificate)
    certificate.verify_directly_issued_by(authority)
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    ssl.create_default_context().load_cert_chain(pem.certificate_file, pem.key_file)


def test_the_same_hosts_get_the_same_certificate_and_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    made = Certificates(str(tmp_path))
    first = made.of(["b.example.com", "a.example.com"])
    assert made.of(["a.example.com", "b.example.com", "a.example.com"]) == first
    assert made.of([]) != first
    assert Path(first.key_file).stat().st_mode & 0o777 == 0o600
    assert Path(first.key_file).parent.stat().st_mode & 0o777 == 0o700


def test_two_replays_share_no_key(tmp_path: Path) -> None:
    keys = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        keys.append(Certificates(str(tmp_path / name)).of(["a.example.com"]).key)
    assert keys[0] != keys[1]


def test_without_the_package_the_command_to_install_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def none_of_it(name: str, *rest: Any) -> Any:
        if name.startswith("cryptography"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", none_of_it)
    with pytest.raises(EnvironmentProblem) as caught:
        Certificates(str(tmp_path))
    assert "pip install 'gatelift[replay]'" in caught.value.finding.fix


def test_free_ports_are_high_different_and_nobody_elses() -> None:
    found = free("127.0.0.1", 40)
    assert len(set(found)) == 40
    assert all(20000 <= address.port < 32000 for address in found)
    with socket.socket() as held:
        held.bind((found[0].host, found[0].port))
        held.listen()
        assert found[0] not in free("127.0.0.1", 200)


def test_sides_have_an_address_each_and_all_are_loopback() -> None:
    addresses = [loopback(number) for number in (0, 1, 249)]
    assert all(address.startswith("127.") for address in addresses)
    assert len(set(addresses)) in (1, 3)


def test_where_no_port_is_free_it_is_said_what_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatelift.replay.programs.ports._binds", lambda _: False)
    assert loopback(3) == "127.0.0.1"
    with pytest.raises(EnvironmentProblem, match=r"no free port was found on 127\.0\.0\.1") as caught:
        free("127.0.0.1", 1)
    assert "ss -ltn" in caught.value.finding.fix
    with pytest.raises(EnvironmentProblem, match=r"nothing can listen on 192\.0\.2\.1"):
        listener("192.0.2.1")

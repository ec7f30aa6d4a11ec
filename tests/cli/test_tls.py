"""A company's own certificate from the server's command line to the laptop's, in real processes."""

from pathlib import Path

from tests.support import processes
from tests.support.headquarters import PASSWORD
from tests.support.tls import Authority


def test_a_laptop_syncs_with_a_headquarters_that_has_the_companys_certificate(tmp_path: Path) -> None:
    company = Authority(tmp_path, "Example Root")
    proof = company.issue("127.0.0.1")
    database = f"sqlite:///{tmp_path / 'hq.db'}"

    def run(*arguments: str) -> tuple[int, dict[str, object]]:
        return processes.run(*arguments, CHANNELDESK_PASSWORD=PASSWORD)

    assert run("hq", "init", "--company", "Example", "--database", database)[0] == 0
    assert run("hq", "territory", "add", "EU", "--name", "Europe", "--database", database)[0] == 0
    added = run("hq", "user", "add", "eve", "--name", "Eve", "--territory", "EU", "--database", database)
    assert added[0] == 0
    secure = ("--tls-cert", str(proof), "--tls-key", str(proof))
    with processes.headquarters(database, 0, "--workers", "2", *secure) as address:
        assert address.startswith("https://127.0.0.1:")
        profile, asked = ("--profile", str(tmp_path / "profile")), ("sign-in", address, "eve")
        code, told = run(*profile, *asked)
        assert (code, told["error"]["code"]) == (4, "sync.certificate_issuer")  # type: ignore[index]
        assert not list((tmp_path / "profile").glob("*.pem"))
        code, told = run(*profile, *asked, "--certificates", str(company.file))
        assert (code, told.get("name")) == (0, "Eve"), told
        code, told = run(*profile, "sync")
        assert code == 0, told
        file, restored = str(tmp_path / "eve.backup"), ("--profile", str(tmp_path / "restored"))
        assert run(*profile, "backup", file)[0] == 0
        assert run(*restored, "restore", file)[0] == 0
        code, told = run(*restored, "sync")
        assert code == 0, told


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'hq.db'}"
    assert processes.run("hq", "init", "--company", "Example", "--database", database)[0] == 0
    code, told = processes.run("hq", "serve", "--database", database, "--tls-cert", "hq.pem")
    assert (code, told["error"]["code"]) == (1, "cli.certificate_and_key")

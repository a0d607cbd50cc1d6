"""What the launcher prints when all is up."""

import shlex
from pathlib import Path

from devtools.launch import Plan


def welcome(plan: Plan, *, new_admin: bool, seconds: float) -> str:
    """Where things are, who can log in, and what to try."""
    password_file = plan.run.admin_password
    password = f", password {password_file.read_text().strip()} (also in" if new_admin else " (password in"
    mailbox = [f"  mailbox    {plan.url}/mailbox"] if "ses" in {program.name for program in plan.programs} else []
    return "\n".join(
        (
            f"Quartet is up after {seconds:.1f} s.",
            f"  gateway    {plan.url}",
            *mailbox,
            *authority_lines(plan),
            f"  admin      user admin{password} {password_file})",
            f"  data, logs {plan.run.path}",
            "Try:",
            *(f"  {line}" for line in lines_to_try(plan.url, str(password_file), plan.authority)),
        )
    )


def authority_lines(plan: Plan) -> tuple[str, ...]:
    """Whom to trust, where the certificate is ours."""
    if plan.authority is None:
        return ()
    return (
        f"  TLS        signed by the authority {plan.authority}",
        "             trust it: curl --cacert FILE, REQUESTS_CA_BUNDLE=FILE, NODE_EXTRA_CA_CERTS=FILE, or import it in",
        "             a browser; it can sign for localhost, 127.0.0.1 and ::1, and for nothing else",
    )


def lines_to_try(url: str, password_file: str, authority: Path | None = None) -> tuple[str, str, str]:
    """Three shell commands: log in as admin, list products, count a visit. They need curl and python3 only."""
    curl = "curl -s" if authority is None else f"curl -s --cacert {shlex.quote(str(authority))}"
    login = (
        f"""printf '{{"username":"admin","password":"%s"}}' "$(cat {shlex.quote(password_file)})" """
        f"| {curl} {url}/api/auth/login -H 'Content-Type: application/json' -d @- "
        """| python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'"""
    )
    return (
        f"TOKEN=$({login})",
        f"{curl} {url}/api/products",
        f'{curl} {url}/api/count -H "Authorization: Bearer $TOKEN"',
    )

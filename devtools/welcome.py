"""What the launcher prints when all is up."""

import shlex

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
            f"  admin      user admin{password} {password_file})",
            f"  data, logs {plan.run.path}",
            "Try:",
            *(f"  {line}" for line in lines_to_try(plan.url, str(password_file))),
        )
    )


def lines_to_try(url: str, password_file: str) -> tuple[str, str, str]:
    """Three shell commands: log in as admin, list products, count a visit. They need curl and python3 only."""
    login = (
        f"""printf '{{"username":"admin","password":"%s"}}' "$(cat {shlex.quote(password_file)})" """
        f"| curl -s {url}/api/auth/login -H 'Content-Type: application/json' -d @- "
        """| python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'"""
    )
    return (
        f"TOKEN=$({login})",
        f"curl -s {url}/api/products",
        f'curl -s {url}/api/count -H "Authorization: Bearer $TOKEN"',
    )

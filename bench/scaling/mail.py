"""Mail: how many a mailer sends, which sends one after the other."""

LATENCIES = (20, 50, 100, 200)
SETTLING = 11
"""Milliseconds that a commit takes where MySQL makes 87 a second one after the other; a mail is noted by one."""
BATCH = 10


def rate(latency: float, mailers: int = 1) -> float:
    """Return mails a second: SES' answer and one commit each, and one commit for each ten that are claimed."""
    return mailers * 1000 / (latency + SETTLING * (1 + 1 / BATCH))


def table() -> str:
    rows = ["| SES answers in, ms | mails/s of one mailer | of four | mails an hour of one |", "|---:|---:|---:|---:|"]
    for latency in LATENCIES:
        one = rate(latency)
        rows.append(f"| {latency} | {one:.0f} | {rate(latency, 4):.0f} | {one * 3600:,.0f} |")
    return "\n".join(rows)

"""What several routes answer alike."""

NO_STORE = {"Cache-Control": "no-store"}

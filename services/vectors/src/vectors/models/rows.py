"""What rows of numbers have in common, whichever model they are of."""

import numpy as np
import numpy.typing as npt

DIMENSIONS = 500
"""Numbers in each vector of /api/vectors."""

Rows = npt.NDArray[np.floating]


def unit_rows(rows: Rows) -> npt.NDArray[np.float64]:
    """Return rows scaled to length 1, in double precision; one of length 0 stays as it is."""
    exact = rows.astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1, keepdims=True)
    np.divide(exact, lengths, out=exact, where=lengths > 0)
    return exact

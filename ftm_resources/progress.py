"""How a person says how long something takes."""


def shown_duration(seconds: float) -> str:
    """Such as ``40 s``, ``12 min`` or ``2.5 h``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

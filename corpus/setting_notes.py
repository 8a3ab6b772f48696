"""What is noted of a setting beside the `Field` in its hint."""


class Why(str):
    """Why a setting's default and limits are what they are: a clause for `docs/settings.md`."""

    __slots__ = ()

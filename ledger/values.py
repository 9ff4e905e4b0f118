"""The one base of every value that is recorded: frozen, keyword-only, strict about unknown fields."""

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An immutable value. Defaults are left out of the JSON, unknown fields are refused."""

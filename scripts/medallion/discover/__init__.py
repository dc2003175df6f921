"""Propose metadata from real sources: `read` sums a source up, `propose` makes lines of it."""

from medallion.discover.errors import AddError
from medallion.discover.model import ColumnProposal, Profile, Proposal, Request
from medallion.discover.proposal import propose
from medallion.discover.source import Place, read

__all__ = [
    "AddError", "ColumnProposal", "Place", "Profile", "Proposal", "Request", "propose", "read",
]  # fmt: skip

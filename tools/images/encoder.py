"""Pictures and words as vectors of one space: MedSigLIP, in this process.

Ranks are what the scores are good for. A sigmoid score is often tiny for a right pair and says nothing about the
probability of a disease; nothing here is a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chartwarden.tools.errors import ConfigurationError
from chartwarden.tools.images.content import library
from chartwarden.tools.images.preprocessing import Preprocessing

if TYPE_CHECKING:
    from PIL.Image import Image

MODEL = "google/medsiglip-448"
MAX_TOKENS = 64
"""MedSigLIP was trained on texts padded to this length; longer ones are cut."""
TERMS = "https://developers.google.com/health-ai-developer-foundations/terms"
EXTRAS = "medgemma,images"
"""What encoding needs: the model's libraries, and those that open pictures."""


class Encoder(Protocol):
    """Turns pictures and words into unit vectors of one space."""

    @property
    def name(self) -> str:
        """Model and revision; vectors of different names are never compared."""
        ...

    def images(self, pictures: Sequence[Image]) -> Any:
        """Unit vectors of shape (n, dimensions), float32."""
        ...

    def texts(self, words: Sequence[str]) -> Any:
        """Unit vectors of shape (n, dimensions), float32."""
        ...


@dataclass
class MedSigLIP:
    """The two towers of a SigLIP model. `load` makes one; tests hand in tiny random ones."""

    model: Any
    """`transformers.SiglipModel` in evaluation mode."""
    tokenizer: Any
    name: str
    preprocessing: Preprocessing = field(default_factory=Preprocessing)
    batch: int = 16

    @classmethod
    def load(cls, checkpoint: str = MODEL, *, revision: str = "", device: str = "auto", batch: int = 16) -> MedSigLIP:
        """Load a checkpoint (folder, or hub id that was downloaded before): bfloat16 on a GPU, float32 on a CPU.

        Raises `ConfigurationError` when libraries or weights are missing, with what to do.
        """
        torch, transformers = library("torch", extra=EXTRAS), library("transformers", extra=EXTRAS)
        chosen = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        try:
            folder = _folder(checkpoint, revision)
            model = transformers.AutoModel.from_pretrained(
                folder, dtype=torch.bfloat16 if chosen.startswith("cuda") else torch.float32
            )
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
            preprocessing = _preprocessing(transformers, folder)
        except (OSError, ValueError) as fault:  # ValueError: neither a folder nor a hub id
            raise ConfigurationError(
                f"the image encoder {checkpoint!r} is not on this machine ({type(fault).__name__}), and nothing is "
                f"fetched unasked; accept the terms ({TERMS}), run `hf auth login` and `hf download {checkpoint}`, or "
                "set images.encoder to a folder that holds the weights"
            ) from None
        name = f"{checkpoint}@{revision or ('local' if folder == checkpoint else Path(folder).name)}"
        return cls(model.eval().to(chosen), tokenizer, name, preprocessing, batch)

    def images(self, pictures: Sequence[Image]) -> Any:
        """Unit vectors of pictures, in batches: the pooled output of the image tower."""
        torch = library("torch", extra=EXTRAS)
        vectors = []
        for start in range(0, len(pictures), self.batch):
            pixels = torch.from_numpy(self.preprocessing(pictures[start : start + self.batch]))
            with torch.inference_mode():
                pooled = self.model.vision_model(pixel_values=pixels.to(self._device, self._dtype)).pooler_output
            vectors.append(_unit(pooled))
        return self._joined(vectors)

    def texts(self, words: Sequence[str]) -> Any:
        """Unit vectors of texts, padded to 64 tokens as the model was trained."""
        torch = library("torch", extra=EXTRAS)
        vectors = []
        for start in range(0, len(words), self.batch):
            tokens = self.tokenizer(
                list(words[start : start + self.batch]),
                padding="max_length",
                max_length=MAX_TOKENS,
                truncation=True,
                return_tensors="pt",
            )
            with torch.inference_mode():
                pooled = self.model.text_model(input_ids=tokens["input_ids"].to(self._device)).pooler_output
            vectors.append(_unit(pooled))
        return self._joined(vectors)

    @property
    def _device(self) -> Any:
        return self.model.logit_scale.device

    @property
    def _dtype(self) -> Any:
        return self.model.vision_model.embeddings.patch_embedding.weight.dtype

    def _joined(self, vectors: list[Any]) -> Any:
        numpy = library("numpy")
        width = self.model.config.vision_config.hidden_size
        return numpy.concatenate(vectors) if vectors else numpy.empty((0, width), dtype=numpy.float32)


def _unit(pooled: Any) -> Any:
    vectors = pooled.float()
    return (vectors / vectors.norm(dim=-1, keepdim=True)).cpu().numpy()


def _folder(checkpoint: str, revision: str) -> str:
    """The folder of a checkpoint: itself, or where the hub's cache keeps it. `OSError` when it is nowhere."""
    if Path(checkpoint).is_dir():
        return checkpoint
    hub = library("huggingface_hub", extra=EXTRAS)
    return str(hub.snapshot_download(checkpoint, revision=revision or None, local_files_only=True))


def _preprocessing(transformers: Any, folder: str) -> Preprocessing:
    """Size and filter as the checkpoint's own configuration says."""
    config, _ = transformers.image_processing_base.ImageProcessingMixin.get_image_processor_dict(folder)
    default = Preprocessing()
    return Preprocessing(
        side=int(config.get("size", {}).get("height", default.side)),
        resample=int(config.get("resample", default.resample)),
        mean=float(config.get("image_mean", [default.mean])[0]),
        std=float(config.get("image_std", [default.std])[0]),
    )

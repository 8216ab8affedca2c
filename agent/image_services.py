"""The image tools as the settings describe them. Models are made when they are first needed, not before."""

from __future__ import annotations

from chartwarden.agent.settings import ImageSettings, Settings
from chartwarden.tools.images.content import Limits
from chartwarden.tools.images.dicomweb import DicomWeb
from chartwarden.tools.images.encoder import Encoder, MedSigLIP
from chartwarden.tools.images.index import VectorIndex
from chartwarden.tools.images.looking import RecordImages
from chartwarden.tools.images.reading import Reader


def _dicomweb(images: ImageSettings) -> DicomWeb | None:
    if not images.dicomweb:
        return None
    return DicomWeb(images.dicomweb, token=images.dicomweb_token.get_secret_value(), max_bytes=images.max_bytes)


def open_images(settings: Settings) -> RecordImages:
    """Image tools beside the record store; nothing is loaded and no table made until something is indexed."""
    images = settings.images

    def encoder() -> Encoder:
        return MedSigLIP.load(images.encoder)

    def reader() -> Reader:
        from chartwarden.agent.llm.chat import ChatMedGemma

        model = ChatMedGemma(model=images.reader, base_url=images.reader_endpoint or ())
        return Reader(model, images.reader)

    return RecordImages(
        limits=Limits(images.max_bytes, images.max_pixels),
        folders=images.folders,
        server=settings.server.url,
        web=_dicomweb(images),
        index=VectorIndex.beside(settings.store_url),
        encoder=encoder,
        reader=reader,
    )

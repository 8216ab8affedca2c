"""What the image part costs: decoding and preprocessing, exact search against NumPy and FAISS, encoding on a GPU.

    python bench/images.py [--vectors 10000 100000] [--width 1152] [--seconds 3]

Search compares the index (rows in a database, then a block in memory) with the bare matrix product and with
`faiss.IndexFlatIP` over the same vectors in the same run; medians of interleaved repeats. Random vectors cost what real
ones cost; nothing is said about retrieval quality. Encoding uses full-size random weights and runs on a GPU only.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy
from sqlalchemy import create_engine

from chartwarden import fhir_fixtures
from chartwarden.tools.images.content import Limits
from chartwarden.tools.images.index import Entry, Key, VectorIndex
from chartwarden.tools.images.pixels import open_picture
from chartwarden.tools.images.preprocessing import Preprocessing

WIDTH = 1152
"""Dimensions of MedSigLIP's vectors."""
TOP = 10


def rate(work: Callable[[], int], seconds: float, clock: Callable[[], float]) -> float:
    """Pieces of work a second of the clock."""
    done, begin = 0, clock()
    while (passed := clock() - begin) < seconds:
        done += work()
    return done / passed


def bench_decoding(seconds: float) -> None:
    """Decode and preprocess: the made-up DICOM files, and pydicom's public samples by transfer syntax."""
    import pydicom

    samples = Path(pydicom.__file__).parent / "data" / "test_files"
    files = {
        "film 128x128, 16 bit": fhir_fixtures.dicom_folder() / "adeyemi-1957-chest-2019.dcm",
        "CT 128x128": samples / "CT_small.dcm",
        "JPEG 2000 512x512": samples / "693_J2KI.dcm",
        "JPEG 256x256 RGB": samples / "SC_rgb_jpeg.dcm",
        "RLE 64x64": samples / "MR_small_RLE.dcm",
    }
    prepare, limits = Preprocessing(), Limits()
    print(f"{'a second of processor time':<32}{'decode':>12}{'and prepare':>12}")
    for name, path in files.items():
        data = path.read_bytes()

        def decode(data: bytes = data) -> int:
            open_picture(data, limits)
            return 1

        def both(data: bytes = data) -> int:
            prepare([open_picture(data, limits).image])
            return 1

        decoded, prepared = rate(decode, seconds, time.process_time), rate(both, seconds, time.process_time)
        print(f"{name:<32}{decoded:>12.0f}{prepared:>12.0f}")


def filled(count: int, width: int, folder: str) -> tuple[VectorIndex, numpy.ndarray]:
    """An index with `count` random unit vectors of one patient, and the same vectors as a matrix."""
    random = numpy.random.default_rng(1)
    matrix = random.standard_normal((count, width), dtype=numpy.float32)
    matrix /= numpy.linalg.norm(matrix, axis=1, keepdims=True)
    index = VectorIndex(create_engine(f"sqlite:///{folder}/vectors-{count}.db"))
    index.prepare()
    for start in range(0, count, 5_000):
        rows = range(start, min(start + 5_000, count))
        index.add("m", "p", [Entry(Key("Media/x", f"p{row}"), f"d{row}", matrix[row]) for row in rows])
    return index, matrix


def bench_search(count: int, width: int) -> None:
    """One query over `count` stored vectors, three ways."""
    import faiss

    with tempfile.TemporaryDirectory() as folder:
        index, matrix = filled(count, width, folder)
        queries = numpy.random.default_rng(2).standard_normal((15, width), dtype=numpy.float32)
        queries /= numpy.linalg.norm(queries, axis=1, keepdims=True)
        begin = time.perf_counter()
        matrix = index.block("m", "p").matrix  # the same vectors once, not twice: a million are 4.6 GB
        loading = time.perf_counter() - begin
        flat = faiss.IndexFlatIP(width)
        flat.add(matrix)
        ways: dict[str, Callable[[numpy.ndarray], object]] = {
            "index": lambda query: index.block("m", "p").nearest(query, TOP),
            "numpy": lambda query: numpy.argpartition(matrix @ query, count - TOP)[-TOP:],
            "faiss": lambda query: flat.search(query[None], TOP),
        }
        times: dict[str, list[float]] = {name: [] for name in ways}
        for query in queries:
            for name, way in ways.items():
                begin = time.perf_counter()
                way(query)
                times[name].append(time.perf_counter() - begin)
        found = [int(hit.key.place[1:]) for hit in index.block("m", "p").nearest(queries[0], TOP)]
        same = found == flat.search(queries[0][None], TOP)[1][0].tolist()
        medians = {name: statistics.median(values[2:]) * 1000 for name, values in times.items()}
        worst = medians["index"] / min(medians["numpy"], medians["faiss"])
        print(
            f"{count:>10}{medians['index']:>12.2f}{medians['numpy']:>12.2f}{medians['faiss']:>12.2f}"
            f"{worst:>10.2f}{loading:>12.2f}{same!s:>12}"
        )


def bench_encoding(seconds: float) -> None:
    """Full-size SigLIP So400m at 448 with random weights, in bfloat16, on a GPU."""
    import torch
    from PIL import Image
    from transformers import SiglipConfig, SiglipModel

    from chartwarden.tools.images.encoder import MedSigLIP

    if not torch.cuda.is_available():
        print("encode: skipped, there is no CUDA device")
        return
    tower = {"hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16}
    config = SiglipConfig(
        text_config={**tower, "max_position_embeddings": 64},
        vision_config={**tower, "image_size": 448, "patch_size": 14},
    )
    model = SiglipModel(config).to("cuda", torch.bfloat16).eval()
    picture = Image.new("RGB", (512, 512), (90, 60, 40))
    for batch in (1, 16, 64):
        encoder = MedSigLIP(model, None, "random", batch=batch)
        encoder.images([picture] * batch)

        def encode(encoder: MedSigLIP = encoder, batch: int = batch) -> int:
            return len(encoder.images([picture] * batch))

        found = rate(encode, seconds, time.perf_counter)
        print(f"encode, batch {batch:>3} on {torch.cuda.get_device_name()}: {found:.1f} images/s")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    bench_decoding(given.seconds)
    print(f"\nsearch, width {given.width}, top {TOP}, milliseconds a query (median)")
    print(f"{'vectors':>10}{'index':>12}{'numpy':>12}{'faiss':>12}{'ratio':>10}{'load s':>12}{'same':>12}")
    for count in given.vectors:
        bench_search(count, given.width)
    print()
    bench_encoding(given.seconds)


if __name__ == "__main__":
    main()

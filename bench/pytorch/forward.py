"""Times one ordered pair of DUSt3R in PyTorch with random weights; prints one JSON object. Needs torch and numpy.

  python bench/pytorch/forward.py --config '<ModelConfig as JSON>' --width 512 --height 384 --runs 3 --dtype bfloat16
  python bench/pytorch/forward.py --golden test/fixtures/golden/model/dpt

`npm run bench -- forward` runs the first. Both images are encoded in one batch, without gradients, on all cores;
bfloat16 is autocast, and the heads stay in float32 (spec 1.5). The second checks the model instead of timing it: the
worst error of points and confidences relative to each tensor's largest value.
"""

import argparse
import json
import resource
import statistics
import time

import numpy as np
import torch

from dust3r import Dust3r


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--config", type=json.loads)
    task.add_argument("--golden")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--height", type=int, default=384)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    args = parser.parse_args()
    with torch.no_grad():
        print(json.dumps(check_golden(args.golden) if args.golden else time_model(args)))


def time_model(args):
    torch.manual_seed(0)
    model = Dust3r(args.config).eval()
    images = torch.rand(2, 3, args.height, args.width) * 2 - 1
    matmuls = time_matmul()
    pairs = [time_pair(model, images, args.dtype) for _ in range(args.runs + 1)][1:]
    matmuls += time_matmul()
    runs = [{unit: sum(stage[unit] for stage in pair.values()) for unit in UNITS} for pair in pairs]
    return {
        "runs": runs,
        "median": median_cost(runs),
        "stages": {stage: median_cost([pair[stage] for pair in pairs]) for stage in pairs[0]},
        "matmulGflopPerSecond": 2 * 768 * 1024 * 4096 / 1e9 / median_cost(matmuls)["seconds"],
        "peakMemoryGb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "version": torch.__version__,
        "threads": torch.get_num_threads(),
    }


UNITS = ["seconds", "cpuSeconds"]


def now():
    """Clock and processor time of all threads."""
    return time.perf_counter(), time.process_time()


def since(start):
    return {unit: end - begin for unit, begin, end in zip(UNITS, start, now())}


def median_cost(costs):
    return {unit: statistics.median(cost[unit] for cost in costs) for unit in UNITS}


def time_pair(model, images, dtype):
    start = now()
    with torch.autocast("cpu", torch.bfloat16, enabled=dtype == "bfloat16"):
        tokens, grid = model.encode(images)
        encoder, start = since(start), now()
        layers1, layers2 = model.decode(*tokens.chunk(2), grid)
        decoder, start = since(start), now()
    model.regress(model.downstream_head1, layers1, grid)
    model.regress(model.downstream_head2, layers2, grid)
    return {"encoder": encoder, "decoder": decoder, "heads": since(start)}


def time_matmul(runs=8):
    """A 768x1024x4096 float32 product, after a warm-up."""
    a, b = torch.rand(768, 1024), torch.rand(1024, 4096)
    costs = []
    for _ in range(runs + 1):
        start = now()
        a @ b
        costs.append(since(start))
    return costs[1:]


def check_golden(path):
    with open(f"{path}.json") as file:
        model = Dust3r(config_of(json.load(file))).eval()
    missing = model.load_state_dict(read_safetensors(f"{path}.weights.safetensors"), strict=False).missing_keys
    if missing:
        raise SystemExit(f"{path}.weights.safetensors: expected every weight of the model, missing {missing}")
    tensors = read_safetensors(f"{path}.safetensors")
    images = torch.cat([tensors["in.img1"], tensors["in.img2"]])
    tokens, grid = model.encode(images)
    layers1, layers2 = model.decode(*tokens.chunk(2), grid)
    points1, confidence1 = model.regress(model.downstream_head1, layers1, grid)
    points2, confidence2 = model.regress(model.downstream_head2, layers2, grid)
    outputs = {"pts3d_1": points1, "conf_1": confidence1, "pts3d_2_in_1": points2, "conf_2": confidence2}
    return {name: relative_error(output, tensors[f"out.{name}"]) for name, output in outputs.items()}


def relative_error(actual, expected):
    return ((actual - expected).abs().max() / expected.abs().max()).item()


def config_of(reference):
    """The reference's keyword arguments as this project's ModelConfig."""
    dpt = reference.get("dpt", {})
    return {
        "patchSize": reference["patch_size"],
        "ropeBase": float(reference["pos_embed"].removeprefix("RoPE")),
        "mlpRatio": 4,
        "encoder": transformer_of(reference, "enc"),
        "decoder": transformer_of(reference, "dec"),
        "head": {
            "type": reference["head_type"],
            "featureDim": dpt.get("feature_dim"),
            "lastDim": dpt.get("last_dim"),
            "layerDims": dpt.get("layer_dims"),
        },
    }


def transformer_of(reference, prefix):
    return {
        "dim": reference[f"{prefix}_embed_dim"],
        "depth": reference[f"{prefix}_depth"],
        "heads": reference[f"{prefix}_num_heads"],
    }


def read_safetensors(path):
    """The float32 tensors of a trusted file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {
        name: torch.from_numpy(np.frombuffer(data[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"]).copy())
        for name, entry in header.items()
        if entry.get("dtype") == "F32"
    }


if __name__ == "__main__":
    main()

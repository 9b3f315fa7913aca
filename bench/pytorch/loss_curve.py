"""Trains DUSt3R in PyTorch on given batches from given weights; prints the losses as JSON. Needs torch and numpy.

`npm run bench -- loss-curve` writes the file that it reads, a safetensors file of float32 tensors: `weights.<name>`,
and for each batch `<b>.images` [2B, H, W, 3], `.points1`, `.points2`, `.valid` (1 and 0). The rates are one a step.
"""

import argparse
import json

import numpy as np
import torch

from dust3r import Dust3r
from train import confidence_loss, decay_groups, swap_partners


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=json.loads, required=True)
    parser.add_argument("--rates", type=json.loads, required=True)
    parser.add_argument("--batches", type=int, required=True)
    parser.add_argument("--file", required=True)
    args = parser.parse_args()
    tensors = read_tensors(args.file)
    model = Dust3r(args.config)
    weights = {name.removeprefix("weights."): x for name, x in tensors.items() if name.startswith("weights.")}
    missing, extra = model.load_state_dict(weights, strict=False)
    assert not missing and extra in ([], ["mask_token"]), (missing, extra)
    optimizer = torch.optim.AdamW(decay_groups(model), lr=0, betas=(0.9, 0.95))
    print(json.dumps([step(model, optimizer, rate, batch_at(tensors, i % args.batches)) for i, rate in enumerate(args.rates)]))


def read_tensors(path):
    data = np.memmap(path, np.uint8, "r")
    start = 8 + int(data[:8].view("<u8")[0])
    header = json.loads(bytes(data[8:start]))
    header.pop("__metadata__", None)
    return {name: tensor_at(data, start, entry) for name, entry in header.items()}


def tensor_at(data, start, entry):
    begin, end = entry["data_offsets"]
    values = np.frombuffer(data[start + begin : start + end].tobytes(), "<f4")
    return torch.from_numpy(values.reshape(entry["shape"]).copy())


def batch_at(tensors, number):
    images, points1, points2, valid = (tensors[f"{number}.{key}"] for key in ("images", "points1", "points2", "valid"))
    valid = valid > 0
    return images.permute(0, 3, 1, 2).contiguous(), (points1, points2), (valid, swap_partners(valid))


def step(model, optimizer, rate, batch):
    images, points, valid = batch
    tokens, grid = model.encode(images)
    layers1, layers2 = model.decode(tokens, swap_partners(tokens), grid)
    predictions = [
        model.regress(head, layers, grid)
        for head, layers in ((model.downstream_head1, layers1), (model.downstream_head2, layers2))
    ]
    loss = confidence_loss(predictions, points, valid)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    return loss.item()


if __name__ == "__main__":
    main()

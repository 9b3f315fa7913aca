"""Times training steps of DUSt3R in PyTorch with random weights; prints one JSON object. Needs torch and numpy.

  python bench/pytorch/train.py --config '<ModelConfig as JSON>' --width 112 --height 112 --pairs 8 --runs 5

`npm run bench -- train-step` runs it. A step is what the original's is (spec 3.2): a symmetrised batch whose images are
encoded once, ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2), the global gradient norm, and torch.optim.AdamW as
it is by default, with two decay groups. --dtype bfloat16 is autocast around encoder and decoders.
"""

import argparse
import json
import resource

import torch

from dust3r import Dust3r
from forward import median_cost, now, since


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=json.loads, required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    print(json.dumps(time_training(parser.parse_args())))


def time_training(args):
    torch.manual_seed(0)
    model = Dust3r(args.config)
    optimizer = torch.optim.AdamW(decay_groups(model), lr=1e-4, betas=(0.9, 0.95))
    batch = random_batch(args.pairs, args.height, args.width)
    # The first step allocates the moments, the second one is warm.
    stages = [train_step(model, optimizer, batch, args.dtype) for _ in range(args.runs + 2)][2:]
    runs = [{unit: sum(cost[unit] for cost in stage.values()) for unit in ("seconds", "cpuSeconds")} for stage in stages]
    return {
        "runs": runs,
        "stages": {name: median_cost([stage[name] for stage in stages]) for name in stages[0]},
        "peakMemoryGb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "version": torch.__version__,
    }


def decay_groups(model, weight_decay=0.05):
    def without_decay(name, parameter):
        return parameter.ndim == 1 or name.endswith(".bias")

    named = list(model.named_parameters())
    return [
        {"params": [p for n, p in named if not without_decay(n, p)], "weight_decay": weight_decay},
        {"params": [p for n, p in named if without_decay(n, p)], "weight_decay": 0.0},
    ]


def random_batch(pairs, height, width):
    rows = 2 * pairs
    images = torch.rand(rows, 3, height, width) * 2 - 1
    points1, points2 = (torch.rand(rows, height, width, 3) * 2.5 + 0.5 for _ in range(2))
    valid = torch.rand(rows, height, width) < 0.8
    return images, (points1, points2), (valid, swap_partners(valid))


def swap_partners(x):
    return x.unflatten(0, (-1, 2)).flip(1).flatten(0, 1)


def train_step(model, optimizer, batch, dtype):
    images, points, valid = batch
    start = now()
    with torch.autocast("cpu", torch.bfloat16, enabled=dtype == "bfloat16"):
        tokens, grid = model.encode(images)
        layers1, layers2 = model.decode(tokens, swap_partners(tokens), grid)
    predictions = [
        model.regress(head, layers, grid)
        for head, layers in ((model.downstream_head1, layers1), (model.downstream_head2, layers2))
    ]
    loss = confidence_loss(predictions, points, valid)
    loss.backward()
    loss.item()
    gradients, start = since(start), now()
    torch.linalg.vector_norm(torch.stack([p.grad.norm() for p in model.parameters() if p.grad is not None])).item()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return {"gradients": gradients, "update": since(start)}


def confidence_loss(predictions, points, valid, alpha=0.2):
    predicted = normalize([p for p, _ in predictions], valid)
    true = normalize(points, valid)
    loss = 0
    for (_, confidence), p, t, mask in zip(predictions, predicted, true, valid):
        distance, c = (p[mask] - t[mask]).norm(dim=-1), confidence[mask]
        loss = loss + (distance * c - alpha * c.log()).mean()
    return loss


def normalize(points, valid):
    """avg_dis: one factor for both views of a sample (spec 2.2)."""
    total = sum((p.norm(dim=-1) * mask).sum((1, 2)) for p, mask in zip(points, valid))
    count = sum(mask.sum((1, 2)) for mask in valid)
    scale = (total / (count + 1e-8)).clamp(min=1e-8)[:, None, None, None]
    return [p / scale for p in points]


if __name__ == "__main__":
    main()

"""Times iterations of DUSt3R's global alignment in PyTorch, with autograd; prints one JSON object. Needs torch and numpy.

`npm run bench -- align` runs it with a task as JSON: the pairs' pointmaps, the first guess, their sizes. The objective is
written from the specification (6.1 to 6.3): stacked pointmaps, one tensor for each kind of parameter, Adam (0.9, 0.9).
"""

import json
import math
import resource
import sys
import time

import numpy as np
import torch


def main():
    task = json.loads(sys.argv[1])
    scene = read_scene(task)
    parameters = read_state(task)
    print(json.dumps(time_iterations(scene, parameters, task["runs"] + 2)))


def read_scene(task):
    area = task["width"] * task["height"]
    edges = task["edges"]
    values = np.fromfile(task["dataPath"], dtype=np.float32).reshape(len(edges), 2, 4 * area)
    points = [torch.from_numpy(values[:, side, : 3 * area].copy()).view(-1, area, 3) for side in (0, 1)]
    weights = [torch.from_numpy(values[:, side, 3 * area :].copy()).log() for side in (0, 1)]
    del values
    v, u = torch.meshgrid(torch.arange(task["height"]), torch.arange(task["width"]), indexing="ij")
    return {
        "points": points,
        "weights": weights,
        "images": [torch.tensor([edge[side] for edge in edges]) for side in (0, 1)],
        "pixels": torch.stack([u, v], -1).reshape(1, area, 2).float(),
        "centre": torch.tensor([task["width"] / 2, task["height"] / 2]),
        "total": len(edges) * area,
        # Of all pairs; not trained by default, and applied all the same.
        "adaptors": torch.zeros(len(edges), 2),
    }


def read_state(task):
    edges, images, area = len(task["edges"]), task["images"], task["width"] * task["height"]
    values = torch.from_numpy(np.fromfile(task["statePath"], dtype=np.float32))
    shapes = {"pairs": (edges, 8), "poses": (images, 7), "focals": (images, 1), "depths": (images, area)}
    parts = values.split([math.prod(shape) for shape in shapes.values()])
    return {name: part.reshape(shape).clone().requires_grad_() for (name, shape), part in zip(shapes.items(), parts)}


def time_iterations(scene, parameters, count, peak=0.01, least=1e-6):
    optimizer = torch.optim.Adam(parameters.values(), lr=peak, betas=(0.9, 0.9))
    runs, losses = [], []
    for k in range(count):
        start = (time.perf_counter(), time.process_time())
        rate = least + (peak - least) * (1 + math.cos(math.pi * k / count)) / 2
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = objective(scene, parameters)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
        runs.append({"seconds": time.perf_counter() - start[0], "cpuSeconds": time.process_time() - start[1]})
    peak_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {"runs": runs[2:], "losses": losses, "peakMemoryGb": peak_memory, "version": torch.__version__}


def objective(scene, parameters):
    world = world_points(scene, parameters)
    rotations, translations = rigid(parameters["pairs"])
    scales = parameters["pairs"][:, 7]
    scales = (scales - scales.mean() + math.log(0.5)).exp()
    rotations, translations = scales[:, None, None] * rotations, scales[:, None] * translations
    adaptors = scene["adaptors"][:, [0, 0, 1]]
    stretch = ((adaptors - adaptors.mean(1, keepdim=True)) / 20).exp()[:, None]
    loss = 0
    for points, weights, images in zip(scene["points"], scene["weights"], scene["images"]):
        placed = (points * stretch) @ rotations.transpose(1, 2) + translations[:, None]
        loss = loss + (weights * (world[images] - placed).norm(dim=-1)).sum() / scene["total"]
    return loss


def world_points(scene, parameters):
    focals = (parameters["focals"] / 20).exp()[:, None]
    depths = parameters["depths"].exp()[..., None]
    in_camera = torch.cat([depths * (scene["pixels"] - scene["centre"]) / focals, depths], dim=-1)
    rotations, translations = rigid(parameters["poses"])
    return in_camera @ rotations.transpose(1, 2) + translations[:, None]


def rigid(rows):
    x, y, z, w = torch.nn.functional.normalize(rows[:, :4], dim=-1).unbind(-1)
    rotations = torch.stack(
        [
            torch.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)], -1),
            torch.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)], -1),
            torch.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], -1),
        ],
        dim=1,
    )
    logs = rows[:, 4:7]
    return rotations, logs.sign() * torch.expm1(logs.abs())


if __name__ == "__main__":
    main()

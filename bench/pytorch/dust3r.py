"""DUSt3R in plain PyTorch, for comparison: written from this project's specification (spec 1), as simply as public
PyTorch code usually is. Attention is softmax(q kT) v; the names of the weights are the checkpoints'."""

import torch
from torch import nn
from torch.nn import functional as F


def split_heads(x, heads):
    """[B, N, C] -> [B, heads, N, D]"""
    B, N, C = x.shape
    return x.reshape(B, N, heads, C // heads).transpose(1, 2)


def rope_table(rows, columns, head_dim, base):
    """Cosines and sines [N, D]: the first half of a head turns by y, the second by x (spec 1.3)."""
    quarter = head_dim // 4
    frequencies = base ** (-torch.arange(quarter, dtype=torch.float32) / quarter)
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    angles = [position.reshape(-1, 1) * frequencies for position in (y, x)]
    angles = torch.cat([angles[0], angles[0], angles[1], angles[1]], dim=-1)
    return angles.cos(), angles.sin()


def rope(x, table):
    cos, sin = (t.to(x.dtype) for t in table)
    y1, y2, x1, x2 = x.chunk(4, dim=-1)
    return x * cos + torch.cat([-y2, y1, -x2, x1], dim=-1) * sin


def attention(q, k, v):
    weights = (q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5).softmax(dim=-1)
    B, heads, N, D = q.shape
    return (weights @ v).transpose(1, 2).reshape(B, N, heads * D)


class SelfAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x, table):
        q, k, v = (split_heads(part, self.heads) for part in self.qkv(x).chunk(3, dim=-1))
        return self.proj(attention(rope(q, table), rope(k, table), v))


class CrossAttention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.projq, self.projk, self.projv, self.proj = (nn.Linear(dim, dim) for _ in range(4))

    def forward(self, x, memory, table):
        q, k, v = (split_heads(x, self.heads) for x in (self.projq(x), self.projk(memory), self.projv(memory)))
        return self.proj(attention(rope(q, table), rope(k, table), v))


class Mlp(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.fc1 = nn.Linear(dim, hidden)
        self.fc2 = nn.Linear(hidden, dim)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class EncoderBlock(nn.Module):
    def __init__(self, dim, heads, mlp_ratio):
        super().__init__()
        self.norm1, self.norm2 = (nn.LayerNorm(dim, eps=1e-6) for _ in range(2))
        self.attn = SelfAttention(dim, heads)
        self.mlp = Mlp(dim, int(dim * mlp_ratio))

    def forward(self, x, table):
        x = x + self.attn(self.norm1(x), table)
        return x + self.mlp(self.norm2(x))


class DecoderBlock(EncoderBlock):
    def __init__(self, dim, heads, mlp_ratio):
        super().__init__(dim, heads, mlp_ratio)
        self.norm3, self.norm_y = (nn.LayerNorm(dim, eps=1e-6) for _ in range(2))
        self.cross_attn = CrossAttention(dim, heads)

    def forward(self, x, y, table):
        x = x + self.attn(self.norm1(x), table)
        x = x + self.cross_attn(self.norm2(x), self.norm_y(y), table)
        return x + self.mlp(self.norm3(x))


class LinearHead(nn.Module):
    def __init__(self, config, channels):
        super().__init__()
        self.patch = config["patchSize"]
        self.proj = nn.Linear(config["decoder"]["dim"], channels * self.patch**2)

    def forward(self, layers, grid):
        x = self.proj(layers[-1]).transpose(1, 2)
        return F.pixel_shuffle(x.reshape(x.shape[0], -1, *grid), self.patch)


class ResidualUnit(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(dim, dim, 3, padding=1) for _ in range(2))

    def forward(self, x):
        return self.conv2(F.relu(self.conv1(F.relu(x)))) + x


def upsample(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)


class Fusion(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.resConfUnit1, self.resConfUnit2 = (ResidualUnit(dim) for _ in range(2))
        self.out_conv = nn.Conv2d(dim, dim, 1)

    def forward(self, x, skip=None):
        if skip is not None:
            x = x + self.resConfUnit1(skip)
        return self.out_conv(upsample(self.resConfUnit2(x)))


class Dpt(nn.Module):
    def __init__(self, config, channels):
        super().__init__()
        head, enc, dec = config["head"], config["encoder"]["dim"], config["decoder"]["dim"]
        dim, last, dims = head["featureDim"], head["lastDim"], head["layerDims"]
        depth = config["decoder"]["depth"]
        self.hooks = [0, depth * 2 // 4, depth * 3 // 4, depth]
        self.act_postprocess = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(enc, dims[0], 1), nn.ConvTranspose2d(dims[0], dims[0], 4, stride=4)),
                nn.Sequential(nn.Conv2d(dec, dims[1], 1), nn.ConvTranspose2d(dims[1], dims[1], 2, stride=2)),
                nn.Sequential(nn.Conv2d(dec, dims[2], 1)),
                nn.Sequential(nn.Conv2d(dec, dims[3], 1), nn.Conv2d(dims[3], dims[3], 3, stride=2, padding=1)),
            ]
        )
        self.scratch = nn.Module()
        for i, width in enumerate(dims, start=1):
            setattr(self.scratch, f"layer{i}_rn", nn.Conv2d(width, dim, 3, padding=1, bias=False))
            setattr(self.scratch, f"refinenet{i}", Fusion(dim))
        self.head = nn.Sequential(
            nn.Conv2d(dim, dim // 2, 3, padding=1),
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
            nn.Conv2d(dim // 2, last, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(last, channels, 1),
        )

    def forward(self, layers, grid):
        s = self.scratch
        maps = [layers[i].transpose(1, 2).reshape(layers[i].shape[0], -1, *grid) for i in self.hooks]
        maps = [act(x) for act, x in zip(self.act_postprocess, maps)]
        maps = [rn(x) for rn, x in zip([s.layer1_rn, s.layer2_rn, s.layer3_rn, s.layer4_rn], maps)]
        path = s.refinenet4(maps[3])[:, :, : maps[2].shape[2], : maps[2].shape[3]]
        path = s.refinenet3(path, maps[2])
        path = s.refinenet2(path, maps[1])
        return self.head(s.refinenet1(path, maps[0]))


class DptHead(nn.Module):
    def __init__(self, config, channels):
        super().__init__()
        self.dpt = Dpt(config, channels)

    def forward(self, layers, grid):
        return self.dpt(layers, grid)


class Dust3r(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        enc, dec, ratio = config["encoder"], config["decoder"], config["mlpRatio"]
        patch = config["patchSize"]
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(3, enc["dim"], patch, stride=patch)
        self.enc_blocks = nn.ModuleList(EncoderBlock(enc["dim"], enc["heads"], ratio) for _ in range(enc["depth"]))
        self.enc_norm = nn.LayerNorm(enc["dim"], eps=1e-6)
        self.decoder_embed = nn.Linear(enc["dim"], dec["dim"])
        self.dec_blocks, self.dec_blocks2 = (
            nn.ModuleList(DecoderBlock(dec["dim"], dec["heads"], ratio) for _ in range(dec["depth"])) for _ in range(2)
        )
        self.dec_norm = nn.LayerNorm(dec["dim"], eps=1e-6)
        head = DptHead if config["head"]["type"] == "dpt" else LinearHead
        self.downstream_head1, self.downstream_head2 = head(config, 4), head(config, 4)

    def table(self, grid, part):
        return rope_table(*grid, self.config[part]["dim"] // self.config[part]["heads"], self.config["ropeBase"])

    def encode(self, images):
        """[B, 3, H, W] -> tokens [B, N, C] and the grid of patches"""
        x = self.patch_embed.proj(images)
        grid = tuple(x.shape[2:])
        x = x.flatten(2).transpose(1, 2)
        table = self.table(grid, "encoder")
        for block in self.enc_blocks:
            x = block(x, table)
        return self.enc_norm(x), grid

    def decode(self, tokens1, tokens2, grid):
        table = self.table(grid, "decoder")
        pair = self.decoder_embed(tokens1), self.decoder_embed(tokens2)
        levels = [(tokens1, tokens2)]
        for block1, block2 in zip(self.dec_blocks, self.dec_blocks2):
            pair = block1(*pair, table), block2(*reversed(pair), table)
            levels.append(pair)
        levels[-1] = tuple(self.dec_norm(x) for x in pair)
        return zip(*levels)

    @staticmethod
    def regress(head, layers, grid):
        """Points [B, H, W, 3] and confidence [B, H, W]: depth mode exp, confidence 1 + exp (spec 1.6)"""
        raw = head([x.float() for x in layers], grid).permute(0, 2, 3, 1)
        distance = raw[..., :3].norm(dim=-1, keepdim=True)
        return raw[..., :3] / distance.clamp(min=1e-8) * distance.expm1(), 1 + raw[..., 3].exp()

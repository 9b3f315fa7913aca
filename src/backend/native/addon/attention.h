// Attention with rotary embedding, one head at a time: what lies between stays in the processor's cache.
#pragma once

#include <array>
#include <cstdint>

#include "call.h"

// Features of one head of all tokens, among those of the others, and the cosines and sines [tokens, width] that turn
// them; without these they stay as they are.
struct Head {
  const float* data;
  int64_t stride;
  int64_t tokens;
  const float *cos = nullptr, *sin = nullptr;
};

// One of q, k and v [B, tokens, stride], of which this one has the features from `first`.
struct Side {
  const float* data = nullptr;
  int64_t tokens = 0, stride = 0, first = 0;
  // [B or 1, 1, tokens, width] or none
  const float *cos = nullptr, *sin = nullptr;
  bool is_shared_table = true;

  Head At(int64_t image, int64_t head, int64_t width) const {
    const int64_t table = is_shared_table ? 0 : image * tokens * width;
    return {data + Offset(image, head, width), stride, tokens, cos ? cos + table : nullptr, sin ? sin + table : nullptr};
  }
  int64_t Offset(int64_t image, int64_t head, int64_t width) const {
    return image * tokens * stride + first + head * width;
  }
};

struct Attention {
  Side q, k, v;
  int64_t images = 0, heads = 0, width = 0;

  int64_t channels() const { return heads * width; }
  // Numbers that a head's gradient, or a bit less, computes: what InParallel wants to know.
  int64_t cost() const { return q.tokens * k.tokens * width / 8; }
};

// → [B, N, C]
void Attend(const Attention& attention, float* out);

// dy [B, N, C] → gradients laid out as q, k and v are
void AttendBack(const Attention& attention, const float* dy, std::array<float*, 3> gradients);

// The table of inputs `index` and `index + 1`: sets the side's tokens, and returns the width of a head.
int64_t ReadTable(Call& call, int index, int64_t images, Side& side);

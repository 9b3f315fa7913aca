// Attention with rotary embedding as one op, one head at a time: what lies between stays in the processor's cache.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// Scores of this many queries exist at once in each thread.
constexpr int64_t kQueries = 64;

// ---- products of small matrices ------------------------------------------------------------------------------------

constexpr int kTileRows = 6;
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

// A matrix of which one element after the other is read: row-major with by_row = its width, by_column = 1.
struct Strided {
  const float* data;
  int64_t by_row, by_column;
};

// Rows of width `stride`, all kLanes of which may be written.
struct Rows {
  float* data;
  int64_t stride;
};

template <int kRows>
INLINE void Tile(Strided a, const float* b, int64_t b_stride, int64_t depth, float* c, int64_t c_stride, bool add) {
  Lanes sums[kRows] = {};
  for (int64_t k = 0; k < depth; ++k) {
    const Lanes factor = *reinterpret_cast<const Lanes*>(b + k * b_stride);
    for (int i = 0; i < kRows; ++i) sums[i] += a.data[i * a.by_row + k * a.by_column] * factor;
  }
  for (int i = 0; i < kRows; ++i) {
    Lanes* to = reinterpret_cast<Lanes*>(c + i * c_stride);
    *to = add ? *to + sums[i] : sums[i];
  }
}

// c = a b, or c += a b. `columns` must be a multiple of kLanes.
INLINE void Multiply(Strided a, Rows b, Rows c, std::array<int64_t, 3> rows_depth_columns, bool add = false) {
  const auto [rows, depth, columns] = rows_depth_columns;
  for (int64_t j = 0; j < columns; j += kLanes) {
    int64_t i = 0;
    const auto at = [&](int64_t row) { return Strided{a.data + row * a.by_row, a.by_row, a.by_column}; };
    for (; i + kTileRows <= rows; i += kTileRows) {
      Tile<kTileRows>(at(i), b.data + j, b.stride, depth, c.data + i * c.stride + j, c.stride, add);
    }
    for (; i + 2 <= rows; i += 2) {
      Tile<2>(at(i), b.data + j, b.stride, depth, c.data + i * c.stride + j, c.stride, add);
    }
    if (i < rows) Tile<1>(at(i), b.data + j, b.stride, depth, c.data + i * c.stride + j, c.stride, add);
  }
}

INLINE int64_t Padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

INLINE Strided Plain(Rows x) { return {x.data, x.stride, 1}; }
INLINE Strided Transposed(Rows x) { return {x.data, 1, x.stride}; }

// ---- one head ------------------------------------------------------------------------------------------------------

// Features of one head of all tokens, among those of the others, and the cosines and sines [tokens, width] that turn
// them; without these they stay as they are.
struct Head {
  const float* data;
  int64_t stride;
  int64_t tokens;
  const float *cos = nullptr, *sin = nullptr;
};

// x → (x·cos + partner(x)·sin)·scale; the partner of a feature is in the other quarter of its half
INLINE void TurnRow(const float* __restrict x, const float* __restrict cos, const float* __restrict sin, int64_t width,
                    float scale, float* __restrict y) {
  const int64_t quarter = width / 4;
  for (int64_t first = 0; first < width; first += 2 * quarter) {
    for (int64_t j = first; j < first + quarter; ++j) {
      y[j] = (x[j] * cos[j] + x[j + quarter] * sin[j]) * scale;
      y[j + quarter] = (x[j + quarter] * cos[j + quarter] + x[j] * sin[j + quarter]) * scale;
    }
  }
}

// The gradient of TurnRow.
INLINE void TurnRowBack(const float* __restrict dy, const float* __restrict cos, const float* __restrict sin,
                        int64_t width, float scale, float* __restrict dx) {
  const int64_t quarter = width / 4;
  for (int64_t first = 0; first < width; first += 2 * quarter) {
    for (int64_t j = first; j < first + quarter; ++j) {
      dx[j] = (dy[j] * cos[j] + dy[j + quarter] * sin[j + quarter]) * scale;
      dx[j + quarter] = (dy[j + quarter] * cos[j + quarter] + dy[j] * sin[j]) * scale;
    }
  }
}

INLINE void LoadRows(const Head& head, int64_t begin, int64_t end, int64_t width, float scale, Rows to) {
  for (int64_t n = begin; n < end; ++n) {
    const float* x = head.data + n * head.stride;
    float* y = to.data + (n - begin) * to.stride;
    if (head.cos != nullptr) {
      TurnRow(x, head.cos + n * width, head.sin + n * width, width, scale, y);
    } else {
      for (int64_t j = 0; j < width; ++j) y[j] = x[j];
    }
  }
}

// Writes rows to where `head` lies in the gradient.
INLINE void StoreGradient(Rows rows, const Head& head, int64_t begin, int64_t end, int64_t width, float scale,
                          float* to) {
  for (int64_t n = begin; n < end; ++n) {
    const float* dy = rows.data + (n - begin) * rows.stride;
    float* dx = to + n * head.stride;
    if (head.cos != nullptr) {
      TurnRowBack(dy, head.cos + n * width, head.sin + n * width, width, scale, dx);
    } else {
      for (int64_t j = 0; j < width; ++j) dx[j] = dy[j];
    }
  }
}

INLINE void Transpose(Rows from, int64_t rows, int64_t columns, Rows to) {
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) to.data[j * to.stride + i] = from.data[i * from.stride + j];
  }
}

// Memory of one thread for matrices whose rows are padded with zeros to whole vectors. What is taken in the same order
// again after Reset has the values that it had.
class Scratch {
 public:
  Rows Take(int64_t rows, int64_t columns) {
    if (taken_ == buffers_.size()) buffers_.emplace_back(rows * Padded(columns), 0.0f);
    return {buffers_[taken_++].data(), Padded(columns)};
  }
  void Reset() { taken_ = 0; }

 private:
  std::vector<std::vector<float>> buffers_;
  size_t taken_ = 0;
};

struct Blocks {
  explicit Blocks(int64_t tokens) : tokens(tokens) {
    count = (tokens + kQueries - 1) / kQueries;
    size = (tokens + count - 1) / count;
  }
  int64_t tokens, count, size;
};

// out = softmax(q kᵀ / √width) v for one head
FOR_EACH_PROCESSOR void AttendHead(const Head& q, const Head& k, const Head& v, int64_t width, Scratch& scratch,
                                   float* out, int64_t out_stride) {
  const int64_t keys = k.tokens;
  const float scale = 1.0f / __builtin_sqrtf(width);
  const Blocks blocks(q.tokens);
  scratch.Reset();
  const Rows values = scratch.Take(keys, width), turned = scratch.Take(keys, width);
  const Rows by_feature = scratch.Take(width, keys);
  const Rows queries = scratch.Take(blocks.size, width), attended = scratch.Take(blocks.size, width);
  const Rows scores = scratch.Take(blocks.size, keys);
  LoadRows(v, 0, keys, width, 1.0f, values);
  LoadRows(k, 0, keys, width, 1.0f, turned);
  Transpose(turned, keys, width, by_feature);
  for (int64_t begin = 0; begin < q.tokens; begin += blocks.size) {
    const int64_t end = std::min(begin + blocks.size, q.tokens), rows = end - begin;
    LoadRows(q, begin, end, width, scale, queries);
    Multiply(Plain(queries), by_feature, scores, {rows, width, Padded(keys)});
    for (int64_t n = 0; n < rows; ++n) SoftmaxRow(scores.data + n * scores.stride, keys, scores.data + n * scores.stride);
    Multiply(Plain(scores), values, attended, {rows, keys, Padded(width)});
    for (int64_t n = 0; n < rows; ++n) {
      for (int64_t j = 0; j < width; ++j) out[(begin + n) * out_stride + j] = attended.data[n * attended.stride + j];
    }
  }
}

// The gradients of AttendHead; where they go, each laid out as what it is the gradient of.
struct HeadGradients {
  float *q, *k, *v;
};

FOR_EACH_PROCESSOR void AttendHeadBack(const Head& q, const Head& k, const Head& v, int64_t width, const Head& dy,
                                       Scratch& scratch, const HeadGradients& to) {
  const int64_t keys = k.tokens;
  const float scale = 1.0f / __builtin_sqrtf(width);
  const Blocks blocks(q.tokens);
  scratch.Reset();
  const Rows values = scratch.Take(keys, width), turned = scratch.Take(keys, width);
  const Rows keys_by_feature = scratch.Take(width, keys), values_by_feature = scratch.Take(width, keys);
  const Rows queries = scratch.Take(blocks.size, width), dout = scratch.Take(blocks.size, width);
  const Rows weights = scratch.Take(blocks.size, keys), dscores = scratch.Take(blocks.size, keys);
  const Rows dq = scratch.Take(blocks.size, width), dk = scratch.Take(keys, width), dv = scratch.Take(keys, width);
  LoadRows(v, 0, keys, width, 1.0f, values);
  LoadRows(k, 0, keys, width, 1.0f, turned);
  Transpose(turned, keys, width, keys_by_feature);
  Transpose(values, keys, width, values_by_feature);
  for (Rows sums : {dk, dv}) std::fill(sums.data, sums.data + keys * sums.stride, 0.0f);
  for (int64_t begin = 0; begin < q.tokens; begin += blocks.size) {
    const int64_t end = std::min(begin + blocks.size, q.tokens), rows = end - begin;
    LoadRows(q, begin, end, width, scale, queries);
    LoadRows(dy, begin, end, width, 1.0f, dout);
    Multiply(Plain(queries), keys_by_feature, weights, {rows, width, Padded(keys)});
    Multiply(Plain(dout), values_by_feature, dscores, {rows, width, Padded(keys)});
    for (int64_t n = 0; n < rows; ++n) {
      float *w = weights.data + n * weights.stride, *d = dscores.data + n * dscores.stride;
      SoftmaxRow(w, keys, w);
      SoftmaxGradRow(w, d, keys, d);
    }
    Multiply(Transposed(weights), dout, dv, {keys, rows, Padded(width)}, true);
    Multiply(Transposed(dscores), queries, dk, {keys, rows, Padded(width)}, true);
    Multiply(Plain(dscores), turned, dq, {rows, keys, Padded(width)});
    StoreGradient(dq, q, begin, end, width, scale, to.q);
  }
  StoreGradient(dk, k, 0, keys, width, 1.0f, to.k);
  StoreGradient(dv, v, 0, keys, width, 1.0f, to.v);
}

// ---- the ops -------------------------------------------------------------------------------------------------------

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

// The table of inputs `index` and `index + 1`: sets the side's tokens, and returns the width of a head.
int64_t ReadTable(Call& call, int index, int64_t images, Side& side) {
  const std::vector<int64_t> shape = call.ShapeOf(index);
  if (call.failed()) return 0;
  if (shape.size() != 4 || (shape[0] != 1 && shape[0] != images) || shape[3] == 0 || shape[3] % 4 != 0) {
    call.Fail("input " + std::to_string(index) + ": expected a rotary table [B or 1, 1, N, D] with D a multiple of 4");
    return 0;
  }
  side.tokens = shape[2];
  side.is_shared_table = shape[0] == 1;
  const int64_t size = shape[0] * shape[2] * shape[3];
  side.cos = call.Input(index, size);
  side.sin = call.Input(index + 1, size);
  return shape[3];
}

// Inputs 0 to 2: qkv [B, N, 3C], cos, sin
Attention ReadSelf(Call& call) {
  Attention a;
  const float* qkv = call.First();
  if (call.failed()) return a;
  a.images = call.shape(0);
  a.width = ReadTable(call, 1, a.images, a.q);
  if (call.failed()) return a;
  a.heads = call.last() / 3 / a.width;
  a.q.data = qkv;
  a.q.stride = call.last();
  a.k = a.v = a.q;
  a.k.first = a.channels();
  a.v.first = 2 * a.channels();
  a.v.cos = a.v.sin = nullptr;
  if (call.size() != a.images * a.q.tokens * 3 * a.channels()) call.Fail("input 0: expected [B, N, 3 × heads × D]");
  return a;
}

// Inputs 0 to 6: q [B, N, C], k [B, M, C], v [B, M, C], cos and sin of q, of k
Attention ReadCross(Call& call) {
  Attention a;
  a.q.data = call.First();
  if (call.failed()) return a;
  a.images = call.shape(0);
  a.width = ReadTable(call, 3, a.images, a.q);
  const int64_t key_width = ReadTable(call, 5, a.images, a.k);
  if (call.failed()) return a;
  a.heads = call.last() / a.width;
  a.q.stride = a.k.stride = a.v.stride = call.last();
  a.v.tokens = a.k.tokens;
  const int64_t keys = a.images * a.k.tokens * a.channels();
  a.k.data = call.Input(1, keys);
  a.v.data = call.Input(2, keys);
  if (key_width != a.width || call.size() != a.images * a.q.tokens * a.channels()) {
    call.Fail("expected q [B, N, heads × D], and tables [B or 1, 1, N or M, D]");
  }
  return a;
}

// → [B, N, C]
void Attend(Call& call, const Attention& a) {
  if (call.failed()) return;
  float* out = call.Output(0, {a.images, a.q.tokens, a.channels()});
  if (call.failed()) return;
  InParallel(a.images * a.heads, a.cost(), [=](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t image = i / a.heads, head = i % a.heads;
      AttendHead(a.q.At(image, head, a.width), a.k.At(image, head, a.width), a.v.At(image, head, a.width), a.width,
                 scratch, out + image * a.q.tokens * a.channels() + head * a.width, a.channels());
    }
  });
}

// dy [B, N, C] → gradients laid out as q, k and v are
void AttendBack(const Attention& a, const float* dy, std::array<float*, 3> gradients) {
  Side dout;
  dout.data = dy;
  dout.tokens = a.q.tokens;
  dout.stride = a.channels();
  InParallel(a.images * a.heads, 2 * a.cost(), [=](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t image = i / a.heads, head = i % a.heads;
      const HeadGradients to = {gradients[0] + a.q.Offset(image, head, a.width),
                                gradients[1] + a.k.Offset(image, head, a.width),
                                gradients[2] + a.v.Offset(image, head, a.width)};
      AttendHeadBack(a.q.At(image, head, a.width), a.k.At(image, head, a.width), a.v.At(image, head, a.width), a.width,
                     dout.At(image, head, a.width), scratch, to);
    }
  });
}

void SelfAttention(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Attention a = ReadSelf(call);
  Attend(call, a);
}

void CrossAttention(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Attention a = ReadCross(call);
  Attend(call, a);
}

void SelfAttentionGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Attention a = ReadSelf(call);
  const float* dy = call.Input(3, a.images * a.q.tokens * a.channels());
  float* dqkv = call.OutputLikeFirst(0);
  if (!call.failed()) AttendBack(a, dy, {dqkv, dqkv, dqkv});
}

void CrossAttentionGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Attention a = ReadCross(call);
  const float* dy = call.Input(7, call.size());
  float* dq = call.OutputLikeFirst(0);
  float* dk = call.Output(1, {a.images, a.k.tokens, a.channels()});
  float* dv = call.Output(2, {a.images, a.k.tokens, a.channels()});
  if (!call.failed()) AttendBack(a, dy, {dq, dk, dv});
}

struct Registration {
  Registration() {
    Register({"Dust3rSelfAttention", {"qkv: float", "cos: float", "sin: float"}, {"y: float"}, false, SelfAttention});
    Register({"Dust3rSelfAttentionGrad", {"qkv: float", "cos: float", "sin: float", "dy: float"}, {"dqkv: float"},
              false, SelfAttentionGrad});
    const std::vector<const char*> cross = {"q: float",     "k: float",     "v: float",    "cos_q: float",
                                            "sin_q: float", "cos_k: float", "sin_k: float"};
    std::vector<const char*> backward = cross;
    backward.push_back("dy: float");
    Register({"Dust3rCrossAttention", cross, {"y: float"}, false, CrossAttention});
    Register({"Dust3rCrossAttentionGrad", backward, {"dq: float", "dk: float", "dv: float"}, false,
              CrossAttentionGrad});
  }
} registration;

}  // namespace

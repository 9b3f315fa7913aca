// Attention with rotary embedding as one op, one head at a time: what lies between stays in the processor's cache.
#include "attention.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "tile.h"

namespace {

// Scores of this many queries exist at once in each thread.
constexpr int64_t kQueries = 64;

// ---- products of small matrices ------------------------------------------------------------------------------------

// Rows of width `stride`, all kLanes of which may be written.
struct Rows {
  float* data;
  int64_t stride;
};

// c = a b, or c += a b.
template <int kColumns>
INLINE void Multiply(Left a, Rows b, Rows c, std::array<int64_t, 3> rows_depth_columns, bool add = false) {
  const auto [rows, depth, columns] = rows_depth_columns;
  const RightRows right = {reinterpret_cast<const Cell*>(b.data), b.stride};
  MultiplyTiles<FloatDot, kColumns>(a, right, rows, depth, columns, {c.data, c.stride}, add);
}

INLINE int64_t Padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

INLINE Left Plain(Rows x) { return {reinterpret_cast<const Cell*>(x.data), x.stride, 1}; }
INLINE Left Transposed(Rows x) { return {reinterpret_cast<const Cell*>(x.data), 1, x.stride}; }

// ---- one head ------------------------------------------------------------------------------------------------------

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

struct Heads {
  Head q, k, v;
};

// out = softmax(q kᵀ / √width) v for one head
template <int kColumns>
INLINE void AttendHead(const Heads& heads, int64_t width, Scratch& scratch, float* out, int64_t out_stride) {
  const auto& [q, k, v] = heads;
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
    Multiply<kColumns>(Plain(queries), by_feature, scores, {rows, width, Padded(keys)});
    for (int64_t n = 0; n < rows; ++n) SoftmaxRow(scores.data + n * scores.stride, keys, scores.data + n * scores.stride);
    Multiply<kColumns>(Plain(scores), values, attended, {rows, keys, Padded(width)});
    for (int64_t n = 0; n < rows; ++n) {
      for (int64_t j = 0; j < width; ++j) out[(begin + n) * out_stride + j] = attended.data[n * attended.stride + j];
    }
  }
}

// The gradients of AttendHead; where they go, each laid out as what it is the gradient of.
struct HeadGradients {
  float *q, *k, *v;
};

template <int kColumns>
INLINE void AttendHeadBack(const Heads& heads, int64_t width, const Head& dy, Scratch& scratch,
                           const HeadGradients& to) {
  const auto& [q, k, v] = heads;
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
    Multiply<kColumns>(Plain(queries), keys_by_feature, weights, {rows, width, Padded(keys)});
    Multiply<kColumns>(Plain(dout), values_by_feature, dscores, {rows, width, Padded(keys)});
    for (int64_t n = 0; n < rows; ++n) {
      float *w = weights.data + n * weights.stride, *d = dscores.data + n * dscores.stride;
      SoftmaxRow(w, keys, w);
      SoftmaxGradRow(w, d, keys, d);
    }
    Multiply<kColumns>(Transposed(weights), dout, dv, {keys, rows, Padded(width)}, true);
    Multiply<kColumns>(Transposed(dscores), queries, dk, {keys, rows, Padded(width)}, true);
    Multiply<kColumns>(Plain(dscores), turned, dq, {rows, keys, Padded(width)});
    StoreGradient(dq, q, begin, end, width, scale, to.q);
  }
  StoreGradient(dk, k, 0, keys, width, 1.0f, to.k);
  StoreGradient(dv, v, 0, keys, width, 1.0f, to.v);
}

FOR_EACH_PROCESSOR void AnyHead(const Heads& heads, int64_t width, Scratch& scratch, float* out, int64_t stride) {
  AttendHead<1>(heads, width, scratch, out, stride);
}

FOR_EACH_PROCESSOR void AnyHeadBack(const Heads& heads, int64_t width, const Head& dy, Scratch& scratch,
                                    const HeadGradients& to) {
  AttendHeadBack<1>(heads, width, dy, scratch, to);
}

#if defined(__x86_64__)
ON_AVX512 void Avx512Head(const Heads& heads, int64_t width, Scratch& scratch, float* out, int64_t stride) {
  AttendHead<kTileColumns>(heads, width, scratch, out, stride);
}

ON_AVX512 void Avx512HeadBack(const Heads& heads, int64_t width, const Head& dy, Scratch& scratch,
                              const HeadGradients& to) {
  AttendHeadBack<kTileColumns>(heads, width, dy, scratch, to);
}

const auto kHead = HasAvx512() ? Avx512Head : AnyHead;
const auto kHeadBack = HasAvx512() ? Avx512HeadBack : AnyHeadBack;
#else
const auto kHead = AnyHead;
const auto kHeadBack = AnyHeadBack;
#endif

Heads HeadsAt(const Attention& a, int64_t image, int64_t head) {
  return {a.q.At(image, head, a.width), a.k.At(image, head, a.width), a.v.At(image, head, a.width)};
}

// ---- the ops -------------------------------------------------------------------------------------------------------

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

void SelfAttention(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Attention a = ReadSelf(call);
  float* out = call.Output(0, {a.images, a.q.tokens, a.channels()});
  if (!call.failed()) Attend(a, out);
}

void CrossAttention(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Attention a = ReadCross(call);
  float* out = call.Output(0, {a.images, a.q.tokens, a.channels()});
  if (!call.failed()) Attend(a, out);
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
    Register({"Dust3rSelfAttention", {"qkv: float", "cos: float", "sin: float"}, {"y: float"}, Attribute::kNone, SelfAttention});
    Register({"Dust3rSelfAttentionGrad", {"qkv: float", "cos: float", "sin: float", "dy: float"}, {"dqkv: float"},
              Attribute::kNone, SelfAttentionGrad});
    const std::vector<const char*> cross = {"q: float",     "k: float",     "v: float",    "cos_q: float",
                                            "sin_q: float", "cos_k: float", "sin_k: float"};
    std::vector<const char*> backward = cross;
    backward.push_back("dy: float");
    Register({"Dust3rCrossAttention", cross, {"y: float"}, Attribute::kNone, CrossAttention});
    Register({"Dust3rCrossAttentionGrad", backward, {"dq: float", "dk: float", "dv: float"}, Attribute::kNone,
              CrossAttentionGrad});
  }
} registration;

}  // namespace

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

void Attend(const Attention& a, float* out) {
  InParallel(a.images * a.heads, a.cost(), [=](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t i = begin; i < end; ++i) {
      const int64_t image = i / a.heads, head = i % a.heads;
      float* to = out + image * a.q.tokens * a.channels() + head * a.width;
      kHead(HeadsAt(a, image, head), a.width, scratch, to, a.channels());
    }
  });
}

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
      kHeadBack(HeadsAt(a, image, head), a.width, dout.At(image, head, a.width), scratch, to);
    }
  });
}

// The residual branches of a transformer block as one op each, x → x + f(LayerNorm(x)), with one op for its gradients.
// Products are in float32, or in bfloat16 with float32 sums; all else is float32.
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "attention.h"
#include "call.h"
#include "layer-norm.h"
#include "parallel.h"
#include "product.h"
#include "vector-math.h"
#include "workspace.h"

namespace {

// ---- rows --------------------------------------------------------------------------------------------------------------

FOR_EACH_PROCESSOR void AddBiasRow(const float* __restrict x, const float* __restrict bias, int64_t n,
                                   float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] + bias[i];
}

FOR_EACH_PROCESSOR void AddBiasPastRow(const float* __restrict x, const float* __restrict bias,
                                       const float* __restrict past, int64_t n, float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = past[i] + (x[i] + bias[i]);
}

FOR_EACH_PROCESSOR void StoreRow(const float* __restrict x, int64_t n, Bfloat16* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Round(x[i]);
}

INLINE void StoreRow(const float* x, int64_t n, float* y) { std::copy(x, x + n, y); }

INLINE float Kept(float x, float) { return x; }
INLINE float Kept(float x, Bfloat16) { return Widen(Round(x)); }
INLINE float Load(float x) { return x; }
INLINE float Load(Bfloat16 x) { return Widen(x); }
INLINE void Store(float x, float* y) { *y = x; }
INLINE void Store(float x, Bfloat16* y) { *y = Round(x); }

// hidden = product + bias, active = GELU(hidden): of a panel's columns at most. Conversions have loops of their own,
// since the arithmetic is not vectorised well together with them; what was just stored is not loaded, which would wait.
template <typename T>
INLINE void GeluTo(const float* __restrict product, const float* __restrict bias, int64_t n, T* __restrict hidden,
                   T* __restrict active) {
  float x[kPanel], y[kPanel];
  for (int64_t i = 0; i < n; ++i) x[i] = Kept(product[i] + bias[i], T());
  for (int64_t i = 0; i < n; ++i) Store(x[i], hidden + i);
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] * NormalCdf(x[i], Exp(-0.5f * x[i] * x[i]));
  for (int64_t i = 0; i < n; ++i) Store(y[i], active + i);
}

FOR_EACH_PROCESSOR void GeluRow(const float* product, const float* bias, int64_t n, float* hidden, float* active) {
  GeluTo(product, bias, n, hidden, active);
}

FOR_EACH_PROCESSOR void GeluRow(const float* product, const float* bias, int64_t n, Bfloat16* hidden,
                                Bfloat16* active) {
  GeluTo(product, bias, n, hidden, active);
}

// active once more, and the gradient of hidden
template <typename T>
INLINE void GeluBackTo(const T* __restrict hidden, const float* __restrict dactive, int64_t n, T* __restrict active,
                       T* __restrict dhidden) {
  float x[kPanel], y[kPanel], dx[kPanel];
  for (int64_t i = 0; i < n; ++i) x[i] = Load(hidden[i]);
  for (int64_t i = 0; i < n; ++i) {
    const float gaussian = Exp(-0.5f * x[i] * x[i]);
    const float cdf = NormalCdf(x[i], gaussian);
    y[i] = x[i] * cdf;
    dx[i] = dactive[i] * (cdf + 0.398942280f * x[i] * gaussian);
  }
  for (int64_t i = 0; i < n; ++i) Store(y[i], active + i);
  for (int64_t i = 0; i < n; ++i) Store(dx[i], dhidden + i);
}

FOR_EACH_PROCESSOR void GeluBackRow(const float* hidden, const float* dactive, int64_t n, float* active,
                                    float* dhidden) {
  GeluBackTo(hidden, dactive, n, active, dhidden);
}

FOR_EACH_PROCESSOR void GeluBackRow(const Bfloat16* hidden, const float* dactive, int64_t n, Bfloat16* active,
                                    Bfloat16* dhidden) {
  GeluBackTo(hidden, dactive, n, active, dhidden);
}

// ---- parts of a branch -------------------------------------------------------------------------------------------------

// A fully connected layer: weight [out, in], bias [out].
struct Layer {
  const float *weight, *bias;
  int64_t out, in;
};

struct LayerGradients {
  float *weight, *bias;
};

struct Norm {
  const float *scale, *offset;
};

// Memory that a call is given as floats, part after part.
class Parts {
 public:
  explicit Parts(const float* data) : data_(const_cast<float*>(data)) {}

  template <typename T>
  T* Take(int64_t count) {
    T* part = reinterpret_cast<T*>(data_ + size_);
    size_ += (count * sizeof(T) + sizeof(float) - 1) / sizeof(float);
    return part;
  }
  int64_t size() const { return size_; }

 private:
  float* data_;
  int64_t size_ = 0;
};

// LayerNorm(x) as the left factor of a product
template <typename T>
void Normalize(const float* x, const Norm& norm, int64_t rows, int64_t n, float epsilon, T* y, float* moments) {
  InParallel(rows, n, [=](int64_t begin, int64_t end) {
    std::vector<float> row(n);
    for (int64_t i = begin; i < end; ++i) {
      LayerNormRow(x + i * n, norm.scale, norm.offset, n, epsilon, row.data(), moments + 2 * i);
      StoreRow(row.data(), n, y + i * n);
    }
  });
}

// Numbers as the left factor of a product.
const float* Factor(const float* x, int64_t, float, Workspace&) { return x; }
const Bfloat16* Factor(const float* x, int64_t count, Bfloat16, Workspace& workspace) {
  Bfloat16* y = workspace.Take<Bfloat16>(count);
  InParallel(count, 1, [=](int64_t begin, int64_t end) { StoreRow(x + begin, end - begin, y + begin); });
  return y;
}

// y = x Wᵀ + b, plus `past` unless that is null
template <typename T>
void Forward(const T* x, int64_t rows, const Layer& layer, const float* past, float* y, Workspace& workspace) {
  const Right weight = PackTransposed<T>(layer.weight, layer.out, layer.in, workspace);
  Multiply<T>(AsLeft(x, layer.in), rows, weight, [&](int64_t row, int64_t column, int64_t n, const float* numbers) {
    const int64_t at = row * layer.out + column;
    if (past == nullptr) return AddBiasRow(numbers, layer.bias + column, n, y + at);
    AddBiasPastRow(numbers, layer.bias + column, past + at, n, y + at);
  });
}

// dx = dy W, added to what is there if `add`
template <typename T>
void InputGradient(const T* dy, int64_t rows, const Layer& layer, bool add, float* dx, Workspace& workspace) {
  const Right weight = PackRight<T>(layer.weight, layer.out, layer.in, workspace);
  Multiply<T>(AsLeft(dy, layer.out), rows, weight, [&](int64_t row, int64_t column, int64_t n, const float* numbers) {
    float* to = dx + row * layer.in + column;
    if (add) return AddTo(numbers, n, to);
    std::copy(numbers, numbers + n, to);
  });
}

// dW = dyᵀ x and the sum of dy's rows
template <typename T, typename From>
void LayerGradient(const From* dy, const T* x, int64_t rows, const Layer& layer, const LayerGradients& to,
                   Workspace& workspace) {
  const Left left = PackLeftTransposed<T>(dy, rows, layer.out, to.bias, workspace);
  const Right right = PackRight<T>(x, rows, layer.in, workspace);
  Multiply<T>(left, layer.out, right, [&](int64_t row, int64_t column, int64_t n, const float* numbers) {
    std::copy(numbers, numbers + n, to.weight + row * layer.in + column);
  });
}

// ---- inputs and outputs ------------------------------------------------------------------------------------------------

Norm ReadNorm(Call& call, int index, int64_t n) { return {call.Input(index, n), call.Input(index + 1, n)}; }

// Inputs `index` and `index + 1`. Both sides must be even, since two numbers of bfloat16 make a cell.
Layer ReadLayer(Call& call, int index, int64_t in) {
  const std::vector<int64_t> shape = call.ShapeOf(index);
  if (call.failed()) return {};
  if (shape.size() != 2 || shape[1] != in || in % 2 != 0 || shape[0] % 2 != 0) {
    call.Fail("input " + std::to_string(index) + ": expected weights [even, " + std::to_string(in) + "], both even");
    return {};
  }
  return {call.Input(index, shape[0] * in), call.Input(index + 1, shape[0]), shape[0], in};
}

LayerGradients WriteLayer(Call& call, int index, const Layer& layer) {
  return {call.Output(index, {layer.out, layer.in}), call.Output(index + 1, {layer.out})};
}

// ---- x + MLP(LayerNorm(x)) ---------------------------------------------------------------------------------------------

template <typename T>
struct MlpKept {
  float* moments;
  T *normed, *hidden;
  int64_t size;

  MlpKept(const float* data, int64_t rows, const Layer& first) {
    Parts parts(data);
    moments = parts.Take<float>(2 * rows);
    normed = parts.Take<T>(rows * first.in);
    hidden = parts.Take<T>(rows * first.out);
    size = parts.size();
  }
};

// x, scale, offset, weight1, bias1, weight2, bias2 → y, what the gradient needs
template <typename T>
void MlpBranch(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const int64_t rows = call.rows(), n = call.last();
  const Norm norm = ReadNorm(call, 1, n);
  const Layer first = ReadLayer(call, 3, n), second = ReadLayer(call, 5, first.out);
  float* y = call.OutputLikeFirst(0);
  float* memory = call.Output(1, {MlpKept<T>(nullptr, rows, first).size});
  if (call.failed()) return;
  const MlpKept<T> kept(memory, rows, first);
  Workspace& workspace = Workspace::OfThread();
  Normalize(x, norm, rows, n, static_cast<Epsilon*>(kernel)->value, kept.normed, kept.moments);
  T* active = workspace.Take<T>(rows * first.out);
  const Right weight = PackTransposed<T>(first.weight, first.out, n, workspace);
  Multiply<T>(AsLeft(kept.normed, n), rows, weight, [&](int64_t row, int64_t column, int64_t count, const float* numbers) {
    const int64_t at = row * first.out + column;
    GeluRow(numbers, first.bias + column, count, kept.hidden + at, active + at);
  });
  Forward<T>(active, rows, second, x, y, workspace);
}

// x, scale, offset, weight1, bias1, weight2, bias2, kept, dy → the gradients of the first seven
template <typename T>
void MlpBranchGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const int64_t rows = call.rows(), n = call.last();
  const Norm norm = ReadNorm(call, 1, n);
  const Layer first = ReadLayer(call, 3, n), second = ReadLayer(call, 5, first.out);
  const MlpKept<T> kept(call.Input(7, MlpKept<T>(nullptr, rows, first).size), rows, first);
  const float* dy = call.Input(8, call.size());
  const LayerNormGradients to = {call.OutputLikeFirst(0), call.Output(1, {n}), call.Output(2, {n})};
  const LayerGradients to_first = WriteLayer(call, 3, first), to_second = WriteLayer(call, 5, second);
  if (call.failed()) return;
  Workspace& workspace = Workspace::OfThread();
  const int64_t hidden = first.out;
  T *active = workspace.Take<T>(rows * hidden), *dhidden = workspace.Take<T>(rows * hidden);
  const T* gradient = Factor(dy, rows * n, T(), workspace);
  const Right weight = PackRight<T>(second.weight, n, hidden, workspace);
  Multiply<T>(AsLeft(gradient, n), rows, weight, [&](int64_t row, int64_t column, int64_t count, const float* numbers) {
    const int64_t at = row * hidden + column;
    GeluBackRow(kept.hidden + at, numbers, count, active + at, dhidden + at);
  });
  LayerGradient<T>(dy, active, rows, second, to_second, workspace);
  LayerGradient<T>(dhidden, kept.normed, rows, first, to_first, workspace);
  float* dnormed = workspace.Take<float>(rows * n);
  InputGradient<T>(dhidden, rows, first, false, dnormed, workspace);
  LayerNormBack({x, norm.scale, kept.moments, dnormed, rows, n}, dy, to);
}

// ---- x + proj(attention(qkv(LayerNorm(x)))) ------------------------------------------------------------------------------

template <typename T>
struct SelfKept {
  float* moments;
  T* normed;
  float* qkv;
  T* attended;
  int64_t size;

  SelfKept(const float* data, int64_t rows, int64_t n) {
    Parts parts(data);
    moments = parts.Take<float>(2 * rows);
    normed = parts.Take<T>(rows * n);
    qkv = parts.Take<float>(rows * 3 * n);
    attended = parts.Take<T>(rows * n);
    size = parts.size();
  }
};

Attention SelfAttentionOf(Call& call, int table, const float* qkv) {
  Attention a;
  a.images = call.shape(0);
  a.width = ReadTable(call, table, a.images, a.q);
  if (call.failed()) return a;
  const int64_t n = call.last();
  a.heads = n / a.width;
  if (call.rows() != a.images * a.q.tokens || n % a.width != 0) call.Fail("input 0: expected [B, N, heads × D]");
  a.q.data = qkv;
  a.q.stride = 3 * n;
  a.k = a.v = a.q;
  a.k.first = n;
  a.v.first = 2 * n;
  a.v.cos = a.v.sin = nullptr;
  return a;
}

void AttendTo(const Attention& a, float* out, Workspace&) { Attend(a, out); }

void AttendTo(const Attention& a, Bfloat16* out, Workspace& workspace) {
  const int64_t size = a.images * a.q.tokens * a.channels();
  float* attended = workspace.Take<float>(size);
  Attend(a, attended);
  InParallel(size, 1, [=](int64_t begin, int64_t end) { StoreRow(attended + begin, end - begin, out + begin); });
}

// x, scale, offset, qkv's weight and bias, proj's, cos, sin → y, what the gradient needs
template <typename T>
void SelfBranch(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const int64_t rows = call.rows(), n = call.last();
  const Norm norm = ReadNorm(call, 1, n);
  const Layer qkv = ReadLayer(call, 3, n), proj = ReadLayer(call, 5, n);
  float* y = call.OutputLikeFirst(0);
  float* memory = call.Output(1, {SelfKept<T>(nullptr, rows, n).size});
  const SelfKept<T> kept(memory, rows, n);
  const Attention attention = SelfAttentionOf(call, 7, kept.qkv);
  if (call.failed()) return;
  Workspace& workspace = Workspace::OfThread();
  Normalize(x, norm, rows, n, static_cast<Epsilon*>(kernel)->value, kept.normed, kept.moments);
  Forward<T>(kept.normed, rows, qkv, nullptr, kept.qkv, workspace);
  AttendTo(attention, kept.attended, workspace);
  Forward<T>(kept.attended, rows, proj, x, y, workspace);
}

// x, scale, offset, qkv's weight and bias, proj's, cos, sin, kept, dy → the gradients of the first seven
template <typename T>
void SelfBranchGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const int64_t rows = call.rows(), n = call.last();
  const Norm norm = ReadNorm(call, 1, n);
  const Layer qkv = ReadLayer(call, 3, n), proj = ReadLayer(call, 5, n);
  const SelfKept<T> kept(call.Input(9, SelfKept<T>(nullptr, rows, n).size), rows, n);
  const Attention attention = SelfAttentionOf(call, 7, kept.qkv);
  const float* dy = call.Input(10, call.size());
  const LayerNormGradients to = {call.OutputLikeFirst(0), call.Output(1, {n}), call.Output(2, {n})};
  const LayerGradients to_qkv = WriteLayer(call, 3, qkv), to_proj = WriteLayer(call, 5, proj);
  if (call.failed()) return;
  Workspace& workspace = Workspace::OfThread();
  float *dnormed = workspace.Take<float>(rows * n), *dqkv = workspace.Take<float>(rows * 3 * n);
  float* dattended = dnormed;
  LayerGradient<T>(dy, kept.attended, rows, proj, to_proj, workspace);
  InputGradient<T>(Factor(dy, rows * n, T(), workspace), rows, proj, false, dattended, workspace);
  AttendBack(attention, dattended, {dqkv, dqkv, dqkv});
  LayerGradient<T>(dqkv, kept.normed, rows, qkv, to_qkv, workspace);
  InputGradient<T>(Factor(dqkv, rows * 3 * n, T(), workspace), rows, qkv, false, dnormed, workspace);
  LayerNormBack({x, norm.scale, kept.moments, dnormed, rows, n}, dy, to);
}

// ---- x + proj(attention(q(LayerNorm(x)), k(memory), v(memory))) ----------------------------------------------------------

template <typename T>
struct CrossKept {
  float* moments;
  T *normed, *memory;
  float *q, *k, *v;
  T* attended;
  int64_t size;

  CrossKept(const float* data, int64_t rows, int64_t memory_rows, int64_t n) {
    Parts parts(data);
    moments = parts.Take<float>(2 * rows);
    normed = parts.Take<T>(rows * n);
    memory = parts.Take<T>(memory_rows * n);
    q = parts.Take<float>(rows * n);
    k = parts.Take<float>(memory_rows * n);
    v = parts.Take<float>(memory_rows * n);
    attended = parts.Take<T>(rows * n);
    size = parts.size();
  }
};

// What both directions are given: x, memory, scale, offset, weights and biases of q, k, v and proj, cos and sin of q, of k.
struct CrossInputs {
  const float *x, *memory;
  int64_t rows, memory_rows, n;
  Norm norm;
  Layer q, k, v, proj;
  Attention attention;

  explicit CrossInputs(Call& call) {
    x = call.First();
    rows = call.rows();
    n = call.last();
    norm = ReadNorm(call, 2, n);
    q = ReadLayer(call, 4, n);
    k = ReadLayer(call, 6, n);
    v = ReadLayer(call, 8, n);
    proj = ReadLayer(call, 10, n);
    attention.images = call.shape(0);
    attention.width = ReadTable(call, 12, attention.images, attention.q);
    const int64_t key_width = ReadTable(call, 14, attention.images, attention.k);
    memory_rows = attention.images * attention.k.tokens;
    memory = call.Input(1, memory_rows * n);
    if (call.failed()) return;
    if (key_width != attention.width || n % key_width != 0 || rows != attention.images * attention.q.tokens) {
      call.Fail("expected x [B, N, heads × D], and tables [B or 1, 1, N or M, D]");
      return;
    }
    attention.heads = n / attention.width;
    attention.v.tokens = attention.k.tokens;
    attention.q.stride = attention.k.stride = attention.v.stride = n;
  }
};

template <typename T>
Attention WithKept(Attention attention, const CrossKept<T>& kept) {
  attention.q.data = kept.q;
  attention.k.data = kept.k;
  attention.v.data = kept.v;
  return attention;
}

void CopyTo(const float* x, int64_t count, float* y) { std::copy(x, x + count, y); }
void CopyTo(const float* x, int64_t count, Bfloat16* y) {
  InParallel(count, 1, [=](int64_t begin, int64_t end) { StoreRow(x + begin, end - begin, y + begin); });
}

// CrossInputs → y, what the gradient needs
template <typename T>
void CrossBranch(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const CrossInputs in(call);
  float* y = call.OutputLikeFirst(0);
  float* data = call.Output(1, {CrossKept<T>(nullptr, in.rows, in.memory_rows, in.n).size});
  if (call.failed()) return;
  const CrossKept<T> kept(data, in.rows, in.memory_rows, in.n);
  Workspace& workspace = Workspace::OfThread();
  Normalize(in.x, in.norm, in.rows, in.n, static_cast<Epsilon*>(kernel)->value, kept.normed, kept.moments);
  CopyTo(in.memory, in.memory_rows * in.n, kept.memory);
  Forward<T>(kept.normed, in.rows, in.q, nullptr, kept.q, workspace);
  Forward<T>(kept.memory, in.memory_rows, in.k, nullptr, kept.k, workspace);
  Forward<T>(kept.memory, in.memory_rows, in.v, nullptr, kept.v, workspace);
  AttendTo(WithKept(in.attention, kept), kept.attended, workspace);
  Forward<T>(kept.attended, in.rows, in.proj, in.x, y, workspace);
}

// CrossInputs, kept, dy → the gradients of the first twelve
template <typename T>
void CrossBranchGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const CrossInputs in(call);
  const int64_t rows = in.rows, memory_rows = in.memory_rows, n = in.n;
  const CrossKept<T> kept(call.Input(16, CrossKept<T>(nullptr, rows, memory_rows, n).size), rows, memory_rows, n);
  const float* dy = call.Input(17, call.size());
  const LayerNormGradients to = {call.OutputLikeFirst(0), call.Output(2, {n}), call.Output(3, {n})};
  float* dmemory = call.Output(1, {in.attention.images, in.attention.k.tokens, n});
  const LayerGradients to_q = WriteLayer(call, 4, in.q), to_k = WriteLayer(call, 6, in.k),
                       to_v = WriteLayer(call, 8, in.v), to_proj = WriteLayer(call, 10, in.proj);
  if (call.failed()) return;
  Workspace& workspace = Workspace::OfThread();
  float *dnormed = workspace.Take<float>(rows * n), *dq = workspace.Take<float>(rows * n);
  float *dk = workspace.Take<float>(memory_rows * n), *dv = workspace.Take<float>(memory_rows * n);
  float* dattended = dnormed;
  LayerGradient<T>(dy, kept.attended, rows, in.proj, to_proj, workspace);
  InputGradient<T>(Factor(dy, rows * n, T(), workspace), rows, in.proj, false, dattended, workspace);
  AttendBack(WithKept(in.attention, kept), dattended, {dq, dk, dv});
  LayerGradient<T>(dq, kept.normed, rows, in.q, to_q, workspace);
  LayerGradient<T>(dk, kept.memory, memory_rows, in.k, to_k, workspace);
  LayerGradient<T>(dv, kept.memory, memory_rows, in.v, to_v, workspace);
  InputGradient<T>(Factor(dk, memory_rows * n, T(), workspace), memory_rows, in.k, false, dmemory, workspace);
  InputGradient<T>(Factor(dv, memory_rows * n, T(), workspace), memory_rows, in.v, true, dmemory, workspace);
  InputGradient<T>(Factor(dq, rows * n, T(), workspace), rows, in.q, false, dnormed, workspace);
  LayerNormBack({in.x, in.norm.scale, kept.moments, dnormed, rows, n}, dy, to);
}

using Names = std::vector<const char*>;

Names Joined(const std::vector<Names>& lists) {
  Names all;
  for (const Names& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

struct Registration {
  Registration() {
    const Names layers = {"weight1: float", "bias1: float", "weight2: float", "bias2: float"};
    const Names mlp = Joined({{"x: float", "scale: float", "offset: float"}, layers});
    const Names self = Joined({mlp, {"cos: float", "sin: float"}});
    const Names cross = Joined({{"x: float", "memory: float", "scale: float", "offset: float"}, layers,
                                {"weight3: float", "bias3: float", "weight4: float", "bias4: float"},
                                {"cos_q: float", "sin_q: float", "cos_k: float", "sin_k: float"}});
    const Names back = {"kept: float", "dy: float"}, results = {"y: float", "kept: float"};
    const Names seven = {"dx: float",      "dscale: float", "doffset: float", "dweight1: float",
                         "dbias1: float", "dweight2: float", "dbias2: float"};
    const Names twelve = {"dx: float",       "dmemory: float", "dscale: float",   "doffset: float",
                          "dweight1: float", "dbias1: float",  "dweight2: float", "dbias2: float",
                          "dweight3: float", "dbias3: float",  "dweight4: float", "dbias4: float"};
    Register({"Dust3rMlpBranch", mlp, results, Attribute::kEpsilon, MlpBranch<float>});
    Register({"Dust3rMlpBranchGrad", Joined({mlp, back}), seven, Attribute::kNone, MlpBranchGrad<float>});
    Register({"Dust3rMixedMlpBranch", mlp, results, Attribute::kEpsilon, MlpBranch<Bfloat16>});
    Register({"Dust3rMixedMlpBranchGrad", Joined({mlp, back}), seven, Attribute::kNone, MlpBranchGrad<Bfloat16>});
    Register({"Dust3rSelfBranch", self, results, Attribute::kEpsilon, SelfBranch<float>});
    Register({"Dust3rSelfBranchGrad", Joined({self, back}), seven, Attribute::kNone, SelfBranchGrad<float>});
    Register({"Dust3rMixedSelfBranch", self, results, Attribute::kEpsilon, SelfBranch<Bfloat16>});
    Register({"Dust3rMixedSelfBranchGrad", Joined({self, back}), seven, Attribute::kNone, SelfBranchGrad<Bfloat16>});
    Register({"Dust3rCrossBranch", cross, results, Attribute::kEpsilon, CrossBranch<float>});
    Register({"Dust3rCrossBranchGrad", Joined({cross, back}), twelve, Attribute::kNone, CrossBranchGrad<float>});
    Register({"Dust3rMixedCrossBranch", cross, results, Attribute::kEpsilon, CrossBranch<Bfloat16>});
    Register({"Dust3rMixedCrossBranchGrad", Joined({cross, back}), twelve, Attribute::kNone, CrossBranchGrad<Bfloat16>});
  }
} registration;

}  // namespace

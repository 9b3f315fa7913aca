// What an optimizer does with all parameters of a network at once. Two of these ops have no output: they write over
// their inputs, whose only holder the caller must be (src/tensor/overwrite.ts).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// What one step of AdamW is given, in this order.
struct AdamWStep {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  // 1 - beta1^t and 1 - beta2^t
  float correction1, correction2;
  // of the gradient
  float factor;
};

// The vectoriser must know that none of these overlap, and believes that only of a function's own parameters.
FOR_EACH_PROCESSOR void AdamWRange(const AdamWStep& step, int64_t n, float* __restrict p, const float* __restrict g,
                                   float* __restrict m, float* __restrict v) {
  const float keep = 1.0f - step.learning_rate * step.weight_decay;
  const float rate = step.learning_rate / step.correction1;
  const float scale = 1.0f / __builtin_sqrtf(step.correction2);
  const float beta1 = step.beta1, beta2 = step.beta2, epsilon = step.epsilon, factor = step.factor;
  for (int64_t i = 0; i < n; ++i) {
    const float gradient = g[i] * factor;
    m[i] = beta1 * m[i] + (1.0f - beta1) * gradient;
    v[i] = beta2 * v[i] + (1.0f - beta2) * gradient * gradient;
    p[i] = p[i] * keep - rate * m[i] / (__builtin_sqrtf(v[i]) * scale + epsilon);
  }
}

FOR_EACH_PROCESSOR void AverageRange(const float* __restrict x, float share, int64_t n, float* __restrict average) {
  for (int64_t i = 0; i < n; ++i) average[i] += (x[i] - average[i]) * share;
}

FOR_EACH_PROCESSOR float SquaresRange(const float* x, int64_t n) {
  return SumOf(n, [x](int64_t i) { return x[i] * x[i]; });
}

// So many numbers of one tensor make a piece of work.
constexpr int64_t kPiece = 1 << 14;

struct Piece {
  int64_t tensor, begin, size;
};

// Inputs of any shape, of which each group of `count` has the shapes of the first.
class Lists {
 public:
  Lists(Call& call, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t size = 1;
      for (int64_t axis : call.ShapeOf(i)) size *= axis;
      sizes_.push_back(size);
      for (int64_t begin = 0; begin < size; begin += kPiece) pieces_.push_back({i, begin, std::min(kPiece, size - begin)});
    }
  }

  // The tensors of one group.
  std::vector<float*> Read(Call& call, int group) const {
    std::vector<float*> list;
    const int64_t count = sizes_.size();
    for (int64_t i = 0; i < count; ++i) {
      list.push_back(const_cast<float*>(call.Input(static_cast<int>(group * count + i), sizes_[i])));
    }
    return list;
  }

  // Calls work(piece, its number) for each piece.
  template <typename Work>
  void ForEachPiece(int64_t cost, const Work& work) const {
    InParallel(pieces_.size(), kPiece * cost, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) work(pieces_[i], i);
    });
  }

  int64_t pieces() const { return pieces_.size(); }

 private:
  std::vector<int64_t> sizes_;
  std::vector<Piece> pieces_;
};

// parameters, gradients, means, squares, N of each; steps [N, 8] (AdamWStep)
void AdamW(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const int64_t count = static_cast<Count*>(kernel)->value;
  const Lists lists(call, count);
  const auto parameters = lists.Read(call, 0), gradients = lists.Read(call, 1), means = lists.Read(call, 2),
             squares = lists.Read(call, 3);
  const float* numbers = call.Input(static_cast<int>(4 * count), 8 * count);
  if (call.failed()) return;
  lists.ForEachPiece(2, [&](const Piece& piece, int64_t) {
    const int64_t i = piece.tensor, at = piece.begin;
    AdamWStep step;
    std::memcpy(&step, numbers + 8 * i, sizeof(step));
    AdamWRange(step, piece.size, parameters[i] + at, gradients[i] + at, means[i] + at, squares[i] + at);
  });
}

// averages, values, N of each; share [1]: average += (value − average)·share
void Average(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const int64_t count = static_cast<Count*>(kernel)->value;
  const Lists lists(call, count);
  const auto averages = lists.Read(call, 0), values = lists.Read(call, 1);
  const float* share = call.Input(static_cast<int>(2 * count), 1);
  if (call.failed()) return;
  lists.ForEachPiece(1, [&](const Piece& piece, int64_t) {
    AverageRange(values[piece.tensor] + piece.begin, *share, piece.size, averages[piece.tensor] + piece.begin);
  });
}

// N tensors → √Σ x² over all of their numbers, a scalar
void GlobalNorm(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const Lists lists(call, static_cast<Count*>(kernel)->value);
  const auto tensors = lists.Read(call, 0);
  float* norm = call.Output(0, {});
  if (call.failed()) return;
  std::vector<float> sums(lists.pieces());
  lists.ForEachPiece(1, [&](const Piece& piece, int64_t number) {
    sums[number] = SquaresRange(tensors[piece.tensor] + piece.begin, piece.size);
  });
  double sum = 0.0;
  for (float part : sums) sum += part;
  *norm = static_cast<float>(std::sqrt(sum));
}

struct Registration {
  Registration() {
    Register({"Dust3rAdamW",
              {"parameters: N * float", "gradients: N * float", "means: N * float", "squares: N * float", "steps: float"},
              {}, Attribute::kCount, AdamW});
    Register({"Dust3rAverage", {"averages: N * float", "values: N * float", "share: float"}, {}, Attribute::kCount,
              Average});
    Register({"Dust3rGlobalNorm", {"tensors: N * float"}, {"norm: float"}, Attribute::kCount, GlobalNorm});
  }
} registration;

}  // namespace

// From a head's raw channels to points and confidence, each one pass.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// ---- pixels ------------------------------------------------------------------------------------------------------------

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// e^x is infinite above this.
constexpr float kLargestExponent = 88.72f;

// The larger one; NaN if x is.
INLINE float Larger(float x, float y) { return x < y ? y : x; }

// What a raw vector of length d is multiplied with: (e^d − 1) / d
INLINE float Stretch(float d) { return (d > kLargestExponent ? kInfinity : Expm1(d)) / Larger(d, 1e-8f); }

INLINE float Grown(float x) { return x > kLargestExponent ? kInfinity : Exp(x); }

// raw [n, 4] → points [n, 3], confidence [n]
FOR_EACH_PROCESSOR void HeadRange(const float* __restrict raw, int64_t n, float least, float span,
                                  float* __restrict points, float* __restrict confidence) {
  for (int64_t i = 0; i < n; ++i) {
    const float x = raw[4 * i], y = raw[4 * i + 1], z = raw[4 * i + 2];
    const float stretch = Stretch(__builtin_sqrtf(Larger(x * x + y * y + z * z, 1e-36f)));
    points[3 * i] = x * stretch;
    points[3 * i + 1] = y * stretch;
    points[3 * i + 2] = z * stretch;
    const float grown = Grown(raw[4 * i + 3]);
    confidence[i] = least + (grown < span ? grown : span);
  }
}

FOR_EACH_PROCESSOR void HeadGradRange(const float* __restrict raw, const float* __restrict dpoints,
                                      const float* __restrict dconfidence, int64_t n, float span,
                                      float* __restrict draw) {
  for (int64_t i = 0; i < n; ++i) {
    const float x = raw[4 * i], y = raw[4 * i + 1], z = raw[4 * i + 2];
    const float dx = dpoints[3 * i], dy = dpoints[3 * i + 1], dz = dpoints[3 * i + 2];
    const float d = __builtin_sqrtf(Larger(x * x + y * y + z * z, 1e-36f));
    const float stretch = Stretch(d);
    // the derivative of the stretch by d, over d
    const float slope = (Grown(d) - stretch) / Larger(d * d, 1e-16f) * (d > 1e-8f ? 1.0f : 0.0f);
    const float along = slope * (x * dx + y * dy + z * dz);
    draw[4 * i] = stretch * dx + along * x;
    draw[4 * i + 1] = stretch * dy + along * y;
    draw[4 * i + 2] = stretch * dz + along * z;
    const float grown = Grown(raw[4 * i + 3]);
    draw[4 * i + 3] = dconfidence[i] * grown * (grown < span ? 1.0f : 0.0f);
  }
}

// ---- blocks ------------------------------------------------------------------------------------------------------------

// One token's channels [C, r, r] and the block of pixels [r, r, C] that they become, `stride` numbers from row to row.
struct Block {
  int64_t channels, side, stride;
};

FOR_EACH_PROCESSOR void SpreadToken(const float* __restrict token, const Block& block, float* __restrict pixels) {
  for (int64_t row = 0; row < block.side; ++row) {
    for (int64_t c = 0; c < block.channels; ++c) {
      const float* from = token + (c * block.side + row) * block.side;
      float* to = pixels + row * block.stride + c;
      for (int64_t i = 0; i < block.side; ++i) to[i * block.channels] = from[i];
    }
  }
}

FOR_EACH_PROCESSOR void GatherToken(const float* __restrict pixels, const Block& block, float* __restrict token) {
  for (int64_t row = 0; row < block.side; ++row) {
    for (int64_t c = 0; c < block.channels; ++c) {
      const float* from = pixels + row * block.stride + c;
      float* to = token + (c * block.side + row) * block.side;
      for (int64_t i = 0; i < block.side; ++i) to[i] = from[i * block.channels];
    }
  }
}

// Calls move(token's channels, block, its first pixel) for each of [B, h, w] tokens.
template <typename Move>
void ForEachToken(const std::vector<int64_t>& packed, int64_t side, const Move& move) {
  const int64_t h = packed[1], w = packed[2], width = packed[3];
  const Block block = {width / (side * side), side, w * width / side};
  InParallel(packed[0] * h * w, width, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t pixel = (i / w) * w * width + (i % w) * side * block.channels;
      move(i * width, block, pixel);
    }
  });
}

// ---- the ops -----------------------------------------------------------------------------------------------------------

// packed [B, h, w, C r²], side [1]: r → [B, h r, w r, C]
void PixelShuffle(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* packed = call.First();
  const std::vector<int64_t> shape = call.ShapeOf(0);
  const float* number = call.Input(1, 1);
  if (call.failed()) return;
  const int64_t side = static_cast<int64_t>(*number);
  if (shape.size() != 4 || side < 1 || shape[3] % (side * side) != 0) return call.Fail("expected [B, h, w, C r²]");
  float* y = call.Output(0, {shape[0], shape[1] * side, shape[2] * side, shape[3] / (side * side)});
  if (call.failed()) return;
  ForEachToken(shape, side, [=](int64_t token, const Block& block, int64_t pixel) {
    SpreadToken(packed + token, block, y + pixel);
  });
}

// dy [B, h r, w r, C], side [1] → [B, h, w, C r²]
void PixelShuffleGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* dy = call.First();
  const std::vector<int64_t> shape = call.ShapeOf(0);
  const float* number = call.Input(1, 1);
  if (call.failed()) return;
  const int64_t side = static_cast<int64_t>(*number);
  if (shape.size() != 4 || side < 1 || shape[1] % side != 0 || shape[2] % side != 0) {
    return call.Fail("expected [B, h r, w r, C]");
  }
  const std::vector<int64_t> packed = {shape[0], shape[1] / side, shape[2] / side, shape[3] * side * side};
  float* dx = call.Output(0, packed);
  if (call.failed()) return;
  ForEachToken(packed, side, [=](int64_t token, const Block& block, int64_t pixel) {
    GatherToken(dy + pixel, block, dx + token);
  });
}

std::vector<int64_t> WithoutLast(std::vector<int64_t> shape) {
  if (!shape.empty()) shape.pop_back();
  return shape;
}

// raw [..., 4], limits [2]: the least and the largest confidence → points [..., 3], confidence [...]
void HeadOutput(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* raw = call.First();
  const float* limits = call.Input(1, 2);
  const std::vector<int64_t> shape = WithoutLast(call.ShapeOf(0));
  if (!call.failed() && call.last() != 4) call.Fail("input 0: expected 4 channels");
  std::vector<int64_t> of_points = shape;
  of_points.push_back(3);
  float *points = call.Output(0, of_points), *confidence = call.Output(1, shape);
  if (call.failed()) return;
  const float least = limits[0], span = limits[1] - limits[0];
  InParallel(call.rows(), 16, [=](int64_t begin, int64_t end) {
    HeadRange(raw + 4 * begin, end - begin, least, span, points + 3 * begin, confidence + begin);
  });
}

// raw [..., 4], dpoints, dconfidence, limits [2] → draw
void HeadOutputGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* raw = call.First();
  if (!call.failed() && call.last() != 4) call.Fail("input 0: expected 4 channels");
  const float *dpoints = call.Input(1, 3 * call.rows()), *dconfidence = call.Input(2, call.rows());
  const float* limits = call.Input(3, 2);
  float* draw = call.OutputLikeFirst(0);
  if (call.failed()) return;
  const float span = limits[1] - limits[0];
  InParallel(call.rows(), 16, [=](int64_t begin, int64_t end) {
    HeadGradRange(raw + 4 * begin, dpoints + 3 * begin, dconfidence + begin, end - begin, span, draw + 4 * begin);
  });
}

struct Registration {
  Registration() {
    Register({"Dust3rPixelShuffle", {"packed: float", "side: float"}, {"y: float"}, Attribute::kNone, PixelShuffle});
    Register({"Dust3rPixelShuffleGrad", {"dy: float", "side: float"}, {"dx: float"}, Attribute::kNone,
              PixelShuffleGrad});
    Register({"Dust3rHeadOutput", {"raw: float", "limits: float"}, {"points: float", "confidence: float"},
              Attribute::kNone, HeadOutput});
    Register({"Dust3rHeadOutputGrad", {"raw: float", "dpoints: float", "dconfidence: float", "limits: float"},
              {"draw: float"}, Attribute::kNone, HeadOutputGrad});
  }
} registration;

}  // namespace

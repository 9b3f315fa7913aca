// Training's loss, ConfLoss(Regr3D(L21, norm_mode='avg_dis')), and its gradient; see src/train/losses/fast-criterion.ts.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// Numbers of so many pixels are laid out by coordinate at a time.
constexpr int64_t kPixels = 256;

struct Points {
  float x[kPixels], y[kPixels], z[kPixels];
};

// One sample of one view.
struct View {
  const float *points, *confidence, *truth;
  const uint8_t* valid;
  int64_t pixels;

  View At(int64_t from, int64_t count) const {
    return {points + 3 * from, confidence + from, truth + 3 * from, valid + from, count};
  }
};

// The larger one; NaN if x is.
INLINE float Larger(float x, float y) { return x < y ? y : x; }

// Numbers where they are valid, or else `other`: what stands there, NaN too, reaches nothing. Two loops, since a load
// that depends on a condition is not vectorised.
INLINE void Clean(const float* __restrict from, int64_t step, const uint8_t* __restrict valid, int64_t n, float other,
                  float* __restrict to) {
  for (int64_t i = 0; i < n; ++i) to[i] = from[step * i];
  for (int64_t i = 0; i < n; ++i) to[i] = valid[i] ? to[i] : other;
}

INLINE void CleanPoints(const float* from, const uint8_t* valid, int64_t n, Points& to) {
  Clean(from, 3, valid, n, 0.0f, to.x);
  Clean(from + 1, 3, valid, n, 0.0f, to.y);
  Clean(from + 2, 3, valid, n, 0.0f, to.z);
}

// At least 1e-18, which adds nothing to a sum of lengths: points that are not valid need no other care.
INLINE float Length(const Points& p, int64_t i) {
  return __builtin_sqrtf(Larger(p.x[i] * p.x[i] + p.y[i] * p.y[i] + p.z[i] * p.z[i], 1e-36f));
}

// The sums of the lengths of the predicted and of the true points, and how many there are.
struct Lengths {
  float predicted, truth, count;
};

FOR_EACH_PROCESSOR void SumLengths(const View& view, Lengths* to) {
  Points p, q;
  CleanPoints(view.points, view.valid, view.pixels, p);
  CleanPoints(view.truth, view.valid, view.pixels, q);
  const uint8_t* valid = view.valid;
  to->predicted = SumOf(view.pixels, [&](int64_t i) { return Length(p, i); });
  to->truth = SumOf(view.pixels, [&](int64_t i) { return Length(q, i); });
  to->count = SumOf(view.pixels, [&](int64_t i) { return static_cast<float>(valid[i]); });
}

// The sizes of a sample, by which its points are divided, and the number of its valid points.
struct Sizes {
  float predicted, truth, count;
};

// e = prediction / size − truth / size, d = |e|
INLINE void Offsets(const View& view, const Sizes& sizes, Points& offsets, float* distances) {
  Points q;
  CleanPoints(view.points, view.valid, view.pixels, offsets);
  CleanPoints(view.truth, view.valid, view.pixels, q);
  for (int64_t i = 0; i < view.pixels; ++i) {
    offsets.x[i] = offsets.x[i] / sizes.predicted - q.x[i] / sizes.truth;
    offsets.y[i] = offsets.y[i] / sizes.predicted - q.y[i] / sizes.truth;
    offsets.z[i] = offsets.z[i] / sizes.predicted - q.z[i] / sizes.truth;
  }
  for (int64_t i = 0; i < view.pixels; ++i) distances[i] = Length(offsets, i);
}

struct Losses {
  float loss, distance;
};

FOR_EACH_PROCESSOR void SumLosses(const View& view, const Sizes& sizes, float alpha, Losses* to) {
  Points offsets;
  float d[kPixels], c[kPixels];
  Offsets(view, sizes, offsets, d);
  Clean(view.confidence, 1, view.valid, view.pixels, 1.0f, c);
  to->loss = SumOf(view.pixels, [&](int64_t i) { return d[i] * c[i] - alpha * Log(c[i]); });
  to->distance = SumOf(view.pixels, [&](int64_t i) { return d[i]; });
}

// What comes to every pixel of a view from the gradients of its loss and its distance.
struct Share {
  float loss, distance;
};

// The gradient that goes past the size, the confidence's, and the sum that goes through the size.
FOR_EACH_PROCESSOR float PullBlock(const View& view, const Sizes& sizes, const Share& share, float alpha,
                                   float* __restrict dpoints, float* __restrict dconfidence) {
  Points offsets, p;
  float d[kPixels], c[kPixels], pull[kPixels];
  Offsets(view, sizes, offsets, d);
  CleanPoints(view.points, view.valid, view.pixels, p);
  Clean(view.confidence, 1, view.valid, view.pixels, 1.0f, c);
  for (int64_t i = 0; i < view.pixels; ++i) {
    const float weight = static_cast<float>(view.valid[i]);
    pull[i] = weight * (c[i] * share.loss + share.distance) / d[i];
    dconfidence[i] = weight * share.loss * (d[i] - alpha / c[i]);
  }
  for (int64_t i = 0; i < view.pixels; ++i) {
    const float scaled = pull[i] / sizes.predicted;
    dpoints[3 * i] = offsets.x[i] * scaled;
    dpoints[3 * i + 1] = offsets.y[i] * scaled;
    dpoints[3 * i + 2] = offsets.z[i] * scaled;
  }
  return SumOf(view.pixels, [&](int64_t i) {
    return (offsets.x[i] * p.x[i] + offsets.y[i] * p.y[i] + offsets.z[i] * p.z[i]) * pull[i];
  });
}

// Takes away what goes through the size: points / length · through
FOR_EACH_PROCESSOR void PullThroughSize(const View& view, float through, float* __restrict dpoints) {
  Points p;
  float factor[kPixels];
  CleanPoints(view.points, view.valid, view.pixels, p);
  for (int64_t i = 0; i < view.pixels; ++i) factor[i] = through / Length(p, i);
  for (int64_t i = 0; i < view.pixels; ++i) {
    dpoints[3 * i] -= p.x[i] * factor[i];
    dpoints[3 * i + 1] -= p.y[i] * factor[i];
    dpoints[3 * i + 2] -= p.z[i] * factor[i];
  }
}

// Calls work(block, its first pixel) for blocks of a view.
template <typename Work>
void ForEachBlock(const View& view, const Work& work) {
  for (int64_t from = 0; from < view.pixels; from += kPixels) {
    work(view.At(from, std::min(kPixels, view.pixels - from)), from);
  }
}

constexpr float kLeastSize = 1e-8f;

Sizes Measure(const std::array<View, 2>& views, bool is_metric) {
  double predicted = 0.0, truth = 0.0, count = 0.0;
  for (const View& view : views) {
    ForEachBlock(view, [&](const View& block, int64_t) {
      Lengths lengths;
      SumLengths(block, &lengths);
      predicted += lengths.predicted;
      truth += lengths.truth;
      count += lengths.count;
    });
  }
  const auto size = [&](double sum) { return std::max(static_cast<float>(sum / (count + 1e-8)), kLeastSize); };
  return {size(predicted), is_metric ? 1.0f : size(truth), static_cast<float>(count)};
}

// ---- the ops -----------------------------------------------------------------------------------------------------------

struct Inputs {
  std::array<View, 2> views;
  int64_t samples;
  float alpha;
  bool is_metric;

  // points [B, H, W, 3], confidence [B, H, W], truth, valid of both views in turn; numbers [2]: alpha, 1 if in metres
  explicit Inputs(Call& call) {
    call.First();
    samples = call.shape(0);
    for (int view = 0; view < 2; ++view) {
      const std::vector<int64_t> shape = call.ShapeOf(view);
      int64_t size = 1;
      for (int64_t axis : shape) size *= axis;
      const int64_t pixels = samples == 0 ? 0 : size / 3 / samples;
      views[view] = {call.Input(view, 3 * samples * pixels), call.Input(2 + view, samples * pixels),
                     call.Input(4 + view, 3 * samples * pixels), call.Input<uint8_t>(6 + view, samples * pixels), pixels};
    }
    const float* numbers = call.Input(8, 2);
    if (call.failed()) return;
    alpha = numbers[0];
    is_metric = numbers[1] != 0.0f;
  }

  std::array<View, 2> Sample(int64_t sample) const {
    std::array<View, 2> of = views;
    for (View& view : of) view = view.At(sample * view.pixels, view.pixels);
    return of;
  }
  int64_t cost() const { return 64 * (views[0].pixels + views[1].pixels); }
};

// Inputs → the views' losses and mean distances [4]; each sample's Sizes and the number of valid pixels of each view
void ConfidenceLoss(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Inputs in(call);
  float *means = call.Output(0, {4}), *kept = call.Output(1, {3 * in.samples + 2});
  if (call.failed()) return;
  struct Sums {
    double loss[2] = {}, distance[2] = {}, count[2] = {};
  };
  std::vector<Sums> of(in.samples);
  InParallel(in.samples, in.cost(), [&](int64_t begin, int64_t end) {
    for (int64_t sample = begin; sample < end; ++sample) {
      const auto views = in.Sample(sample);
      const Sizes sizes = Measure(views, in.is_metric);
      std::memcpy(kept + 3 * sample, &sizes, sizeof(sizes));
      for (int view = 0; view < 2; ++view) {
        ForEachBlock(views[view], [&](const View& block, int64_t) {
          Losses losses;
          SumLosses(block, sizes, in.alpha, &losses);
          of[sample].loss[view] += losses.loss;
          of[sample].distance[view] += losses.distance;
        });
        for (int64_t i = 0; i < views[view].pixels; ++i) of[sample].count[view] += views[view].valid[i] ? 1 : 0;
      }
    }
  });
  for (int view = 0; view < 2; ++view) {
    double loss = 0.0, distance = 0.0, count = 0.0;
    for (const Sums& sums : of) {
      loss += sums.loss[view];
      distance += sums.distance[view];
      count += sums.count[view];
    }
    means[view] = count > 0.0 ? static_cast<float>(loss / count) : 0.0f;
    means[2 + view] = count > 0.0 ? static_cast<float>(distance / count) : std::numeric_limits<float>::quiet_NaN();
    kept[3 * in.samples + view] = static_cast<float>(count);
  }
}

// Inputs, kept, dy [4] → the gradients of both views' points and confidences
void ConfidenceLossGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Inputs in(call);
  const float *kept = call.Input(9, 3 * in.samples + 2), *dy = call.Input(10, 4);
  std::array<float*, 2> dpoints, dconfidence;
  for (int view = 0; view < 2; ++view) {
    dpoints[view] = call.Output(view, call.ShapeOf(view));
    dconfidence[view] = call.Output(2 + view, call.ShapeOf(2 + view));
  }
  if (call.failed()) return;
  InParallel(in.samples, in.cost(), [&](int64_t begin, int64_t end) {
    for (int64_t sample = begin; sample < end; ++sample) {
      const auto views = in.Sample(sample);
      Sizes sizes;
      std::memcpy(&sizes, kept + 3 * sample, sizeof(sizes));
      double along = 0.0;
      for (int view = 0; view < 2; ++view) {
        const float count = std::max(kept[3 * in.samples + view], 1.0f);
        const Share share = {dy[view] / count, dy[2 + view] / count};
        const int64_t first = sample * views[view].pixels;
        ForEachBlock(views[view], [&](const View& block, int64_t from) {
          const int64_t at = first + from;
          along += PullBlock(block, sizes, share, in.alpha, dpoints[view] + 3 * at, dconfidence[view] + at);
        });
      }
      if (!(sizes.predicted > kLeastSize)) continue;
      const float through = static_cast<float>(along / (static_cast<double>(sizes.predicted) * sizes.predicted *
                                                        (sizes.count + 1e-8)));
      for (int view = 0; view < 2; ++view) {
        const int64_t first = sample * views[view].pixels;
        ForEachBlock(views[view], [&](const View& block, int64_t from) {
          PullThroughSize(block, through, dpoints[view] + 3 * (first + from));
        });
      }
    }
  });
}

struct Registration {
  Registration() {
    const std::vector<const char*> inputs = {"points1: float", "points2: float", "confidence1: float",
                                             "confidence2: float", "truth1: float", "truth2: float",
                                             "valid1: bool", "valid2: bool", "numbers: float"};
    std::vector<const char*> backward = inputs;
    backward.insert(backward.end(), {"kept: float", "dy: float"});
    Register({"Dust3rConfidenceLoss", inputs, {"means: float", "kept: float"}, Attribute::kNone, ConfidenceLoss});
    Register({"Dust3rConfidenceLossGrad", backward,
              {"dpoints1: float", "dpoints2: float", "dconfidence1: float", "dconfidence2: float"}, Attribute::kNone,
              ConfidenceLossGrad});
  }
} registration;

}  // namespace

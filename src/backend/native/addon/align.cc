// The objective of the global alignment over the pixels of one image. Plain: src/align/image-pass.ts.
#include <cstdint>
#include <cstring>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// Pixels at a time: what a block reads twice stays in the nearest cache.
constexpr int kBlock = 256;
// Of a camera: fx, fy, cx, cy, width, whether the distance is l1, rounds; then [R | t] row by row.
constexpr int kNumbers = 7, kCamera = kNumbers + 12;
// Of an observation: [M | t] row by row and its factor; of its sums: their gradient and its part of the loss.
constexpr int kObservation = 13;

struct Image {
  const float* planes;  // [count, 4, area]: x, y, z, weight
  const float* log_depth;
  const float* camera;
  const float* placements;  // [count, kObservation]
  int64_t area, count;

  const float* pose() const { return camera + kNumbers; }
  bool is_l1() const { return camera[5] != 0.0f; }
  const float* plane(int64_t observation, int axis, int64_t begin) const {
    return planes + (4 * observation + axis) * area + begin;
  }
};

typedef float Axes[3][kBlock];

struct Block {
  float depth[kBlock];
  Axes ray, camera, world, pull, gradient;
};

// The camera-space rays of a block's pixels, whose z is 1, into `camera`.
INLINE void AimPixels(const Image& image, int64_t begin, int n, Block& b) {
  const float* numbers = image.camera;
  const float inverse_x = 1.0f / numbers[0], inverse_y = 1.0f / numbers[1];
  const int64_t width = static_cast<int64_t>(numbers[4]);
  int64_t column = begin % width, row = begin / width;
  for (int i = 0; i < n; ++i) {
    b.camera[0][i] = (column - numbers[2]) * inverse_x;
    b.camera[1][i] = (row - numbers[3]) * inverse_y;
    b.camera[2][i] = 1.0f;
    if (++column == width) column = 0, ++row;
  }
}

// Camera-space rays turned into the world.
INLINE void TurnRays(const float* pose, int n, Block& b) {
  for (int axis = 0; axis < 3; ++axis) {
    const float* r = pose + 4 * axis;
    for (int i = 0; i < n; ++i) b.ray[axis][i] = r[0] * b.camera[0][i] + r[1] * b.camera[1][i] + r[2] * b.camera[2][i];
  }
}

INLINE void PlacePoints(const float* pose, int n, Block& b) {
  for (int axis = 0; axis < 3; ++axis) {
    const float origin = pose[4 * axis + 3];
    for (int i = 0; i < n; ++i) b.world[axis][i] = b.depth[i] * b.ray[axis][i] + origin;
  }
}

// One observation's gradients with respect to the world points, into `pull`, added to `gradient`; returns its loss.
INLINE float PullTowards(const Image& image, int64_t k, int64_t begin, int n, Block& b) {
  const float *x = image.plane(k, 0, begin), *y = image.plane(k, 1, begin), *z = image.plane(k, 2, begin);
  const float* weights = image.plane(k, 3, begin);
  const float *m = image.placements + kObservation * k, factor = m[12];
  const bool is_l1 = image.is_l1();
  float terms[kBlock];
  for (int i = 0; i < n; ++i) {
    const float rx = b.world[0][i] - (m[0] * x[i] + m[1] * y[i] + m[2] * z[i] + m[3]);
    const float ry = b.world[1][i] - (m[4] * x[i] + m[5] * y[i] + m[6] * z[i] + m[7]);
    const float rz = b.world[2][i] - (m[8] * x[i] + m[9] * y[i] + m[10] * z[i] + m[11]);
    const float squared = rx * rx + ry * ry + rz * rz;
    const float length = __builtin_sqrtf(squared);
    const float weight = factor * weights[i];
    terms[i] = weight * (is_l1 ? length : squared);
    // At a distance of 0 the gradient is 0.
    const float inverse = 1.0f / (length > 0.0f ? length : 1.0f);
    const float strength = weight * (is_l1 ? inverse : 2.0f);
    b.pull[0][i] = strength * rx;
    b.pull[1][i] = strength * ry;
    b.pull[2][i] = strength * rz;
    b.gradient[0][i] += strength * rx;
    b.gradient[1][i] += strength * ry;
    b.gradient[2][i] += strength * rz;
  }
  return SumOf(n, [&](int64_t i) { return terms[i]; });
}

// kLanes numbers in a row, wherever they begin. Sums of these stay in registers, which those of arrays do not.
typedef float Lanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

// Adds Σ h pᵀ and, as the fourth column, Σ h, times `sign`.
INLINE void AddMoments(const Axes& h, const float* px, const float* py, const float* pz, int n, float sign,
                       float* sums) {
  for (int row = 0; row < 3; ++row) {
    const float* value = h[row];
    Lanes x = {}, y = {}, z = {}, sum = {};
    int i = 0;
    for (; i + kLanes <= n; i += kLanes) {
      const Lanes v = *reinterpret_cast<const Lanes*>(value + i);
      x += v * *reinterpret_cast<const Lanes*>(px + i);
      y += v * *reinterpret_cast<const Lanes*>(py + i);
      z += v * *reinterpret_cast<const Lanes*>(pz + i);
      sum += v;
    }
    for (int j = 0; i < n; ++i, ++j) {
      x[j] += value[i] * px[i];
      y[j] += value[i] * py[i];
      z[j] += value[i] * pz[i];
      sum[j] += value[i];
    }
    const Lanes* columns[] = {&x, &y, &z, &sum};
    for (int column = 0; column < 4; ++column) {
      float lanes[kLanes];
      std::memcpy(lanes, columns[column], sizeof(lanes));
      sums[4 * row + column] += sign * Sum(lanes);
    }
  }
}

// Pixels [begin, end): the gradient with respect to the log-depths; adds the camera's sums [12] and the observations'.
FOR_EACH_PROCESSOR void PassOverPixels(const Image& image, int64_t begin, int64_t end, float* gradient, float* sums) {
  Block b;
  for (; begin < end; begin += kBlock) {
    const int n = static_cast<int>(end - begin < kBlock ? end - begin : kBlock);
    const float* log_depth = image.log_depth + begin;
    AimPixels(image, begin, n, b);
    TurnRays(image.pose(), n, b);
    for (int i = 0; i < n; ++i) b.depth[i] = Exp(log_depth[i]);
    PlacePoints(image.pose(), n, b);
    for (auto& axis : b.gradient) {
      for (int i = 0; i < n; ++i) axis[i] = 0.0f;
    }
    for (int64_t k = 0; k < image.count; ++k) {
      float* observation = sums + 12 + kObservation * k;
      observation[12] += PullTowards(image, k, begin, n, b);
      // An observation's placement moves its points the other way.
      AddMoments(b.pull, image.plane(k, 0, begin), image.plane(k, 1, begin), image.plane(k, 2, begin), n, -1.0f,
                 observation);
    }
    for (auto& axis : b.camera) {
      for (int i = 0; i < n; ++i) axis[i] *= b.depth[i];
    }
    AddMoments(b.gradient, b.camera[0], b.camera[1], b.camera[2], n, 1.0f, sums);
    float* out = gradient + begin;
    for (int i = 0; i < n; ++i) {
      out[i] = b.depth[i] * (b.gradient[0][i] * b.ray[0][i] + b.gradient[1][i] * b.ray[1][i] +
                             b.gradient[2][i] * b.ray[2][i]);
    }
  }
}

// Adds one observation's opinion on the depths: its points' places along the rays, and its weights.
INLINE void Vote(const Image& image, int64_t k, int64_t begin, int n, bool is_reweighted, Block& b, float* numerator,
                 float* denominator) {
  const float *x = image.plane(k, 0, begin), *y = image.plane(k, 1, begin), *z = image.plane(k, 2, begin);
  const float* weights = image.plane(k, 3, begin);
  const float *m = image.placements + kObservation * k, *pose = image.pose(), factor = m[12];
  for (int i = 0; i < n; ++i) {
    const float qx = m[0] * x[i] + m[1] * y[i] + m[2] * z[i] + m[3];
    const float qy = m[4] * x[i] + m[5] * y[i] + m[6] * z[i] + m[7];
    const float qz = m[8] * x[i] + m[9] * y[i] + m[10] * z[i] + m[11];
    const float dx = b.world[0][i] - qx, dy = b.world[1][i] - qy, dz = b.world[2][i] - qz;
    const float distance = __builtin_sqrtf(dx * dx + dy * dy + dz * dz) + 1e-12f;
    const float weight = factor * weights[i] / (is_reweighted ? distance : 1.0f);
    const float along =
        (qx - pose[3]) * b.ray[0][i] + (qy - pose[7]) * b.ray[1][i] + (qz - pose[11]) * b.ray[2][i];
    numerator[i] += weight * along;
    denominator[i] += weight;
  }
}

// Pixels [begin, end): moves every depth to where the objective is least along its ray.
FOR_EACH_PROCESSOR void SolvePixels(const Image& image, int64_t begin, int64_t end, float* log_depth_out) {
  Block b;
  float numerator[kBlock], denominator[kBlock];
  const int rounds = image.is_l1() ? static_cast<int>(image.camera[6]) : 0;
  for (; begin < end; begin += kBlock) {
    const int n = static_cast<int>(end - begin < kBlock ? end - begin : kBlock);
    AimPixels(image, begin, n, b);
    TurnRays(image.pose(), n, b);
    for (int i = 0; i < n; ++i) b.depth[i] = Exp(image.log_depth[begin + i]);
    for (int round = 0; round <= rounds; ++round) {
      PlacePoints(image.pose(), n, b);
      for (int i = 0; i < n; ++i) numerator[i] = denominator[i] = 0.0f;
      for (int64_t k = 0; k < image.count; ++k) Vote(image, k, begin, n, round > 0, b, numerator, denominator);
      for (int i = 0; i < n; ++i) {
        const float length = b.ray[0][i] * b.ray[0][i] + b.ray[1][i] * b.ray[1][i] + b.ray[2][i] * b.ray[2][i];
        const float weight = denominator[i] * length;
        const float depth = numerator[i] / (weight > 0.0f ? weight : 1.0f);
        const bool is_usable = weight > 0.0f && depth > 0.0f && depth < 1e30f;
        b.depth[i] = is_usable ? depth : b.depth[i];
      }
    }
    for (int i = 0; i < n; ++i) log_depth_out[begin + i] = __builtin_logf(b.depth[i]);
  }
}

// planes [K, 4, area], log depths [area], camera [kCamera], placements [K, kObservation]
Image TakeImage(Call& call) {
  Image image;
  image.planes = call.First();
  image.count = call.shape(0);
  image.area = call.last();
  if (!call.failed() && call.size() != 4 * image.count * image.area) call.Fail("planes: expected a shape of [K, 4, area]");
  image.log_depth = call.Input(1, image.area);
  image.camera = call.Input(2, kCamera);
  image.placements = call.Input(3, image.count * kObservation);
  if (!call.failed() && !(image.camera[4] >= 1.0f)) call.Fail("camera: expected a width of at least 1 pixel");
  return image;
}

// → the gradient with respect to the log-depths [area], the camera's sums [12] followed by the observations' [K, 13]
void AlignPass(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Image image = TakeImage(call);
  float* gradient = call.Output(0, {image.area});
  const int64_t n = 12 + kObservation * image.count;
  float* sums = call.Output(1, {n});
  if (call.failed()) return;
  SumInParts(image.area, n, sums, [&](int64_t begin, int64_t end, float* part) {
    PassOverPixels(image, begin, end, gradient, part);
  });
}

// → the log-depths [area] at which the objective is least
void AlignSolve(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Image image = TakeImage(call);
  float* log_depth = call.Output(0, {image.area});
  if (call.failed()) return;
  InParallel(image.area, 64 * image.count, [&](int64_t begin, int64_t end) {
    SolvePixels(image, begin, end, log_depth);
  });
}

struct Registration {
  Registration() {
    Register({"Dust3rAlignPass", {"planes: float", "log_depth: float", "camera: float", "placements: float"},
              {"gradient: float", "sums: float"}, Attribute::kNone, AlignPass});
    Register({"Dust3rAlignSolve", {"planes: float", "log_depth: float", "camera: float", "placements: float"},
              {"solved: float"}, Attribute::kNone, AlignSolve});
  }
} registration;

}  // namespace

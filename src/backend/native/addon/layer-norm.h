// Layer norm of rows, and its gradient.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "parallel.h"
#include "vector-math.h"

namespace {

// moments: the row's mean and 1/√(variance + ε)
FOR_EACH_PROCESSOR void LayerNormRow(const float* __restrict x, const float* __restrict scale,
                                     const float* __restrict offset, int64_t n, float epsilon, float* __restrict y,
                                     float* __restrict moments) {
  const float mean = SumOf(n, [x](int64_t i) { return x[i]; }) / n;
  const float variance = SumOf(n, [x, mean](int64_t i) { return (x[i] - mean) * (x[i] - mean); }) / n;
  const float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse * scale[i] + offset[i];
  moments[0] = mean;
  moments[1] = inverse;
}

// Adds this row's part of the gradients of scale and offset to theirs.
FOR_EACH_PROCESSOR void LayerNormGradRow(const float* __restrict x, const float* __restrict scale,
                                         const float* __restrict moments, const float* __restrict dy, int64_t n,
                                         float* __restrict dx, float* __restrict dscale, float* __restrict doffset) {
  const float mean = moments[0], inverse = moments[1];
  const float sum = SumOf(n, [=](int64_t i) { return dy[i] * scale[i]; }) / n;
  const float along = SumOf(n, [=](int64_t i) { return dy[i] * scale[i] * (x[i] - mean); }) * inverse * inverse / n;
  for (int64_t i = 0; i < n; ++i) {
    const float centred = x[i] - mean;
    dx[i] = (dy[i] * scale[i] - sum - centred * along) * inverse;
    dscale[i] += dy[i] * centred * inverse;
    doffset[i] += dy[i];
  }
}

FOR_EACH_PROCESSOR void AddTo(const float* __restrict x, int64_t n, float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] += x[i];
}

struct LayerNormRows {
  const float *x, *scale, *moments, *dy;
  int64_t rows, n;
};

struct LayerNormGradients {
  float *x, *scale, *offset;
};

// `past`, unless null, is the gradient that comes to x past the norm.
void LayerNormBack(const LayerNormRows& of, const float* past, const LayerNormGradients& to) {
  const int64_t n = of.n;
  std::vector<float> sums(2 * n);
  SumInParts(of.rows, 2 * n, sums.data(), [&](int64_t begin, int64_t end, float* part) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t at = row * n;
      LayerNormGradRow(of.x + at, of.scale, of.moments + row * 2, of.dy + at, n, to.x + at, part, part + n);
      if (past != nullptr) AddTo(past + at, n, to.x + at);
    }
  });
  std::copy(sums.begin(), sums.begin() + n, to.scale);
  std::copy(sums.begin() + n, sums.end(), to.offset);
}

}  // namespace

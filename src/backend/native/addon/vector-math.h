// Mathematics of builtins alone, since calls, std::floor's too, keep a loop from being vectorised.
#pragma once

#include <cstdint>
#include <cstring>

// Compiles a function for several processors and chooses when it is loaded.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#if defined(__x86_64__)
#define ON_AVX512 __attribute__((target("avx512f")))
inline bool HasAvx512() { return __builtin_cpu_supports("avx512f"); }
#endif
#define INLINE static inline __attribute__((always_inline))

constexpr int kLanes = 16;

// The upper half of a float.
typedef uint16_t Bfloat16;

INLINE float Widen(Bfloat16 x) {
  const uint32_t bits = static_cast<uint32_t>(x) << 16;
  float y;
  std::memcpy(&y, &bits, sizeof(y));
  return y;
}

// To the nearest, ties to even.
INLINE Bfloat16 Round(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const uint32_t nan = (bits >> 16) | 0x40;
  return static_cast<Bfloat16>(x != x ? nan : rounded);
}

// e^x = (1 + rest)·scale with a power of two; x from -87 to 88.
struct Exponential {
  float rest, scale;
};

INLINE Exponential Exponentiate(float x) {
  x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
  const float n = __builtin_floorf(x * 1.44269504f + 0.5f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return {p * r * r + r, scale};
}

// e^x within 2 units in the last place; that of -87 below, of 88 above.
INLINE float Exp(float x) {
  const Exponential e = Exponentiate(x);
  return (e.rest + 1.0f) * e.scale;
}

// e^x − 1, without loss of digits near 0.
INLINE float Expm1(float x) {
  const Exponential e = Exponentiate(x);
  return e.rest * e.scale + (e.scale - 1.0f);
}

// The natural logarithm within 2 units in the last place, of a normal number; NaN or −∞ of those that are not above 0.
INLINE float Log(float x) {
  int32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  // x = mantissa · 2^n with a mantissa from √½ to √2
  const int32_t n = (bits - 0x3f3504f3) >> 23;
  const int32_t mantissa_bits = bits - (n << 23);
  float mantissa;
  std::memcpy(&mantissa, &mantissa_bits, sizeof(mantissa));
  const float r = mantissa - 1.0f, exponent = static_cast<float>(n);
  float p = 7.0376836292e-2f;
  p = p * r - 1.1514610310e-1f;
  p = p * r + 1.1676998740e-1f;
  p = p * r - 1.2420140846e-1f;
  p = p * r + 1.4249322787e-1f;
  p = p * r - 1.6668057665e-1f;
  p = p * r + 2.0000714765e-1f;
  p = p * r - 2.4999993993e-1f;
  p = p * r + 3.3333331174e-1f;
  const float y = r + (p * r * r * r - 0.5f * r * r + exponent * -2.12194440e-4f) + exponent * 0.693359375f;
  return x > 0.0f ? y : x == 0.0f ? -__builtin_inff() : __builtin_nanf("");
}

// The normal distribution's Φ(x), given e^(-x²/2). With z = |x|/√2 and t = 1/(1 + 0.4z), erfc(z)·e^(z²) is a polynomial
// of t; fitted to a relative error of 1.3e-7 (Lawson's algorithm, 4000 points).
INLINE float NormalCdf(float x, float gaussian) {
  const float t = 1.0f / (1.0f + 0.282842712f * __builtin_fabsf(x));
  float p = 0.05028505623340607f;
  p = p * t - 0.18299603462219238f;
  p = p * t + 0.16924569010734558f;
  p = p * t - 0.005751416087150574f;
  p = p * t + 0.1415049433708191f;
  p = p * t + 0.16852064430713654f;
  p = p * t + 0.207846000790596f;
  p = p * t + 0.22566936910152435f;
  p = p * t + 0.22567586600780487f;
  const float tail = 0.5f * p * t * gaussian;
  return x < 0.0f ? tail : 1.0f - tail;
}

INLINE float Sum(const float* lanes) {
  float sum = 0.0f;
  for (int i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

// Sums term(i) over [0, n) in kLanes partial sums, in a fixed order.
template <typename Term>
INLINE float SumOf(int64_t n, Term term) {
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lanes[j] += term(i + j);
  }
  for (int j = 0; i < n; ++i, ++j) lanes[j] += term(i);
  return Sum(lanes);
}

INLINE void SoftmaxRow(const float* x, int64_t n, float* y) {
  float lanes[kLanes];
  for (int j = 0; j < kLanes; ++j) lanes[j] = x[0];
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
  }
  for (; i < n; ++i) lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
  float largest = lanes[0];
  for (int j = 1; j < kLanes; ++j) largest = lanes[j] > largest ? lanes[j] : largest;
  for (int64_t k = 0; k < n; ++k) y[k] = Exp(x[k] - largest);
  const float inverse = 1.0f / SumOf(n, [y](int64_t k) { return y[k]; });
  for (int64_t k = 0; k < n; ++k) y[k] *= inverse;
}

INLINE void SoftmaxGradRow(const float* y, const float* dy, int64_t n, float* dx) {
  const float sum = SumOf(n, [=](int64_t i) { return y[i] * dy[i]; });
  for (int64_t i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - sum);
}

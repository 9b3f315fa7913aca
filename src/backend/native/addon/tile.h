// Products of matrices a tile at a time, whose sums stay in registers.
#pragma once

#include <cstdint>
#include <cstring>

#include "vector-math.h"

// What is multiplied at once: one float, or two numbers of bfloat16 that are neighbours along the depth.
typedef uint32_t Cell;

// Cell (row, k) of the left factor is data[row * by_row + k * by_cell].
struct Left {
  const Cell* data;
  int64_t by_row, by_cell;

  Left At(int64_t row, int64_t k) const { return {data + row * by_row + k * by_cell, by_row, by_cell}; }
};

// Row-major, so many numbers from one row to the next.
struct RightRows {
  const Cell* data;
  int64_t stride;
};
struct Result {
  float* data;
  int64_t stride;
};

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));
typedef uint32_t CellLanes __attribute__((vector_size(kLanes * sizeof(uint32_t)), aligned(4), may_alias));

constexpr int kTileRows = 6;
// So many columns of kLanes has a tile where there are 32 registers of that width, or else one.
constexpr int kTileColumns = 4;

struct FloatDot {
  INLINE Lanes Add(Lanes sum, const Cell* a, Lanes b) {
    float factor;
    std::memcpy(&factor, a, sizeof(factor));
    return sum + factor * b;
  }
};

// Both numbers of a cell, one after the other: where there is no instruction for it.
struct WidenedDot {
  INLINE Lanes Add(Lanes sum, const Cell* a, Lanes b) {
    const CellLanes cells = reinterpret_cast<const CellLanes&>(b);
    const CellLanes low = cells << 16, high = cells & 0xffff0000u;
    const Bfloat16 first = static_cast<Bfloat16>(*a), second = static_cast<Bfloat16>(*a >> 16);
    sum += Widen(second) * reinterpret_cast<const Lanes&>(high);
    return sum + Widen(first) * reinterpret_cast<const Lanes&>(low);
  }
};

#if defined(__x86_64__)
// Not the compiler's intrinsic, which cannot be inlined into a template: that has no processor of its own.
struct Avx512Dot {
  INLINE Lanes Add(Lanes sum, const Cell* a, Lanes b) {
    asm("vdpbf16ps %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(b), "m"(*a));
    return sum;
  }
};
#endif

template <typename Dot, int kRows, int kColumns>
INLINE void Tile(Left a, RightRows b, int64_t depth, Result c, bool add) {
  Lanes sums[kRows][kColumns];
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kColumns; ++j) {
      sums[i][j] = add ? *reinterpret_cast<const Lanes*>(c.data + i * c.stride + j * kLanes) : Lanes{};
    }
  }
  for (int64_t k = 0; k < depth; ++k) {
    Lanes row[kColumns];
    for (int j = 0; j < kColumns; ++j) row[j] = *reinterpret_cast<const Lanes*>(b.data + k * b.stride + j * kLanes);
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < kColumns; ++j) sums[i][j] = Dot::Add(sums[i][j], a.At(i, k).data, row[j]);
    }
  }
  for (int i = 0; i < kRows; ++i) {
    for (int j = 0; j < kColumns; ++j) *reinterpret_cast<Lanes*>(c.data + i * c.stride + j * kLanes) = sums[i][j];
  }
}

// Some rows of kColumns columns.
template <typename Dot, int kColumns>
INLINE void Strip(Left a, RightRows b, int64_t rows, int64_t depth, Result c, bool add) {
  int64_t i = 0;
  const auto to = [&] { return Result{c.data + i * c.stride, c.stride}; };
  for (; i + kTileRows <= rows; i += kTileRows) Tile<Dot, kTileRows, kColumns>(a.At(i, 0), b, depth, to(), add);
  for (; i + 2 <= rows; i += 2) Tile<Dot, 2, kColumns>(a.At(i, 0), b, depth, to(), add);
  if (i < rows) Tile<Dot, 1, kColumns>(a.At(i, 0), b, depth, to(), add);
}

// c = a b, or c += a b, kColumns at once and then what is left; c is written, and b read, in whole Lanes.
template <typename Dot, int kColumns>
INLINE void MultiplyTiles(Left a, RightRows b, int64_t rows, int64_t depth, int64_t columns, Result c, bool add) {
  int64_t j = 0;
  for (; j + (kColumns - 1) * kLanes < columns; j += kColumns * kLanes) {
    Strip<Dot, kColumns>(a, {b.data + j, b.stride}, rows, depth, {c.data + j, c.stride}, add);
  }
  if constexpr (kColumns > 1) {
    if (j >= columns) return;
    MultiplyTiles<Dot, kColumns - 1>(a, {b.data + j, b.stride}, rows, depth, columns - j, {c.data + j, c.stride}, add);
  }
}

// Products of matrices, in float32 or in bfloat16 with float32 sums. Each number is summed along the depth in order, so
// that results depend neither on the number of threads nor on where a number stands.
#pragma once

#include <cstdint>
#include <type_traits>

#include "parallel.h"
#include "tile.h"
#include "vector-math.h"
#include "workspace.h"

template <typename T>
constexpr int64_t kPerCell = std::is_same<T, float>::value ? 1 : 2;

template <typename T>
int64_t CellsOf(int64_t depth) {
  return (depth + kPerCell<T> - 1) / kPerCell<T>;
}

// The right factor lies in panels of so many columns, each [depth in cells, kPanel].
constexpr int64_t kPanel = 64;
// A piece of work is so many rows of one panel.
constexpr int64_t kBlockRows = 96;

struct Right {
  const Cell* panels;
  // in cells
  int64_t depth;
  int64_t columns;
};

// product.cc: c [rows, kPanel] = a · panel, of which `columns` columns are needed. T is float or Bfloat16.
template <typename T>
void MultiplyBlock(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c);

// ---- packing: product.cc -----------------------------------------------------------------------------------------------

// A matrix [depth, columns] as the right factor.
template <typename T, typename From>
Right PackRight(const From* matrix, int64_t depth, int64_t columns, Workspace& workspace);
// A matrix [columns, depth], a layer's weights, as the right factor: its transpose.
template <typename T>
Right PackTransposed(const float* matrix, int64_t columns, int64_t depth, Workspace& workspace);
// The transpose of a matrix [depth, rows] as the left factor, and the sum of its rows, in order.
template <typename T, typename From>
Left PackLeftTransposed(const From* matrix, int64_t depth, int64_t rows, float* sums, Workspace& workspace);

// A matrix [rows, depth] of an even depth as the left factor, as it lies.
template <typename T>
Left AsLeft(const T* matrix, int64_t depth) {
  return {reinterpret_cast<const Cell*>(matrix), CellsOf<T>(depth), 1};
}

// Calls finish(row, column, count, numbers) for each row of each panel of a · b [rows, b.columns].
template <typename T, typename Finish>
void Multiply(Left a, int64_t rows, const Right& b, const Finish& finish) {
  const int64_t blocks = (rows + kBlockRows - 1) / kBlockRows, panels = (b.columns + kPanel - 1) / kPanel;
  InParallel(blocks * panels, kBlockRows * b.depth, [&](int64_t begin, int64_t end) {
    float numbers[kBlockRows * kPanel];
    for (int64_t task = begin; task < end; ++task) {
      const int64_t row = task % blocks * kBlockRows, panel = task / blocks, column = panel * kPanel;
      const int64_t height = std::min(kBlockRows, rows - row), width = std::min(kPanel, b.columns - column);
      MultiplyBlock<T>(a.At(row, 0), b.panels + panel * b.depth * kPanel, b.depth, height, width, numbers);
      for (int64_t i = 0; i < height; ++i) finish(row + i, column, width, numbers + i * kPanel);
    }
  });
}

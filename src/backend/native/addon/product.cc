#include "product.h"

#include <algorithm>
#include <cstring>

namespace {

// So many cells of a panel's depth stay in the nearest cache while the rows of a block pass.
constexpr int64_t kBlockDepth = 128;

// ---- a block of the result ---------------------------------------------------------------------------------------------

template <typename Dot, int kColumns>
INLINE void Block(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  for (int64_t k = 0; k < depth; k += kBlockDepth) {
    const int64_t size = std::min(kBlockDepth, depth - k);
    MultiplyTiles<Dot, kColumns>(a.At(0, k), {panel + k * kPanel, kPanel}, rows, size, columns, {c, kPanel}, k > 0);
  }
}

using BlockOf = void (*)(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c);

FOR_EACH_PROCESSOR void FloatBlock(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  Block<FloatDot, 1>(a, panel, depth, rows, columns, c);
}

FOR_EACH_PROCESSOR void WidenedBlock(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns,
                                     float* c) {
  Block<WidenedDot, 1>(a, panel, depth, rows, columns, c);
}

#if defined(__x86_64__)
ON_AVX512 void FloatBlock512(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  Block<FloatDot, kTileColumns>(a, panel, depth, rows, columns, c);
}

ON_AVX512 void WidenedBlock512(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  Block<WidenedDot, 2>(a, panel, depth, rows, columns, c);
}

ON_AVX512 void Bfloat16Block512(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  Block<Avx512Dot, kTileColumns>(a, panel, depth, rows, columns, c);
}

const BlockOf kFloatBlock = HasAvx512() ? FloatBlock512 : FloatBlock;
const BlockOf kBfloat16Block = __builtin_cpu_supports("avx512bf16") ? Bfloat16Block512
                               : HasAvx512()                         ? WidenedBlock512
                                                                    : WidenedBlock;
#else
const BlockOf kFloatBlock = FloatBlock;
const BlockOf kBfloat16Block = WidenedBlock;
#endif

// ---- packing -----------------------------------------------------------------------------------------------------------

INLINE Cell Pair(Bfloat16 first, Bfloat16 second) { return first | static_cast<Cell>(second) << 16; }

INLINE Cell Bits(float x) {
  Cell bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

INLINE float Value(float x) { return x; }
INLINE float Value(Bfloat16 x) { return Widen(x); }
INLINE Bfloat16 Rounded(float x) { return Round(x); }
INLINE Bfloat16 Rounded(Bfloat16 x) { return x; }

// Some columns of a matrix [depth, stride], `width` of them at a time in the result.
template <typename From>
struct Columns {
  const From* from;
  int64_t stride, depth, count;
  Cell* to;
  int64_t width;
  // adds each row to it, unless null
  float* sums;
};

// Cells of two rows each; after an odd last row come zeros.
template <typename From>
INLINE void PairStrip(const Columns<From>& s) {
  for (int64_t k = 0; k < s.depth; k += 2) {
    const From* __restrict first = s.from + k * s.stride;
    const From* __restrict second = first + s.stride;
    Cell* __restrict to = s.to + k / 2 * s.width;
    const bool is_last = k + 1 == s.depth;
    for (int64_t j = 0; !is_last && j < s.count; ++j) to[j] = Pair(Rounded(first[j]), Rounded(second[j]));
    for (int64_t j = 0; is_last && j < s.count; ++j) to[j] = Rounded(first[j]);
    float* __restrict sums = s.sums;
    for (int64_t j = 0; sums != nullptr && j < s.count; ++j) sums[j] += Value(first[j]);
    for (int64_t j = 0; sums != nullptr && !is_last && j < s.count; ++j) sums[j] += Value(second[j]);
  }
}

FOR_EACH_PROCESSOR void PackStrip(const Columns<float>& s) { PairStrip(s); }
FOR_EACH_PROCESSOR void PackStrip(const Columns<Bfloat16>& s) { PairStrip(s); }

void CopyStrip(const float* from, int64_t stride, int64_t depth, int64_t count, Cell* to) {
  for (int64_t k = 0; k < depth; ++k) std::memcpy(to + k * kPanel, from + k * stride, count * sizeof(float));
}

FOR_EACH_PROCESSOR void SumStrip(const float* from, int64_t stride, int64_t depth, int64_t count,
                                 float* __restrict sums) {
  for (int64_t k = 0; k < depth; ++k) {
    for (int64_t j = 0; j < count; ++j) sums[j] += from[k * stride + j];
  }
}

INLINE void CellsOfRow(const float* __restrict x, int64_t count, float, Cell* __restrict to) {
  for (int64_t k = 0; k < count; ++k) to[k] = Bits(x[k]);
}

INLINE void CellsOfRow(const float* __restrict x, int64_t count, Bfloat16, Cell* __restrict to) {
  for (int64_t k = 0; k < count / 2; ++k) to[k] = Pair(Round(x[2 * k]), Round(x[2 * k + 1]));
  if (count % 2 == 1) to[count / 2] = Round(x[count - 1]);
}

// Rows of a matrix [count, depth] as columns of a panel: squares of kLanes cells are turned at a time.
template <typename T>
INLINE void TurnPanel(const float* from, int64_t count, int64_t depth, Cell* to) {
  constexpr int64_t kDepth = kLanes * kPerCell<T>;
  for (int64_t k = 0; k < depth; k += kDepth) {
    const int64_t size = std::min(kDepth, depth - k), cells = CellsOf<T>(size);
    for (int64_t i = 0; i < count; i += kLanes) {
      Cell square[kLanes][kLanes] = {};
      const int64_t rows = std::min<int64_t>(kLanes, count - i);
      for (int64_t row = 0; row < rows; ++row) CellsOfRow(from + (i + row) * depth + k, size, T(), square[row]);
      Cell* turned = to + k / kPerCell<T> * kPanel + i;
      for (int64_t cell = 0; cell < cells; ++cell) {
        for (int64_t row = 0; row < kLanes; ++row) turned[cell * kPanel + row] = square[row][cell];
      }
    }
  }
}

FOR_EACH_PROCESSOR void TurnFloats(const float* from, int64_t count, int64_t depth, Cell* to) {
  TurnPanel<float>(from, count, depth, to);
}

FOR_EACH_PROCESSOR void TurnBfloat16(const float* from, int64_t count, int64_t depth, Cell* to) {
  TurnPanel<Bfloat16>(from, count, depth, to);
}

void Turn(const float* from, int64_t count, int64_t depth, Cell* to, float) { TurnFloats(from, count, depth, to); }
void Turn(const float* from, int64_t count, int64_t depth, Cell* to, Bfloat16) { TurnBfloat16(from, count, depth, to); }

void PackPanel(const float* from, int64_t depth, int64_t stride, int64_t count, Cell* to, float) {
  CopyStrip(from, stride, depth, count, to);
}

template <typename From>
void PackPanel(const From* from, int64_t depth, int64_t stride, int64_t count, Cell* to, Bfloat16) {
  PackStrip(Columns<From>{from, stride, depth, count, to, kPanel, nullptr});
}

// Calls work(panel, first column, columns) for each panel.
template <typename Work>
void ForEachPanel(int64_t columns, int64_t cost, const Work& work) {
  InParallel((columns + kPanel - 1) / kPanel, kPanel * cost, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      work(panel, panel * kPanel, std::min(kPanel, columns - panel * kPanel));
    }
  });
}

Right NewRight(int64_t depth_in_cells, int64_t columns, Workspace& workspace, Cell** memory) {
  const int64_t panels = (columns + kPanel - 1) / kPanel;
  *memory = workspace.Take<Cell>(panels * depth_in_cells * kPanel);
  return {*memory, depth_in_cells, columns};
}

}  // namespace

template <>
void MultiplyBlock<float>(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  kFloatBlock(a, panel, depth, rows, columns, c);
}

template <>
void MultiplyBlock<Bfloat16>(Left a, const Cell* panel, int64_t depth, int64_t rows, int64_t columns, float* c) {
  kBfloat16Block(a, panel, depth, rows, columns, c);
}

template <typename T, typename From>
Right PackRight(const From* matrix, int64_t depth, int64_t columns, Workspace& workspace) {
  Cell* cells;
  const Right right = NewRight(CellsOf<T>(depth), columns, workspace, &cells);
  ForEachPanel(columns, depth, [&](int64_t panel, int64_t column, int64_t count) {
    PackPanel(matrix + column, depth, columns, count, cells + panel * right.depth * kPanel, T());
  });
  return right;
}

template <typename T>
Right PackTransposed(const float* matrix, int64_t columns, int64_t depth, Workspace& workspace) {
  Cell* cells;
  const Right right = NewRight(CellsOf<T>(depth), columns, workspace, &cells);
  ForEachPanel(columns, depth, [&](int64_t panel, int64_t column, int64_t count) {
    Turn(matrix + column * depth, count, depth, cells + panel * right.depth * kPanel, T());
  });
  return right;
}

template <>
Left PackLeftTransposed<float, float>(const float* matrix, int64_t depth, int64_t rows, float* sums, Workspace&) {
  std::fill(sums, sums + rows, 0.0f);
  ForEachPanel(rows, depth, [&](int64_t, int64_t row, int64_t count) {
    SumStrip(matrix + row, rows, depth, count, sums + row);
  });
  return {reinterpret_cast<const Cell*>(matrix), 1, rows};
}

template <typename T, typename From>
Left PackLeftTransposed(const From* matrix, int64_t depth, int64_t rows, float* sums, Workspace& workspace) {
  Cell* cells = workspace.Take<Cell>(CellsOf<T>(depth) * rows);
  std::fill(sums, sums + rows, 0.0f);
  ForEachPanel(rows, depth, [&](int64_t, int64_t row, int64_t count) {
    PackStrip(Columns<From>{matrix + row, rows, depth, count, cells + row, rows, sums + row});
  });
  return {cells, 1, rows};
}

template Right PackRight<float, float>(const float*, int64_t, int64_t, Workspace&);
template Right PackRight<Bfloat16, float>(const float*, int64_t, int64_t, Workspace&);
template Right PackRight<Bfloat16, Bfloat16>(const Bfloat16*, int64_t, int64_t, Workspace&);
template Right PackTransposed<float>(const float*, int64_t, int64_t, Workspace&);
template Right PackTransposed<Bfloat16>(const float*, int64_t, int64_t, Workspace&);
template Left PackLeftTransposed<Bfloat16, float>(const float*, int64_t, int64_t, float*, Workspace&);
template Left PackLeftTransposed<Bfloat16, Bfloat16>(const Bfloat16*, int64_t, int64_t, float*, Workspace&);

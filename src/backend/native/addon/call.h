// One call of one of our ops, on TensorFlow's side; and its registration.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "vector-math.h"

// The inputs and outputs of one call; releases them at its end.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    TF_DeleteStatus(status_);
  }

  // The first input, whose shape the outputs share.
  template <typename T = float>
  const T* First() {
    TF_Tensor* tensor = Take(0);
    if (tensor == nullptr) return nullptr;
    for (int axis = 0; axis < TF_NumDims(tensor); ++axis) shape_.push_back(TF_Dim(tensor, axis));
    last_ = shape_.empty() ? 1 : shape_.back();
    rows_ = last_ == 0 ? 0 : TF_TensorElementCount(tensor) / last_;
    return static_cast<const T*>(TF_TensorData(tensor));
  }

  // Another input, which must have `size` numbers.
  template <typename T = float>
  const T* Input(int index, int64_t size) {
    TF_Tensor* tensor = Take(index);
    if (tensor == nullptr) return nullptr;
    if (TF_TensorElementCount(tensor) != size) {
      const std::string message = "input " + std::to_string(index) + ": expected " + std::to_string(size) +
                                  " numbers, got " + std::to_string(TF_TensorElementCount(tensor));
      Fail(message);
    }
    return static_cast<const T*>(TF_TensorData(tensor));
  }

  std::vector<int64_t> ShapeOf(int index) {
    TF_Tensor* tensor = Take(index);
    std::vector<int64_t> shape;
    for (int axis = 0; tensor != nullptr && axis < TF_NumDims(tensor); ++axis) shape.push_back(TF_Dim(tensor, axis));
    return shape;
  }

  void Fail(const std::string& message) { TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str()); }

  template <typename T = float>
  T* Output(int index, const std::vector<int64_t>& shape) {
    constexpr TF_DataType kType = std::is_same<T, float>::value ? TF_FLOAT : TF_BFLOAT16;
    return static_cast<T*>(Allocate(index, kType, sizeof(T), shape));
  }
  float* OutputLikeFirst(int index) { return Output(index, shape_); }

  bool failed() const { return TF_GetCode(status_) != TF_OK; }
  // Of the first input: its numbers, those of its last axis, and the rows that these make.
  int64_t size() const { return rows_ * last_; }
  int64_t shape(int axis) const { return axis < static_cast<int>(shape_.size()) ? shape_[axis] : 1; }
  int64_t last() const { return last_; }
  int64_t rows() const { return rows_; }

 private:
  TF_Tensor* Take(int index) {
    TF_Tensor* tensor = nullptr;
    if (!failed()) TF_GetInput(context_, index, &tensor, status_);
    if (tensor != nullptr) tensors_.push_back(tensor);
    return tensor;
  }

  void* Allocate(int index, TF_DataType type, int64_t bytes, const std::vector<int64_t>& shape) {
    if (failed()) return nullptr;
    for (int64_t axis : shape) bytes *= axis;
    TF_Tensor* tensor =
        TF_AllocateOutput(context_, index, type, shape.data(), static_cast<int>(shape.size()), bytes, status_);
    if (tensor == nullptr) return nullptr;
    tensors_.push_back(tensor);
    return TF_TensorData(tensor);
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
  std::vector<int64_t> shape_;
  int64_t last_ = 0;
  int64_t rows_ = 0;
};

struct Epsilon {
  float value = 0.0f;
};

inline void* ReadEpsilon(TF_OpKernelConstruction* construction) {
  auto* epsilon = new Epsilon;
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &epsilon->value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return epsilon;
}

inline void DeleteEpsilon(void* epsilon) { delete static_cast<Epsilon*>(epsilon); }

// How many tensors are in each list of inputs.
struct Count {
  int64_t value = 0;
};

inline void* ReadCount(TF_OpKernelConstruction* construction) {
  auto* count = new Count;
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt64(construction, "N", &count->value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return count;
}

inline void DeleteCount(void* count) { delete static_cast<Count*>(count); }

enum class Attribute { kNone, kEpsilon, kCount };

struct Op {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  Attribute attribute;
  void (*compute)(void*, TF_OpKernelContext*);
};

inline void UnknownShape(TF_ShapeInferenceContext*, TF_Status*) {}

inline TF_KernelBuilder* NewKernel(const Op& op) {
  switch (op.attribute) {
    case Attribute::kEpsilon: return TF_NewKernelBuilder(op.name, "CPU", ReadEpsilon, op.compute, DeleteEpsilon);
    case Attribute::kCount: return TF_NewKernelBuilder(op.name, "CPU", ReadCount, op.compute, DeleteCount);
    default: return TF_NewKernelBuilder(op.name, "CPU", nullptr, op.compute, nullptr);
  }
}

inline void Register(const Op& op) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  if (op.attribute == Attribute::kEpsilon) TF_OpDefinitionBuilderAddAttr(definition, "epsilon: float");
  if (op.attribute == Attribute::kCount) TF_OpDefinitionBuilderAddAttr(definition, "N: int >= 1");
  // One without an output works by what it writes.
  if (op.outputs.empty()) TF_OpDefinitionBuilderSetIsStateful(definition, true);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, &UnknownShape);
  TF_RegisterOpDefinition(definition, status);
  TF_RegisterKernelBuilder(op.name, NewKernel(op), status);
  TF_DeleteStatus(status);
}

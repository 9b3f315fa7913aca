// Memory between the steps of one call.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

// Its thread keeps it from call to call: fresh memory would have to be mapped anew each time.
class Workspace {
 public:
  // Begins anew: what was taken before is free again.
  static Workspace& OfThread() {
    static thread_local Workspace workspace;
    workspace.taken_ = 0;
    return workspace;
  }

  // Holds what was there last.
  template <typename T>
  T* Take(int64_t count) {
    if (taken_ == blocks_.size()) blocks_.emplace_back();
    Block& block = blocks_[taken_++];
    const int64_t bytes = count * sizeof(T);
    if (block.bytes < bytes) {
      block.memory.reset();
      block.memory.reset(new char[bytes]);
      block.bytes = bytes;
    }
    return reinterpret_cast<T*>(block.memory.get());
  }

 private:
  struct Block {
    std::unique_ptr<char[]> memory;
    int64_t bytes = 0;
  };

  std::vector<Block> blocks_;
  size_t taken_ = 0;
};

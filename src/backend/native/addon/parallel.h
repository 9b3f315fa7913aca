// Work in pieces on all processors.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

constexpr int64_t kWorthAThread = 1 << 15;

// Numbers below the least normal one are 0 within its scope, on every thread alike: TensorFlow has it so on some.
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : before_(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(before_ | kFlushAndZero); }
  ~FlushDenormals() { __builtin_ia32_ldmxcsr(before_); }

 private:
  static constexpr unsigned kFlushAndZero = 0x8040;
  const unsigned before_;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" : : "r"(before_ | 1 << 24));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" : : "r"(before_)); }

 private:
  uint64_t before_;
#else
  FlushDenormals() {}
  ~FlushDenormals() {}
#endif
};

// Threads that wait for work. The caller works too and takes whatever pieces the others have not begun, so that a call
// is over when its work is done, not when a sleeping thread has woken up to find none.
class Workers {
 public:
  using Work = std::function<void(int64_t begin, int64_t end)>;

  static Workers& Get() {
    static Workers* workers = new Workers;  // lives as long as the process, as its threads do
    return *workers;
  }

  int64_t count() const { return count_; }

  void Run(int64_t count, int64_t pieces, const Work& work) {
    auto job = std::make_shared<Job>(count, pieces, work);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      job_ = job;
      jobs_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    job->Help();
    while (job->finished.load(std::memory_order_acquire) < pieces) std::this_thread::yield();
  }

 private:
  struct Job {
    Job(int64_t count, int64_t pieces, const Work& work) : count(count), pieces(pieces), work(work) {}

    void Help() {
      const FlushDenormals flush;
      for (int64_t i; (i = next.fetch_add(1)) < pieces;) {
        work(count * i / pieces, count * (i + 1) / pieces);
        finished.fetch_add(1, std::memory_order_release);
      }
    }

    const int64_t count, pieces;
    const Work& work;  // the caller's, who waits until all pieces are finished
    std::atomic<int64_t> next{0}, finished{0};
  };

  Workers() : count_(std::max(1u, std::thread::hardware_concurrency())) {
    for (int64_t i = 1; i < count_; ++i) std::thread([this] { Loop(); }).detach();
  }

  [[noreturn]] void Loop() {
    int64_t seen = 0;
    for (;;) {
      // The next job often comes soon: waking up would take longer than it does.
      for (int i = 0; i < kSpins && jobs_.load(std::memory_order_acquire) == seen; ++i) Pause();
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return jobs_ != seen; });
        seen = jobs_;
        job = job_;
      }
      job->Help();
    }
  }

  static void Pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  static constexpr int kSpins = 1000;

  const int64_t count_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<int64_t> jobs_{0};
  std::shared_ptr<Job> job_;
};

// Calls work(begin, end) for pieces of [0, count), `cost` numbers each.
inline void InParallel(int64_t count, int64_t cost, const Workers::Work& work) {
  const int64_t useful = std::min(count * cost / kWorthAThread, count);
  if (useful < 2 || Workers::Get().count() < 2) {
    const FlushDenormals flush;
    return work(0, count);
  }
  // Several pieces for each thread, since one may come late.
  Workers::Get().Run(count, std::min(useful, 4 * Workers::Get().count()), work);
}

// Sums over rows are taken in this many parts whatever the number of threads, so that results never depend on it.
constexpr int64_t kParts = 16;

// Calls work(begin, end, sums) for parts of [0, rows), each with `n` sums of its own to add to; then adds those up.
template <typename Work>
void SumInParts(int64_t rows, int64_t n, float* sums, const Work& work) {
  std::vector<float> memory(kParts * n, 0.0f);
  float* parts = memory.data();
  InParallel(kParts, rows * n / kParts, [&, parts](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      work(rows * part / kParts, rows * (part + 1) / kParts, parts + part * n);
    }
  });
  std::copy(parts, parts + n, sums);
  for (int64_t part = 1; part < kParts; ++part) {
    for (int64_t i = 0; i < n; ++i) sums[i] += parts[part * n + i];
  }
}

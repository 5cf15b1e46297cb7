// Lets ThreadSanitizer see what a Mutex of Swift's does when somebody has to wait for it.
//
// The quick ways to lock and to unlock are compiled into whoever uses them, and so are seen. The slow ones, by way of the
// kernel, are in a library of Swift's that is not instrumented: whoever came by them would seem not to have the lock, and
// uses of what it guards would be called races, as a dozen lines with one Mutex and four threads show. These stand in front
// of the two functions, and say what they do.

#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Only a program that is instrumented has them; others are told nothing, since this is loaded into all.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

SWIFT void seen_lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void seen_unlock(SELF) __asm__(UNLOCK);

SWIFT void seen_lock(uint32_t thread, SELF) {
  static SWIFT void (*lock)(uint32_t thread, SELF);
  if (!lock) lock = (typeof(lock))dlsym(RTLD_NEXT, LOCK);
  lock(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT void seen_unlock(SELF) {
  static SWIFT void (*unlock)(SELF);
  if (!unlock) unlock = (typeof(unlock))dlsym(RTLD_NEXT, UNLOCK);
  if (__tsan_release) __tsan_release(mutex);
  unlock(mutex);
}

// The door of libFuzzer, which comes with the compiler and has no header of its own for it.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
  int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size)
);

// In C, since how Swift sees these names depends on what else a program is built with.
#include <sys/time.h>

static inline void setProfilingTimer(long seconds) {
  struct itimerval timer = {.it_value = {.tv_sec = seconds}};
  setitimer(ITIMER_PROF, &timer, 0);
}

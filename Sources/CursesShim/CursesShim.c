#define _GNU_SOURCE
#include "CursesShim.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// MARK: Curses

SCREEN *shim_new_term(const char *type, int output, int input) {
    FILE *out = fdopen(output, "w");
    FILE *in = fdopen(input, "r");
    SCREEN *screen = out && in ? newterm(type, out, in) : NULL;
    if (!screen && out) fclose(out);
    if (!screen && in) fclose(in);
    return screen;
}

static const char *capability(const char *name) {
    const char *value = tigetstr(name);
    return value == (const char *)-1 ? NULL : value;
}

bool shim_can_address_cursor(void) { return capability("cup") != NULL; }
bool shim_has_mouse(void) { return capability("kmous") != NULL; }
bool shim_can_strike_through(void) { return capability("smxx") != NULL; }

int shim_set_style(WINDOW *window, attr_t attributes, int pair) {
    return wattr_set(window, attributes, (short)(pair > 32767 ? 32767 : pair), &pair);
}

int shim_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

// MARK: Locale

bool shim_prepare_locale(void) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    // A locale may be asked for that this machine does not have: its name still tells what the
    // terminal speaks.
    const char *names[] = {getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")};
    const char *wanted = "";
    for (size_t i = 0; i < 3 && !*wanted; i++)
        if (names[i]) wanted = names[i];
    setlocale(LC_CTYPE, "C.UTF-8");
    return strcasestr(wanted, "utf-8") || strcasestr(wanted, "utf8");
}

// MARK: What is known of a terminal without a screen

bool shim_describe_terminal(const char *type, struct shim_description *description) {
    TERMINAL *before = cur_term;
    int status = 0;
    if (setupterm(type, STDOUT_FILENO, &status) != OK) {
        set_curterm(before);
        return false;
    }
    int colors = tigetnum("colors");
    *description = (struct shim_description){
        .colors = colors > 0 ? colors : 0,
        .addresses_cursor = capability("cup") != NULL,
        .has_alternate_screen = capability("smcup") != NULL,
        .has_mouse = capability("kmous") != NULL,
        .strikes_through = capability("smxx") != NULL,
        .slants = capability("sitm") != NULL,
    };
    TERMINAL *mine = set_curterm(before);
    if (mine) del_curterm(mine);
    return true;
}

const char *shim_wanted_encoding(void) {
    static char encoding[64];
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (!locale) return NULL;
    strncpy(encoding, nl_langinfo_l(CODESET, locale), sizeof encoding - 1);
    freelocale(locale);
    return encoding;
}

// MARK: Descriptors

int shim_memory_file(void) {
    int file = memfd_create("captured output", MFD_CLOEXEC);
    if (file >= 0) fcntl(file, F_SETFL, O_APPEND);
    return file;
}
int shim_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
int shim_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

bool shim_lead(int descriptor, int target) {
    int result;
    do result = dup3(target, descriptor, O_CLOEXEC);
    while (result < 0 && (errno == EINTR || errno == EBUSY));
    return result >= 0;
}

bool shim_window_size(int terminal, int *width, int *height) {
    struct winsize size;
    if (ioctl(terminal, TIOCGWINSZ, &size) != 0) return false;
    if (size.ws_col == 0 || size.ws_row == 0) return false;
    *width = size.ws_col;
    *height = size.ws_row;
    return true;
}

// MARK: The guard

// On a page shared with the guardian.
struct shared {
    // Whichever of the two gets to lower it first restores.
    atomic_int up;
    atomic_int synchronized;
};
static struct shared *shared;
static struct termios modes;
static int terminal = -1, captured = -1, output = -1, errors = -1;
static char sequence[256];
static size_t sequence_length;

static void put(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t n = write(terminal, bytes, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        bytes += n;
        count -= (size_t)n;
    }
}

// Only calls that are allowed inside a signal handler.
static void restore(void) {
    // A terminal that takes no more output must not hold up the end; what waits to be shown is of
    // no use any more.
    tcflush(terminal, TCOFLUSH);
    // The end of a picture may have been among it, and until then nothing would be shown.
    static const char end_of_picture[] = "\033[?2026l";
    if (atomic_load(&shared->synchronized)) put(end_of_picture, sizeof end_of_picture - 1);
    put(sequence, sequence_length);
    tcsetattr(terminal, TCSANOW, &modes);
    char bytes[4096];
    off_t offset = 0;
    ssize_t n;
    while (captured >= 0 && (n = pread(captured, bytes, sizeof bytes, offset)) > 0) {
        put(bytes, (size_t)n);
        offset += n;
    }
    // What the runtime has to say about the crash belongs on the real terminal.
    if (output >= 0) dup2(output, 1);
    if (errors >= 0) dup2(errors, 2);
}

void shim_guard_raise(void) {
    if (shared) atomic_store(&shared->up, 1);
}
bool shim_guard_lower(void) { return shared && atomic_exchange(&shared->up, 0) == 1; }
bool shim_guard_is_up(void) { return shared && atomic_load(&shared->up) == 1; }
void shim_guard_note_synchronized(void) {
    if (shared) atomic_store(&shared->synchronized, 1);
}

static void restore_if_up(void) {
    if (shim_guard_lower()) restore();
}

static const int deadly[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGQUIT, SIGSYS};
enum { DEADLY = sizeof deadly / sizeof deadly[0] };
static struct sigaction before_deadly[DEADLY];

static void on_deadly(int signal, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    restore_if_up();
    for (size_t i = 0; i < DEADLY; i++)
        if (deadly[i] == signal) sigaction(signal, &before_deadly[i], NULL);
    errno = saved;
    // A fault happens again on return and reaches the handler from before; what somebody sent has
    // to be sent again.
    if (info->si_code <= 0) raise(signal);
}

// A child that does nothing but wait for our end of a pipe to close, which happens however we
// die: SIGKILL, the kernel short of memory, a stack overflow on a thread without another stack.
static pid_t guardian = -1;
static int guardian_pipe[2] = {-1, -1};

static _Noreturn void guard(void) {
    for (int i = 1; i < 32; i++) signal(i, SIG_IGN);
    // ^C and the hangup of our job are not for it, and it keeps no socket or file of ours open.
    setpgid(0, 0);
    prctl(PR_SET_NAME, "terminal-guard");
    dup2(guardian_pipe[0], 0);
    dup2(terminal, 1);
    terminal = 1;
    if (captured >= 0) {
        dup2(captured, 2);
        captured = 2;
    }
    close_range(captured >= 0 ? 3 : 2, ~0U, 0);
    output = errors = -1;
    char byte;
    while (read(0, &byte, 1) < 0 && errno == EINTR) {
    }
    restore_if_up();
    _exit(0);
}

static void install_handlers(void) {
    for (size_t i = 0; i < DEADLY; i++) {
        struct sigaction action = {.sa_sigaction = on_deadly, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        sigaction(deadly[i], &action, &before_deadly[i]);
    }
    static bool at_exit;
    if (!at_exit) atexit(restore_if_up);
    at_exit = true;
}

int shim_guard_install(
    int terminal_, int captured_, int output_, int errors_, const char *bytes, size_t length) {
    if (length > sizeof sequence || tcgetattr(terminal_, &modes) != 0) return -1;
    memcpy(sequence, bytes, length);
    sequence_length = length;
    terminal = terminal_;
    captured = captured_;
    output = output_;
    errors = errors_;
    if (!shared) {
        void *page =
            mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) return -1;
        shared = page;
    }
    atomic_store(&shared->synchronized, 0);
    if (pipe2(guardian_pipe, O_CLOEXEC) != 0) return -1;
    guardian = fork();
    if (guardian == 0) guard();
    close(guardian_pipe[0]);
    shim_guard_this_thread();
    install_handlers();
    return guardian > 0 ? 0 : -1;
}

void shim_guard_remove(void) {
    restore_if_up();
    for (size_t i = 0; i < DEADLY; i++) sigaction(deadly[i], &before_deadly[i], NULL);
    close(guardian_pipe[1]);
    while (guardian > 0 && waitpid(guardian, NULL, 0) < 0 && errno == EINTR) {
    }
    guardian = -1;
}

void shim_guard_this_thread(void) {
    // Never given back: the thread may still need it while it ends.
    enum { SIZE = 64 * 1024 };
    stack_t stack = {.ss_sp = malloc(SIZE), .ss_size = SIZE};
    if (stack.ss_sp) sigaltstack(&stack, NULL);
}

// MARK: Signals

// A self-pipe, not signalfd: Swift's async main parks the main thread with an empty signal mask,
// so a signal that is "blocked everywhere" would still strike there with its default action.
static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
enum { WATCHED = sizeof watched / sizeof watched[0] };
static struct sigaction before_watched[WATCHED];
static int signal_pipe[2] = {-1, -1};
static atomic_int asked_to_end;

static void on_watched(int signal) {
    int saved = errno;
    // Whoever asks a third time gets what they want even if the program no longer listens, for
    // example because the terminal takes no more output.
    if ((signal == SIGTERM || signal == SIGHUP) && atomic_fetch_add(&asked_to_end, 1) >= 2) {
        restore_if_up();
        shim_die_of(signal);
    }
    unsigned char byte = (unsigned char)signal;
    if (write(signal_pipe[1], &byte, 1) < 0) {
        // A full pipe has this signal in it already.
    }
    errno = saved;
}

static void watch(size_t i) {
    struct sigaction action = {.sa_handler = on_watched, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(watched[i], &action, &before_watched[i]);
    if (before_watched[i].sa_handler == SIG_IGN) sigaction(watched[i], &before_watched[i], NULL);
}

int shim_watch_signals(void) {
    if (pipe2(signal_pipe, O_CLOEXEC) != 0) return -1;
    // Reading may wait; a handler may not.
    fcntl(signal_pipe[1], F_SETFL, O_NONBLOCK);
    atomic_store(&asked_to_end, 0);
    for (size_t i = 0; i < WATCHED; i++) watch(i);
    return signal_pipe[0];
}

void shim_unwatch_signals(void) {
    for (size_t i = 0; i < WATCHED; i++) sigaction(watched[i], &before_watched[i], NULL);
    // The writing end stays open: a handler may be running on another thread right now.
    if (write(signal_pipe[1], "", 1) < 0) {
        // A full pipe, with a reader that has long stopped reading.
    }
}

void shim_stop(void) {
    struct sigaction ours, action = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTSTP, &action, &ours);
    // The rest of the job first (a script that runs us must stop too, or its shell waits for
    // ever), then ourselves: only raise() stops this thread before it does anything else. Not
    // SIGSTOP: the kernel knows not to stop a group that nobody could continue.
    kill(0, SIGTSTP);
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, NULL);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
}

_Noreturn void shim_die_of(int signal_) {
    signal(signal_, SIG_DFL);
    // Not raise(): a worker thread of Dispatch blocks signals.
    kill(getpid(), signal_);
    // It may be blocked in every thread, or harmless by default.
    sigset_t all;
    sigemptyset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    sleep(1);
    _exit(128 + signal_);
}

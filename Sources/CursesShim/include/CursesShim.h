#pragma once

// What Swift cannot import from curses.h (macros, variadic functions, global variables), and the
// few things that must be C: handlers that run inside a signal, and the guardian's fork.

// The wide-character API is behind this switch; functions rather than macros can be imported.
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Curses

/// Starts curses for a terminal type on descriptors of its own; NULL if the type is unknown.
SCREEN *shim_new_term(const char *type, int output, int input);
/// Whether the cursor can be put anywhere, without which nothing can be drawn.
bool shim_can_address_cursor(void);
/// Whether terminals of this type report the pointer.
bool shim_has_mouse(void);
/// Whether terminals of this type draw a line through text.
bool shim_can_strike_through(void);

static inline WINDOW *shim_stdscr(void) { return stdscr; }
static inline WINDOW *shim_curscr(void) { return curscr; }
static inline int shim_colors(void) { return COLORS; }

static const attr_t SHIM_A_NORMAL = A_NORMAL;
static const attr_t SHIM_A_BOLD = A_BOLD;
static const attr_t SHIM_A_UNDERLINE = A_UNDERLINE;
static const attr_t SHIM_A_REVERSE = A_REVERSE;
static const attr_t SHIM_A_DIM = A_DIM;
static const attr_t SHIM_A_ITALIC = A_ITALIC;

/// Sets the looks of what is drawn next. Pairs above 255 do not fit in an attribute.
int shim_set_style(WINDOW *window, attr_t attributes, int pair);

/// The C library's width of a scalar, which is what curses lays cells out by.
int shim_wcwidth(uint32_t scalar);

// MARK: Locale

/// Sets LC_CTYPE (only that: LC_NUMERIC would change how numbers are written) so that curses
/// speaks UTF-8, and returns whether the user's terminal is meant to speak it too.
bool shim_prepare_locale(void);

// MARK: What is known of a terminal without a screen

/// What the terminal database says of a type of terminal.
struct shim_description {
    /// 0 for none.
    int colors;
    bool addresses_cursor;
    bool has_alternate_screen;
    bool has_mouse;
    bool strikes_through;
    bool slants;
};
/// Looks a type of terminal up; false if it is unknown. Not for while curses has a screen up.
bool shim_describe_terminal(const char *type, struct shim_description *description);
/// The encoding of the locale that the environment asks for; NULL if this machine does not have that
/// locale. The locale in force stays as it is.
const char *shim_wanted_encoding(void);

// MARK: Descriptors

/// A file in memory that is appended to and closes when another program is started; -1 on error.
int shim_memory_file(void);
/// A counter that wakes a poll; -1 on error.
int shim_wake_descriptor(void);
/// A copy of a descriptor that other programs do not inherit; -1 on error.
int shim_duplicate(int descriptor);
/// Has a descriptor lead where another one does; other programs do not inherit it. False on error.
bool shim_lead(int descriptor, int target);
/// The extents of a terminal; false if it has none or has gone.
bool shim_window_size(int terminal, int *columns, int *rows);

// MARK: Signals

/// Starts to note SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP and SIGCONT, each as one byte in a
/// pipe, and returns the end to read from; -1 on error. Signals that were ignored stay ignored.
int shim_watch_signals(void);
/// Puts back what was done on these signals before, and sends a zero to the reader, who closes.
void shim_unwatch_signals(void);
/// Stops the calling thread's whole process group like ^Z in a shell's job does, and returns when
/// the program is continued.
void shim_stop(void);
/// Ends the process the way the signal does by itself, so that a shell sees the right status.
_Noreturn void shim_die_of(int signal);

// MARK: Restoring the terminal when nobody else can

/// Remembers the terminal's modes and sees to it that they are put back and `sequence` is written
/// when the program traps, aborts, exits or is killed while the guard is up.
///
/// `captured` holds what was printed meanwhile, which is shown then; `output` and `errors` are
/// what descriptors 1 and 2 were, or -1 if these were not redirected. Returns 0, or -1 on error.
int shim_guard_install(
    int terminal, int captured, int output, int errors, const char *sequence, size_t length);
/// Says that the screen is up.
void shim_guard_raise(void);
/// Says that the screen is down; returns whether it was up.
bool shim_guard_lower(void);
/// Whether the screen is up, which it no longer is as soon as the program has begun to die.
bool shim_guard_is_up(void);
/// Says that pictures are sent between the marks of mode 2026 from now on, so that the second one is
/// written too when the terminal is restored.
void shim_guard_note_synchronized(void);
/// Lets the guardian go and takes the handlers off; restores the terminal if the screen is still up.
void shim_guard_remove(void);
/// Gives the calling thread a stack for handlers, so that even a stack overflow is noticed.
void shim_guard_this_thread(void);

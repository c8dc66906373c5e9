// SPDX-License-Identifier: GPL-2.0

/* A real terminal. No other file calls ncurses. */

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#undef CTRL

#include "term.h"

/* Signals that end the program: their handler restores the terminal first. */
static const int fatal[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGPIPE,
	SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2,
};

static struct {
	SCREEN *screen;
	bool open;
	bool color;
	struct termios before;
	char reset[256];
	size_t reset_len;
	bool ended;
} t;

static void add_reset(const char *capability)
{
	const char *s = tigetstr((char *)capability);

	if (!s || s == (char *)-1 || strlen(s) >= sizeof(t.reset) - t.reset_len)
		return;
	memcpy(t.reset + t.reset_len, s, strlen(s));
	t.reset_len += strlen(s);
}

/*
 * Do what endwin() does, with write() and tcsetattr() alone: these are allowed in a signal handler.
 * Padding in capabilities is not handled; terminals of today need none.
 */
static void on_fatal(int sig)
{
	if (t.open) {
		ssize_t n = write(STDOUT_FILENO, t.reset, t.reset_len);

		(void)n;
		tcsetattr(STDIN_FILENO, TCSANOW, &t.before);
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_fatal, .sa_flags = SA_NODEFER };

	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &sa, NULL);
}

static void prepare_reset(void)
{
	static const char mouse_off[] = "\033[?1000l\033[?1006l";

	t.reset_len = 0;
	add_reset("sgr0");
	add_reset("cnorm");
	add_reset("rmkx");
	memcpy(t.reset + t.reset_len, mouse_off, sizeof(mouse_off) - 1);
	t.reset_len += sizeof(mouse_off) - 1;
	add_reset("rmcup");
}

/*
 * Colors of each ink on a terminal with 8 colors, and with 256; attributes with and without colors.
 */
static const struct {
	short fg, bg, fg256, bg256;
	attr_t more;
	attr_t mono;
} looks[NR_INKS] = {
	[INK_NORMAL] = { -1, -1, -1, -1, A_NORMAL, A_NORMAL },
	[INK_TITLE] = { COLOR_WHITE, COLOR_BLUE, 255, 24, A_BOLD, A_REVERSE | A_BOLD },
	[INK_STATUS] = { COLOR_BLACK, COLOR_WHITE, 16, 250, A_NORMAL, A_REVERSE },
	[INK_CURSOR] = { COLOR_BLACK, COLOR_CYAN, 16, 80, A_NORMAL, A_REVERSE },
	[INK_PALE] = { COLOR_WHITE, COLOR_BLACK, 255, 238, A_BOLD, A_UNDERLINE },
	[INK_DIM] = { COLOR_WHITE, -1, 245, -1, A_NORMAL, A_DIM },
	[INK_LABEL] = { COLOR_CYAN, -1, 80, -1, A_NORMAL, A_NORMAL },
	[INK_GOOD] = { COLOR_GREEN, -1, 78, -1, A_NORMAL, A_NORMAL },
	[INK_BAD] = { COLOR_RED, -1, 203, -1, A_BOLD, A_BOLD },
	[INK_CHANGED] = { COLOR_YELLOW, -1, 220, -1, A_BOLD, A_BOLD | A_UNDERLINE },
	[INK_FIELD] = { COLOR_BLACK, COLOR_GREEN, 16, 114, A_NORMAL, A_UNDERLINE | A_BOLD },
	[INK_OWNER0] = { COLOR_GREEN, -1, 78, -1, A_NORMAL, A_NORMAL },
	[INK_OWNER1] = { COLOR_YELLOW, -1, 220, -1, A_NORMAL, A_BOLD },
	[INK_OWNER2] = { COLOR_MAGENTA, -1, 176, -1, A_NORMAL, A_UNDERLINE },
	[INK_OWNER3] = { COLOR_CYAN, -1, 80, -1, A_NORMAL, A_NORMAL },
	[INK_OWNER4] = { COLOR_BLUE, -1, 75, -1, A_BOLD, A_BOLD },
	[INK_OWNER5] = { COLOR_RED, -1, 209, -1, A_NORMAL, A_UNDERLINE },
};

static void make_colors(void)
{
	bool many;

	if (!t.color)
		return;
	start_color();
	use_default_colors();
	many = COLORS >= 256;
	for (int i = 1; i < NR_INKS; i++)
		init_pair(i, many ? looks[i].fg256 : looks[i].fg,
			  many ? looks[i].bg256 : looks[i].bg);
}

static const char *curses_open(struct term_opts *opts)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "standard input and output must be a terminal; kstate-dump writes to files";
	if (tcgetattr(STDIN_FILENO, &t.before))
		return strerror(errno);
	if (!getenv("ESCDELAY"))
		set_escdelay(25);
	t.screen = newterm(NULL, stdout, stdin);
	if (!t.screen)
		return "ncurses does not know this terminal: is TERM right?";
	prepare_reset();
	catch_signals();
	t.open = true;
	t.color = opts->color && has_colors();
	raw();
	noecho();
	nonl();
	keypad(stdscr, true);
	curs_set(0);
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
	make_colors();
	return NULL;
}

static int curses_close(void)
{
	if (!t.open)
		return 0;
	endwin();
	t.open = false;
	delscreen(t.screen);
	return 0;
}

static void curses_size(int *rows, int *cols)
{
	*rows = LINES;
	*cols = COLS;
}

static void set_look(enum ink ink)
{
	attr_t attrs = t.color ? looks[ink].more : looks[ink].mono;

	attr_set(attrs, t.color && ink ? ink : 0, NULL);
}

/* Writing the last cell of the last line would scroll the screen: it stays blank. */
static void show_row(const struct canvas *c, int row)
{
	int cols = row == LINES - 1 ? c->cols - 1 : c->cols;

	for (int col = 0; col < cols; col++) {
		const struct cell *cell = &c->cells[(size_t)row * c->cols + col];

		if (!cell->len)
			continue;
		set_look(cell->ink);
		mvaddnstr(row, col, cell->text, cell->len);
	}
}

static void curses_show(const struct canvas *c)
{
	erase();
	for (int row = 0; row < c->rows && row < LINES; row++)
		show_row(c, row);
	set_look(INK_NORMAL);
	curs_set(c->caret_row >= 0);
	if (c->caret_row >= 0)
		move(c->caret_row, c->caret_col);
	refresh();
}

static uint32_t special(int key)
{
	switch (key) {
	case KEY_BACKSPACE:
		return K_BACKSPACE;
	case KEY_DC:
		return K_DEL;
	case KEY_DOWN:
		return K_DOWN;
	case KEY_END:
		return K_END;
	case KEY_ENTER:
		return K_ENTER;
	case KEY_F(1):
		return K_F1;
	case KEY_HOME:
		return K_HOME;
	case KEY_LEFT:
		return K_LEFT;
	case KEY_NPAGE:
		return K_PGDN;
	case KEY_PPAGE:
		return K_PGUP;
	case KEY_RIGHT:
		return K_RIGHT;
	case KEY_UP:
		return K_UP;
	default:
		return 0;
	}
}

static uint32_t character(wint_t key)
{
	switch (key) {
	case '\r':
	case '\n':
		return K_ENTER;
	case '\t':
		return K_TAB;
	case 27:
		return K_ESC;
	case 8:
	case 127:
		return K_BACKSPACE;
	default:
		return key;
	}
}

static void mouse(struct event *e)
{
	MEVENT m;

	e->type = EVENT_NONE;
	if (getmouse(&m) != OK)
		return;
	e->row = m.y;
	e->col = m.x;
	e->up = m.bstate & BUTTON4_PRESSED;
	if (m.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED))
		e->type = EVENT_CLICK;
	else if (m.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED))
		e->type = EVENT_WHEEL;
}

/* Nothing came in time: is the terminal gone? */
static bool is_gone(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

static void curses_next(struct event *e, int ms)
{
	wint_t key;
	int rc;

	*e = (struct event){ .type = EVENT_NONE };
	timeout(ms);
	rc = get_wch(&key);
	if (rc == ERR) {
		if (t.ended || is_gone())
			e->type = EVENT_END;
	} else if (rc == KEY_CODE_YES && key == KEY_RESIZE) {
		e->type = EVENT_RESIZE;
	} else if (rc == KEY_CODE_YES && key == KEY_MOUSE) {
		mouse(e);
	} else {
		e->type = EVENT_KEY;
		e->key = rc == KEY_CODE_YES ? special(key) : character(key);
	}
}

static bool curses_cancel(void)
{
	struct event e;

	curses_next(&e, 0);
	t.ended |= e.type == EVENT_END;
	if (e.type == EVENT_RESIZE)
		ungetch(KEY_RESIZE);
	return t.ended || (e.type == EVENT_KEY &&
			   (e.key == K_ESC || e.key == CTRL('c') || e.key == 'q'));
}

static void curses_redraw(void)
{
	clearok(stdscr, true);
}

const struct term_ops term_curses = {
	.open = curses_open,
	.close = curses_close,
	.size = curses_size,
	.show = curses_show,
	.next = curses_next,
	.cancel = curses_cancel,
	.redraw = curses_redraw,
	.waits = true,
};

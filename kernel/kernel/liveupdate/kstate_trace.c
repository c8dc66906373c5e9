// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_trace.c - the bodies of the tracepoints
 */

#define CREATE_TRACE_POINTS
#include <trace/events/kstate.h>

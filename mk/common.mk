# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Variables and rules that every part uses.

# ARCH=arm64 builds for that architecture, in a folder of its own.
HOST_ARCH := $(patsubst aarch64,arm64,$(shell uname -m))
ARCH ?= $(HOST_ARCH)
export ARCH
B ?= $(if $(filter $(HOST_ARCH),$(ARCH)),build,build/$(ARCH))
VERSION := $(shell cat VERSION)
ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
JOBS ?= $(shell nproc)

# Is a warning an error? For CI, for a checkout of git, where people work, and for the checks; not for
# whoever builds a package from a release. WERROR=0 and WERROR=1 decide it.
WERROR ?= $(if $(or $(CI),$(wildcard .git),$(filter check%,$(MAKECMDGOALS))),1,0)
export WERROR
WERROR_FLAG := $(if $(filter 1,$(WERROR)),-Werror)

# What a user may replace (CFLAGS) or add (CPPFLAGS, LDFLAGS), and what the sources need (BASE_CFLAGS).
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra $(WERROR_FLAG) -Wstrict-prototypes -Wmissing-prototypes -Wmissing-declarations \
	-Wold-style-definition -Wpointer-arith -Wwrite-strings -Wundef -Wvla -Wformat=2 \
	-Wimplicit-fallthrough -Wno-unused-parameter
BASE_CFLAGS := -std=gnu11 -D_GNU_SOURCE $(WARNINGS)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

ifneq ($(ARCH),$(HOST_ARCH))
include mk/cross.mk
endif

# Executables that print TAP: without a kernel, those that take longer, and in the VM.
FAST_TESTS :=
CHECK_TESTS :=
VM_TESTS :=
# Programs and libraries that `make all` builds.
PROGRAMS :=

# $(call cmd,NAME,COMMAND): show one short line, or with V=1 the command itself.
V ?= 0
ifeq ($(V),1)
cmd = $(2)
else
cmd = @printf '  %-8s%s\n' '$(1)' '$@'; $(2)
endif

# $(call compile,FLAGS): compile $< into $@, and note the headers that it includes.
compile = $(call cmd,CC,mkdir -p $(@D) && $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(1) -MMD -MP -c -o $@ $<)

# Objects are made again when the flags change, and what they are linked to with them.
ALL_FLAGS = $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
$(B)/flags: FORCE
	@mkdir -p $(B)
	@echo '$(ALL_FLAGS)' | cmp -s - $@ || echo '$(ALL_FLAGS)' > $@

.PHONY: FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# make ARCH=arm64 on another machine: the cross compiler of the distribution, and libraries that
# mk/sysroot.sh makes ready. Nothing of this machine's own libraries is looked at.

ifeq ($(wildcard mk/arch/$(ARCH).sh),)
$(error ARCH=$(ARCH) is none of: $(basename $(notdir $(wildcard mk/arch/*.sh))))
endif

GNU := $(shell bash -c '. mk/arch/$(ARCH).sh && echo $$arch_gnu')
SYSROOT := $(shell mk/sysroot.sh $(ARCH))
ifeq ($(SYSROOT),)
$(error there are no libraries of $(ARCH) to build with)
endif

CC := $(GNU)-gcc --sysroot=$(SYSROOT)
AR := $(GNU)-ar
PKG_CONFIG := env PKG_CONFIG_SYSROOT_DIR=$(SYSROOT) \
	PKG_CONFIG_LIBDIR=$(SYSROOT)/usr/lib/$(GNU)/pkgconfig:$(SYSROOT)/usr/share/pkgconfig pkg-config
# Of the sanitizers only what needs no run-time library: that for addresses does not work under QEMU's
# emulation of a process.
SANITIZE := -fsanitize=undefined -fsanitize-undefined-trap-on-error -fno-sanitize-recover=all
# How a program of that architecture runs here.
RUN := qemu-$(GNU:-linux-gnu=)-static -L $(SYSROOT)
export KSTATE_EMULATOR := $(RUN)
export KSTATE_SYSROOT := $(SYSROOT)
export KSTATE_TOOLS ?= build

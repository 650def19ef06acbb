# SPDX-License-Identifier: GPL-2.0
# The front door. "make help" lists what it can do.

TOP := $(CURDIR)
BUILD := build

.PHONY: all run shell host agent fetch prepare clean help

all: host agent ## build what runs on this machine

run: all fetch ## boot a guest and print what it sees of the partition
	vm/show

shell: all fetch ## a root shell in a guest
	vm/run --tty

host: $(BUILD)/host/build.ninja ## the Hyper-V host: plugin, library, unit tests
	ninja -C $(BUILD)/host

$(BUILD)/host/build.ninja: | prepare
	meson setup $(BUILD)/host host

# The guest's first process and the program that talks to the host: static, for
# any root file system.
agent: $(BUILD)/vm/agent $(BUILD)/vm/hostctl

$(BUILD)/vm/agent: $(wildcard vm/agent/*.[ch])
$(BUILD)/vm/hostctl: vm/control/hostctl.c
$(BUILD)/vm/agent $(BUILD)/vm/hostctl: | prepare
	@mkdir -p $(BUILD)/vm
	$(CC) -std=gnu11 -Wall -Wextra -O2 -static -o $@.new $(filter %.c,$^)
	@mv $@.new $@

fetch: | prepare ## QEMU, toolchain and kernels from the distribution's packages
	vm/fetch

prepare:
	@vm/prepare

clean: ## remove everything built or fetched
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

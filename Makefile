# SPDX-License-Identifier: GPL-2.0
# The front door. "make help" lists what it can do.

BUILD := build

.PHONY: all run shell test test-full check coverage coverage-driver bench host module lib igt install kunit debug-kernel agent fetch prepare clean help

all: host agent module lib igt ## build everything: host, driver, library, IGT tests

run: host agent lib fetch ## boot a guest, load the driver, print what the guest sees
	vm/build-driver default
	vm/show

shell: host agent lib fetch ## a root shell in a guest
	vm/build-driver default
	vm/run --tty

test: all ## the tests; the last line has the counts
	tests/run

test-full: all ## the tests with their full numbers
	tests/run --full

check: prepare ## static checks of the tree
	tests/check

coverage: prepare ## how many lines of the host its unit tests reach
	host/coverage

coverage-driver: all ## how many lines of the driver its tests reach: an hour, with a kernel
	tests/coverage-driver

bench: host agent lib fetch ## what the driver's operations cost, counted in a guest
	vm/build-driver default
	tests/bench/run

# ---- meson projects: FOLDER of the project, folder of the build ----

host: $(BUILD)/host/build.ninja ## the Hyper-V host: plugin, library, unit tests
lib: $(BUILD)/lib/build.ninja ## libdrm_dxg and its tools
igt: $(BUILD)/igt/build.ninja ## the IGT tests

host lib igt:
	flock $(BUILD)/$@ ninja --quiet -C $(BUILD)/$@

$(BUILD)/host/build.ninja: SOURCE = host
$(BUILD)/lib/build.ninja: SOURCE = libdrm-dxg
$(BUILD)/igt/build.ninja: SOURCE = igt-tests
$(BUILD)/%/build.ninja: | prepare
	meson setup $(BUILD)/$* $(SOURCE)

# ---- on a real guest ----

# DESTDIR and PREFIX as everywhere. What udev and modprobe read lies below /usr/lib, or /etc
# where PREFIX is not /usr; the module's sources go where DKMS looks for them.
PREFIX ?= /usr/local
UDEV_DIR ?= $(if $(filter /usr,$(PREFIX)),/usr/lib,/etc)/udev/rules.d
MODPROBE_DIR ?= $(if $(filter /usr,$(PREFIX)),/usr/lib,/etc)/modprobe.d
SOURCES_DIR ?= /usr/src/dxg-1.0

install: lib ## install library, headers, tools, rules and the module's sources (DESTDIR, PREFIX)
	flock $(BUILD)/lib meson configure $(BUILD)/lib -Dprefix=$(PREFIX)
	flock $(BUILD)/lib env DESTDIR=$(DESTDIR) meson install --quiet -C $(BUILD)/lib
	install -D -m 644 packaging/70-dxg.rules $(DESTDIR)$(UDEV_DIR)/70-dxg.rules
	install -D -m 644 packaging/dxg.conf $(DESTDIR)$(MODPROBE_DIR)/dxg.conf
	install -D -m 644 packaging/dkms.conf $(DESTDIR)$(SOURCES_DIR)/dkms.conf
	mkdir -p $(DESTDIR)$(SOURCES_DIR)/drivers/gpu/drm $(DESTDIR)$(SOURCES_DIR)/include/uapi
	cp -R drivers/gpu/drm/dxg $(DESTDIR)$(SOURCES_DIR)/drivers/gpu/drm/
	cp -R include/uapi/drm $(DESTDIR)$(SOURCES_DIR)/include/uapi/

# ---- what runs in the guest ----

module: fetch ## the driver, for the two kernels of guests
	vm/build-driver

debug-kernel: fetch ## a kernel that detects mistakes, for vm/run --kernel debug
	vm/build-debug-kernel

kunit: prepare ## the driver's KUnit suites on User-Mode Linux
	tests/kunit

# The guest's first process and the program that talks to the host: static, for
# any root file system.
agent: $(BUILD)/vm/agent $(BUILD)/vm/hostctl

$(BUILD)/vm/agent: $(wildcard vm/agent/*.[ch])
$(BUILD)/vm/hostctl: vm/control/hostctl.c
$(BUILD)/vm/agent $(BUILD)/vm/hostctl: | prepare
	@mkdir -p $(BUILD)/vm
	$(CC) -std=gnu11 -Wall -Wextra -O2 -static -o $@.new $(filter %.c,$^)
	@mv $@.new $@

fetch: prepare ## QEMU, toolchain and kernels from the distribution's packages
	vm/fetch

prepare:
	@vm/prepare

clean: ## remove everything built or fetched
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

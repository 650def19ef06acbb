# SPDX-License-Identifier: GPL-2.0
"""Where the parts of vm/ keep what they make: all under build/."""

import os

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build")
VM = os.path.join(BUILD, "vm")
APT = os.path.join(VM, "apt")			# the private apt state
ROOT = os.path.join(VM, "root")			# QEMU, toolchain, kernel headers
KERNELS = os.path.join(VM, "kernels")		# one folder per kernel release
VERSIONS = os.path.join(VM, "versions.json")	# what the rules chose
AGENT = os.path.join(VM, "agent")		# the guest's first process
HOSTCTL = os.path.join(VM, "hostctl")		# speaks the host's control protocol
INITRDS = os.path.join(VM, "initrd")
RUN = os.path.join(BUILD, "run")		# one folder per running guest
SCRATCH = os.path.join(BUILD, "scratch")	# writable in the guest
MODULES = os.path.join(BUILD, "modules")	# out-of-tree modules by kernel release
PLUGIN = os.path.join(BUILD, "host", "plugin", "dxg-partition.so")
STAMP = ".complete"				# the last file written into a folder

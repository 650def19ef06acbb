# SPDX-License-Identifier: GPL-2.0
"""The guest's physical memory and the window in it that Hyper-V gives to MMIO.

All of it is one file that QEMU and the host share. The q35 machine puts RAM of
2.75 GiB or more half below and half above 4 GiB: 2 GiB below, the rest from
4 GiB on. The window is cut out of the RAM below 4 GiB by a memmap= hole on the
kernel's command line, so the host reaches it through the same file, and is named
as a resource of the VMBus device in an ACPI table.

The machine gets more RAM than was asked for by the size of the window, so the
guest has the whole of --memory. The last megabyte below the end of the low RAM
stays out: the firmware's ACPI tables lie there.
"""

import os
import subprocess

MIB = 1 << 20
GIB = 1 << 30
# 383 MiB of window: room for an IO space of 256 MiB, a frame buffer and vPCI.
WINDOW = 384 * MIB
FIRMWARE = 1 * MIB

ASL = """\
DefinitionBlock ("vmbus.aml", "SSDT", 2, "DRMDXG", "VMBUS", 1)
{
	Scope (\\_SB)
	{
		Device (VMBS)
		{
			Name (_HID, "VMBus")
			Name (_UID, Zero)
			Method (_STA, 0, NotSerialized) { Return (0x0F) }
			Name (_CRS, ResourceTemplate ()
			{
				DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed,
					NonCacheable, ReadWrite,
					0, 0x%X, 0x%X, 0, 0x%X)
			})
		}
	}
}
"""


class Memory:
    """Sizes in bytes: @total RAM of the machine, @low of it below 4 GiB, the window."""

    def __init__(self, size):
        # Holes begin on a section boundary of the kernel's memory model.
        size = -(-size // (128 * MIB)) * (128 * MIB)
        self.total = size + WINDOW
        self.low = self.total if self.total < 2816 * MIB else 2 * GIB
        self.start = self.low - WINDOW
        self.length = WINDOW - FIRMWARE

    def cmdline(self):
        return "memmap=0x%X$0x%X" % (self.length, self.start)

    def write_table(self, folder):
        """Compile the ACPI table into @folder; its file name."""
        source = os.path.join(folder, "vmbus.asl")
        with open(source, "w", encoding="ascii") as f:
            f.write(ASL % (self.start, self.start + self.length - 1, self.length))
        # iasl wants a _HID as ACPI spells them (6033); Hyper-V does not.
        p = subprocess.run(["iasl", "-vw", "6033", "-p", "vmbus", "vmbus.asl"], cwd=folder,
                           capture_output=True, text=True, check=False)
        if p.returncode:
            raise OSError("iasl cannot compile %s: %s" % (source, p.stdout.strip()[-300:]))
        return "vmbus.aml"

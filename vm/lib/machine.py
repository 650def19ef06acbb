# SPDX-License-Identifier: GPL-2.0
"""One QEMU: its run folder, its memory file, its command line, its process."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile

import layout


class MachineError(Exception):
    """One line: why no guest can be started."""


def q(text):
    """A value within one of QEMU's options."""
    return str(text).replace(",", ",,")


def die_with_parent():
    """In the child: a QEMU never outlives vm/run, however that ends."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)	# PR_SET_PDEATHSIG


class Machine:
    """The folder is named by chance, so machines do not meet. Sockets in it are
    reached by names relative to it: a full path may be too long for one."""

    def __init__(self, memory, plugin):
        self.memory, self.plugin = memory, plugin
        os.makedirs(layout.RUN, exist_ok=True)
        os.makedirs(layout.SCRATCH, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="vm-", dir=layout.RUN)
        self.fd = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.process = self.ram = None
        self.ram = self._ram_file()
        self.console = self.path("console.log")
        self.host_log = self.path("host.log")

    def path(self, name):
        return os.path.join(self.folder, name)

    def short(self, name):
        """A name for @name in the folder that fits a socket's address."""
        return "/proc/self/fd/%d/%s" % (self.fd, name)

    def listen(self, name):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        s.bind(self.short(name))
        s.listen(1)
        return s

    def connect(self, name):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        s.connect(self.short(name))
        return s

    def _ram_file(self):
        """In /dev/shm where there is room, else beside the logs."""
        size = self.memory.total
        for where in ("/dev/shm", self.folder):
            try:
                st = os.statvfs(where)
                if st.f_bavail * st.f_frsize < size + (64 << 20):
                    continue
                fd, path = tempfile.mkstemp(prefix="dxg-ram-", dir=where)
                os.truncate(fd, size)
                os.close(fd)
                return path
            except OSError:
                continue
        raise MachineError("no room for %d MB of guest memory in /dev/shm or %s"
                           % (size >> 20, self.folder))

    def drop_ram_name(self):
        """QEMU and the host have the file open: its name is not needed any more."""
        if self.ram:
            try:
                os.unlink(self.ram)
            except FileNotFoundError:
                pass
            self.ram = None

    def command(self, kernel, initrd, smp, options, reboots, append):
        """QEMU's command line. @options: the host's own, KEY=VALUE."""
        root = layout.ROOT
        plugin = [q(self.plugin), "ram=" + q(self.ram), "below4g=%d" % self.memory.low,
                  "qtest=qtest.sock", "log=host.log"] + [q(o) for o in options]
        size = self.memory.total
        words = [
            root + "/usr/lib64/ld-linux-x86-64.so.2", "--inhibit-cache",
            "--library-path", root + "/usr/lib/x86_64-linux-gnu",
            root + "/usr/bin/qemu-system-x86_64",
            "-L", root + "/usr/share/qemu", "-L", root + "/usr/share/seabios",
            "-nodefaults", "-no-user-config", "-display", "none",
            "-machine", "q35,memory-backend=ram0", "-accel", "tcg,thread=multi",
            "-cpu", "max", "-smp", str(smp), "-m", "%dM" % (size >> 20),
            "-object", "memory-backend-file,id=ram0,size=%d,mem-path=%s,share=on"
            % (size, q(self.ram)),
            "-acpitable", "file=" + self.memory.write_table(self.folder),
            "-plugin", ",".join(plugin),
            "-qtest", "unix:qtest.sock,server=on,wait=off", "-qtest-log", "/dev/null",
            "-chardev", "file,id=console,path=console.log,append=on", "-serial", "chardev:console",
            "-chardev", "socket,id=qmp,path=qmp.sock", "-mon", "chardev=qmp,mode=control",
            "-device", "virtio-serial-pci",
            "-chardev", "socket,id=agent,path=agent.sock",
            "-device", "virtserialport,chardev=agent,name=org.dxg.agent",
            "-chardev", "socket,id=control,path=guest-control.sock,server=on,wait=off",
            "-device", "virtserialport,chardev=control,name=org.dxg.host",
            "-kernel", kernel.image, "-initrd", initrd,
            "-action", "reboot=%s" % ("reset" if reboots else "shutdown"),
            "-append", " ".join(["console=ttyS0", "panic=-1", "quiet", "mitigations=off",
                                 self.memory.cmdline()] + append),
        ]
        for tag, path, more in (("root", "/", ",readonly=on"),
                                ("scratch", os.path.realpath(layout.SCRATCH), "")):
            words += ["-fsdev", "local,id=%s,path=%s,security_model=none,multidevs=remap%s"
                      % (tag, q(path), more),
                      "-device", "virtio-9p-pci,fsdev=%s,mount_tag=%s" % (tag, tag)]
        return words

    def start(self, words):
        env = dict(os.environ, QEMU_MODULE_DIR=layout.ROOT + "/usr/lib/x86_64-linux-gnu/qemu")
        with open(self.path("qemu.log"), "wb") as log:
            self.process = subprocess.Popen(
                words, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def close(self, keep):
        """Ends all that is left of the machine; @keep leaves its logs."""
        self.kill()
        self.drop_ram_name()
        for name in ("qmp.sock", "agent.sock", "qtest.sock", "guest-control.sock",
                     "control.sock"):
            try:
                os.unlink(self.path(name))
            except FileNotFoundError:
                pass
        os.close(self.fd)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
